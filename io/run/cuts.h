/*
 * Cuts: blocks of addresses that one NXDOMAIN proves empty (audit/cut.h), a row each. Readings of
 * results (io/run/found.h) expand them. Ownership, threads and errors as in io/run/run_file.h.
 *
 * The table is made with the first cut, which gives the file the version RUN_FILE_VERSION_MORE: a
 * file without cuts stays one that earlier programs read.
 */
#ifndef IO_RUN_CUTS_H
#define IO_RUN_CUTS_H

#include "audit/answer.h"
#include "io/run/cut_row.h"
#include "io/run/run_step.h"

/* Cuts do not overlap. */
bool run_file_add_cut(struct run_file *run, const struct run_cut *cut)
    __attribute__((warn_unused_result));
bool run_file_remove_cut(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
bool run_file_remove_cuts(struct run_file *run) __attribute__((warn_unused_result));
/* Is there a table of them? If not, no other function need be called. */
bool run_file_has_cuts(const struct run_file *run);
/* The first cut that ends at `address` or after it. Its facts are valid until the next call. */
enum run_step run_file_cut_from(struct run_file *run, const struct ipaddr *address,
                                struct run_cut *out);
/* Is the address in a cut? Then *out is the PTR answer that the cut proves, valid until the next
 * call; else NULL. */
bool run_file_cut_answer(struct run_file *run, const struct ipaddr *address,
                         const struct answer **out) __attribute__((warn_unused_result));

/* ---- for io/run/run_file.c ---- */

/* Looks for the table. */
bool run_file_load_cuts(struct run_file *run) __attribute__((warn_unused_result));
void run_file_free_cuts(struct run_file *run);

#endif
