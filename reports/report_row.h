/* One judged address, as every report writer gets it: in input order, once. All pointers are valid
 * during the call only. */
#ifndef REPORTS_REPORT_ROW_H
#define REPORTS_REPORT_ROW_H

#include "audit/receivers.h"
#include "audit/verdict.h"
#include "io/run/run_file.h"
#include "reports/row_vantages.h"

/* Where a zone fails as a whole: how far up. */
struct failing_zone {
    struct dnsname zone; /* the highest name of which the question fails */
    const struct run_zone
        *above; /* the zone above it, which answers and delegates it; NULL: none does */
};

struct report_row {
    const char *source; /* input as named on the command line */
    uint64_t line;      /* of the input row (of the range, for its addresses) */
    struct ipaddr address;
    const struct dnsname *expected; /* NULL: none */
    const struct run_found *found;  /* NULL: not asked */
    const struct observation *seen; /* the decoded facts of found; NULL: not asked */
    const struct judgement *judgement;
    /* What asking told of the zone that each fix of the judgement belongs to; NULL: it was not
     * asked. */
    const struct run_zone *fix_zones[FIXES_MAX];
    const struct run_zone
        *reverse; /* what is known of the judgement's reverse zone; NULL: nothing */
    const struct failing_zone
        *failing; /* of a fix that is the failing zone's; NULL: nothing told */
    const struct row_vantages *vantages; /* what others say; NULL: nobody else was asked */
    unsigned receiver_count;
    const struct receiver_result *receivers; /* of each receiver of the plan */
};
/* Do vantages differ about the address, and does that count under the policy? */
static inline bool row_inconsistency_counts(const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;
    return row->vantages && judgement_has(judgement, FINDING_INCONSISTENT) &&
           !((judgement->excepted_findings >> FINDING_INCONSISTENT) & 1u);
}
/* Do name servers of a zone differ about it, so that their operator must act? */
static inline bool row_has_servers_to_fix(const struct report_row *row)
{
    bool found = false;
    for (unsigned i = 0; row_inconsistency_counts(row) && i < row->vantages->question_count; i++)
        found = found || row->vantages->questions[i].differs;
    return found;
}

#endif
