/* One judged address, as every report writer gets it: in input order, once. All pointers are valid during the
 * call only. */
#ifndef REPORTS_REPORT_ROW_H
#define REPORTS_REPORT_ROW_H

#include "audit/receivers.h"
#include "audit/verdict.h"
#include "io/run_file.h"

struct report_row {
    const char *source; /* input as named on the command line */
    uint64_t line;      /* of the input row (of the range, for its addresses) */
    struct ipaddr address;
    const struct dnsname *expected; /* NULL: none */
    const struct run_found *found;  /* NULL: not asked */
    const struct observation *seen; /* the decoded facts of found; NULL: not asked */
    const struct judgement *judgement;
    /* What asking told of the zone that each fix of the judgement belongs to; NULL: it was not asked. */
    const struct run_zone *fix_zones[FIXES_MAX];
    unsigned receiver_count;
    const struct receiver_result *receivers; /* of each receiver of the plan */
};

#endif
