/*
 * What was found about up to sixteen neighbours (an IPv4 /28, an IPv6 /124), as one value of the
 * run file: a row an address costs SQLite several times as much as all that is done with the row.
 * docs/run-file.md has the form.
 *
 * Ownership: as told at each function. Threads: no state. Errors: bytes are not trusted; every
 * bound is checked.
 */
#ifndef IO_RUN_FOUND_BLOCK_H
#define IO_RUN_FOUND_BLOCK_H

#include "io/run/run_file.h"

enum {
    FOUND_BLOCK_ADDRESSES = 16,
    FOUND_ENTRY_HEAD =
        1 + 8 + 4 + 4 + 4, /* place and settled, checked_at, elapsed_ms, tries, length */
    FOUND_BLOCK_MAX = FOUND_BLOCK_ADDRESSES * (FOUND_ENTRY_HEAD + FACTS_MAX),
};

/* A block that is read. Zeroed: one without addresses. */
struct found_block {
    struct ipaddr first; /* of the sixteen */
    const uint8_t *at;   /* what is still to be read */
    uint32_t left;       /* octets */
    int before;          /* place of the address read last; -1: none yet */
};

enum found_block_step { FOUND_BLOCK_ENTRY, FOUND_BLOCK_END, FOUND_BLOCK_UNSOUND };

/* The first address of the block that an address lies in. */
struct ipaddr found_block_of(const struct ipaddr *address);
/* False: no block begins with this address, or none is as long. bytes must stay while it is read.
 */
bool found_block_begin(struct found_block *block, const struct ipaddr *first, const uint8_t *bytes,
                       size_t length) __attribute__((warn_unused_result));
/* Addresses come in order, each once; facts point into the bytes. */
enum found_block_step found_block_next(struct found_block *block, struct run_found *out)
    __attribute__((warn_unused_result));

/* A block that is written; zeroed at first. */
struct found_bytes {
    uint8_t *bytes;
    size_t length, capacity;
};
enum found_merge {
    FOUND_MERGED,
    FOUND_HELD_UNSOUND,
    FOUND_NO_ROOM /* for memory, or facts pass FACTS_MAX */
};
/* Replaces what is in `out` by what `held` (NULL: nothing) and found[0..n) hold together: addresses
 * of one block, in order, each once. What is settled in `held` stays, the rest is replaced. */
enum found_merge found_block_merge(struct found_bytes *out, struct found_block *held,
                                   const struct run_found *found, unsigned n)
    __attribute__((warn_unused_result));
void found_bytes_free(struct found_bytes *bytes);

#endif
