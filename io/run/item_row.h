/* A row of `item`, or of its index (io/run/input.c), for the files of io/run alone. */
#ifndef IO_RUN_ITEM_ROW_H
#define IO_RUN_ITEM_ROW_H

#include "io/run/handle.h"

/* The empty text: no name is expected. False: malformed. */
bool item_row_expected(bool *has, struct dnsname *out, sqlite3_stmt *row, int column,
                       const struct iprange *range) __attribute__((warn_unused_result));
/* Counts a row that was read. False with the failure set: rows and addresses exceed what was
 * written, or the range is too large (run_file_limit_ranges). */
bool item_row_count(struct run_file *run, struct run_totals *read, const struct iprange *range)
    __attribute__((warn_unused_result));
/* All rows were read. False: some are missing. */
bool item_row_counted(struct run_file *run, const struct run_totals *read)
    __attribute__((warn_unused_result));

#endif
