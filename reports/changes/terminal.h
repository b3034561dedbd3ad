/* The closing lines of a comparison, on standard output. */
#ifndef REPORTS_CHANGES_TERMINAL_H
#define REPORTS_CHANGES_TERMINAL_H

#include "reports/change_tally.h"
#include "reports/changes/compare_job.h"

void changes_print(const struct compare_job *job, const struct change_tally *tally);

#endif
