/*
 * The table of receivers: the share of the fleet that each is reported to accept, and its reasons
 * against the rest.
 */
#ifndef REPORTS_HTML_RECEIVERS_H
#define REPORTS_HTML_RECEIVERS_H

#include "io/output/outfile.h"
#include "reports/tally.h"

/* Writes nothing if no public address was judged. */
void html_receivers_write(const struct receiver_list *receivers, const struct tally *tally,
                          struct outfile *out);

#endif
