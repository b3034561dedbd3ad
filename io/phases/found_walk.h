/*
 * Visits the facts item by item, in the order of reports. Used by phases between collecting and
 * reports. Of a cut (io/run/cuts.h) only the first address is visited, unless others have facts of
 * their own: its zone is that of all.
 *
 * Threads: one at a time. Errors: in *failure.
 */
#ifndef IO_PHASES_FOUND_WALK_H
#define IO_PHASES_FOUND_WALK_H

#include "io/phases/collect.h"

/* May write to the run file. False: the run file failed. */
typedef bool found_visit_fn(void *context, const struct run_item *item,
                            const struct run_found *found);

/* Commits about once a second; ends with COLLECT_STOPPED soon after *stop is set. */
enum collect_end found_walk(struct run_file *run, const volatile sig_atomic_t *stop,
                            found_visit_fn *visit, void *context, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
