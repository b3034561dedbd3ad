/*
 * Shards: the parts of one audit, for several machines. The addresses of one reverse zone unit (a
 * /24 of IPv4, a /48 of IPv6) are in one shard, so that one machine asks the servers of a zone. A
 * hash of the unit decides which, so the division does not depend on the order of the input.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_SHARD_H
#define AUDIT_SHARD_H

#include "audit/ipaddr.h"

enum shard_by { SHARD_BY_ZONE, SHARD_BY_ADDRESS };

enum { SHARDS_MAX = 100000, SHARD_TEXT_MAX = 16 };

struct shard {
    uint32_t index; /* from 0 */
    uint32_t count; /* 0: the audit is not divided */
    enum shard_by by;
};

/* "3/64": the index and the number of shards. Does not set `by`. */
bool shard_parse(struct shard *out, const char *text) __attribute__((warn_unused_result));
void shard_print(char out[SHARD_TEXT_MAX], const struct shard *shard);
/* The shard that an address belongs to; it must be one of several. */
uint32_t shard_of(const struct shard *shard, const struct ipaddr *address);

/* The pieces of a range, in order: each lies in one shard. An audit that is not divided has one
 * piece, the range. */
struct shard_pieces {
    const struct shard *shard;
    struct iprange rest;
    bool done;
};
void shard_pieces_begin(struct shard_pieces *pieces, const struct shard *shard,
                        const struct iprange *range);
/* *mine: the piece belongs to the shard itself. False: there are no more. */
bool shard_pieces_next(struct shard_pieces *pieces, struct iprange *piece, bool *mine)
    __attribute__((warn_unused_result));

#endif
