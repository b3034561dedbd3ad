/*
 * The meaning of the verdicts and findings that occur in this report, from the tables of
 * audit/verdict.h.
 */
#ifndef REPORTS_HTML_LEGEND_H
#define REPORTS_HTML_LEGEND_H

#include "io/output/outfile.h"
#include "reports/tally.h"

void html_legend_write(const struct tally *tally, struct outfile *out);

#endif
