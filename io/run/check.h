/*
 * Looks for damage - a flipped bit, a lost write, a file that was cut - when a run is opened, so
 * that a report is never made from other data than what was found. Each row ends with a sum, made
 * when the row is written. The sums protect against accidents: anyone who can write the file can
 * also compute them, so every value is checked again when it is read.
 */
#ifndef IO_RUN_CHECK_H
#define IO_RUN_CHECK_H

#include "io/run/run_step.h"

/* Both set the failure of the run if they fail. */

/* The file has the tables of io/run/schema.c, in their exact words, and no others: nothing else can
 * be stored in it, and no table can be taken for another one. */
bool check_tables(struct run_file *run) __attribute__((warn_unused_result));
/* The structure of the database and the sum of every row. */
bool check_contents(struct run_file *run) __attribute__((warn_unused_result));

#endif
