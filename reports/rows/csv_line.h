/*
 * One line of a CSV file (RFC 4180): cells are collected in fixed storage and written at once.
 *
 * A cell or joined value that a spreadsheet would run as a formula (it begins with = + - @, tab, CR
 * or LF) gets a ' in front. Cells with a comma, quote or line end are quoted. Ownership: plain
 * value, begin with csv_line_begin. Ceiling: what does not fit in CSV_LINE_MAX is left out; the
 * callers' own limits keep below it.
 */
#ifndef REPORTS_ROWS_CSV_LINE_H
#define REPORTS_ROWS_CSV_LINE_H

#include "io/output/outfile.h"

enum { CSV_LINE_MAX = 64 * 1024 };

struct csv_line {
    size_t used;
    size_t cell;  /* where the open cell begins */
    bool joined;  /* the open cell holds a value already */
    bool special; /* the open cell needs quotes */
    char bytes[CSV_LINE_MAX];
};

void csv_line_begin(struct csv_line *line);
/* A value of the open cell; values are joined by ';'. */
void csv_value(struct csv_line *line, const char *text, size_t len);
void csv_value_text(struct csv_line *line, const char *text);
void csv_value_number(struct csv_line *line, uint64_t number);
/* "(990 more)", where a list was cut; nothing for 0. */
void csv_value_more(struct csv_line *line, uint64_t more);
/* Ends the open cell; the next one begins. */
void csv_cell_end(struct csv_line *line);
/* Ends the last cell's line (CRLF, RFC 4180 2) and writes it. */
void csv_line_write(struct csv_line *line, struct outfile *out);

#endif
