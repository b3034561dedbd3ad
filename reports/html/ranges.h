/* A list of address ranges. */
#ifndef REPORTS_HTML_RANGES_H
#define REPORTS_HTML_RANGES_H

#include "io/output/outfile.h"
#include "reports/address_ranges.h"

/* end: the size of `out` at which the list stops. rest: the file that lists the addresses that do
 * not fit here. */
void html_ranges(struct outfile *out, uint64_t end, const struct address_ranges *ranges,
                 const char *rest);

#endif
