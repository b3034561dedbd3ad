/*
 * Asks the vantages of the command line, after the run's own resolvers.
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

#endif
