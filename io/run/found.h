/*
 * Results: what the run found about each address (io/run/found_block.h). Ownership, threads and
 * errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_FOUND_H
#define IO_RUN_FOUND_H

#include "io/run/found_block.h"
#include "io/run/run_step.h"

/* Adds found[0..n), or replaces results that are not settled. All are of one vantage. Ascending
 * addresses share rows of the file. */
bool run_file_add_found(struct run_file *run, const struct run_found *found, unsigned n)
    __attribute__((warn_unused_result));

/* Settled addresses from `from` to `to` for a vantage (0: the run), in order, up to n; *got: the
 * number of them. */
bool run_file_known(struct run_file *run, uint32_t vantage, const struct ipaddr *from,
                    const struct ipaddr *to, struct ipaddr *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* Number of addresses with a result. Reads all of them. */
uint64_t run_file_count_found(struct run_file *run, bool settled_only);

/* Results of a range, in order; one range at a time. Facts are valid until the next call. An
 * address in a cut has the facts of the cut, unless it has a result of its own. */
bool run_file_found_begin(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
enum run_step run_file_found_next(struct run_file *run, struct run_found *out);
/* RUN_END: there is no result for this address. */
enum run_step run_file_found_one(struct run_file *run, const struct ipaddr *address,
                                 struct run_found *out);
/* Reads the facts of a result; unsound ones are damage. A PTR answer that a cut proves comes from
 * the cut. */
bool run_file_decode(struct run_file *run, const struct run_found *found, struct observation *out)
    __attribute__((warn_unused_result));

/* The facts alone, of all addresses, in order. */
struct run_facts {
    struct ipaddr address;
    const uint8_t *bytes; /* valid until the next call */
    uint32_t length;
};
bool run_file_facts_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_facts_next(struct run_file *run, struct run_facts *out);
/* What was read last, once more: a run of a pool (io/run/run_pool.h) loses it while others are
 * read. */
bool run_file_facts_again(struct run_file *run, struct run_facts *out)
    __attribute__((warn_unused_result));

/* Reads the results after the last one of a reading, so that a run opened with RUN_COMPARE checks
 * them too. */
bool run_file_found_rest(struct run_file *run) __attribute__((warn_unused_result));

/* ---- for io/run/run_file.c ---- */

/* Closes an open reading, which goes on by itself: before a write, because results change, and
 * before a commit, because a reading keeps the log from being written back. */
void run_file_pause_found(struct run_file *run);

#endif
