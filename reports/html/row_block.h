/*
 * Tables of text in a page, for its script: rows are collected, and each block of them becomes one
 * element <script type="application/octet-stream" data-table="NAME" data-rows="N">: base64 of a
 * gzip member (RFC 1952), which holds the columns one after another. docs/explore.md has the form
 * of a column. Browsers never run such an element, and base64 holds no markup.
 *
 * Memory: BLOCK_OCTETS and the ends of the cells; it does not grow with the rows. Ownership:
 * row_block_new / row_block_free. Threads: one at a time. Errors: the outfile keeps those of
 * writing; running out of memory is remembered and reported by row_block_end.
 */
#ifndef REPORTS_HTML_ROW_BLOCK_H
#define REPORTS_HTML_ROW_BLOCK_H

#include <stdbool.h>

#include "io/output/outfile.h"
#include "reports/rows/line_feed.h"

enum {
    BLOCK_ROWS = 16 * 1024,
    BLOCK_OCTETS = 4 * 1024 * 1024, /* of text */
    BLOCK_CELLS = CSV_CELLS_MAX + 1,
};

struct row_block;

/* NULL: out of memory. */
struct row_block *row_block_new(struct outfile *out);
/* NULL is allowed. */
void row_block_free(struct row_block *block);
/* Begins a table. All its rows have `columns` cells, at most BLOCK_CELLS. */
void row_block_begin(struct row_block *block, const char *table, unsigned columns);
/* The cells of the line, written as in its file, and its zones. */
void row_block_add_line(struct row_block *block, const struct shown_line *line);
void row_block_add(struct row_block *block, const char *const *cells);
/* Writes what is left. False: out of memory, the table is not whole. */
bool row_block_end(struct row_block *block) __attribute__((warn_unused_result));

#endif
