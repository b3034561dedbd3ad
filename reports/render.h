/*
 * Rendering: reads run files in input order, judges each address, and feeds the report set. It
 * sends no queries. The same run files give the same reports, apart from the time of writing.
 *
 * Ownership: the job borrows all it names. Threads: one at a time. Errors: false with *failure set;
 * no report is changed then.
 */
#ifndef REPORTS_RENDER_H
#define REPORTS_RENDER_H

#include "io/input/suffix_list.h"
#include "io/run/run_records.h"
#include "reports/report_set.h"

struct progress;

struct render_job {
    struct run_file **runs;
    struct run_records records; /* one per run */
    unsigned count;
    bool shards; /* the runs are the shards of one audit, all of them and in order */
    const struct folder *folder;           /* receives the reports */
    bool gzip;                             /* compress the files for programs */
    bool jsonl;                            /* write audit.jsonl */
    bool explore;                          /* write explore.html */
    const char *program;                   /* "fcrdns 0.2.0" */
    struct policy *policy;                 /* counts how often its exceptions apply */
    const double *max_unanswered;          /* that of the option */
    bool print_story;                      /* print how the run was done on standard error too */
    bool print_summary;                    /* print the closing summary to standard output */
    bool colour;                           /* in the closing summary: use ANSI colours */
    const struct receiver_list *receivers; /* whose acceptance is reported */
    const struct suffix_list *suffixes;  /* NULL: two labels are taken for the registrable domain */
    const struct providers *providers;   /* of --providers; NULL: none */
    const char *asked_by;                /* who asks, in requests; NULL: the sender of mail */
    const struct change_report *changes; /* since the baseline; NULL: not compared now */
    bool (*cancelled)(void *context);    /* polled now and then; true ends the writing */
    void *context;
    struct progress *progress; /* NULL: no progress is shown */
};

/* Writes all reports, or none. *tally: the counts. */
bool render(const struct render_job *job, struct tally *tally, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
