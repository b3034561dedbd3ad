#include "audit/answer_findings.h"

#include "audit/verdict.h"

static bool is_flaky(const struct answer *answer)
{
    return answer->tries > 1 && !answer_is_temporary(answer);
}

static bool lacks_soa(const struct answer *answer)
{
    return answer_is_negative(answer) && !answer->has_soa;
}

static bool any(const struct observation *seen, bool (*is)(const struct answer *answer))
{
    bool found = is(&seen->ptr);

    for (unsigned i = 0; i < seen->forward_count && !found; i++)
        found = is(&seen->forwards[i].answer);
    return found;
}

/* Of address answers only those count that confirm: how long a wrong one is kept is what safe_after tells. */
static bool has_short_ttl(const struct observation *seen, uint16_t confirmed)
{
    bool found = seen->ptr.kind == ANSWER_RECORDS && seen->ptr.ttl <= SHORT_TTL;

    for (uint32_t left = confirmed; left != 0 && !found; left &= left - 1) {
        const struct answer *forward =
            observation_forward(seen, &seen->ptr.records.names[__builtin_ctz(left)]);
        found = forward && forward->ttl <= SHORT_TTL;
    }
    return found;
}

uint32_t answer_findings(const struct observation *seen, uint16_t confirmed)
{
    uint32_t findings = 0;

    if (any(seen, is_flaky))
        findings |= UINT32_C(1) << FINDING_FLAKY;
    if (any(seen, lacks_soa))
        findings |= UINT32_C(1) << FINDING_NO_SOA;
    if (has_short_ttl(seen, confirmed))
        findings |= UINT32_C(1) << FINDING_SHORT_TTL;
    return findings;
}
