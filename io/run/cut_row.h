/* A cut as a row of the run file (io/run/cuts.h): a block of addresses that is proven empty. */
#ifndef IO_RUN_CUT_ROW_H
#define IO_RUN_CUT_ROW_H

#include "audit/ipaddr.h"

struct run_cut {
    struct iprange range;
    int64_t checked_at;   /* seconds since 1970 UTC */
    uint32_t samples;     /* addresses inside that were asked */
    const uint8_t *facts; /* of each address: observation_decode reads them */
    uint32_t length;
};

/* At most this many octets of facts: a negative answer with three names. */
enum { CUT_FACTS_MAX = 1024 };

#endif
