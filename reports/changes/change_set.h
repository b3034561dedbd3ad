/*
 * The reports of a comparison, written in one pass: a table of formats, each fed row by row. No
 * file gets its final name before all are durable; on any error earlier files stay in place.
 *
 * Ownership: change_set_open / change_set_commit or change_set_discard; both free. Threads: one at
 * a time.
 */
#ifndef REPORTS_CHANGES_CHANGE_SET_H
#define REPORTS_CHANGES_CHANGE_SET_H

#include "io/output/outfile.h"
#include "reports/change_tally.h"
#include "reports/changes/changed_row.h"
#include "reports/changes/compare_job.h"

struct change_groups;

struct change_plan {
    const struct compare_job *job;
    int64_t written_at;                 /* seconds since 1970 UTC */
    const struct change_groups *groups; /* complete when formats finish */
};

struct change_format {
    const char *file;
    /* The plan outlives the writer. NULL with *failure set. */
    void *(*begin)(const struct change_plan *plan, struct outfile *out, struct failure *failure);
    void (*row)(void *writer, const struct changed_row *row); /* NULL: ignores rows */
    /* NULL: nothing to add. False with *failure set. */
    bool (*finish)(void *writer, const struct change_tally *tally, struct failure *failure);
    void (*free)(void *writer);
};

extern const struct change_format changes_csv_format;
extern const struct change_format changes_html_format;
extern const struct change_format changes_json_format;
extern const struct change_format changes_txt_format;

struct change_set;

struct change_set *change_set_open(const struct change_plan *plan, struct failure *failure);
/* A row that changed. */
void change_set_row(struct change_set *set, const struct changed_row *row);
/* Call after all rows. The groups are sorted, and valid until the set is freed. NULL with *failure
 * set. */
const struct change_groups *change_set_close(struct change_set *set, struct failure *failure);
bool change_set_commit(struct change_set *set, const struct change_tally *tally,
                       struct failure *failure) __attribute__((warn_unused_result));
void change_set_discard(struct change_set *set); /* NULL is allowed */

#endif
