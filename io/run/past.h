/*
 * What is known of each row from earlier runs (audit/row_past.h). It is written once, at the end of
 * a run that has a baseline. Ownership, threads and errors as in io/run/run_file.h.
 *
 * A row of the table holds for all rows of a range of addresses, so a fleet that changes little
 * takes little room. If the rows of one address differ, a further row names its expected name. The
 * table is made with its first row, as in io/run/cuts.h.
 */
#ifndef IO_RUN_PAST_H
#define IO_RUN_PAST_H

#include "audit/row_past.h"
#include "audit/row_sweep.h"
#include "io/run/run_step.h"

/* Removes what is written, adds rows in ascending order, ends with a commit. Until
 * run_file_past_end the run has no past. */
bool run_file_past_begin(struct run_file *run) __attribute__((warn_unused_result));
bool run_file_add_past(struct run_file *run, const struct sweep_row *row,
                       const struct row_past *past) __attribute__((warn_unused_result));
bool run_file_past_end(struct run_file *run) __attribute__((warn_unused_result));

/* Was it written to its end? If not, every row has ROW_PAST_NONE. */
bool run_file_has_past(const struct run_file *run);
/* The past of a row. Ascending rows are read fastest. */
bool run_file_past(struct run_file *run, const struct sweep_row *row, struct row_past *out)
    __attribute__((warn_unused_result));

/* ---- for io/run/run_file.c ---- */

/* Looks for the table. */
bool run_file_load_past(struct run_file *run) __attribute__((warn_unused_result));

#endif
