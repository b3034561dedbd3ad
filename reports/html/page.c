#include "reports/html/page.h"

#include "reports/html/style.h"

void html_page_title(struct outfile *out)
{
    outfile_text(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
}

static void begin_body(struct outfile *out, const char *more, const char *rules)
{
    outfile_text(out, "</title>\n<style>\n");
    outfile_text(out, html_style);
    outfile_text(out, more);
    outfile_text(out, rules);
    outfile_text(out, "</style>\n</head>\n<body>\n");
}

void html_page_body(struct outfile *out, const char *rules)
{
    begin_body(out, html_report_style, rules);
}

void html_text_page_body(struct outfile *out)
{
    begin_body(out, "", "");
}

/* Browsers unfold what contains the target of a link, so the id is inside. */
void html_fold_begin(struct outfile *out, const char *id, const char *title)
{
    outfile_printf(out,
                   "<section aria-labelledby=\"%s-title\"><details class=\"fold\">\n"
                   "<summary><h2 id=\"%s-title\">%s</h2></summary>\n<div id=\"%s\">\n",
                   id, id, title, id);
}

void html_fold_end(struct outfile *out)
{
    outfile_text(out, "</div>\n</details></section>\n");
}
