/* The CRC-32 (RFC 1952 8) of a row, whose octets docs/run-file.md describes: as the SQL function
 * rowsum('table', value, ...), and step by step. Threads: no state. */
#ifndef IO_RUN_ROW_SUM_H
#define IO_RUN_ROW_SUM_H

#include "io/run/handle.h"

/* Returns a code of SQLite. */
int row_sum_register(sqlite3 *db);

enum { ROW_SUM_BUFFER = 256 /* most rows fit */ };

/* Octets are buffered: a call of crc32 for every few of them would cost more than the sum. */
struct row_sum {
    uint32_t sum;
    unsigned used;
    uint8_t octets[ROW_SUM_BUFFER];
};

void row_sum_begin(struct row_sum *row, const char *table);
void row_sum_text(struct row_sum *row, const char *text, size_t length);
void row_sum_blob(struct row_sum *row, const struct address_blob *blob);
/* The current values of columns 0..count-1 of a statement. */
void row_sum_columns(struct row_sum *row, sqlite3_stmt *statement, int count);
uint32_t row_sum_end(struct row_sum *row);
/* The sum of those columns is the value of the next one. */
bool row_sum_is_right(const char *table, sqlite3_stmt *statement, int count);

#endif
