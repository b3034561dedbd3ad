/*
 * Rendering: reads run files in input order, judges each address, and drives the report set. Asks
 * nothing; the same run files give the same reports but for the time of writing.
 */
#ifndef REPORTS_RENDER_H
#define REPORTS_RENDER_H

#include "io/input/suffix_list.h"
#include "io/run/record.h"
#include "reports/report_set.h"

struct progress;

struct render_job {
    struct run_file **runs;
    const struct run_record *records; /* of each run */
    unsigned count;
    const struct folder *folder;           /* where the reports go */
    bool gzip;                             /* compress what is for programs */
    const char *program;                   /* "fcrdns 0.1.0" */
    struct policy *policy;                 /* the uses of its exceptions are counted */
    bool print_story;                      /* say how the run was done, on standard error too */
    const struct receiver_list *receivers; /* whose view is reported */
    const struct suffix_list
        *suffixes; /* NULL: the last two labels are taken for the registrable domain */
    bool (*cancelled)(void *context); /* asked now and then; true ends the writing */
    void *context;
    struct progress *progress; /* NULL: none is shown */
};

/* Writes all reports, or none. *tally: what was counted. summary: the closing summary goes to
 * standard output; colour: with ANSI colours. */
bool render(const struct render_job *job, struct tally *tally, bool summary, bool colour,
            struct failure *failure) __attribute__((warn_unused_result));

#endif
