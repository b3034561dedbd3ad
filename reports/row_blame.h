/*
 * What the name servers of the zones answer decides who may be named for the fixes of a row
 * (audit/blame.h).
 *
 * Threads: no state.
 */
#ifndef REPORTS_ROW_BLAME_H
#define REPORTS_ROW_BLAME_H

#include "reports/row_vantages.h"

/* Drops the fixes that need no party, because the zone has a newer answer already. */
void row_blame(struct judgement *judgement, const struct evidence *evidence,
               const struct row_vantages *vantages);

#endif
