/*
 * A text to be mailed unchanged: a subject, an empty line, the text. Lines have at most
 * MAIL_TEXT_WIDTH columns.
 *
 * Ownership: plain value; the outfile outlives it. Threads: one at a time.
 */
#ifndef REPORTS_MAIL_TEXT_H
#define REPORTS_MAIL_TEXT_H

#include "io/output/outfile.h"

enum { MAIL_TEXT_WIDTH = 72, MAIL_TEXT_MAX = 16 * 1024 };

struct mail_text {
    struct outfile *out;
    char text[MAIL_TEXT_MAX]; /* scratch */
};

/* The subject: the state, and in parentheses as much of the inputs as fits. inputs: NULL: none. */
void mail_text_subject(struct mail_text *mail, const char *state, const char *inputs);
/* Wraps text to the width. The first line starts with `first`; further lines are indented as
 * far. */
void mail_text_flow(struct mail_text *mail, const char *first, const char *text);
void mail_text_put(struct mail_text *mail, const char *first, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* An empty line and a title. */
void mail_text_part(struct mail_text *mail, const char *title);

#endif
