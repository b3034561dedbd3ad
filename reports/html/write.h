/* HTML output. Escaping happens here, so no writer can forget it. */
#ifndef REPORTS_HTML_WRITE_H
#define REPORTS_HTML_WRITE_H

#include "audit/verdict.h"
#include "io/output/outfile.h"

/* Escapes & < > " ' for text and quoted attributes. The text must be UTF-8 without control
 * characters. */
void html_text(struct outfile *out, const char *text, size_t len);
/* Accepts any bytes (io/system/printable.h). */
void html_strange(struct outfile *out, const char *text);
/* The same of the first `most` octets; says where the rest is. */
void html_strange_cut(struct outfile *out, const char *text, size_t most);
/* A notice with a title of ours, and `what` as html_strange_cut; nothing if `what` is NULL. */
void html_alert(struct outfile *out, const char *title, const char *what, size_t most);
/* html_text of a name in a table: on paper it is not broken unless it is too long for a column. */
void html_whole(struct outfile *out, const char *text, size_t len);
void html_name(struct outfile *out, const struct dnsname *name);
void html_address(struct outfile *out, const struct ipaddr *address);
/* "262,144" */
void html_count(struct outfile *out, uint64_t number);
/* <time>2026-11-23 12:38:49 UTC</time> */
void html_time(struct outfile *out, int64_t wall_seconds);
/* The verdict as a badge of colour, shape and key. */
void html_verdict(struct outfile *out, enum verdict verdict);

#endif
