/* The head of every page: self-contained, without scripts, and forbidden to load anything. */
#ifndef REPORTS_HTML_PAGE_H
#define REPORTS_HTML_PAGE_H

#include "io/output/outfile.h"

/* Everything up to the title text, which the caller writes next. */
void html_page_title(struct outfile *out);
/* Ends the title and begins the body. */
void html_page_body(struct outfile *out);

#endif
