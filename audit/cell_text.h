/*
 * The text of one cell of an input, and what it is if it is not what it should be.
 *
 * Ownership: a view of the caller's bytes; faults are static text. Threads: no state.
 */
#ifndef AUDIT_CELL_TEXT_H
#define AUDIT_CELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct cell_text {
    const char *text; /* not NUL-terminated */
    size_t len;
};

/* Without the ASCII white space at both ends. */
struct cell_text cell_text_trim(const char *text, size_t len);
/* Without a comment at the end: '#' or ';' at the beginning or after a blank, and what follows.
 * Trimmed. */
struct cell_text cell_text_without_comment(const char *text, size_t len);
/* Does the cell say that there is no value: empty, "-", "none", "null", "N/A", "(none)"? The case
 * of letters is ignored. */
bool cell_text_is_no_value(const char *text, size_t len);
/* "is a URL", "holds a zero-width space (U+200B)": why the text can be neither an address nor a
 * host name. NULL: not known. */
const char *cell_text_fault(const char *text, size_t len);

#endif
