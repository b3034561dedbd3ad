/* Where a column puts its values: the open cell of a CSV line, or the open key of a JSON line. */
#ifndef REPORTS_ROWS_ROW_CELLS_H
#define REPORTS_ROWS_ROW_CELLS_H

#include <string.h>

#include "reports/rows/csv_line.h"
#include "reports/rows/json_line.h"

/* One of them is set. */
struct row_cells {
    struct csv_line *csv;
    struct json_line *json;
};

static inline void cell_value(struct row_cells *cells, const char *text, size_t len)
{
    if (cells->csv)
        csv_value(cells->csv, text, len);
    else
        json_value(cells->json, text, len);
}

static inline void cell_text(struct row_cells *cells, const char *text)
{
    cell_value(cells, text, strlen(text));
}

static inline void cell_number(struct row_cells *cells, uint64_t number)
{
    char room[OUTFILE_DIGITS_MAX];
    size_t count;
    const char *digits = outfile_digits(room, number, &count);

    cell_value(cells, digits, count);
}

/* The number of values beyond those that the cell lists. */
static inline void cell_more(struct row_cells *cells, uint64_t more)
{
    if (cells->csv)
        csv_value_more(cells->csv, more);
    else
        json_value_more(cells->json, more);
}

#endif
