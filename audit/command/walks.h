/*
 * The walks of an audit (io/phases/name_walk.h), and what is said about them.
 *
 * Threads: call from one thread. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_WALKS_H
#define AUDIT_COMMAND_WALKS_H

#include "audit/command/options.h"
#include "io/phases/collect.h"

/* *done: the number of walks that this session finished. Adds to *counts. */
enum collect_end walks_run(struct run_file *run, const struct options *options,
                           const struct collect_options *collecting, unsigned *done,
                           struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
