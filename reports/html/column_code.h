/*
 * The form of one column of a block (docs/explore.md): the shortest of a few that fits all its
 * cells. The first octet names the form:
 *
 *   0  one value: all cells are equal
 *   1  codes: the distinct values, at most 255, then an octet a row
 *   2  texts: the lengths, then the octets of all cells
 *   3  IPv4 addresses, 4  whole numbers below 2^32: differences from row to row
 *   5  like another column: an octet a row, 1 if the cell is the same there, then texts
 *
 * Lengths are 16 bits, as low octets and high octets apart; differences are four planes of octets,
 * lowest first. So equal octets come together, which compresses better.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef REPORTS_HTML_COLUMN_CODE_H
#define REPORTS_HTML_COLUMN_CODE_H

#include <stddef.h>
#include <stdint.h>

enum { COLUMN_ROWS_MAX = 16 * 1024, COLUMN_CODES_MAX = 255, COLUMN_SLOTS = 1024 };

/* The cells of a table row by row. Each ends at its place in `ends`, and the next begins one octet
 * later. No cell is longer than 65,535 octets. */
struct column_cells {
    const char *text;
    const uint32_t *ends;
    unsigned rows;
    unsigned columns;
    unsigned column; /* the one to write */
};

/* Working storage. */
struct column_code {
    unsigned distinct;
    unsigned first_rows[COLUMN_CODES_MAX]; /* of each distinct value */
    uint16_t slots[COLUMN_SLOTS];          /* by hash: code + 1; 0: free */
    uint8_t octets[COLUMN_ROWS_MAX];       /* codes, or a plane */
    uint32_t numbers[COLUMN_ROWS_MAX];     /* lengths, or differences */
};

typedef void column_sink(void *context, const void *octets, size_t count);

void column_code_write(struct column_code *code, const struct column_cells *cells,
                       column_sink *sink, void *context);

#endif
