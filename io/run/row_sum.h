/* The SQL function rowsum('table', value, ...): the CRC-32 (RFC 1952 8) of a row. docs/run-file.md
 * describes its octets. */
#ifndef IO_RUN_ROW_SUM_H
#define IO_RUN_ROW_SUM_H

#include "io/run/handle.h"

/* Returns a code of SQLite. */
int row_sum_register(sqlite3 *db);

#endif
