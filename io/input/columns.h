/*
 * Which columns of an input hold the addresses and the expected host names. The command line
 * decides, then the words of a header, then the first rows of data.
 *
 * - The first row is a header if it names columns by words we know (io/input/column_words.h), or if
 *   none of its cells looks like data. Any other first row is data, even if it is refused.
 * - Strong words (ip, fqdn) decide alone. Weak words (name, domain, network) and all columns of an
 *   input without a header need rows of data that fit.
 * - Prefix lengths and masks in a column of their own are read if a header names it.
 * - Without words for them, two columns of addresses are the first and last ones of ranges.
 *
 * Ownership: plain values. Threads: no state. Errors: *failure if the command line names a column
 * that the input does not have.
 */
#ifndef IO_INPUT_COLUMNS_H
#define IO_INPUT_COLUMNS_H

#include "io/input/column_words.h"
#include "io/system/failure.h"

/* What the command line asks for. */
struct column_choice {
    const char *ip;   /* name or number from 1; NULL: not given */
    const char *host; /* the same, or "none" */
};

enum header_kind {
    HEADER_NONE,    /* the first row is data */
    HEADER_KNOWN,   /* it holds names we know, or the command line names */
    HEADER_GUESSED, /* it holds other words and nothing that looks like data */
};

/* Columns count from 0; COLUMN_NONE: there is no such column. */
struct columns {
    enum header_kind header;
    unsigned ip;
    unsigned last; /* the last address of a range that begins in `ip` */
    unsigned ip6;  /* IPv6 addresses beside the IPv4 addresses in `ip` */
    unsigned mask; /* prefix lengths or masks of the addresses in `ip` */
    unsigned host;
    bool host_is_new;        /* no row has had the column yet: say so when the first one has it */
    bool host_is_missing;    /* the command line gives its number, and the first rows lack it */
    unsigned unfit;          /* named like host names, but the data does not fit */
    unsigned names_not_read; /* without expected names: a column that holds host names */
    unsigned not_read;       /* the first column that holds addresses, too */
    unsigned not_read_count; /* of such columns */
    uint64_t mask_line;  /* of a row in which the column after `ip` may be a prefix length or mask
                            that no header names; 0: none */
    unsigned label;      /* the column that may hold host names without their domain */
    uint64_t label_line; /* of a row in which it does; 0: there is no such column */
};

enum { COLUMNS_TEXT_MAX = 400 };

/* The first row without a fault; NULL: there is no such row. */
const struct row *columns_first_row(const struct row *rows, unsigned count);
/* Decides on the first rows of `input` (its name, for messages), at least one; rows with a fault
 * are ignored. */
bool columns_decide(struct columns *out, const struct row *rows, unsigned count,
                    const struct column_choice *choice, const char *input, struct failure *failure)
    __attribute__((warn_unused_result));
/* "address: column 6 (source_ip_address); expected name: none". header: the first row. */
void columns_describe(char out[COLUMNS_TEXT_MAX], const struct columns *columns,
                      const struct row *header);

#endif
