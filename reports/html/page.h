/* Head of every page: self-contained, without scripts, and forbidden to load anything. */
#ifndef REPORTS_HTML_PAGE_H
#define REPORTS_HTML_PAGE_H

#include "io/output/outfile.h"

/* Up to the title, which is written behind it. */
void html_page_title(struct outfile *out);
/* Ends the title; the body begins. */
void html_page_body(struct outfile *out);

#endif
