/* audit.csv: one row per address, in input order. */
#include "reports/report_format.h"
#include "reports/rows/line_feed.h"

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    (void)failure;
    csv_line_write(plan->row_line, out);
    return out;
}

static void put_line(void *writer, const struct shown_line *line)
{
    csv_octets_write(line->bytes, line->used, writer);
}

/* The file belongs to the set. */
static void end(void *writer)
{
    (void)writer;
}

const struct report_format audit_csv_format = {.file = "audit.csv",
                                               .gzip_file = "audit.csv.gz",
                                               .begin = begin,
                                               .line = put_line,
                                               .free = end};
