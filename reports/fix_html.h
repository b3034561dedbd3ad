/* The section that says what to fix, one part for each person who must. */
#ifndef REPORTS_FIX_HTML_H
#define REPORTS_FIX_HTML_H

#include "io/outfile.h"
#include "reports/fix_list.h"

/* Nothing if there is nothing to fix. Sorts the list. */
void fix_html_write(struct fix_list *list, struct outfile *out);

#endif
