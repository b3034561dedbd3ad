/*
 * The rows of a run in ascending order (audit/row_sweep.h), each once, with its result. The run
 * needs no sorting: both the index of items and the results are read in order. In a run that was
 * opened with RUN_COMPARE the end is RUN_END only if all that was read is as it was written.
 *
 * Memory: constant. Ownership: ordered_rows_open / ordered_rows_close; the run outlives them, and
 * no other reading of its results may begin meanwhile. Threads and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_ORDERED_ROWS_H
#define IO_RUN_ORDERED_ROWS_H

#include "audit/row_sweep.h"
#include "io/run/found_block.h"
#include "io/run/run_step.h"

struct ordered_row {
    struct sweep_row row;          /* the name is valid until the next call */
    const struct run_found *found; /* NULL: not asked; valid until the next call */
};

struct ordered_rows;

struct ordered_rows *ordered_rows_open(struct run_file *run);
void ordered_rows_close(struct ordered_rows *rows); /* NULL is allowed */
enum run_step ordered_rows_next(struct ordered_rows *rows, struct ordered_row *out);

#endif
