/*
 * Addresses as ranges: added in any order, folded and counted at the end. Memory: the caller says
 * whether there is room for one more range; addresses without room are counted. Ownership: begin
 * with zeros; address_ranges_free.
 */
#ifndef REPORTS_ADDRESS_RANGES_H
#define REPORTS_ADDRESS_RANGES_H

#include "audit/ipaddr.h"

enum { RANGES_ALWAYS_KEPT = 8 /* with room or without */ };

struct address_range {
    struct address_range *next;
    struct iprange range;
};

struct address_ranges {
    uint64_t addresses;
    uint64_t unlisted; /* of them not in the ranges */
    unsigned range_count;
    struct address_range *first;
    struct address_range *last;
};

/* has_room: a range beyond RANGES_ALWAYS_KEPT may be kept. True: one more range is in use. */
bool address_ranges_add(struct address_ranges *ranges, const struct ipaddr *address, bool has_room);
void address_ranges_free(struct address_ranges *ranges);
/* Folds the ranges; where all addresses are listed, those that several input rows name are counted
 * once. */
void address_ranges_fold(struct address_ranges *ranges);
/* How many of the sorted addresses, each counted once, are in the folded ranges. */
uint64_t address_ranges_common(const struct address_range *range, const struct ipaddr *sorted,
                               unsigned n);

#endif
