/*
 * A question like those of a run, to probe a resolver with before the run: the SOA of the
 * reverse name of the first address. Its zone answers that as it answers for the PTR, and the PTR
 * question itself is left to the run.
 *
 * Threads: one at a time.
 */
#ifndef IO_PHASES_SAMPLE_QUESTION_H
#define IO_PHASES_SAMPLE_QUESTION_H

#include "io/phases/load.h"
#include "io/run/run_file.h"

/* Reads the inputs up to their first address. False: the first rows hold no address, or the inputs
 * cannot be read twice (standard input, a pipe). */
bool sample_question(struct question *out, const struct load_options *options);
/* The same from a run file. *known: it holds an address. False: the run file failed. */
bool sample_question_stored(struct question *out, bool *known, struct run_file *run)
    __attribute__((warn_unused_result));

#endif
