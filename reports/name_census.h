/*
 * Counts the audited addresses per PTR name over all runs of a report, before its rows are written,
 * in bounded memory.
 *
 * A first pass feeds a sketch, which gives an upper bound for each name. A second pass counts
 * exactly the names whose bound reaches SHARED_NAME_MIN, each address once, even if it is in
 * several runs. So no number is an estimate. The second pass is skipped if no name can reach the
 * limit.
 *
 * If more names may reach it than the table holds, the limit is raised until they fit:
 * name_census_least.
 *
 * Ownership: name_census_take / name_census_free. Threads: one at a time.
 */
#ifndef REPORTS_NAME_CENSUS_H
#define REPORTS_NAME_CENSUS_H

#include "audit/verdict.h"
#include "io/run/run_file.h"

enum { CENSUS_NAMES_MAX = 16384, CENSUS_TOP_MAX = 10 };

struct name_census;

struct census_job {
    struct run_file **runs;
    unsigned count;
    bool (*cancelled)(void *context); /* polled now and then; NULL: never */
    void *context;
};

/* NULL with *failure set: no memory, a run file failed, or it was cancelled. Facts that cannot be
 * decoded are skipped here; the writer of the row reports the damage. */
struct name_census *name_census_take(const struct census_job *job, struct failure *failure)
    __attribute__((warn_unused_result));
void name_census_free(struct name_census *census);
/* A name_sharers_fn; census is a struct name_census. */
uint64_t name_census_sharers(void *census, const struct dnsname *name);
/* The number of addresses from which a name counts as shared: SHARED_NAME_MIN, or more if the table
 * was full. */
uint64_t name_census_least(const struct name_census *census);

struct shared_name {
    struct dnsname name; /* in lower case */
    uint64_t addresses;
};

/* The names with the most addresses, largest first; ties in a fixed order. */
unsigned name_census_top(const struct name_census *census, struct shared_name out[CENSUS_TOP_MAX]);

#endif
