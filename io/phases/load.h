/*
 * Loads all inputs into the run file: items and refused rows in input order. Notices that the user
 * needs at once (a broken stream, how a header was read) go to standard error.
 *
 * Threads: one at a time. Errors: in *failure. A broken stream is no failure; *counts has it.
 */
#ifndef IO_PHASES_LOAD_H
#define IO_PHASES_LOAD_H

#include "io/input/intake.h"
#include "io/run/run_file.h"

struct load_options {
    struct intake_options intake;
    char **inputs;
    unsigned count;
    bool quiet;
    bool show_rejected; /* -v: print each refused row */
};

/* Reads everything and marks the input as complete (sealed). */
bool load_inputs(struct run_file *run, const struct load_options *options,
                 struct intake_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));
/* Only counts (--dry-run). */
bool load_dry(const struct load_options *options, struct intake_counts *counts,
              struct failure *failure) __attribute__((warn_unused_result));

#endif
