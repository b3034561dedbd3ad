/*
 * A further look: rows of a run are asked again, at one resolver, into a run file of their own.
 *
 * Threads: call from one thread. Errors: COLLECT_FAILED with *failure set.
 */
#ifndef IO_PHASES_CONFIRM_H
#define IO_PHASES_CONFIRM_H

#include "audit/row_sweep.h"
#include "io/phases/collect.h"

/* The run file of the look, which stays open; its folder is that of the run. */
struct confirm_look {
    const char *path;
    struct run_file *run; /* NULL: not open */
};

/* Makes the run file anew, for rows that confirm_add puts in. */
bool confirm_begin(struct confirm_look *look, const char *path, struct failure *failure)
    __attribute__((warn_unused_result));
bool confirm_add(struct confirm_look *look, const struct sweep_row *row, struct failure *failure)
    __attribute__((warn_unused_result));
/* Asks the resolver, with an empty cache. COLLECT_GAVE_UP: it does not answer any more; the rest
 * of the rows is not asked. */
enum collect_end confirm_ask(struct confirm_look *look, const struct collect_options *collecting,
                             const struct endpoint *resolver, struct asker_counts *counts,
                             struct failure *failure) __attribute__((warn_unused_result));
/* Closes and removes the run file. */
void confirm_end(struct confirm_look *look);
/* Waits; returns at once when *stop is set. */
void confirm_wait(unsigned seconds, const volatile sig_atomic_t *stop);

#endif
