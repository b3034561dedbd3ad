/*
 * Which PTR names stand at many of the audited addresses, and at how many: counted over all runs of
 * a report before its rows are written, in memory that does not grow with them.
 *
 * A first pass over what was found feeds a sketch, which tells of each name how often it came at
 * most. A second pass counts those that may reach SHARED_NAME_MIN: name by name, each address once,
 * also where it is in several runs. So no number is an estimate. It is left out where the sketch
 * has no such name.
 *
 * Where more names may reach it than the table holds, the bar is raised until they fit:
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
    bool (*cancelled)(void *context); /* asked now and then; NULL: never */
    void *context;
};

/* NULL with *failure set: memory is short, a run file failed, or it was cancelled. What cannot be
 * read about an address is passed over: whoever writes its row finds the damage. */
struct name_census *name_census_take(const struct census_job *job, struct failure *failure)
    __attribute__((warn_unused_result));
void name_census_free(struct name_census *census);
/* A name_sharers_fn; census is a struct name_census. */
uint64_t name_census_sharers(void *census, const struct dnsname *name);
/* From how many addresses up a name is told to be shared: SHARED_NAME_MIN, or more where the table
 * was full.
 */
uint64_t name_census_least(const struct name_census *census);

struct shared_name {
    struct dnsname name; /* in lower case */
    uint64_t addresses;
};

/* The names at the most addresses, the most first; those at equally many in an order that is always
 * the same.
 */
unsigned name_census_top(const struct name_census *census, struct shared_name out[CENSUS_TOP_MAX]);

#endif
