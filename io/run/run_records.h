/*
 * The records of several runs: an array of the caller, or packed, because the records of a thousand
 * shards would take more memory than the report of them.
 *
 * Ownership: struct run_records is a plain value that refers to an array or to a pack;
 * record_pack_new / record_pack_free. Threads: one at a time.
 */
#ifndef IO_RUN_RUN_RECORDS_H
#define IO_RUN_RUN_RECORDS_H

#include "io/run/record.h"

struct record_pack;

struct run_records {
    const struct run_record *whole; /* an array; NULL: packed */
    struct record_pack *pack;
};

/* NULL: out of memory. most: as many records can be added. */
struct record_pack *record_pack_new(unsigned most);
/* Adds a record after the last one. False: out of memory. */
bool record_pack_add(struct record_pack *pack, const struct run_record *record)
    __attribute__((warn_unused_result));
/* Puts the records in another order: that of number `from[i]` becomes record i of `count`. False:
 * out of memory, and nothing was done. */
bool record_pack_order(struct record_pack *pack, const uint32_t *from, unsigned count)
    __attribute__((warn_unused_result));
/* NULL is allowed. */
void record_pack_free(struct record_pack *pack);

/* Record i, valid until another one is asked for. */
const struct run_record *run_record_at(struct run_records records, unsigned i);

static inline struct run_records run_records_of(const struct run_record *array)
{
    return (struct run_records){.whole = array};
}

#endif
