#include "io/input/sample.h"

#include <stdlib.h>
#include <string.h>

#include "io/input/words.h"

enum {
    SAMPLE_CELLS = 8 * COLUMNS_MAX,
    SAMPLE_TEXT = 2 * ROW_MAX, /* bytes of rows and cells; more than one row of any size */
};

struct sample {
    unsigned count;
    unsigned cells_used;
    size_t text_used;
    struct row rows[SAMPLE_ROWS];
    struct cell cells[SAMPLE_CELLS];
    char text[SAMPLE_TEXT];
};

_Static_assert((int)SAMPLE_CELLS >= (int)SAMPLE_ROWS * (1 + (int)WORDS_MAX),
               "each row that is split has one cell and becomes at most WORDS_MAX");

struct sample *sample_new(struct failure *failure)
{
    struct sample *sample = malloc(sizeof(*sample));

    if (!sample) {
        failure_out_of_memory(failure);
        return NULL;
    }
    sample_clear(sample);
    return sample;
}

static const char *keep(struct sample *sample, const char *text, size_t length)
{
    char *copy = sample->text + sample->text_used;

    memcpy(copy, text, length);
    sample->text_used += length;
    return copy;
}

static bool has_room(const struct sample *sample, const struct row *row, size_t text_length)
{
    for (unsigned i = 0; i < row->count; i++)
        text_length += row->cells[i].length;
    return sample->count < SAMPLE_ROWS && text_length <= SAMPLE_TEXT - sample->text_used &&
           row->count <= SAMPLE_CELLS - sample->cells_used;
}

bool sample_add(struct sample *sample, const struct row *row)
{
    struct row *copy = &sample->rows[sample->count];
    struct cell *cells = sample->cells + sample->cells_used;
    size_t length = row->length < ROW_TEXT_MAX ? row->length : ROW_TEXT_MAX;

    if (!has_room(sample, row, length))
        return false;
    *copy = *row;
    copy->text = keep(sample, row->text, length);
    copy->length = length;
    copy->cells = cells;
    for (unsigned i = 0; i < row->count; i++)
        cells[i] = (struct cell){keep(sample, row->cells[i].text, row->cells[i].length),
                                 row->cells[i].length};
    sample->cells_used += row->count;
    sample->count++;
    return true;
}

void sample_clear(struct sample *sample)
{
    sample->count = 0;
    sample->cells_used = 0;
    sample->text_used = 0;
}

unsigned sample_count(const struct sample *sample)
{
    return sample->count;
}

const struct row *sample_rows(const struct sample *sample)
{
    return sample->rows;
}

void sample_split(struct sample *sample)
{
    for (unsigned i = 0; i < sample->count; i++) {
        struct row *row = &sample->rows[i];

        words_split(row, sample->cells + sample->cells_used, row);
        sample->cells_used += row->count;
    }
}

void sample_free(struct sample *sample)
{
    free(sample);
}
