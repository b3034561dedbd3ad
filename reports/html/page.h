/* What all pages share: the head, self-contained, without scripts, and forbidden to load anything;
 * and sections that can be unfolded. */
#ifndef REPORTS_HTML_PAGE_H
#define REPORTS_HTML_PAGE_H

#include "io/output/outfile.h"

/* Everything up to the title text, which the caller writes next. */
void html_page_title(struct outfile *out);
/* Ends the title and begins the body. rules: style of this page alone, may be "". */
void html_page_body(struct outfile *out, const char *rules);
/* The same of a page without links, tables, pictures and folds: it has no style for them. */
void html_text_page_body(struct outfile *out);
/* A section that is folded on the screen and open on paper. A link to #id unfolds it. id, title: no
 * text of strangers. */
void html_fold_begin(struct outfile *out, const char *id, const char *title);
void html_fold_end(struct outfile *out);

#endif
