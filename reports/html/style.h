/* The style sheet of all pages: light, dark, phone and paper. */
#ifndef REPORTS_HTML_STYLE_H
#define REPORTS_HTML_STYLE_H

extern const char html_style[];

#endif
