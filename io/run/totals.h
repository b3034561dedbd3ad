/* The size of the input of a run. */
#ifndef IO_RUN_TOTALS_H
#define IO_RUN_TOTALS_H

#include "audit/ipaddr.h"

struct run_totals {
    uint64_t items;
    uint64_t rejected;
    ip_count addresses; /* of all items, duplicates counted; it stops at 2^128 - 1 */
};

#endif
