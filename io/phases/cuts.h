/*
 * Looks for cuts before addresses are asked: blocks of the ranges of a run that are proven empty
 * (audit/cut.h). A block that is not is looked into, down to blocks of 256 addresses; what remains
 * is asked address by address, as without cuts.
 *
 * Names whose lookup failed are asked again at the end, with some patience. Once a server turns out
 * to lie, its earlier cuts are looked at again.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Memory: bounded.
 * Errors: in *failure.
 */
#ifndef IO_PHASES_CUTS_H
#define IO_PHASES_CUTS_H

#include "io/phases/collect.h"

struct cuts_counts {
    uint64_t blocks;   /* whose names were asked */
    uint64_t believed; /* cuts in the run file */
    uint64_t undone; /* blocks whose name does not exist, while an address inside is not NXDOMAIN */
};

/* Called several times a second, with the context of the options. */
typedef void cuts_progress_fn(void *context, const struct cuts_counts *now);

/* on_progress may be NULL. Begins anew: cuts of the run file are removed first. Adds to *counts. */
enum collect_end cuts_collect(struct run_file *run, const struct collect_options *options,
                              cuts_progress_fn *on_progress, struct cuts_counts *cuts,
                              struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
