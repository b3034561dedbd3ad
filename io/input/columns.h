/*
 * Which column of an input holds the addresses and which the expected host names: told by the first
 * row, by the command line, or both.
 *
 * Ownership: plain values. Threads: no state. Errors: a column that the command line names and the
 * input does not have is a failure.
 */
#ifndef IO_INPUT_COLUMNS_H
#define IO_INPUT_COLUMNS_H

#include "io/input/rows.h"
#include "io/system/failure.h"

enum { COLUMN_NONE = COLUMNS_MAX };

enum header_kind {
    HEADER_NONE,    /* the first row is data */
    HEADER_KNOWN,   /* it holds names we know, or the command line names */
    HEADER_GUESSED, /* it holds other names: its item cell is no address */
};

/* What the command line asks for. */
struct column_choice {
    const char *ip;   /* name or number from 1; NULL: from the header, else 1 */
    const char *host; /* NULL: from the header; without a header of known names, 2 */
};

struct columns {
    enum header_kind header;
    unsigned ip;   /* from 0 */
    unsigned host; /* from 0; COLUMN_NONE: no host name is expected */
};

/* Decides on the first readable row of `input` (its name, for messages). */
bool columns_decide(struct columns *out, const struct row *first,
                    const struct column_choice *choice, const char *input, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
