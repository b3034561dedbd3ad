#include "audit/judgement.h"

void judgement_clear(struct judgement *out)
{
    out->findings = 0;
    out->confirmed = 0;
    out->shared = 0;
    out->expected_is_ptr = false;
    out->expected_ready = false;
    out->expected_fails = false;
    out->culprit = CULPRIT_NONE;
    out->fix_count = 0;
    out->has_reverse_zone = false;
    out->has_safe_after = false;
    out->timed_findings = 0;
    out->verdict_exception = NULL;
    out->excepted_findings = 0;
}

void judgement_weigh(struct judgement *judgement)
{
    judgement->worst =
        judgement->verdict_exception ? SEVERITY_NONE : verdict_row(judgement->verdict)->severity;
    for (uint32_t left = judgement->findings & ~judgement->excepted_findings; left != 0;
         left &= left - 1) {
        enum severity severity = finding_row((enum finding)__builtin_ctz(left))->severity;

        if (severity > judgement->worst)
            judgement->worst = severity;
    }
}

bool judgement_safe_after(int64_t *out, const struct judgement *judgement)
{
    const uint32_t inconsistent = UINT32_C(1) << FINDING_INCONSISTENT;
    uint32_t timed = judgement->findings & judgement->timed_findings;
    bool known = judgement->has_safe_after;

    if (known)
        *out = judgement->safe_after;
    if (known || timed & inconsistent)
        timed &= inconsistent;
    for (; timed != 0; timed &= timed - 1) {
        int64_t after = judgement->finding_after[__builtin_ctz(timed)];

        if (!known || after > *out)
            *out = after;
        known = true;
    }
    return known;
}

void judgement_blame(struct judgement *judgement, const enum servers_agree servers[FIXES_MAX])
{
    unsigned kept = 0;

    for (unsigned i = 0; i < judgement->fix_count; i++) {
        struct fix *fix = &judgement->fixes[i];

        fix->why.servers = servers[i];
        struct blame blame = blame_of(&fix->why);
        if (blame.party == FIXER_NONE) {
            if (kept == 0)
                judgement->culprit = blame.culprit;
            continue;
        }
        fix->who = blame.party;
        judgement->culprit = blame.culprit;
        judgement->fixes[kept++] = *fix;
    }
    if (kept == 0)
        judgement->has_safe_after = false;
    judgement->fix_count = kept;
}
