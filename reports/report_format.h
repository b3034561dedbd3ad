/*
 * One report format, as report_set drives it. A writer gets each row once, in input order, and
 * writes its file from front to back; its memory does not grow with the rows.
 *
 * The outfile remembers write errors (io/output/outfile.h), so row functions return nothing.
 */
#ifndef REPORTS_REPORT_FORMAT_H
#define REPORTS_REPORT_FORMAT_H

#include "io/output/outfile.h"
#include "reports/report_plan.h"
#include "reports/report_row.h"
#include "reports/tally.h"

struct shown_line;

struct report_format {
    const char *file;      /* name in the run directory */
    const char *gzip_file; /* with --gzip; NULL: always plain, because people open it */
    bool (*wanted)(const struct report_plan *plan); /* NULL: always written */
    /* The plan outlives the writer. NULL with *failure set. */
    void *(*begin)(const struct report_plan *plan, struct outfile *out, struct failure *failure);
    void (*row)(void *writer, const struct report_row *row); /* NULL: ignores rows */
    /* Instead of `row`, in the background: the row as a line of audit.csv. Between `begin` and
     * `finish` such a writer and its file are used by this function alone. */
    void (*line)(void *writer, const struct shown_line *line);
    void (*rejected)(void *writer, const char *source,
                     const struct run_rejected *rejected); /* NULL: ignores refused rows */
    /* NULL: nothing to add. False with *failure set: out of memory. */
    bool (*finish)(void *writer, const struct tally *tally, struct failure *failure);
    void (*free)(void *writer);
};

extern const struct report_format audit_csv_format;
extern const struct report_format audit_jsonl_format;
extern const struct report_format audit_page_format;
extern const struct report_format explore_page_format;
extern const struct report_format summary_json_format;
extern const struct report_format summary_txt_format;
extern const struct report_format rejected_csv_format;

/* The name of its file under this plan. */
static inline const char *report_file_name(const struct report_format *format,
                                           const struct report_plan *plan)
{
    return plan->gzip && format->gzip_file ? format->gzip_file : format->file;
}

#endif
