/* Tables of differing answers, and of name servers that fail. */
#ifndef REPORTS_HTML_DIFFERENCES_H
#define REPORTS_HTML_DIFFERENCES_H

#include "io/output/outfile.h"
#include "reports/difference_list.h"
#include "reports/fix_group.h"

/* A table for each difference; nothing for NULL. end: the size of `out` at which the tables stop.
 * rest: the file that lists the addresses that do not fit here. */
void html_differences(const struct difference_list *differences, struct outfile *out, uint64_t end,
                      const char *rest);

/* The name servers of the group's zone, if some of them fail. */
void html_broken_servers(const struct fix_group *group, struct outfile *out);

#endif
