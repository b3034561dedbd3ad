/*
 * The roof: what an audit is of: the inputs that the command line names, or what did not pass in an
 * earlier run (--recheck).
 *
 * Ownership: a plain value that begins with zeros; input_close. Threads: one at a time. Errors:
 * *failure tells.
 */
#ifndef AUDIT_COMMAND_INPUT_H
#define AUDIT_COMMAND_INPUT_H

#include "audit/command/options.h"
#include "io/input/intake.h"
#include "io/phases/recheck.h"
#include "io/run/record.h"

struct input {
    struct recheck *recheck; /* the earlier run, until its rows are taken over */
    struct recheck_counts rechecked;
    struct intake_counts counts;
};

/* Can it be read at all? output: the run directory, which the earlier run may not stand in. */
bool input_check(const struct options *options, const char *output, struct failure *failure)
    __attribute__((warn_unused_result));
/* Opens the earlier run and counts what there is to check again. */
bool input_open_recheck(struct input *input, const struct options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* As the record names it. */
void input_name(char out[RECORD_TEXT_MAX], const struct options *options);
/* Brings it into the run file, unless an earlier session has done so, and records that. */
bool input_load(struct input *input, const struct options *options, struct run_file *run,
                struct run_record *record, struct failure *failure)
    __attribute__((warn_unused_result));
/* Only counts it. */
bool input_count(struct input *input, const struct options *options, const char *output,
                 struct failure *failure) __attribute__((warn_unused_result));
void input_close(struct input *input);

#endif
