/*
 * The roof: an audit of zone files that are not published yet (--zone). Which files, what is in
 * them, and whether a run that goes on was made from the same ones.
 *
 * Ownership: planned_load / planned_free. Threads: loaded by one, the set is then only read.
 */
#ifndef AUDIT_COMMAND_ZONE_FILES_H
#define AUDIT_COMMAND_ZONE_FILES_H

#include "audit/command/options.h"
#include "io/resolver/zone_set.h"
#include "io/run/record.h"

struct planned {
    struct zone_set *zones; /* NULL: the network is asked */
    uint64_t digest;        /* of the files' text */
};

/* Reads the files of --zone, if there are any. */
bool planned_load(struct planned *planned, const struct options *options, struct failure *failure)
    __attribute__((warn_unused_result));
void planned_free(struct planned *planned);
/* Which files, with their zones and serials, as the run file records them. */
void planned_describe(const struct planned *planned, struct run_record *record);
/* The run that `record` tells of goes on only with what it began with. */
bool planned_goes_on(const struct planned *planned, const struct run_record *record,
                     const char *directory, struct failure *failure)
    __attribute__((warn_unused_result));
/* What --dry-run says of them. */
void planned_print(const struct planned *planned);

#endif
