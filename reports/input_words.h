/*
 * The inputs of a run in a few columns, for the subject of a mail: as many as fit whole, and how
 * many more there are. An address, prefix or range is never cut; of the path of a file the end
 * remains, which says more than its start.
 *
 * Ownership: buffers of the caller. Threads: no state. Units: columns (reports/wrap.h).
 */
#ifndef REPORTS_INPUT_WORDS_H
#define REPORTS_INPUT_WORDS_H

#include <stddef.h>

enum { INPUT_WORDS_MIN = 8 /* columns; less of a path says nothing */ };

/* inputs: printable, as named on the command line and joined by blanks, or those of several runs
 * joined by " | ". Writes "fleet.csv", "11.0.0.0/16 and 2 more", ".../fleet.csv", "3 inputs", or ""
 * if none of these fits. Returns the length. */
size_t input_words_print(char *out, size_t size, size_t columns, const char *inputs);

#endif
