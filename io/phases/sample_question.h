/*
 * Questions like those of a run, to probe a resolver with before the run: the SOA of the reverse
 * names of its first addresses, each of another /24 or /48. Their zones answer that as they answer
 * for the PTR, and the PTR questions themselves are left to the run.
 *
 * Threads: one at a time.
 */
#ifndef IO_PHASES_SAMPLE_QUESTION_H
#define IO_PHASES_SAMPLE_QUESTION_H

#include "io/lookup/probe_question.h"
#include "io/phases/load.h"
#include "io/run/run_file.h"

/* Reads the first rows of the inputs. No question: they hold no address, or the inputs cannot be
 * read twice (standard input, a pipe). */
void sample_question(struct probe_sample *out, const struct load_options *options);
/* The same from a run file. False: the run file failed. */
bool sample_question_stored(struct probe_sample *out, struct run_file *run)
    __attribute__((warn_unused_result));

#endif
