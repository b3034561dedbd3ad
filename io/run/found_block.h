/*
 * Results of up to sixteen neighbouring addresses (an IPv4 /28, an IPv6 /124) as one value of the
 * run file. A row for each address would cost SQLite several times as much as all other work on it.
 * docs/run-file.md describes the form.
 *
 * Ownership: a block that is read borrows its bytes; found_block_bytes_free frees those of a block
 * that is written. Threads: no state. Errors: bytes are not trusted, every bound is checked.
 */
#ifndef IO_RUN_FOUND_BLOCK_H
#define IO_RUN_FOUND_BLOCK_H

#include "audit/observation.h"

/* The result of one address. */
struct run_found {
    uint32_t vantage; /* number from run_file_add_vantage; 0: the resolvers of the run */
    struct ipaddr address;
    int64_t checked_at; /* seconds since 1970 UTC */
    uint32_t elapsed_ms;
    uint32_t tries;
    bool settled;         /* false: an answer is temporary; a resumed run asks again */
    bool implied;         /* not asked by itself: it is in a cut (io/run/cuts.h) */
    bool first_of_cut;    /* implied, and the first address of its cut */
    const uint8_t *facts; /* observation_decode reads them */
    uint32_t length;
};

enum {
    FOUND_BLOCK_ADDRESSES = 16,
    /* place and settled, checked_at, elapsed_ms, tries, length */
    FOUND_BLOCK_HEAD = 1 + 8 + 4 + 4 + 4,
    FOUND_BLOCK_MAX = FOUND_BLOCK_ADDRESSES * (FOUND_BLOCK_HEAD + FACTS_MAX),
};

/* A block that is read. Zeroed: a block without addresses. */
struct found_block {
    struct ipaddr first; /* of the sixteen */
    const uint8_t *at;   /* next octet */
    uint32_t left;       /* octets */
    int before;          /* place of the last address; -1: none yet */
};

enum found_block_step { FOUND_BLOCK_ENTRY, FOUND_BLOCK_END, FOUND_BLOCK_UNSOUND };

/* The first address of the block that holds an address. */
struct ipaddr found_block_of(const struct ipaddr *address);
/* False: no block begins at this address, or the bytes are too long. */
bool found_block_begin(struct found_block *block, const struct ipaddr *first, const uint8_t *bytes,
                       size_t length) __attribute__((warn_unused_result));
/* Addresses ascend. Facts point into the bytes. */
enum found_block_step found_block_next(struct found_block *block, struct run_found *out)
    __attribute__((warn_unused_result));

/* A block that is written. Begin with a zeroed one; it can be used again. */
struct found_block_bytes {
    uint8_t *bytes;
    size_t length, capacity;
};
enum found_block_merge {
    FOUND_BLOCK_MERGED,
    FOUND_BLOCK_HELD_UNSOUND,
    FOUND_BLOCK_TOO_LONG, /* facts exceed FACTS_MAX */
    FOUND_BLOCK_NO_MEMORY
};
/* Replaces the bytes in `out` by the union of `held` (NULL: empty) and found[0..n), which are
 * ascending addresses of one block. Settled entries of `held` are kept, others are replaced. */
enum found_block_merge found_block_merge(struct found_block_bytes *out, struct found_block *held,
                                         const struct run_found *found, unsigned n)
    __attribute__((warn_unused_result));
void found_block_bytes_free(struct found_block_bytes *bytes);

#endif
