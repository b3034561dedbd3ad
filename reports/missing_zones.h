/*
 * Zones that no zone file contains, guessed from the names that were looked up in vain (--zone).
 * They are not at fault: their files have to be added.
 *
 * Memory: at most MISSING_ZONES_MAX names. Ownership: plain value, begin with zeros. Threads: one
 * at a time. Errors: none.
 */
#ifndef REPORTS_MISSING_ZONES_H
#define REPORTS_MISSING_ZONES_H

#include "reports/report_row.h"

enum {
    MISSING_ZONES_MAX = 20,
    MISSING_TEXT_MAX = 1600,
};

struct missing_zones {
    uint64_t addresses; /* rows that are not judged because no zone file contains a name */
    uint64_t others;    /* of those, in zones beyond the list */
    unsigned count;
    struct dnsname zones[MISSING_ZONES_MAX]; /* in order of appearance */
};

struct suffix_list;

/* Notes the zone of the row if its verdict is dns-error and a name is in no zone file. suffixes:
 * NULL if there is no list. */
void missing_zones_add(struct missing_zones *missing, const struct report_row *row,
                       const struct suffix_list *suffixes);
/* "3 addresses need names that no zone file contains: add the missing files with --zone, probably
 * of other.example and 101.51.198.in-addr.arpa". Returns its length, 0 if nothing is missing. */
size_t missing_zones_print(char out[MISSING_TEXT_MAX], const struct missing_zones *missing);

#endif
