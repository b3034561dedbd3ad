/*
 * One judged address as report writers get it: once, in input order. All pointers are valid during
 * the call only.
 */
#ifndef REPORTS_REPORT_ROW_H
#define REPORTS_REPORT_ROW_H

#include "audit/receivers.h"
#include "audit/verdict.h"
#include "io/run/run_file.h"
#include "reports/past_reader.h"
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
    const struct dnsname *expected; /* a host name or a domain; NULL: nothing */
    const struct run_found *found;  /* NULL: not asked */
    const struct observation *seen; /* the decoded facts of `found`; NULL: not asked */
    const struct judgement *judgement;
    /* What the run learnt about the zone of each fix; NULL: not asked. */
    const struct run_zone *fix_zones[FIXES_MAX];
    const struct run_zone *reverse; /* known about the judgement's reverse zone; NULL: nothing */
    const struct failing_zone *failing;  /* for a fix of a failing zone; NULL: nothing known */
    const struct row_vantages *vantages; /* answers of other vantages; NULL: the run has none */
    const struct row_since *since;       /* since the baseline of its run; NULL: the run has none */
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
/* The operator to name because name servers of a zone differ on the address; FIXER_NONE: none. */
static inline enum fixer row_server_party(const struct report_row *row)
{
    enum fixer who = FIXER_NONE;
    bool counts = row_inconsistency_counts(row);

    for (unsigned i = 0; counts && who == FIXER_NONE && i < row->vantages->question_count; i++)
        who = row->vantages->questions[i].who;
    return who;
}

/* Is the only difference that the resolver of the run remembers an old answer? Then there is
 * nothing to fix. */
static inline bool row_is_only_old(const struct report_row *row)
{
    return row->vantages && row->vantages->is_old && !row->vantages->results_differ &&
           row_server_party(row) == FIXER_NONE;
}

#endif
