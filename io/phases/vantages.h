/*
 * After collecting, asks the same questions at other resolvers, one after another, and at the name
 * servers of the zones. Their answers go into the run file beside those of the run
 * (io/run/vantages.h). Nothing is judged here.
 *
 * A vantage that never answers is reported and skipped; the run does not fail. A resumed run asks
 * what is not known yet. Memory does not grow with the input.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_VANTAGES_H
#define IO_PHASES_VANTAGES_H

#include "io/phases/vantage_options.h"

/* Adds to *counts. */
enum collect_end vantages_collect(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
