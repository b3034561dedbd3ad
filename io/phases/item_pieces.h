/*
 * The items of an input row: the whole of its range, or with --shard the pieces of it that belong
 * to the shard. They are stored when an input is read, and compared when it is read again.
 *
 * Ownership: a plain value; shard and target outlive it. Threads: no state.
 */
#ifndef IO_PHASES_ITEM_PIECES_H
#define IO_PHASES_ITEM_PIECES_H

#include "audit/shard.h"
#include "audit/target.h"
#include "io/run/input.h"
#include "io/system/failure.h"

struct item_pieces {
    const struct target *target; /* no walk */
    struct shard_pieces pieces;
    uint64_t count; /* pieces so far, those of other shards included */
};

void item_pieces_begin(struct item_pieces *pieces, const struct shard *shard,
                       const struct target *target);
/* The next one of the shard: sets its range, what is expected of it, and whether it is mapped.
 * RUN_FAILED: the pattern has no room for the piece; not after pattern_check. */
enum run_step item_pieces_next(struct item_pieces *pieces, struct run_item *out)
    __attribute__((warn_unused_result));
/* Sets the failure for that, and returns false. */
bool item_pieces_failed(struct failure *failure, const char *source, uint64_t line);

/* A row `walk PREFIX` is in no item of the run file, which has a digest of them instead. Begin with
 * 0. */
#define ITEM_WALKS_KEY "input.walks"
void item_pieces_add_walk(uint64_t *digest, uint32_t source, uint64_t line,
                          const struct iprange *prefix);

#endif
