/*
 * One format of report: what report_set asks of each writer. A writer is fed rows once, in input
 * order, and writes its file front to back; memory does not grow with the rows.
 *
 * Write errors stick in the outfile (io/output/outfile.h), so that rows need no result.
 */
#ifndef REPORTS_REPORT_FORMAT_H
#define REPORTS_REPORT_FORMAT_H

#include "io/output/outfile.h"
#include "reports/report_plan.h"
#include "reports/report_row.h"
#include "reports/tally.h"

struct report_format {
    const char *file;      /* name in the run directory */
    const char *gzip_file; /* with --gzip; NULL: plain all the same, since people open it */
    /* The plan outlives the writer. NULL with *failure set. */
    void *(*begin)(const struct report_plan *plan, struct outfile *out, struct failure *failure);
    void (*row)(void *writer, const struct report_row *row); /* NULL: not interested */
    void (*rejected)(void *writer, const char *source,
                     const struct run_rejected *rejected); /* NULL: same */
    /* NULL: nothing to add. False with *failure set: memory was short. */
    bool (*finish)(void *writer, const struct tally *tally, struct failure *failure);
    void (*free)(void *writer);
};

extern const struct report_format audit_csv_format;
extern const struct report_format audit_page_format;
extern const struct report_format summary_json_format;
extern const struct report_format summary_txt_format;
extern const struct report_format rejected_csv_format;

/* Its name in the reports of this plan. */
static inline const char *report_file_name(const struct report_format *format,
                                           const struct report_plan *plan)
{
    return plan->gzip && format->gzip_file ? format->gzip_file : format->file;
}

#endif
