/*
 * Lines of text in a run of bytes, and what their bytes tell: where a line ends (LF, CR LF, CR),
 * whether it is one for a reader at all, which separator it uses. Views only: nothing is copied.
 *
 * Ownership: lines point into the caller's bytes. Threads: no state.
 */
#ifndef IO_INPUT_LINES_H
#define IO_INPUT_LINES_H

#include <stdbool.h>
#include <stddef.h>

struct line {
    const char *text;
    size_t length;     /* without its end */
    size_t end_length; /* 1 or 2; 0: the bytes ended before the line did */
};

/* Begin with at and end set, and lf NULL. */
struct line_scan {
    const char *at, *end;
    const char *lf; /* the first LF not before `at`, or end; NULL: not looked for yet */
};

/* The line at `at`, which moves behind it. Not at the end of the bytes. A CR as the very last byte
 * is taken for a whole line end. */
void line_next(struct line_scan *scan, struct line *line);
/* Blank, or a comment. */
bool line_is_passed_over(const struct line *line);
/* Tab, semicolon or comma, in this order of preference, outside quotes (`quoted`: the line begins
 * inside); 0: the line has none. */
char line_separator(const struct line *line, bool quoted);
/* NULL, or which bytes no text file has. */
const char *line_fault(const struct line *line);
/* By a byte order mark; without one, by NULs in every other place, as ASCII in UTF-16 has them. */
bool line_is_utf16(const char *text, size_t length);

#endif
