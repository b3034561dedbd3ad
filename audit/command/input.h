/*
 * The input of an audit: the inputs on the command line, or the addresses that did not pass in an
 * earlier run (--recheck).
 *
 * Ownership: zero-initialised by the caller; input_close. Threads: one at a time. Errors: in
 * *failure.
 */
#ifndef AUDIT_COMMAND_INPUT_H
#define AUDIT_COMMAND_INPUT_H

#include "audit/command/options.h"
#include "io/phases/load.h"
#include "io/phases/recheck.h"
#include "io/run/record.h"

struct input {
    struct recheck *recheck; /* the earlier run, until its rows are copied */
    struct recheck_counts rechecked;
    struct load_result loaded;
};

/* Checks that the input can be read. output: the run directory; it must not hold the run that is
 * checked again, nor an input where a report would replace it. */
bool input_check(const struct options *options, const char *output, struct failure *failure)
    __attribute__((warn_unused_result));
/* Opens the earlier run and counts the addresses to check again. */
bool input_open_recheck(struct input *input, const struct options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* Questions like those of the run, to probe the resolvers with (io/phases/sample_question.h). */
void input_sample(struct probe_sample *out, const struct options *options);
/* Writes the description that the run record holds. */
void input_name(char out[RECORD_TEXT_MAX], const struct options *options);
/* Is the run that of these inputs, and are its addresses looked up like those before? */
bool input_may_resume(const struct options *options, const char *output, struct run_file *run,
                      const struct run_record *record, struct failure *failure)
    __attribute__((warn_unused_result));
/* Loads the input into the run file and describes it in the record. If an earlier session has done
 * so, checks that the inputs on the command line are the same. output: the run directory. */
bool input_load(struct input *input, const struct options *options, const char *output,
                struct run_file *run, struct run_record *record, struct failure *failure)
    __attribute__((warn_unused_result));
/* Counts the input without keeping it. */
bool input_count(struct input *input, const struct options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* Sets the failure of an input without a usable row, and returns false. */
bool input_all_refused(const struct input *input, const struct options *options, const char *output,
                       struct failure *failure);
void input_close(struct input *input);

#endif
