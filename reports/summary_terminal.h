/* The closing summary for the terminal. */
#ifndef REPORTS_SUMMARY_TERMINAL_H
#define REPORTS_SUMMARY_TERMINAL_H

#include "reports/report_plan.h"
#include "reports/tally.h"

/* Prints at most 26 lines of 80 columns, 6 more with vantages, and the rows of a short run,
 * to standard output; colour: use ANSI colours. */
void summary_terminal_print(const struct report_plan *plan, const struct tally *tally, bool colour);

#endif
