/* The trend as pictures (SVG without scripts): the share that passes, and the broken addresses by
 * verdict, a column for each night. */
#ifndef REPORTS_NIGHTS_TREND_H
#define REPORTS_NIGHTS_TREND_H

#include "io/output/outfile.h"
#include "reports/nights/night_list.h"

/* Nothing without a complete night. */
void trend_write(struct outfile *out, const struct night_list *list);

#endif
