/*
 * The parts of a label of a pattern (audit/pattern.h): characters and placeholders.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_PLACEHOLDER_H
#define AUDIT_PLACEHOLDER_H

#include "audit/ipaddr.h"

enum label_part_kind { PART_CHARACTER, PART_OCTET, PART_PLACE, PART_ADDRESS, PART_HEX };

struct label_part {
    enum label_part_kind kind;
    char character;  /* PART_CHARACTER */
    unsigned octet;  /* PART_OCTET: 0 to 3 */
    unsigned width;  /* PART_PLACE: least number of digits, from 1 */
    ip_count offset; /* PART_PLACE: added to the place */
};

enum { PART_TEXT_MAX = 64 }; /* no part of a valid name is longer */

/* Reads the first part of text[0..len), len > 0. Returns the octets used; 0: a placeholder that is
 * unknown or not closed. */
size_t label_part_read(struct label_part *out, const uint8_t *text, size_t len);
/* What the part is for the address, which has this place (from 1). Returns the length; 0: more than
 * PART_TEXT_MAX octets, or the octet of an IPv6 address. */
size_t label_part_print(char out[PART_TEXT_MAX], const struct label_part *part,
                        const struct ipaddr *address, ip_count place);
/* {n:3+256} and the like. Returns the length, less than PART_TEXT_MAX. */
size_t label_part_print_place(char out[PART_TEXT_MAX], const struct label_part *part);

#endif
