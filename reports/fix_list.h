/*
 * What must be fixed, one group for each fixer and zone: the problems, the addresses as ranges, and
 * the records to set.
 *
 * The zone is the apex named by an SOA. Without an SOA it is a guess and marked as such: the /24,
 * /48 or /64 reverse zone, the target of classless delegation, or the parent domain of the host
 * name. Memory: bounded by the ceilings below; what exceeds them is counted. Ownership:
 * fix_list_new / fix_list_free.
 */
#ifndef REPORTS_FIX_LIST_H
#define REPORTS_FIX_LIST_H

#include "reports/fix_group.h"
#include "reports/report_row.h"

enum {
    FIX_GROUPS_MAX = 512,
    FIX_RANGES_MAX = 10000,                  /* in all groups together */
    FIX_RECORDS_MAX = 10000,                 /* in all groups together */
    FIX_RECORDS_BYTES_MAX = 2 * 1024 * 1024, /* text of all records */
    RECORDS_ALWAYS_KEPT = 8,                 /* in each group */
};

struct fix_list;
struct suffix_list;

/* suffixes: NULL if there is no list; then no registrable domain is known. Returns NULL without
 * memory. */
struct fix_list *fix_list_new(const struct suffix_list *suffixes);
void fix_list_free(struct fix_list *list);
void fix_list_add(struct fix_list *list, const struct report_row *row);
/* Call after all rows. `zone->servers` must outlive the list; `zone->whose` need not. */
void fix_list_add_broken(struct fix_list *list, const struct broken_zone *zone,
                         const struct ipaddr *address);
/* The group of a fixer and zone; NULL: none. Only before fix_list_sort. */
const struct fix_group *fix_list_find(const struct fix_list *list, enum fixer who,
                                      const struct dnsname *zone);
/* Folds the ranges, counts repeated addresses and records once, and orders the groups by fixer,
 * then by number of addresses, largest first. */
void fix_list_sort(struct fix_list *list);
const struct fix_group *fix_list_group(const struct fix_list *list,
                                       unsigned index); /* NULL past the end */
/* Number of groups whose party is known (fix_group_is_party). */
unsigned fix_list_parties(const struct fix_list *list);
/* Fixes that have no group because of FIX_GROUPS_MAX. */
uint64_t fix_list_left_out(const struct fix_list *list);

#endif
