/*
 * The zone files of --zone, to be audited before they are published: loads them, describes them in
 * the run record, and checks that a resumed run uses the same files.
 *
 * Ownership: zone_files_load / zone_files_free. Threads: one loads; any number then read the set.
 */
#ifndef AUDIT_COMMAND_ZONE_FILES_H
#define AUDIT_COMMAND_ZONE_FILES_H

#include "audit/command/options.h"
#include "io/resolver/zone_set.h"
#include "io/run/record.h"

struct zone_files {
    struct zone_set *zones; /* NULL: the audit asks the network */
    uint64_t digest;        /* of the text of the files, in order */
};

/* Reads the files of --zone. Without any it does nothing. */
bool zone_files_load(struct zone_files *files, const struct options *options,
                     struct failure *failure) __attribute__((warn_unused_result));
void zone_files_free(struct zone_files *files);
/* Records the files with their zones and serials. */
void zone_files_describe(const struct zone_files *files, struct run_record *record);
/* Fails if a run with this record was not made from the same files. */
bool zone_files_match(const struct zone_files *files, const struct run_record *record,
                      const char *directory, struct failure *failure)
    __attribute__((warn_unused_result));
/* The lines of --dry-run. */
void zone_files_print(const struct zone_files *files);

#endif
