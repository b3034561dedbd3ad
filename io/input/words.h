/*
 * Lists whose columns are separated by blanks: "198.51.100.7 mta7.example.com". The reader of rows
 * gives each line as one cell; here it is split.
 *
 * Ownership: the words point into the cell. Threads: no state.
 */
#ifndef IO_INPUT_WORDS_H
#define IO_INPUT_WORDS_H

#include "io/input/rows.h"

enum { WORDS_MAX = 64 }; /* in a row; more are ignored */

/* Do these first rows of a file hold columns separated by blanks? */
bool words_separate_columns(const struct row *rows, unsigned count);
/* Splits the row if it is one cell that holds more than items. A word that begins with '#' or ';'
 * begins a comment. The row is given in *out, with its cells in words. */
void words_split(struct row *out, struct cell words[WORDS_MAX], const struct row *row);

#endif
