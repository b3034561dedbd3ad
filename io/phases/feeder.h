/*
 * Fills batches with the addresses to ask: walks the sorted spans of a run file and spreads the
 * addresses over their reverse zones (audit/spread.h). A resumed run leaves out known addresses.
 * Addresses in cuts (io/run/cuts.h) are left out, unless there is a name to ask for.
 *
 * Ownership: feeder_new / feeder_free. Threads: one at a time. Errors: in *failure.
 */
#ifndef IO_PHASES_FEEDER_H
#define IO_PHASES_FEEDER_H

#include "io/run/run_file.h"

enum { BATCH_UNITS = 64 };

struct unit_batch {
    unsigned count;
    struct walk_unit units[BATCH_UNITS];
};

struct feeder;

/* resumed: leave out addresses that are known to `vantage` (0: to the run). */
struct feeder *feeder_new(struct run_file *run, bool skip_special, bool resumed, uint32_t vantage,
                          struct failure *failure);
/* Fills the batch with up to `limit` units; an empty batch means that there are no more. */
bool feeder_fill(struct feeder *feeder, struct unit_batch *batch, unsigned limit,
                 struct failure *failure) __attribute__((warn_unused_result));
/* Addresses that were left out since the last call, because cuts prove them. */
uint64_t feeder_skipped(struct feeder *feeder);
/* Counts the addresses to ask in the whole run, at most UINT64_MAX. Reads all spans. */
bool feeder_total(struct run_file *run, bool skip_special, uint64_t *total, struct failure *failure)
    __attribute__((warn_unused_result));
void feeder_free(struct feeder *feeder);

#endif
