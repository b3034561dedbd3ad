/*
 * The list, shared by reports/fix_list.c, which fills it, and reports/fix_sort.c, which makes the
 * parties and counts.
 */
#ifndef REPORTS_FIX_LIST_PRIVATE_H
#define REPORTS_FIX_LIST_PRIVATE_H

#include "io/output/sorter.h"
#include "io/output/spool.h"
#include "reports/address_set.h"
#include "reports/fix_list.h"
#include "reports/name_store.h"

enum { DELEGATED_BITS = 1 << 16 };

struct fix_list {
    const struct suffix_list *suffixes;
    const struct providers *providers;
    bool no_memory; /* an allocation failed: the list is not complete */
    unsigned difference_count;
    struct spool *arrived; /* items as they arrive */
    struct sorter *sorted; /* items by party */
    struct name_store names;
    struct address_set disputed; /* addresses whose PTR name suits one row and not another */
    unsigned group_count;
    unsigned group_room;
    struct fix_group **groups;
    unsigned chain_count; /* a power of two; 0: no table yet */
    struct fix_group **chains;
    unsigned row_group_count; /* of the row that was added last */
    unsigned row_groups[ROW_GROUPS_MAX];
    unsigned party_count;
    struct fix_party *parties;
    /* By the first 16 bits of IPv4 addresses and a hash of the first 32 of IPv6 addresses:
     * something in that block is delegated. */
    uint8_t delegated[2][DELEGATED_BITS / 8];
};

/* Is anything in the block of the address known to be delegated? */
bool fix_list_is_delegated(const struct fix_list *list, const struct ipaddr *address);

#endif
