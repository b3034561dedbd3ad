/*
 * Text for people in lines of a given width: broken at spaces, a word that is wider than the line
 * wherever the line is full. One column for each UTF-8 character. Views only: nothing is copied.
 */
#ifndef REPORTS_WRAP_H
#define REPORTS_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct wrapped {
    const char *text;
    size_t length; /* octets */
};

/* Columns of text[0..length). */
size_t wrap_columns(const char *text, size_t length);
/* The next line of *text, which moves behind it; false at the end. width is 1 or more. */
bool wrap_next(struct wrapped *line, const char **text, size_t width);

#endif
