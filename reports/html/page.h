/* What all pages share: the head, self-contained, without scripts, and forbidden to load anything;
 * and sections that can be unfolded. */
#ifndef REPORTS_HTML_PAGE_H
#define REPORTS_HTML_PAGE_H

#include "io/output/outfile.h"

/* Everything up to the title text, which the caller writes next. */
void html_page_title(struct outfile *out);
/* Ends the title and begins the body. */
void html_page_body(struct outfile *out);
/* The same with rules of a page's own after the style sheet of all pages. */
void html_page_body_styled(struct outfile *out, const char *rules);
/* A section that is folded on the screen and open on paper. A link to #id unfolds it. id, title: no
 * text of strangers. */
void html_fold_begin(struct outfile *out, const char *id, const char *title);
void html_fold_end(struct outfile *out);

#endif
