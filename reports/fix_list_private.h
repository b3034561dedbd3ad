/*
 * The list, shared by reports/fix_list.c, which fills it, and reports/fix_sort.c, which orders it.
 */
#ifndef REPORTS_FIX_LIST_PRIVATE_H
#define REPORTS_FIX_LIST_PRIVATE_H

#include "reports/address_set.h"
#include "reports/fix_list.h"

enum { FIX_CHAINS = 1024 };

struct fix_list {
    const struct suffix_list *suffixes;
    unsigned group_count;
    unsigned range_count;
    unsigned record_count;
    unsigned difference_count;
    size_t record_bytes;
    uint64_t left_out;
    struct address_set disputed; /* addresses whose PTR name suits one row and not another */
    uint16_t chains[FIX_CHAINS]; /* first group of each hash, or NO_GROUP */
    uint16_t next[FIX_GROUPS_MAX];
    struct fix_group *groups[FIX_GROUPS_MAX];
};

#endif
