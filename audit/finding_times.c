#include "audit/finding_times.h"

#include "audit/answer_findings.h"

static uint32_t longer(uint32_t ttl, const struct answer *answer)
{
    uint32_t other = answer_longest_ttl(answer);
    return other > ttl ? other : ttl;
}

/* Is the finding about records at PTR name i? */
static bool is_concerned(enum finding finding, const struct judgement *judgement, unsigned i,
                         const struct answer *forward)
{
    if (answer_is_temporary(forward))
        return false;
    if (finding == FINDING_FORWARD_ALIAS)
        return forward->alias_count > 0;
    return !((judgement->confirmed >> i) & 1u);
}

/* The PTR RRset, and the records at the names that the finding is about. */
static uint32_t ttl_of_either(enum finding finding, const struct judgement *judgement,
                              const struct observation *seen)
{
    uint32_t ttl = answer_longest_ttl(&seen->ptr);
    for (unsigned i = 0; seen->ptr.kind == ANSWER_RECORDS && i < seen->ptr.kept; i++) {
        const struct answer *forward = observation_forward(seen, &seen->ptr.records.names[i]);
        if (forward && is_concerned(finding, judgement, i, forward))
            ttl = longer(ttl, forward);
    }
    return ttl;
}

/* An answer without SOA is not cached; only the aliases that led to it are. */
static uint32_t ttl_without_soa(const struct observation *seen)
{
    uint32_t ttl = answer_lacks_soa(&seen->ptr) ? answer_longest_ttl(&seen->ptr) : 0;
    for (unsigned i = 0; i < seen->forward_count; i++) {
        if (answer_lacks_soa(&seen->forwards[i].answer))
            ttl = longer(ttl, &seen->forwards[i].answer);
    }
    return ttl;
}

static bool ttl_to_wait(uint32_t *out, enum finding finding, const struct judgement *judgement,
                        const struct observation *seen)
{
    switch (finding_row(finding)->change) {
    case CHANGE_PTR:
        *out = answer_longest_ttl(&seen->ptr);
        return true;
    case CHANGE_EITHER:
        *out = ttl_of_either(finding, judgement, seen);
        return true;
    case CHANGE_TTL:
        return answer_short_ttl(out, seen, judgement->confirmed);
    case CHANGE_ZONE:
        *out = ttl_without_soa(seen);
        return true;
    case CHANGE_NOTHING:
    case CHANGE_SERVERS: /* set by judgement_find_inconsistent */
    case CHANGES:
        break;
    }
    return false;
}

void finding_times(struct judgement *out, const struct evidence *evidence)
{
    for (uint32_t left = out->findings; left != 0; left &= left - 1) {
        enum finding finding = (enum finding)__builtin_ctz(left);
        uint32_t ttl;
        if (!ttl_to_wait(&ttl, finding, out, evidence->seen))
            continue;
        out->timed_findings |= UINT32_C(1) << finding;
        out->finding_after[finding] = evidence->checked_at + ttl;
    }
}
