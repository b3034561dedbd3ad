/*
 * Comparing: walks two sides in address order, decides what changed about each row, and feeds the
 * reports of changes. No queries are sent.
 *
 * Memory: constant. Ownership: comparison_make / comparison_commit or comparison_discard; the job
 * and the tally outlive it. Threads: one at a time. Errors: false or NULL with *failure set.
 */
#ifndef REPORTS_CHANGES_COMPARE_H
#define REPORTS_CHANGES_COMPARE_H

#include "reports/change_groups.h"
#include "reports/change_tally.h"
#include "reports/changes/changed_row.h"
#include "reports/changes/compare_job.h"

struct comparison;

/* Compares, and prepares changes.csv, changes.html, changes.json and changes.txt. */
struct comparison *comparison_make(const struct compare_job *job, struct change_tally *tally,
                                   struct failure *failure);
/* Sorted; valid until the comparison is freed. */
const struct change_groups *comparison_groups(const struct comparison *comparison);
/* Gives all files their names, or none of them. Frees the comparison. */
bool comparison_commit(struct comparison *comparison, struct failure *failure)
    __attribute__((warn_unused_result));
void comparison_discard(struct comparison *comparison); /* NULL is allowed */

#endif
