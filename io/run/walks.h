/*
 * The walks of a run (audit/walk_tree.h): prefixes to be walked, the open nodes of the one that was
 * begun, and what it found. Ownership, threads and errors as in io/run/run_file.h.
 *
 * A walk has a source of its own once it is begun, so that what it finds comes after the items of
 * the inputs. It is finished when its addresses have become items; then it has no rows.
 */
#ifndef IO_RUN_WALKS_H
#define IO_RUN_WALKS_H

#include "audit/ipaddr.h"
#include "io/run/run_step.h"

struct run_walk {
    uint32_t source;
    uint64_t line;
};

/* An open node; exists as in walk_tree_add. */
struct run_walk_node {
    struct iprange prefix;
    bool exists;
};

/* A prefix of the input. */
bool run_file_add_walk(struct run_file *run, const struct run_walk *walk,
                       const struct iprange *prefix) __attribute__((warn_unused_result));
/* The next walk to do, begun or not; RUN_END: all are finished. One that was not begun gets its
 * source now. */
enum run_step run_file_next_walk(struct run_file *run, struct run_walk *out);
/* Its open nodes, in portions: from *cursor on, a zeroed range at first. 0: there are no more. */
bool run_file_walk_nodes(struct run_file *run, const struct run_walk *walk, struct iprange *cursor,
                         struct run_walk_node *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* Removes the open nodes, to add the present ones. */
bool run_file_clear_walk_nodes(struct run_file *run, const struct run_walk *walk)
    __attribute__((warn_unused_result));
bool run_file_add_walk_node(struct run_file *run, const struct run_walk *walk,
                            const struct run_walk_node *node) __attribute__((warn_unused_result));
/* An address with a PTR record; twice is once. */
bool run_file_add_walk_found(struct run_file *run, const struct run_walk *walk,
                             const struct ipaddr *address) __attribute__((warn_unused_result));
bool run_file_count_walk_found(struct run_file *run, const struct run_walk *walk, uint64_t *count)
    __attribute__((warn_unused_result));
/* The addresses become items, in order. */
bool run_file_finish_walk(struct run_file *run, const struct run_walk *walk)
    __attribute__((warn_unused_result));

/* ---- for io/run ---- */

bool run_file_load_walks(struct run_file *run) __attribute__((warn_unused_result));
bool run_file_has_walks(const struct run_file *run);

#endif
