/*
 * All reports of one run, written in one pass: a table of formats, each fed row by row. No file
 * gets its final name before all are durable; then they are renamed one after another, summary.json
 * last. On any error all earlier reports stay in place.
 *
 * Files: audit.csv, audit.html, explore.html (not with --explore off), summary.json, summary.txt,
 * rejected.csv, with --jsonl audit.jsonl, and the folder handover/ if a party must act. With gzip
 * audit.csv.gz, audit.jsonl.gz and rejected.csv.gz replace the plain files. A form that is not
 * written is removed, so no earlier report remains.
 *
 * Ownership: report_set_open / report_set_commit or report_set_discard; both free. Threads: one at
 * a time; a thread of its own writes audit.csv and packs explore.html, the slowest of them.
 */
#ifndef REPORTS_REPORT_SET_H
#define REPORTS_REPORT_SET_H

#include "reports/report_plan.h"
#include "reports/tally.h"

struct report_set;

/* The names that reports of any plan have in the run directory, some of them twice, from 0; NULL
 * after the last. */
const char *report_set_file(unsigned i);
struct report_set *report_set_open(const struct report_plan *plan, struct failure *failure);
void report_set_row(struct report_set *set, const struct report_row *row);
void report_set_rejected(struct report_set *set, const char *source,
                         const struct run_rejected *rejected);
/* Call after all rows: an address whose zone has name servers that fail. `zone->servers` must
 * outlive the set. */
void report_set_broken_server(struct report_set *set, const struct broken_zone *zone,
                              const struct ipaddr *address);
/* Ends the rows and returns their counts. NULL with *failure set. */
const struct tally *report_set_close(struct report_set *set, struct failure *failure);
bool report_set_commit(struct report_set *set, struct failure *failure)
    __attribute__((warn_unused_result));
void report_set_discard(struct report_set *set);

#endif
