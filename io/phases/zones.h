/*
 * After collecting, finds the zones that must change. Judges the facts, stores the zone of each
 * address that does not pass and of the host names at fault, and asks what no answer contained: the
 * SOA record of a name in the zone, once per zone cut, and the name servers of each zone, once.
 *
 * If all addresses pass, nothing is asked. A resumed run asks only what is not known yet. Memory
 * does not grow with the input: the wanted names are in the run file.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_ZONES_H
#define IO_PHASES_ZONES_H

#include "io/phases/collect.h"

/* options, progress: of the completed collecting. Adds to *counts. */
enum collect_end zones_collect(struct run_file *run, const struct collect_options *options,
                               const struct collect_progress *progress, struct asker_counts *counts,
                               struct failure *failure) __attribute__((warn_unused_result));
/* Only asks what the run file wants and does not know: the SOA record of each name, then the name
 * servers of each zone. */
enum collect_end zones_ask(struct run_file *run, const struct collect_options *options,
                           struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
