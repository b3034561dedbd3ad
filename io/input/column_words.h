/*
 * The words by which headers name their columns.
 *
 * Words are compared without case, blanks, '-', '_', '.', parentheses, and the stars of Infoblox:
 * "IP-Address", "ip address" and "ADDRESS*" are ipaddress and address. In each list the better word
 * comes first, for a file that has several.
 *
 * Ownership: static text. Threads: no state.
 */
#ifndef IO_INPUT_COLUMN_WORDS_H
#define IO_INPUT_COLUMN_WORDS_H

#include "io/input/rows.h"

enum { COLUMN_NONE = COLUMNS_MAX };

struct column_words {
    const char *const *words;
    unsigned count;
};

/* Strong words decide alone. Weak words need data that fits: "name" may be a label. */
extern const struct column_words COLUMN_IP_STRONG, COLUMN_IP_WEAK;
extern const struct column_words COLUMN_IP6; /* strong words for IPv6 alone */
extern const struct column_words COLUMN_FIRST_STRONG, COLUMN_FIRST_WEAK; /* first of a range */
extern const struct column_words COLUMN_LAST_STRONG, COLUMN_LAST_WEAK;   /* last of a range */
/* Prefix lengths or masks; the weak words are rather prefixes as a whole. */
extern const struct column_words COLUMN_MASK_STRONG, COLUMN_MASK_WEAK;
extern const struct column_words COLUMN_HOST_STRONG, COLUMN_HOST_WEAK;
extern const struct column_words COLUMN_DOMAIN; /* weak, and rather of an organisation */
/* Words of DMARC reports, where a domain is the policy's and never a host name. */
extern const struct column_words COLUMN_DMARC;

/* The first column, for the best word of the list, that is not among the excluded ones;
 * COLUMN_NONE if there is no such column. */
unsigned column_words_find(const struct column_words *words, const struct row *header,
                           const unsigned *excluded, unsigned excluded_count);
/* The column with this name of the user's. */
unsigned column_name_find(const char *name, const struct row *header);
/* The first cell of a header in exports of Infoblox: HEADER-HOSTRECORD. */
bool column_begins_header(const struct cell *cell);

#endif
