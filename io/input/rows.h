/*
 * Rows and cells of one input text: CSV (RFC 4180, through libcsv), TSV, semicolons, or one item a
 * line. The caller feeds bytes.
 *
 * - A first line like "sep=;" names the separator. Otherwise the first readable line that holds a
 *   tab, semicolon or comma outside quotes decides (in this order of preference). Tabs at the edges
 *   of a line are blanks until a tab is the separator.
 * - Cells are trimmed of blanks outside quotes. ="..." is a quoted cell, as Excel writes it. Any
 *   other quote in the middle of a cell is a fault of its row.
 * - Blank lines and comments (io/input/lines.h) are ignored wherever a row could begin. A byte
 *   order mark is dropped.
 * - LF, CRLF and CR end a row. Lines are numbered as editors do: LF and CRLF count. A lone CR
 *   counts only if the first row of the input ends with one.
 * - Limits: ROW_MAX bytes a row, CELL_MAX a cell, COLUMNS_MAX cells. A row that exceeds a limit,
 *   holds a NUL, or has a quote that is never closed is given as a fault with its line and text.
 *   Reading goes on at the next line: a quote that is not closed within ROW_MAX bytes costs only
 *   its own line. UTF-16 is recognised and refused with one fault.
 *
 * Memory: constant. Ownership: rows_new / rows_free. Threads: one at a time. Errors: lack of memory
 * stops the feeding with *failure set.
 */
#ifndef IO_INPUT_ROWS_H
#define IO_INPUT_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "io/system/failure.h"

enum { CELL_MAX = 64 * 1024, ROW_MAX = 1024 * 1024, COLUMNS_MAX = 1024 };

struct cell {
    const char *text; /* not NUL-terminated */
    size_t length;
};

struct row {
    uint64_t line;    /* first line of the row, from 1 */
    const char *text; /* the row as written, without its line end; for faults at most the first
                         ROW_TEXT_MAX bytes */
    size_t length;
    const char *fault; /* NULL, or why the row cannot be read; then there are no cells */
    const struct cell *cells;
    unsigned count;
};

enum { ROW_TEXT_MAX = 4096 };

/* Called for each row; all pointers are valid only during the call. False stops the feeding. */
typedef bool row_fn(void *context, const struct row *row);

struct rows;

/* failure must outlive the rows. NULL with *failure set. */
struct rows *rows_new(row_fn *give, void *context, struct failure *failure);
/* False if `give` returned false, or with *failure set. */
bool rows_feed(struct rows *rows, const char *bytes, size_t len)
    __attribute__((warn_unused_result));
/* The input ended: gives the last row. */
bool rows_finish(struct rows *rows) __attribute__((warn_unused_result));
/* The input broke off: a last line without an end may hold half an address, so it is given as a
 * fault. */
bool rows_break_off(struct rows *rows) __attribute__((warn_unused_result));
/* The line of the next byte. */
uint64_t rows_line(const struct rows *rows);
void rows_free(struct rows *rows);

#endif
