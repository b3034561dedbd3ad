/*
 * Does a resumed run have the same input as the inputs on its command line? Reads these again and
 * compares them with the run file, row by row: a changed input would otherwise be reported as
 * audited.
 *
 * Threads: one at a time. Errors: in *failure; a difference is one.
 */
#ifndef IO_PHASES_INPUT_MATCH_H
#define IO_PHASES_INPUT_MATCH_H

#include "io/phases/load.h"

/* run: with complete input. directory: the run directory, for messages. Fails at the first row that
 * differs: in address, expected name, line or input. Of a refused row the text is compared, not the
 * reason. */
bool input_match(struct run_file *run, const struct load_options *options, const char *directory,
                 struct failure *failure) __attribute__((warn_unused_result));

#endif
