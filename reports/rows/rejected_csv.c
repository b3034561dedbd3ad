/* rejected.csv: the refused input rows, each with its reason. */
#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/report_format.h"
#include "reports/rows/csv_line.h"

enum { TEXT_MAX = 4096 /* octets of a name or row; io/input/rows.h limits them */ };

struct rejected_csv {
    struct outfile *out;
    struct csv_line line;
    char text[PRINTABLE_FACTOR * TEXT_MAX + 1];
};

static void printable_cell(struct rejected_csv *csv, const char *text, size_t len)
{
    size_t n = printable_text(csv->text, sizeof(csv->text), text, len < TEXT_MAX ? len : TEXT_MAX);

    csv_value(&csv->line, csv->text, n);
    csv_cell_end(&csv->line);
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct rejected_csv *csv = calloc(1, sizeof(*csv));

    (void)plan;
    if (!csv) {
        failure_out_of_memory(failure);
        return NULL;
    }
    csv->out = out;
    outfile_text(out, "source,line,reason,text\r\n");
    return csv;
}

static void put_rejected(void *writer, const char *source, const struct run_rejected *rejected)
{
    struct rejected_csv *csv = writer;

    csv_line_begin(&csv->line);
    printable_cell(csv, source, strlen(source));
    csv_value_number(&csv->line, rejected->line);
    csv_cell_end(&csv->line);
    printable_cell(csv, rejected->reason, strlen(rejected->reason));
    printable_cell(csv, rejected->text, rejected->length);
    csv_line_write(&csv->line, csv->out);
}

const struct report_format rejected_csv_format = {.file = "rejected.csv",
                                                  .gzip_file = "rejected.csv.gz",
                                                  .begin = begin,
                                                  .rejected = put_rejected,
                                                  .free = free};
