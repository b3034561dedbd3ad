/*
 * The first rows of a file, kept until the columns are decided.
 *
 * Memory: constant. Ownership: sample_new / sample_free; the rows belong to the sample. Threads:
 * one at a time. Errors: *failure for lack of memory.
 */
#ifndef IO_INPUT_SAMPLE_H
#define IO_INPUT_SAMPLE_H

#include "io/input/rows.h"

enum { SAMPLE_ROWS = 32 };

struct sample;

struct sample *sample_new(struct failure *failure);
/* Copies the row. False: the sample is full, and the row is not in it. An empty sample takes any
 * row. */
bool sample_add(struct sample *sample, const struct row *row) __attribute__((warn_unused_result));
void sample_clear(struct sample *sample);
unsigned sample_count(const struct sample *sample);
const struct row *sample_rows(const struct sample *sample);
/* Splits the rows at their blanks, if words_separate_columns holds for them (io/input/words.h). */
void sample_split(struct sample *sample);
void sample_free(struct sample *sample);

#endif
