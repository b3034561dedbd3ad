/* What the verdicts and findings of this report mean: those that occur, from the tables of
 * audit/verdict.h.
 */
#ifndef REPORTS_HTML_LEGEND_H
#define REPORTS_HTML_LEGEND_H

#include "io/output/outfile.h"
#include "reports/tally.h"

void html_legend_write(const struct tally *tally, struct outfile *out);

#endif
