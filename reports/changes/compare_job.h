/* A comparison: both sides, and where its reports go. Ownership: plain value; everything it points
 * to outlives the comparison. */
#ifndef REPORTS_CHANGES_COMPARE_JOB_H
#define REPORTS_CHANGES_COMPARE_JOB_H

#include "io/system/folder.h"
#include "reports/changes/side.h"

struct confirm_list;
struct providers;

struct compare_job {
    struct side_job before;
    struct side_job after;
    struct run_file *keep; /* the new run, which keeps what is known before it; NULL: no */
    const struct confirm_list *confirm; /* rows that were looked at again; NULL: none */
    struct confirm_list *listed;        /* receives rows that would break; NULL: no */
    const char *note;            /* on the old side, a sentence without full stop; NULL: none */
    bool ignores_flapping;       /* --ignore flapping: it breaks like any other row */
    const struct folder *folder; /* receives the reports */
    const char *program;         /* "fcrdns 0.2.0" */
    const struct suffix_list *suffixes; /* NULL: no list */
    const struct providers *providers;  /* of --providers; NULL: none */
    double max_unanswered;              /* percent: above it the new side cannot be trusted */
    bool (*cancelled)(void *context);   /* polled now and then; true ends the writing */
    void *context;
};

#endif
