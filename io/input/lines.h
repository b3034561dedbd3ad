/*
 * Lines of text in a run of bytes: where a line ends (LF, CR LF, CR), whether it holds data, which
 * separator it uses. Nothing is copied.
 *
 * Ownership: lines point into the caller's bytes. Threads: no state.
 */
#ifndef IO_INPUT_LINES_H
#define IO_INPUT_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum { UTF16_SAMPLE_MAX = 4096 }; /* bytes from which UTF-16 is recognised */

struct line {
    const char *text;
    size_t length;     /* without its end */
    size_t end_length; /* 1 or 2; 0: the bytes ended before the line did */
};

/* Begin with at and end set, and lf NULL. */
struct line_scan {
    const char *at, *end;
    const char *lf; /* the first LF not before `at`, or end; NULL: not searched yet */
};

/* Takes the line at `at`, which must be before the end, and advances `at`. A CR as the very last
 * byte counts as a whole line end. */
void line_next(struct line_scan *scan, struct line *line);
/* Is the line blank or a comment? Comments begin with '#', or with ';' unless that is the
 * separator. separator: 0 if it is not known yet. */
bool line_is_ignored(const struct line *line, char separator);
/* Cuts off a comment after an address and other words, before any separator or quote: where the
 * columns are not known yet, only an address is sure to be data. */
void line_cut_comment(struct line *line, char separator);
/* Of the first line of an input: what another format is, for the user ("looks like JSON: ...");
 * NULL: it may be text with rows. */
const char *line_format(const struct line *line);
/* The separator that a line like "sep=;" names for Excel; 0: it is no such line. */
char line_named_separator(const struct line *line);
/* Writes the line without what RFC 4180 does not know: the '=' before a quoted cell (Excel), and a
 * comment at the end. out: room for line->length bytes. */
void line_mend(struct line *out, char *text, const struct line *line, char separator);
/* Tab, semicolon or comma, in this order of preference, outside quotes; 0: the line has none of
 * them. quoted: the line begins inside quotes. */
char line_separator(const struct line *line, bool quoted);
/* Which bytes in the line do not belong in a text file; NULL: all of them do. */
const char *line_fault(const struct line *line);
/* Recognises UTF-16 by its byte order mark, or by NULs in every other place (ASCII text). */
bool line_is_utf16(const char *text, size_t length);

#endif
