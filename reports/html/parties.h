/* Who must act: the table of parties on the first screen of audit.html. */
#ifndef REPORTS_HTML_PARTIES_H
#define REPORTS_HTML_PARTIES_H

#include "io/output/outfile.h"
#include "reports/fix_list.h"

/* Nothing without parties. The first `parts` of them have a part on the page. csv: the file that
 * lists every address. */
void html_parties_write(const struct fix_list *list, unsigned parts, const char *csv,
                        struct outfile *out);
/* The notice that counts the parties after the first `shown`; nothing if there are none. title:
 * what they are, before their number. */
void html_parties_more(const struct fix_list *list, unsigned shown, const char *title,
                       const char *csv, struct outfile *out);

#endif
