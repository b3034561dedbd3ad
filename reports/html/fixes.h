/* The section that says what to fix, one part for each person who must. */
#ifndef REPORTS_HTML_FIXES_H
#define REPORTS_HTML_FIXES_H

#include "io/output/outfile.h"
#include "reports/fix_list.h"

/* Nothing if there is nothing to fix. The list is sorted. csv: the file that holds every address.
 */
void html_fixes_write(const struct fix_list *list, const char *csv, struct outfile *out);

/* Parts of it, for other pages. */
void html_fix_zone(struct outfile *out, const struct fix_group *group);
void html_fix_problems(struct outfile *out, const struct fix_group *group, const char *rest);

#endif
