/*
 * What must be fixed: the parties that must act, largest first, with their zones, addresses and
 * records. Nothing is left out, and all counts are exact.
 *
 * The zone of an item is the apex named by an SOA. Without an SOA it is a guess and marked as such:
 * the /24, /48 or /64 reverse zone, the target of classless delegation, or the parent domain of the
 * host name.
 *
 * Memory: some hundred octets for each zone and each party, and that of a sorter; addresses and
 * records are in files without a name. Ownership: fix_list_open / fix_list_free.
 */
#ifndef REPORTS_FIX_LIST_H
#define REPORTS_FIX_LIST_H

#include "io/system/folder.h"
#include "reports/fix_item.h"
#include "reports/fix_party.h"
#include "reports/report_row.h"

struct fix_list;
struct providers;
struct suffix_list;

/* suffixes: NULL if there is no list; then no registrable domain is known. providers: those of
 * --providers; NULL without. Files are made in the folder. NULL with *failure set. */
struct fix_list *fix_list_open(const struct folder *folder, const struct suffix_list *suffixes,
                               const struct providers *providers, struct failure *failure);
void fix_list_free(struct fix_list *list);
void fix_list_add(struct fix_list *list, const struct report_row *row);
enum { ROW_GROUPS_MAX = 16 };
/* The numbers of the groups that the row added last belongs to, at most ROW_GROUPS_MAX. Returns
 * their count. */
unsigned fix_list_row_groups(const struct fix_list *list, const unsigned **groups);
/* Call after all rows. `zone->servers` must outlive the list; `zone->whose` need not. */
void fix_list_add_broken(struct fix_list *list, const struct broken_zone *zone,
                         const struct ipaddr *address);
/* Makes the parties of the zones, and counts. Call once, after the last row. False with *failure
 * set; that includes failures of the functions above. */
bool fix_list_sort(struct fix_list *list, struct failure *failure)
    __attribute__((warn_unused_result));

/* The rest is for a sorted list. */
/* NULL past the end. Largest first. */
const struct fix_party *fix_list_party(const struct fix_list *list, unsigned index);
/* Number of parties that are known (fix_party.is_known). */
unsigned fix_list_parties(const struct fix_list *list);
const struct fix_group *fix_list_group(const struct fix_list *list, unsigned number);

typedef void fix_item_fn(void *context, const struct fix_item *item);

/* Gives the items of a party. FIX_BY_ADDRESS: all, in the order of addresses, once for each record
 * and verdict. FIX_BY_ZONE: those with a record, once for each record, zone by zone. */
bool fix_list_each(struct fix_list *list, const struct fix_party *party, enum fix_order order,
                   fix_item_fn *visit, void *context, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
