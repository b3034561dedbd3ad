/*
 * A list of addresses as ranges: add in any order, then fold and count. Memory: the caller decides
 * whether one more range may be kept; addresses without room are only counted. Ownership: begin
 * with zeros; address_ranges_free. Threads: one at a time.
 */
#ifndef REPORTS_ADDRESS_RANGES_H
#define REPORTS_ADDRESS_RANGES_H

#include "audit/ipaddr.h"

enum { RANGES_ALWAYS_KEPT = 8 /* whatever has_room says */ };

struct address_range {
    struct address_range *next;
    struct iprange range;
};

struct address_ranges {
    uint64_t addresses;
    uint64_t unlisted; /* of `addresses`: not in the ranges */
    unsigned range_count;
    struct address_range *first;
    struct address_range *last;
};

/* has_room: a range beyond RANGES_ALWAYS_KEPT may be kept. Returns true if one more range is in
 * use. */
bool address_ranges_add(struct address_ranges *ranges, const struct ipaddr *address, bool has_room);
void address_ranges_free(struct address_ranges *ranges);
/* Merges ranges. If every address is listed, duplicates are counted once. */
void address_ranges_fold(struct address_ranges *ranges);

#endif
