/* What a receiver would do: the sights of the PTR names, weighed by the receiver's rule. */
#include "audit/receivers.h"

#include <string.h>

static enum sight sight_of_forward(const struct answer *forward)
{
    if (!forward || forward->kind == ANSWER_SILENT)
        return SIGHT_NOTHING;
    return answer_is_temporary(forward) ? SIGHT_TEMPORARY : SIGHT_MISMATCH;
}

static enum sight sight_of_name(const struct observation *seen, const struct judgement *judgement,
                                unsigned i)
{
    const struct dnsname *name = &seen->ptr.records.names[i];
    enum hostname_fault fault;

    if ((judgement->confirmed >> i) & 1u)
        return SIGHT_CONFIRMED;
    fault = dnsname_hostname_fault(name);
    if (fault == HOSTNAME_LOCALHOST)
        return SIGHT_LOCALHOST;
    return fault == HOSTNAME_OK ? sight_of_forward(observation_forward(seen, name))
                                : SIGHT_MISMATCH;
}

static enum sight sight_without_names(const struct observation *seen)
{
    if (!seen || seen->ptr.kind == ANSWER_SILENT)
        return SIGHT_NOTHING;
    return answer_is_temporary(&seen->ptr) ? SIGHT_TEMPORARY_PTR : SIGHT_NO_PTR;
}

void receiver_see(struct receiver_sight *out, const struct evidence *evidence,
                  const struct judgement *judgement, unsigned generic_tier)
{
    const struct observation *seen = evidence->seen;

    *out = (struct receiver_sight){.ipv6 = evidence->address.family == IP_V6,
                                   .is_public = judgement->verdict != VERDICT_NOT_PUBLIC};
    if (!seen || seen->ptr.kind != ANSWER_RECORDS) {
        out->counts[sight_without_names(seen)] = 1;
        return;
    }
    out->generic = generic_tier > 0;
    for (unsigned i = 0; i < seen->ptr.kept; i++)
        out->counts[sight_of_name(seen, judgement, i)]++;
    out->counts[SIGHT_NOTHING] += seen->ptr.total - seen->ptr.kept;
}

bool receiver_sight_equal(const struct receiver_sight *a, const struct receiver_sight *b)
{
    return a->ipv6 == b->ipv6 && a->is_public == b->is_public && a->generic == b->generic &&
           memcmp(a->counts, b->counts, sizeof a->counts) == 0;
}

static struct receiver_result result_of_sight(const struct receiver_rule *rule, enum sight sight)
{
    switch (sight) {
    case SIGHT_NO_PTR:
        return (struct receiver_result){rule->missing, REASON_NO_PTR};
    case SIGHT_MISMATCH:
        return (struct receiver_result){rule->mismatch, REASON_MISMATCH};
    case SIGHT_LOCALHOST:
        return (struct receiver_result){rule->localhost, REASON_LOCALHOST};
    case SIGHT_TEMPORARY_PTR:
        return (struct receiver_result){rule->temporary_ptr, REASON_TEMPORARY};
    case SIGHT_TEMPORARY:
        return (struct receiver_result){rule->temporary, REASON_TEMPORARY};
    case SIGHT_NOTHING:
        return (struct receiver_result){OUTCOME_UNKNOWN, REASON_UNANSWERED};
    case SIGHT_CONFIRMED:
        break;
    }
    return (struct receiver_result){OUTCOME_ACCEPTS, REASON_CONFIRMED};
}

/* Names by the outcome they would lead to, with the reason of the first of each. */
struct weighing {
    uint64_t names[OUTCOMES];
    enum receiver_reason reasons[OUTCOMES];
};

static void weigh(struct weighing *out, const struct receiver_rule *rule,
                  const struct receiver_sight *sight)
{
    *out = (struct weighing){0};
    for (enum sight i = SIGHT_CONFIRMED; i <= SIGHT_NOTHING; i++) {
        struct receiver_result result = result_of_sight(rule, i);

        if (sight->counts[i] == 0)
            continue;
        if (sight->generic && rule->generic > result.outcome)
            result = (struct receiver_result){rule->generic, REASON_GENERIC};
        if (out->names[result.outcome] == 0)
            out->reasons[result.outcome] = result.reason;
        out->names[result.outcome] += sight->counts[i];
    }
}

/* One good name among those looked at is enough, so that the best of them decides. At best that is
 * the best name of all. */
static enum outcome best_case(const struct weighing *weighing)
{
    enum outcome outcome = OUTCOME_ACCEPTS;

    while (outcome < OUTCOME_REFUSES && weighing->names[outcome] == 0)
        outcome++;
    return outcome;
}

/* At worst the receiver looks at the `looks` worst names. */
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
                                        const struct receiver_sight *sight)
{
    const struct receiver_rule *rule = sight->ipv6 ? &row->ipv6 : &row->ipv4;
    struct weighing weighing;
    enum outcome best;
    enum outcome worst;

    if (!sight->is_public)
        return (struct receiver_result){OUTCOME_UNKNOWN, REASON_NOT_PUBLIC};
    if (row->temporary_first && sight->counts[SIGHT_TEMPORARY] > 0)
        return (struct receiver_result){rule->temporary, REASON_TEMPORARY};
    weigh(&weighing, rule, sight);
    best = best_case(&weighing);
    worst = worst_case(&weighing, looks_of(row));
    if (best == worst)
        return (struct receiver_result){worst, weighing.reasons[worst]};
    return (struct receiver_result){row->names == NAMES_UNKNOWN ? OUTCOME_UNKNOWN : worst,
                                    REASON_SOME_NAMES};
}
