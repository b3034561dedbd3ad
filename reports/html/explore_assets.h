/*
 * The files of web/ that make explore.html: style sheet, body and script, and the hashes of style
 * sheet and script for the page's policy (CSP3 2.3.1), "sha256-...". The build puts them into the
 * program. Ownership: static.
 */
#ifndef REPORTS_HTML_EXPLORE_ASSETS_H
#define REPORTS_HTML_EXPLORE_ASSETS_H

#include <stddef.h>

struct asset {
    const char *bytes; /* without NUL */
    size_t length;
};

struct explore_assets {
    struct asset style;
    struct asset style_hash;
    struct asset body;
    struct asset script;
    struct asset script_hash;
};

struct explore_assets explore_assets(void);

#endif
