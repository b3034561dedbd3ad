/* The roof: the vantages that the command line names, asked behind the run's own resolvers. */
#ifndef AUDIT_COMMAND_VANTAGES_H
#define AUDIT_COMMAND_VANTAGES_H

#include "audit/command/judging.h"
#include "io/phases/collect.h"

/* collecting: that of the run, which has come to its end. counts: added to. Without vantages
 * nothing is done. */
enum collect_end vantages_run(struct run_file *run, const struct options *options,
                              const struct judging *judging,
                              const struct collect_options *collecting, struct asker_counts *counts,
                              struct failure *failure) __attribute__((warn_unused_result));

#endif
