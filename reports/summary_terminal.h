/* The closing summary for the terminal. */
#ifndef REPORTS_SUMMARY_TERMINAL_H
#define REPORTS_SUMMARY_TERMINAL_H

#include "reports/report_plan.h"
#include "reports/tally.h"

/* The closing summary for the terminal, at most 24 lines, to a stdio stream; colour: use ANSI
 * colours. */
void summary_terminal_print(const struct report_plan *plan, const struct tally *tally, bool colour);

#endif
