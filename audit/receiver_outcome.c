/* The outcome at a receiver: what it sees of each PTR name, weighed by its rule. */
#include "audit/receivers.h"

#include <string.h>

#include "audit/ptr_name.h"

static enum name_result result_of_forward(const struct answer *forward)
{
    if (!forward || forward->kind == ANSWER_SILENT)
        return NAME_UNANSWERED;
    return answer_is_temporary(forward) ? NAME_TEMPORARY : NAME_MISMATCH;
}

static enum name_result result_of_name(const struct evidence *evidence,
                                       const struct judgement *judgement, unsigned i)
{
    const struct observation *seen = evidence->seen;
    const struct dnsname *name = &seen->ptr.records.names[i];
    const struct answer *forward = observation_forward(seen, name);

    if ((judgement->confirmed >> i) & 1u)
        return NAME_CONFIRMED;
    enum hostname_fault fault = ptr_name_fault(name, &evidence->address);
    if (fault == HOSTNAME_LOCALHOST)
        return NAME_LOCALHOST;
    /* Runs of earlier versions did not look up names with underscores. */
    bool judged = fault == HOSTNAME_OK || (fault == HOSTNAME_UNDERSCORE && forward);
    return judged ? result_of_forward(forward) : NAME_MISMATCH;
}

static enum name_result result_without_names(const struct observation *seen)
{
    if (!seen || seen->ptr.kind == ANSWER_SILENT)
        return NAME_UNANSWERED;
    return answer_is_temporary(&seen->ptr) ? NAME_TEMPORARY_PTR : NAME_NO_PTR;
}

void name_results_of(struct name_results *out, const struct evidence *evidence,
                     const struct judgement *judgement, unsigned generic_tier)
{
    const struct observation *seen = evidence->seen;

    *out = (struct name_results){.ipv6 = evidence->address.family == IP_V6,
                                 .is_public = judgement->verdict != VERDICT_NOT_PUBLIC};
    if (!seen || seen->ptr.kind != ANSWER_RECORDS) {
        out->counts[result_without_names(seen)] = 1;
        return;
    }
    out->generic = generic_tier > 0;
    for (unsigned i = 0; i < seen->ptr.kept; i++)
        out->counts[result_of_name(evidence, judgement, i)]++;
    out->counts[NAME_UNANSWERED] += seen->ptr.total - seen->ptr.kept + seen->ptr.truncated;
}

bool name_results_equal(const struct name_results *a, const struct name_results *b)
{
    return a->ipv6 == b->ipv6 && a->is_public == b->is_public && a->generic == b->generic &&
           memcmp(a->counts, b->counts, sizeof a->counts) == 0;
}

static struct receiver_result outcome_of_result(const struct receiver_rule *rule,
                                                enum name_result name)
{
    switch (name) {
    case NAME_NO_PTR:
        return (struct receiver_result){rule->missing, REASON_NO_PTR};
    case NAME_MISMATCH:
        return (struct receiver_result){rule->mismatch, REASON_MISMATCH};
    case NAME_LOCALHOST:
        return (struct receiver_result){rule->localhost, REASON_LOCALHOST};
    case NAME_TEMPORARY_PTR:
        return (struct receiver_result){rule->temporary_ptr, REASON_TEMPORARY};
    case NAME_TEMPORARY:
        return (struct receiver_result){rule->temporary, REASON_TEMPORARY};
    case NAME_UNANSWERED:
        return (struct receiver_result){OUTCOME_UNKNOWN, REASON_UNANSWERED};
    case NAME_CONFIRMED:
        break;
    }
    return (struct receiver_result){OUTCOME_ACCEPTS, REASON_CONFIRMED};
}

/* PTR names counted by the outcome they lead to, with the reason of the first of each. */
struct weighing {
    uint64_t names[OUTCOMES];
    enum receiver_reason reasons[OUTCOMES];
};

static void weigh(struct weighing *out, const struct receiver_rule *rule,
                  const struct name_results *results)
{
    *out = (struct weighing){0};
    for (enum name_result i = NAME_CONFIRMED; i <= NAME_UNANSWERED; i++) {
        struct receiver_result result = outcome_of_result(rule, i);

        if (results->counts[i] == 0)
            continue;
        if (results->generic && rule->generic > result.outcome)
            result = (struct receiver_result){rule->generic, REASON_GENERIC};
        if (out->names[result.outcome] == 0)
            out->reasons[result.outcome] = result.reason;
        out->names[result.outcome] += results->counts[i];
    }
}

/* One good name among those the receiver looks at is enough, so the best of them decides. In the
 * best case that is the best name of all. */
static enum outcome best_case(const struct weighing *weighing)
{
    enum outcome outcome = OUTCOME_ACCEPTS;

    while (outcome < OUTCOME_REFUSES && weighing->names[outcome] == 0)
        outcome++;
    return outcome;
}

/* In the worst case the receiver looks at the `looks` worst names. */
static enum outcome worst_case(const struct weighing *weighing, uint64_t looks)
{
    enum outcome outcome = OUTCOME_REFUSES;
    uint64_t seen = weighing->names[outcome];

    while (outcome > OUTCOME_ACCEPTS && seen < looks)
        seen += weighing->names[--outcome];
    return seen < looks ? best_case(weighing) : outcome;
}

static uint64_t looks_of(const struct receiver *row)
{
    switch (row->names) {
    case NAMES_ALL:
        return UINT64_MAX;
    case NAMES_TWO:
        return 2;
    case NAMES_ONE:
    case NAMES_UNKNOWN:
        break;
    }
    return 1;
}

struct receiver_result receiver_outcome(const struct receiver *row,
                                        const struct name_results *results)
{
    const struct receiver_rule *rule = results->ipv6 ? &row->ipv6 : &row->ipv4;
    struct weighing weighing;
    enum outcome best;
    enum outcome worst;

    if (!results->is_public)
        return (struct receiver_result){OUTCOME_UNKNOWN, REASON_NOT_PUBLIC};
    if (row->temporary_first && results->counts[NAME_TEMPORARY] > 0)
        return (struct receiver_result){rule->temporary, REASON_TEMPORARY};
    weigh(&weighing, rule, results);
    best = best_case(&weighing);
    worst = worst_case(&weighing, looks_of(row));
    if (best == worst)
        return (struct receiver_result){worst, weighing.reasons[worst]};
    return (struct receiver_result){row->names == NAMES_UNKNOWN ? OUTCOME_UNKNOWN : worst,
                                    REASON_SOME_NAMES};
}
