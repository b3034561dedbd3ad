/*
 * Comparing: walks two sides in address order, decides what changed about each row, and feeds the
 * reports of changes. No queries are sent.
 *
 * Memory: constant. Threads: one at a time. Errors: false with *failure set.
 */
#ifndef REPORTS_CHANGES_COMPARE_H
#define REPORTS_CHANGES_COMPARE_H

#include "reports/change_tally.h"
#include "reports/changes/compare_job.h"

/* Writes changes.csv, changes.html, changes.json and changes.txt, or none of them. */
bool compare(const struct compare_job *job, struct change_tally *tally, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
