/*
 * Loading: all inputs into the run file, items and refused rows in input order. Says on standard
 * error what people should know at once: broken streams, headers guessed.
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
    bool tell_rejected; /* -v: each refused row too */
};

/* Reads everything and seals the input. */
bool load_inputs(struct run_file *run, const struct load_options *options,
                 struct intake_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));
/* Reads everything and keeps nothing (--dry-run). */
bool load_dry(const struct load_options *options, struct intake_counts *counts,
              struct failure *failure) __attribute__((warn_unused_result));

#endif
