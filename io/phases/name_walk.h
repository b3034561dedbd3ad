/*
 * Walks the prefixes of the input (audit/walk_tree.h), one after another: the addresses with a PTR
 * record become items of the run. A subtree whose walk ends early is reported as a refused row. The
 * open nodes are stored every few seconds, so that a resumed run goes on from there.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_NAME_WALK_H
#define IO_PHASES_NAME_WALK_H

#include "audit/walk_tree.h"
#include "io/phases/collect.h"

struct name_walk_result {
    const char *source;
    uint64_t found, questions;
    uint64_t childless; /* walk_tree_childless, of this session */
};

struct name_walk_sink {
    void *context; /* first argument of these; any may be NULL */
    /* About once in ten seconds. */
    void (*progress)(void *context, uint64_t found, uint64_t questions);
    /* The walk of a subtree ends; reason: a sentence for people. */
    void (*ended)(void *context, const char *reason);
    void (*done)(void *context, const struct name_walk_result *result);
};

/* Uses the asker, window and stop of the options. Adds to *counts. max_found: addresses of one
 * walk; it ends there. */
enum collect_end name_walk(struct run_file *run, const struct collect_options *options,
                           uint64_t max_found, const struct name_walk_sink *sink,
                           struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
