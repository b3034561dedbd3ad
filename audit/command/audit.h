/*
 * One audit, from the inputs to the reports: what the commands audit and nightly share.
 *
 * Threads: one; it starts its own. Errors: said on standard error, and in the exit code.
 */
#ifndef AUDIT_COMMAND_AUDIT_H
#define AUDIT_COMMAND_AUDIT_H

#include "audit/command/judging.h"
#include "audit/command/metrics_file.h"
#include "reports/change_tally.h"

struct baseline;

struct audit_job {
    const struct options *options;
    const char *output;           /* run directory */
    bool nightly;                 /* the process is confined already, and has no run to resume */
    struct baseline *baseline;    /* of options->before, opened and closed by the caller; NULL: not
                                     opened there */
    struct metrics_file *metrics; /* opened before the process is confined; NULL: not here */
};

struct audit_result {
    bool reported; /* the reports are written, and `tally` holds their counts */
    bool complete; /* of a night: it is in the history, whatever fails after that */
    struct tally tally;
    struct change_tally changes; /* with a baseline */
    uint64_t seconds;            /* that the audit took */
    uint64_t queries;            /* that it sent */
    char why[JUDGING_WHY_MAX];   /* with a status above EXIT_FINDINGS: the reason, in one line */
};

enum exit_status audit_run(const struct audit_job *job, struct audit_result *result);
/* Writes the file of --prometheus, if it is open. Returns the status, or that of the failure to
 * write. */
enum exit_status audit_write_metrics(const struct metrics_file *file, const struct options *options,
                                     const struct audit_result *result, enum exit_status status);

#endif
