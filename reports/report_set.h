/*
 * All reports of one run, written in one pass: a table of formats, each fed row by row. Nothing
 * appears under its final name before all of them are durable; then all are switched, one right
 * after the other, summary.json last. On any error the earlier reports are where they were, all of
 * them.
 *
 * Files: audit.csv, audit.html, summary.json, summary.txt, rejected.csv; the folder handover/ where
 * somebody must act. With gzip audit.csv.gz and rejected.csv.gz stand for the plain ones: of the
 * two forms of a file the one that is not written goes, so that none is left of an earlier report.
 * Ownership: report_set_open / report_set_commit or report_set_discard; both free. Threads: one at
 * a time.
 */
#ifndef REPORTS_REPORT_SET_H
#define REPORTS_REPORT_SET_H

#include "reports/report_plan.h"
#include "reports/tally.h"

struct report_set;

struct report_set *report_set_open(const struct report_plan *plan, struct failure *failure);
void report_set_row(struct report_set *set, const struct report_row *row);
void report_set_rejected(struct report_set *set, const char *source,
                         const struct run_rejected *rejected);
/* Behind all rows: an address that is asked about in a zone with name servers that fail. The zone's
 * `servers` stay valid as long as the set. */
void report_set_broken_server(struct report_set *set, const struct broken_zone *zone,
                              const struct ipaddr *address);
/* The counts of all rows: none come any more. */
const struct tally *report_set_close(struct report_set *set);
bool report_set_commit(struct report_set *set, struct failure *failure)
    __attribute__((warn_unused_result));
void report_set_discard(struct report_set *set);

#endif
