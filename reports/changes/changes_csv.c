/* changes.csv: one row per change, in address order. Scripts rely on the columns: new ones are
 * appended. */
#include <stdlib.h>

#include "reports/changes/change_set.h"
#include "reports/rows/csv_line.h"
#include "reports/time_text.h"

struct changes_csv {
    struct outfile *out;
    struct time_text since;
    struct csv_line line;
};

static void *begin(const struct change_plan *plan, struct outfile *out, struct failure *failure)
{
    struct changes_csv *csv = calloc(1, sizeof(*csv));

    (void)plan;
    if (!csv) {
        failure_out_of_memory(failure);
        return NULL;
    }
    csv->out = out;
    outfile_text(out, "ip,expected_hostname,change,before,after,ptr_before,ptr_after,since,"
                      "findings\r\n");
    return csv;
}

static void names_cell(struct csv_line *line, const struct side_row *side)
{
    const struct answer *ptr = side && side->seen ? &side->seen->ptr : NULL;

    if (ptr && ptr->kind == ANSWER_RECORDS) {
        for (unsigned i = 0; i < ptr->kept; i++)
            csv_value_name(line, &ptr->records.names[i]);
        csv_value_more(line, ptr->total - ptr->kept);
    }
    csv_cell_end(line);
}

static void verdict_cell(struct csv_line *line, bool present, enum verdict verdict)
{
    if (present)
        csv_value_text(line, verdict_row(verdict)->key);
    csv_cell_end(line);
}

static void put_row(void *writer, const struct changed_row *row)
{
    struct changes_csv *csv = writer;
    struct csv_line *line = &csv->line;

    csv_line_begin(line);
    csv_value_address(line, &row->at->address);
    csv_cell_end(line);
    if (row->at->expected)
        csv_value_name(line, row->at->expected);
    csv_cell_end(line);
    csv_value_text(line, row_change_row(row->difference.change)->key);
    csv_cell_end(line);
    verdict_cell(line, row->before, row->before ? row_side_verdict(&row->before->state) : 0);
    verdict_cell(line, row->after, row->after ? row->after->judgement->verdict : 0);
    names_cell(line, row->before);
    names_cell(line, row->after);
    if (row->since > 0)
        csv_value_text(line, time_text_of(&csv->since, row->since));
    csv_cell_end(line);
    if (row->flapping)
        csv_value_text(line, finding_row(FINDING_FLAPPING)->key);
    csv_cell_end(line);
    csv_line_write(line, csv->out);
}

const struct change_format changes_csv_format = {"changes.csv", begin, put_row, NULL, free};
