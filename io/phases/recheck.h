/*
 * Checking again: the rows of an earlier run that did not pass become the input of a new one, under
 * the line and the source they came from. Rows that were never asked are among them;
 * special-purpose addresses that the earlier run left out are not.
 *
 * Before its safe_after (audit/verdict.h) a resolver may still hold the answer that was wrong, so
 * an address that is asked earlier tells nothing new: recheck_load counts those.
 *
 * Ownership: recheck_open / recheck_close. Threads: one at a time. Errors: *failure tells.
 */
#ifndef IO_PHASES_RECHECK_H
#define IO_PHASES_RECHECK_H

#include "io/run/run_file.h"

struct recheck;

struct recheck_counts {
    uint64_t rows;       /* rows taken over: addresses next to each other under one line are one */
    ip_count addresses;  /* in them */
    uint64_t expecting;  /* of the addresses, with an expected host name */
    uint64_t passed;     /* addresses left out */
    uint64_t early;      /* addresses whose answer cannot have changed yet, for sure */
    int64_t early_until; /* the latest safe_after among them, seconds since 1970 UTC */
};

/* Opens the run in `directory` for reading. */
struct recheck *recheck_open(const char *directory, struct failure *failure);
/* Adds the rows to `run` (NULL: only counts) and seals its input. now: seconds since 1970 UTC. */
bool recheck_load(struct recheck *recheck, struct run_file *run, int64_t now,
                  struct recheck_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));
void recheck_close(struct recheck *recheck); /* NULL is allowed */

#endif
