/*
 * --recheck without --resolver asks the resolvers of the earlier run. Their names come from a run
 * file, which a stranger may have written: each is parsed, and the program says whom it asks.
 *
 * Threads: no state. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_EARLIER_RESOLVERS_H
#define AUDIT_COMMAND_EARLIER_RESOLVERS_H

#include "audit/command/options.h"
#include "io/run/record.h"

/* Will the run of --recheck say which resolvers are asked? */
bool earlier_resolvers_wanted(const struct options *options);
/* The resolvers of the run in options->recheck. *count is 0 if it asked none (--zone), or was
 * killed before it began to ask. Fails if it asked in a way that the options do not give again: by
 * recursion, or over TLS and now not, or with another name. */
bool earlier_resolvers_read(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                            const struct options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* The same of its record. */
bool earlier_resolvers_of(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                          const struct run_record *record, const struct options *options,
                          struct failure *failure) __attribute__((warn_unused_result));

#endif
