/*
 * Breaks text into lines of a given width, at spaces. A word wider than the line is broken where
 * the line is full. A UTF-8 character is one column. Lines are views into the text; nothing is
 * copied.
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
/* The next line of *text, which is advanced past it; false at the end. width is 1 or more. */
bool wrap_next(struct wrapped *line, const char **text, size_t width);

enum { TERMINAL_WIDTH = 80 };
/* Prints the text on standard output, from column `indent` on, where its further lines begin too.
 */
void wrap_print(const char *text, int indent);

#endif
