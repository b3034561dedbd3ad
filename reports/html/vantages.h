/* The section "Has the change arrived everywhere?": what vantages answer, compared with the run. */
#ifndef REPORTS_HTML_VANTAGES_H
#define REPORTS_HTML_VANTAGES_H

#include "io/output/outfile.h"
#include "reports/difference_list.h"
#include "reports/tally.h"

/* Writes nothing without vantages. differences: those of resolvers; old: answers of the run that
 * are older than those of all name servers. csv: the file that lists every address. */
void html_vantages_write(const struct vantage_overview *overview, const struct tally *tally,
                         struct difference_list *differences, struct difference_list *old,
                         const char *csv, struct outfile *out);
#endif
