/* Ranges of a problem, folded and counted once all rows have come. Ownership: the problem's. */
#ifndef REPORTS_FIX_FOLD_H
#define REPORTS_FIX_FOLD_H

#include "reports/fix_list.h"

/* Folds the ranges; where all addresses are listed, those that several input rows name are counted
 * once. */
void fix_problem_count(struct fix_problem *problem);
/* How many of the sorted addresses, each counted once, are in the folded ranges. */
uint64_t fix_ranges_common(const struct fix_range *range, const struct ipaddr *sorted, unsigned n);

#endif
