#include "io/run/ordered_rows.h"

#include <stdlib.h>

#include "io/run/found.h"
#include "io/run/handle.h"
#include "io/run/spans.h"

struct ordered_rows {
    struct run_file *run;
    struct row_sweep *sweep;
    enum run_step found_step; /* RUN_ROW: `found` is set */
    struct run_found found;   /* the first result that is not before the row */
};

/* Every address of both families. */
static const struct iprange ALL = {{IP_V4, {0}},
                                   {IP_V6,
                                    {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff}}};

void ordered_rows_close(struct ordered_rows *rows)
{
    if (rows)
        row_sweep_free(rows->sweep);
    free(rows);
}

struct ordered_rows *ordered_rows_open(struct run_file *run)
{
    struct ordered_rows *rows = malloc(sizeof(*rows));

    if (rows) {
        rows->run = run;
        rows->sweep = row_sweep_new();
    }
    if (!rows || !rows->sweep) {
        failure_out_of_memory(&run->failure);
    } else if (run_file_spans_begin(run) && run_file_found_begin(run, &ALL)) {
        rows->found_step = run_file_found_next(run, &rows->found);
        if (rows->found_step != RUN_FAILED)
            return rows;
    }
    ordered_rows_close(rows);
    return NULL;
}

static bool feed(struct ordered_rows *rows)
{
    const struct span *span;
    enum run_step step = run_file_spans_next(rows->run, &span);

    if (step == RUN_ROW)
        row_sweep_feed(rows->sweep, span);
    else if (step == RUN_END)
        row_sweep_end(rows->sweep);
    return step != RUN_FAILED;
}

static enum run_step next_row(struct ordered_rows *rows, struct sweep_row *out)
{
    while (true) {
        switch (row_sweep_next(rows->sweep, out)) {
        case SWEEP_ROW:
            return RUN_ROW;
        case SWEEP_DONE:
            return RUN_END;
        case SWEEP_FULL:
            failure_set(&rows->run->failure, EXIT_TROUBLE,
                        "%s expects more than %d names of one address", rows->run->path,
                        SWEEP_NAMES_MAX);
            return RUN_FAILED;
        case SWEEP_NEEDS_SPAN:
            if (!feed(rows))
                return RUN_FAILED;
        }
    }
}

enum run_step ordered_rows_next(struct ordered_rows *rows, struct ordered_row *out)
{
    enum run_step step = next_row(rows, &out->row);
    int order = -1;

    if (step == RUN_END && !run_file_found_rest(rows->run))
        return RUN_FAILED;
    if (step != RUN_ROW)
        return step;
    while (rows->found_step == RUN_ROW &&
           (order = ipaddr_compare(&rows->found.address, &out->row.address)) < 0)
        rows->found_step = run_file_found_next(rows->run, &rows->found);
    out->found = rows->found_step == RUN_ROW && order == 0 ? &rows->found : NULL;
    return rows->found_step == RUN_FAILED ? RUN_FAILED : RUN_ROW;
}
