/*
 * The addresses of an earlier run that did not pass become the input of a new run (--recheck), with
 * the source and line they came from. Addresses that the earlier run did not reach are included;
 * special-purpose addresses that it skipped are not.
 *
 * Until the safe_after of a judgement (audit/verdict.h), resolvers may hold the wrong answer, so
 * asking again shows nothing new. recheck_load counts these addresses as early.
 *
 * Ownership: recheck_open / recheck_close. Threads: one at a time. Errors: in *failure.
 */
#ifndef IO_PHASES_RECHECK_H
#define IO_PHASES_RECHECK_H

#include "io/run/run_file.h"

struct recheck;

struct recheck_counts {
    uint64_t rows;       /* rows of the new input: adjacent addresses of one line form one row */
    ip_count addresses;  /* in these rows */
    uint64_t expecting;  /* of these addresses, those with an expected host name */
    uint64_t passed;     /* addresses left out because they passed */
    uint64_t early;      /* addresses whose old answer may still be cached */
    int64_t early_until; /* the latest safe_after among them, seconds since 1970 UTC */
};

/* Opens the run in `directory` for reading. */
struct recheck *recheck_open(const char *directory, ip_count max_range, struct failure *failure);
/* Adds the rows to `run` (NULL: only counts) and seals its input. now: seconds since 1970 UTC. */
bool recheck_load(struct recheck *recheck, struct run_file *run, int64_t now,
                  struct recheck_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));
void recheck_close(struct recheck *recheck); /* NULL is allowed */

#endif
