/* The receiver view of a report: for each receiver how much of the fleet it is reported to accept,
 * and why not the rest. */
#ifndef REPORTS_HTML_RECEIVERS_H
#define REPORTS_HTML_RECEIVERS_H

#include "io/output/outfile.h"
#include "reports/tally.h"

/* Writes nothing where no public address was judged. */
void html_receivers_write(const struct receiver_list *receivers, const struct tally *tally,
                          struct outfile *out);

#endif
