/*
 * The metrics of a run in the text format of Prometheus, for the textfile collector of its node
 * exporter. Every metric has the label `fleet`, so that several files can be collected.
 *
 * Ownership: plain values. Threads: one at a time.
 */
#ifndef REPORTS_METRICS_H
#define REPORTS_METRICS_H

#include "io/output/outfile.h"
#include "reports/change_tally.h"
#include "reports/tally.h"

struct metrics {
    const char *fleet;                  /* any octets */
    unsigned exit_status;               /* of the program */
    bool complete;                      /* the run is complete and can be trusted */
    int64_t ended_at;                   /* seconds since 1970 UTC */
    int64_t complete_at;                /* the end of the last complete run; 0: there was none */
    uint64_t seconds;                   /* that the run took */
    uint64_t queries;                   /* that it sent */
    const struct tally *tally;          /* NULL, as for a run that is not complete: no counts */
    const struct change_tally *changes; /* NULL: compared with no other run */
    const uint64_t *alarms;             /* NULL: none can be raised */
};

void metrics_write(const struct metrics *metrics, struct outfile *out);
/* `complete_at` of such a text; 0: it says none. */
int64_t metrics_complete_at(const char *text);

#endif
