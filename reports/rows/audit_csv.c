/* audit.csv: one row per address, in input order. */
#include <stdlib.h>

#include "reports/report_format.h"
#include "reports/rows/csv_line.h"

struct audit_csv {
    struct outfile *out;
    const struct csv_line *line; /* of the set */
};

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct audit_csv *csv = calloc(1, sizeof(*csv));

    if (!csv) {
        failure_out_of_memory(failure);
        return NULL;
    }
    csv->out = out;
    csv->line = plan->row_line;
    csv_line_write(csv->line, out);
    return csv;
}

static void put_row(void *writer, const struct report_row *row)
{
    struct audit_csv *csv = writer;

    (void)row;
    csv_line_write(csv->line, csv->out);
}

const struct report_format audit_csv_format = {
    .file = "audit.csv", .gzip_file = "audit.csv.gz", .begin = begin, .row = put_row, .free = free};
