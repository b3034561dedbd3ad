/*
 * The number of the current line, as editors count: LF and CR LF end a line. A lone CR ends one
 * only in files whose first row ends with a lone CR; elsewhere it is an octet of a cell.
 *
 * Ownership: plain value; begin with `line` 1 and the rest 0. Threads: no state.
 */
#ifndef IO_INPUT_LINE_COUNT_H
#define IO_INPUT_LINE_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does a lone CR count as a line? The first line end outside quotes decides. */
enum cr_lines { CR_UNDECIDED, CR_COUNTS, CR_IGNORED };

struct line_count {
    uint64_t line; /* from 1 */
    enum cr_lines cr_lines;
    uint64_t crs_undecided; /* in quotes of the first row */
};

/* A line ended with these octets; end_length 0: it has not ended. in_quotes: a quoted cell is open.
 */
void line_count_end(struct line_count *count, const char *end, size_t end_length, bool in_quotes);
/* Goes back to an earlier line. */
void line_count_rewind(struct line_count *count, uint64_t line);

#endif
