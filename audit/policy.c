#include "audit/policy.h"

static const struct exception *find_exception(struct policy *policy, const struct ipaddr *address,
                                              unsigned subject)
{
    const struct exception *found = exceptions_find(policy->exceptions, address, subject);

    if (found)
        exceptions_count_use(policy->exceptions, found);
    return found;
}

static void except(struct policy *policy, const struct ipaddr *address, struct judgement *judgement)
{
    if (judgement->verdict != VERDICT_PASS)
        judgement->verdict_exception = find_exception(policy, address, judgement->verdict);
    for (uint32_t left = judgement->findings; left != 0; left &= left - 1) {
        unsigned finding = (unsigned)__builtin_ctz(left);
        const struct exception *found = find_exception(policy, address, VERDICTS + finding);

        if (!found)
            continue;
        judgement->excepted_findings |= UINT32_C(1) << finding;
        judgement->finding_exceptions[finding] = found;
    }
}

void policy_apply(struct policy *policy, const struct ipaddr *address, struct judgement *judgement)
{
    judgement->findings &= ~policy->ignored;
    if (policy->exceptions)
        except(policy, address, judgement);
    judgement_weigh(judgement);
}
