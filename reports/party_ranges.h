/*
 * The addresses of a party as ranges, by verdict. Ranges are folded over the borders of zones.
 * Memory: at most `most` ranges in each list; what exceeds them is counted exactly.
 *
 * Ownership: party_ranges_read fills it, party_ranges_free empties it.
 */
#ifndef REPORTS_PARTY_RANGES_H
#define REPORTS_PARTY_RANGES_H

#include "reports/address_ranges.h"
#include "reports/fix_list.h"

struct party_ranges {
    struct address_ranges problems[VERDICTS];
    struct address_ranges nameless;          /* addresses that first need a host name */
    struct address_ranges on_broken_servers; /* addresses whose zone has servers that fail */
};

/* False with *failure set; *out is empty then. */
bool party_ranges_read(struct party_ranges *out, struct fix_list *list,
                       const struct fix_party *party, unsigned most, struct failure *failure)
    __attribute__((warn_unused_result));
void party_ranges_free(struct party_ranges *ranges);

#endif
