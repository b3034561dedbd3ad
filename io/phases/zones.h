/*
 * Zones: behind the collecting, finds out which zones must be changed. Judges what was found, notes
 * the zone of each address that does not pass and of the host names at fault, and asks what no
 * answer told: the SOA of a name in the zone, once for each zone cut, and the name servers of each
 * zone, once.
 *
 * A run in which everything passes costs nothing. A resumed run asks only what is not known yet.
 * Memory does not grow with the input: what is wanted waits in the run file.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_ZONES_H
#define IO_PHASES_ZONES_H

#include "io/phases/collect.h"

/* options, progress: of the collecting that has come to its end. counts: added to. */
enum collect_end zones_collect(struct run_file *run, const struct collect_options *options,
                               const struct collect_progress *progress, struct asker_counts *counts,
                               struct failure *failure) __attribute__((warn_unused_result));
/* Only asks what is wanted in the run file and not known: the SOA of each name, then the name
 * servers of each zone. */
enum collect_end zones_ask(struct run_file *run, const struct collect_options *options,
                           struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
