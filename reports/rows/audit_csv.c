/* audit.csv: one row per address, in input order. */
#include <stdlib.h>

#include "reports/report_format.h"
#include "reports/rows/row_columns.h"

struct audit_csv {
    struct outfile *out;
    struct row_columns *columns;
    struct csv_line line;
};

static void end(void *writer)
{
    struct audit_csv *csv = writer;

    row_columns_free(csv->columns);
    free(csv);
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct audit_csv *csv = calloc(1, sizeof(*csv));

    if (!csv) {
        failure_out_of_memory(failure);
        return NULL;
    }
    csv->out = out;
    csv->columns = row_columns_new(plan, failure);
    if (!csv->columns) {
        end(csv);
        return NULL;
    }
    csv_line_begin(&csv->line);
    row_columns_csv_head(csv->columns, &csv->line);
    csv_line_write(&csv->line, out);
    return csv;
}

static void put_row(void *writer, const struct report_row *row)
{
    struct audit_csv *csv = writer;

    csv_line_begin(&csv->line);
    row_columns_csv(csv->columns, &csv->line, row);
    csv_line_write(&csv->line, csv->out);
}

const struct report_format audit_csv_format = {
    .file = "audit.csv", .gzip_file = "audit.csv.gz", .begin = begin, .row = put_row, .free = end};
