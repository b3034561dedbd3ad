/*
 * One line of a CSV file (RFC 4180): cells are collected in fixed storage and written at once.
 *
 * A cell or joined value that a spreadsheet would run as a formula (it begins with = + - @, tab, CR
 * or LF) is prefixed with '. Cells with a comma, quote or line end are quoted. Ownership: plain
 * value, begin with csv_line_begin. Ceiling: text beyond CSV_LINE_MAX is dropped; the limits of the
 * callers stay below it.
 */
#ifndef REPORTS_ROWS_CSV_LINE_H
#define REPORTS_ROWS_CSV_LINE_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"
#include "io/output/outfile.h"

enum { CSV_LINE_MAX = 64 * 1024, CSV_CELLS_MAX = 32 };

struct csv_line {
    size_t used;
    size_t cell;  /* start of the open cell */
    bool joined;  /* the open cell already holds a value */
    bool special; /* the open cell needs quotes */
    unsigned cells;
    uint32_t ends[CSV_CELLS_MAX]; /* of the first cells: where each ends in `bytes` */
    char bytes[CSV_LINE_MAX];
};

void csv_line_begin(struct csv_line *line);
/* Adds a value to the open cell; values are joined by ';'. */
void csv_value(struct csv_line *line, const char *text, size_t len);
void csv_value_text(struct csv_line *line, const char *text);
void csv_value_number(struct csv_line *line, uint64_t number);
void csv_value_name(struct csv_line *line, const struct dnsname *name);
void csv_value_address(struct csv_line *line, const struct ipaddr *address);
/* "(990 more)" after a list that was cut; nothing for 0. */
void csv_value_more(struct csv_line *line, uint64_t more);
/* Ends the open cell and begins the next. */
void csv_cell_end(struct csv_line *line);
/* Ends the line (CRLF, RFC 4180 2) and writes it. */
void csv_line_write(const struct csv_line *line, struct outfile *out);
/* The same for the octets of a line. */
void csv_octets_write(const char *bytes, size_t used, struct outfile *out);

#endif
