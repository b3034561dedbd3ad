/* The style sheets: light, dark, phone and paper. */
#ifndef REPORTS_HTML_STYLE_H
#define REPORTS_HTML_STYLE_H

/* Of all pages: headings, paragraphs, the band, verdicts, ranges and records. */
extern const char html_style[];
/* After it, of all but text pages: links, tables, numbers, pictures and folds. */
extern const char html_report_style[];

#endif
