/*
 * Loads all inputs into the run file: items and refused rows in input order. Notices that the user
 * needs at once (a broken stream, which columns are read) go to standard error.
 *
 * Threads: one at a time. Errors: in *failure. A broken stream is no failure; the counts have it.
 */
#ifndef IO_PHASES_LOAD_H
#define IO_PHASES_LOAD_H

#include "audit/shard.h"
#include "io/input/intake.h"
#include "io/run/run_file.h"

struct load_options {
    struct intake_options intake;
    char **inputs;
    unsigned count;
    struct shard shard; /* the part of the input that is kept */
    bool quiet;
    bool show_columns;  /* say which columns are read, unless quiet */
    bool show_rejected; /* -v: print each refused row */
};

enum { LOAD_EXAMPLES = 10, LOAD_REASON_MAX = 2 * TARGET_REASON_MAX, LOAD_COLUMNS_MAX = 4096 };

/* A row that was refused, or whose name is not usable. */
struct load_example {
    const char *source; /* as named on the command line */
    uint64_t line;
    char reason[LOAD_REASON_MAX];
};

struct load_result {
    struct intake_counts counts;    /* of the whole input */
    ip_count shard_addresses;       /* of them, those of the shard */
    uint64_t digest;                /* of the whole input: its items and refused rows */
    char columns[LOAD_COLUMNS_MAX]; /* what is read from the columns of each input; "": no files */
    struct load_example examples[LOAD_EXAMPLES]; /* the first ones */
    unsigned example_count;
};

/* Reads everything and marks the input as complete (sealed). */
bool load_inputs(struct run_file *run, const struct load_options *options,
                 struct load_result *result, struct failure *failure)
    __attribute__((warn_unused_result));
/* Only counts (--dry-run). */
bool load_dry(const struct load_options *options, struct load_result *result,
              struct failure *failure) __attribute__((warn_unused_result));

#endif
