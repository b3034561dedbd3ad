/* What reports/fix_list.c, which gathers, and reports/fix_sort.c, which orders what was gathered,
 * share. */
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
    struct address_set
        standing; /* addresses with a PTR name that a row wants, while another wants another */
    uint16_t chains[FIX_CHAINS]; /* first group by hash of its zone, or none */
    uint16_t next[FIX_GROUPS_MAX];
    struct fix_group *groups[FIX_GROUPS_MAX];
};

#endif
