#include "reports/name_sketch.h"

#include <stdlib.h>

struct name_sketch {
    uint32_t rows[SKETCH_ROWS][SKETCH_COLUMNS];
};

struct name_sketch *name_sketch_new(void)
{
    return calloc(1, sizeof(struct name_sketch));
}

void name_sketch_free(struct name_sketch *sketch)
{
    free(sketch);
}

/* Each row uses its own bits. */
static unsigned column_of(uint64_t hash, unsigned row)
{
    return (unsigned)(hash >> (32 * row)) % SKETCH_COLUMNS;
}

uint32_t name_sketch_count(const struct name_sketch *sketch, uint64_t hash)
{
    uint32_t least = UINT32_MAX;

    for (unsigned i = 0; i < SKETCH_ROWS; i++) {
        uint32_t count = sketch->rows[i][column_of(hash, i)];

        least = count < least ? count : least;
    }
    return least;
}

/* Conservative update: no counter is raised above the new count. */
uint32_t name_sketch_add(struct name_sketch *sketch, uint64_t hash)
{
    uint32_t count = name_sketch_count(sketch, hash);

    if (count < UINT32_MAX)
        count++;
    for (unsigned i = 0; i < SKETCH_ROWS; i++) {
        uint32_t *counter = &sketch->rows[i][column_of(hash, i)];

        if (*counter < count)
            *counter = count;
    }
    return count;
}
