/*
 * --ask authoritative: the addresses are first asked at the name servers of their zones. What
 * passes there is known; everything else is then asked at the resolvers, as receivers ask, and the
 * answers of the name servers are a vantage to compare with. A run that checks another one again
 * asks the resolvers in any case: its addresses did not pass, and a resolver may remember that.
 *
 * Threads: one at a time. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_NAME_SERVERS_H
#define AUDIT_COMMAND_NAME_SERVERS_H

#include "audit/command/judging.h"
#include "io/phases/collect.h"
#include "io/run/record.h"

/* Records whom a run asks; a resumed run keeps it. */
void name_servers_describe(const struct options *options, struct run_record *record);
/* Does the run ask name servers? */
bool name_servers_asked(const struct run_record *record);
/* May the run be resumed with these options? */
bool name_servers_match(const struct options *options, const struct run_record *record,
                        const char *directory, struct failure *failure)
    __attribute__((warn_unused_result));
/* Collects what passes at the name servers; without --ask authoritative nothing. Adds to the counts
 * of the record. */
enum collect_end name_servers_run(struct run_file *run, const struct options *options,
                                  const struct judging *judging,
                                  const struct collect_options *collecting,
                                  struct run_record *record, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
