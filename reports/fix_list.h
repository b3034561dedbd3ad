/*
 * What must be fixed, grouped by who must fix it: one group for each fixer and zone, with the
 * problems, the addresses folded into ranges, and the records to set.
 *
 * The zone is the apex that a SOA named; where none did it is a guess, and says so: the /24, /48 or
 * /64 reverse zone, what classless delegation leads to, or the parent domain of the host name.
 * Memory: bounded by the ceilings below; what does not fit is counted. Ownership: fix_list_new /
 * fix_list_free.
 */
#ifndef REPORTS_FIX_LIST_H
#define REPORTS_FIX_LIST_H

#include "reports/fix_group.h"
#include "reports/report_row.h"

enum {
    FIX_GROUPS_MAX = 512,
    FIX_RANGES_MAX = 10000,                  /* in all groups together */
    FIX_RECORDS_MAX = 10000,                 /* likewise */
    FIX_RECORDS_BYTES_MAX = 2 * 1024 * 1024, /* of their text */
    RECORDS_ALWAYS_KEPT = 8,                 /* of a group */
};

struct fix_list;
struct suffix_list;

/* suffixes: NULL: no registrable domain is known. NULL: out of memory. */
struct fix_list *fix_list_new(const struct suffix_list *suffixes);
void fix_list_free(struct fix_list *list);
void fix_list_add(struct fix_list *list, const struct report_row *row);
/* Behind all rows. What the zone points to stays valid as long as the list, but for `whose`. */
void fix_list_add_broken(struct fix_list *list, const struct broken_zone *zone,
                         const struct ipaddr *address);
/* The group of a fixer and zone, before fix_list_sort; NULL: there is none. */
const struct fix_group *fix_list_find(const struct fix_list *list, enum fixer who,
                                      const struct dnsname *zone);
/* Folds the ranges, counts addresses and records of several rows once, orders groups (fixer, then
 * most addresses first). */
void fix_list_sort(struct fix_list *list);
const struct fix_group *fix_list_group(const struct fix_list *list,
                                       unsigned index); /* NULL past the end */
/* Groups whose party is known (fix_group_is_party). */
unsigned fix_list_parties(const struct fix_list *list);
/* Fixes that belong to groups beyond FIX_GROUPS_MAX. */
uint64_t fix_list_left_out(const struct fix_list *list);

#endif
