/*
 * One judged address as report writers get it: once, in input order. All pointers are valid during
 * the call only.
 */
#ifndef REPORTS_REPORT_ROW_H
#define REPORTS_REPORT_ROW_H

#include "audit/receivers.h"
#include "audit/verdict.h"
#include "io/run/run_file.h"
#include "reports/row_vantages.h"

/* How far up the tree a zone fails. */
struct failing_zone {
    struct dnsname zone;          /* the highest name whose question fails */
    const struct run_zone *above; /* the zone that answers and delegates it; NULL: none answers */
};

struct report_row {
    const char *source; /* input as named on the command line */
    uint64_t line;      /* of the input row, which may be a range */
    struct ipaddr address;
    const struct dnsname *expected; /* NULL: no expected name */
    const struct run_found *found;  /* NULL: not asked */
    const struct observation *seen; /* the decoded facts of `found`; NULL: not asked */
    const struct judgement *judgement;
    /* What the run learnt about the zone of each fix; NULL: not asked. */
    const struct run_zone *fix_zones[FIXES_MAX];
    bool resolver_fault; /* an error that shows nothing about any zone: the resolver is at
                            fault (reports/resolver_fault.h) */
    const struct run_zone *reverse; /* known about the judgement's reverse zone; NULL: nothing */
    const struct failing_zone *failing;  /* for a fix of a failing zone; NULL: nothing known */
    const struct row_vantages *vantages; /* answers of other vantages; NULL: the run has none */
    unsigned receiver_count;
    const struct receiver_result *receivers; /* one per receiver of the plan */
};
/* Do vantages differ on the address, and does the policy count that? */
static inline bool row_inconsistency_counts(const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;
    return row->vantages && judgement_has(judgement, FINDING_INCONSISTENT) &&
           !((judgement->excepted_findings >> FINDING_INCONSISTENT) & 1u);
}
/* Do name servers of a zone differ on the address, so that their operator must act? */
static inline bool row_has_servers_to_fix(const struct report_row *row)
{
    bool found = false;
    for (unsigned i = 0; row_inconsistency_counts(row) && i < row->vantages->question_count; i++)
        found = found || row->vantages->questions[i].servers_differ;
    return found;
}

#endif
