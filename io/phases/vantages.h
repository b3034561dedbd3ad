/*
 * Vantages: behind the collecting, the same addresses are asked for again at other resolvers, one
 * after another, and at the name servers of the zones themselves. What they say goes into the run
 * file beside what the run found (io/run/vantages.h); nothing is judged here.
 *
 * A vantage that does not answer is left out, and said to be: the run is none the worse. A resumed
 * run asks what is not known yet. Memory does not grow with the input.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_VANTAGES_H
#define IO_PHASES_VANTAGES_H

#include "io/phases/vantage_options.h"

/* counts: added to. */
enum collect_end vantages_collect(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
