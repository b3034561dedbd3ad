/* Has the change arrived everywhere? What vantages say beside the run, as sections of a page. */
#ifndef REPORTS_HTML_VANTAGES_H
#define REPORTS_HTML_VANTAGES_H

#include "io/output/outfile.h"
#include "reports/difference_list.h"
#include "reports/tally.h"

/* Nothing without vantages. differences: of resolvers. csv: the file that holds every address. */
void html_vantages_write(const struct vantage_overview *overview, const struct tally *tally,
                         struct difference_list *differences, const char *csv, struct outfile *out);
#endif
