/*
 * The roof: an audit of zone files that are not published yet (--zone). Which files, what is in
 * them, and whether a run that goes on was made from the same ones.
 *
 * Ownership: zone_files_load / zone_files_free. Threads: loaded by one, the set is then only read.
 */
#ifndef AUDIT_COMMAND_ZONE_FILES_H
#define AUDIT_COMMAND_ZONE_FILES_H

#include "audit/command/options.h"
#include "io/resolver/zone_set.h"
#include "io/run/record.h"

struct zone_files {
    struct zone_set *zones; /* NULL: the network is asked */
    uint64_t digest;        /* of the files' text */
};

/* Reads the files of --zone, if there are any. */
bool zone_files_load(struct zone_files *files, const struct options *options,
                     struct failure *failure) __attribute__((warn_unused_result));
void zone_files_free(struct zone_files *files);
/* Which files, with their zones and serials, as the run file records them. */
void zone_files_describe(const struct zone_files *files, struct run_record *record);
/* The run that `record` tells of goes on only with what it began with. */
bool zone_files_match(const struct zone_files *files, const struct run_record *record,
                      const char *directory, struct failure *failure)
    __attribute__((warn_unused_result));
/* What --dry-run says of them. */
void zone_files_print(const struct zone_files *files);

#endif
