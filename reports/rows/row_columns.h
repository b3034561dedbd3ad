/*
 * The columns of audit.csv, which are the keys of audit.jsonl: one table of what a judged address
 * is reported with.
 *
 * Ownership: row_columns_new / row_columns_free; the plan must outlive it. Threads: one at a time.
 */
#ifndef REPORTS_ROWS_ROW_COLUMNS_H
#define REPORTS_ROWS_ROW_COLUMNS_H

#include "reports/report_plan.h"
#include "reports/report_row.h"
#include "reports/rows/row_cells.h"

struct row_columns;

/* NULL with *failure set. */
struct row_columns *row_columns_new(const struct report_plan *plan, struct failure *failure);
void row_columns_free(struct row_columns *columns);
/* Adds the cells of the header. */
void row_columns_csv_head(const struct row_columns *columns, struct csv_line *line);
/* Adds the cells of a row. */
void row_columns_csv(struct row_columns *columns, struct csv_line *line,
                     const struct report_row *row);
/* Adds the same as keys with values. */
void row_columns_json(struct row_columns *columns, struct json_line *line,
                      const struct report_row *row);

#endif
