/* The section "What to fix", one part for each party. */
#ifndef REPORTS_HTML_FIXES_H
#define REPORTS_HTML_FIXES_H

#include "io/output/outfile.h"
#include "reports/fix_list.h"

/* Writes nothing if there is nothing to fix. The list must be sorted. csv: the file that lists
 * every address. */
void html_fixes_write(const struct fix_list *list, const char *csv, struct outfile *out);

/* Parts of the section, for other pages. */
void html_fix_zone(struct outfile *out, const struct fix_group *group);
void html_fix_problems(struct outfile *out, const struct fix_group *group, const char *rest);

#endif
