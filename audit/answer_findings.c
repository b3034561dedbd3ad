#include "audit/answer_findings.h"

#include "audit/extended_error.h"
#include "audit/finding.h"

static bool is_flaky(const struct answer *answer)
{
    return answer->tries > 1 && !answer_is_temporary(answer);
}

bool answer_lacks_soa(const struct answer *answer)
{
    return answer_is_negative(answer) && !answer->has_soa;
}

bool answer_is_stale(const struct answer *answer)
{
    return !answer_is_temporary(answer) &&
           extended_error_class(answer->extended_error) == EXTENDED_STALE;
}

static bool any(const struct observation *seen, bool (*is)(const struct answer *answer))
{
    bool found = is(&seen->ptr);

    for (unsigned i = 0; i < seen->forward_count && !found; i++)
        found = is(&seen->forwards[i].answer);
    return found;
}

static bool is_short(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS && answer->ttl <= SHORT_TTL;
}

bool answer_short_ttl(uint32_t *out, const struct observation *seen, uint16_t confirmed)
{
    bool found = is_short(&seen->ptr);

    *out = found ? seen->ptr.ttl : 0;
    for (uint32_t left = confirmed; left != 0; left &= left - 1) {
        const struct answer *forward =
            observation_forward(seen, &seen->ptr.records.names[__builtin_ctz(left)]);
        if (!forward || !is_short(forward))
            continue;
        found = true;
        if (forward->ttl > *out)
            *out = forward->ttl;
    }
    return found;
}

uint32_t answer_findings(const struct observation *seen, uint16_t confirmed)
{
    uint32_t findings = 0;
    uint32_t ttl;

    if (any(seen, is_flaky))
        findings |= UINT32_C(1) << FINDING_FLAKY;
    if (any(seen, answer_lacks_soa))
        findings |= UINT32_C(1) << FINDING_NO_SOA;
    if (any(seen, answer_is_stale))
        findings |= UINT32_C(1) << FINDING_STALE_ANSWER;
    if (answer_short_ttl(&ttl, seen, confirmed))
        findings |= UINT32_C(1) << FINDING_SHORT_TTL;
    return findings;
}
