/*
 * Run files that are read side by side, more of them than are kept open: each is opened when it is
 * read, and the one that was opened first is closed for it. So memory and descriptors do not grow
 * with the number of runs. The reading of items continues after the run was closed in between, as
 * that of found addresses does; other readings end with it.
 *
 * Ownership: the pool must outlive the use of its runs, which are closed with run_file_close.
 * Threads and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_RUN_POOL_H
#define IO_RUN_RUN_POOL_H

#include <stdbool.h>

struct run_file;

enum { RUN_POOL_OPEN = 16 };

/* Begins with zeros. */
struct run_pool {
    struct run_file *open[RUN_POOL_OPEN];
    unsigned next; /* the place that is used next */
};

/* Closes the run, which was opened for reading; from now on it is opened when it is read. Fails if
 * its file cannot be found, or, later, if it was changed while it was closed. */
bool run_pool_add(struct run_pool *pool, struct run_file *run) __attribute__((warn_unused_result));

#endif
