/*
 * The feeder: reads the sorted spans of a run file, walks them, and fills batches of addresses to
 * ask for, spread over their reverse zones (audit/spread.h); in a resumed run without those that
 * are known. Ownership: feeder_new / feeder_free. Threads: one at a time. Errors: in the run file
 * (run_file_failure), or feeder_out_of_memory.
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

/* vantage: for which `resumed` leaves out what is known; 0: for the run. NULL: out of memory. */
struct feeder *feeder_new(struct run_file *run, bool skip_special, bool resumed, uint32_t vantage);
/* Fills the batch with up to `limit` units; none means that there are no more. False: reading
 * failed, or memory is short. */
bool feeder_fill(struct feeder *feeder, struct unit_batch *batch, unsigned limit)
    __attribute__((warn_unused_result));
bool feeder_out_of_memory(const struct feeder *feeder);
/* How many addresses there are to ask in the whole run; UINT64_MAX if more than fit. Reads all
 * spans; uses no feeder. */
bool feeder_total(struct run_file *run, bool skip_special, uint64_t *total)
    __attribute__((warn_unused_result));
void feeder_free(struct feeder *feeder);

#endif
