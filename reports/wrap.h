/*
 * Plain text for mail: lines of at most WRAP_COLUMNS, broken between words. A word that is longer than a line
 * stands alone on one, since names must not be broken.
 */
#ifndef REPORTS_WRAP_H
#define REPORTS_WRAP_H

#include "io/outfile.h"

enum { WRAP_COLUMNS = 72 };

/* A paragraph of words, ended by a line end; each line begins with `indent` spaces. */
void wrap_text(struct outfile *out, unsigned indent, const char *text);

#endif
