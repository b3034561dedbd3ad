/*
 * The items of the shards of one audit, in the order of the whole input. Each piece of the input is
 * in one shard, and its number there is its place in the input.
 *
 * Ownership: shard_items_begin / shard_items_free. Threads and errors as in io/run/run_file.h: a
 * failure is one of the run that *index names.
 */
#ifndef IO_RUN_SHARD_ITEMS_H
#define IO_RUN_SHARD_ITEMS_H

#include "io/run/input.h"

struct shard_items;

/* Begins the reading of the items of runs[0..count). *out is NULL only if memory is short. False:
 * no memory, or runs[*index] failed; free *out in each case. */
bool shard_items_begin(struct shard_items **out, struct run_file **runs, unsigned count,
                       unsigned *index) __attribute__((warn_unused_result));
/* The next item, valid until the next call, and the run that holds it. */
enum run_step shard_items_next(struct shard_items *items, const struct run_item **item,
                               unsigned *index);
/* NULL is allowed. */
void shard_items_free(struct shard_items *items);

#endif
