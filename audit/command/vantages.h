/*
 * Asks the vantages of the command line, after the run's own resolvers, and the name servers that
 * --confirm names.
 *
 * Threads: one at a time. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_VANTAGES_H
#define AUDIT_COMMAND_VANTAGES_H

#include "audit/command/judging.h"
#include "io/phases/collect.h"

/* collecting: the options of the run, whose addresses are all collected. Adds to *counts. Without
 * vantages it does nothing. */
enum collect_end vantages_run(struct run_file *run, const struct options *options,
                              const struct judging *judging,
                              const struct collect_options *collecting, struct asker_counts *counts,
                              struct failure *failure) __attribute__((warn_unused_result));
/* --confirm authoritative: asks the name servers of the zones of all addresses in `run`, which
 * holds what a resolver answered. Nothing comes from the cache of `collecting`. */
enum collect_end vantages_confirm(struct run_file *run, const struct options *options,
                                  const struct judging *judging,
                                  const struct collect_options *collecting,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
