#include "io/lookup/refusals.h"

void refusals_answered(struct refusals *refusals, bool soa, bool before, int64_t now_ns)
{
    int64_t ms = soa ? REFUSALS_AFTER_SOA_MS : REFUSALS_AFTER_ANSWER_MS;
    int64_t until_ns = now_ns + ms * 1000000;

    if (until_ns > refusals->limits_until_ns)
        refusals->limits_until_ns = until_ns;
    if (!soa)
        refusals->in_a_row = 0;
    if (before)
        refusals->in_vain = 0;
}

bool refusals_may_pass(struct refusals *refusals, bool soa, bool before, int64_t now_ns)
{
    refusals->in_a_row += !soa && !before;
    return now_ns < refusals->limits_until_ns && refusals->in_vain < REFUSALS_IN_VAIN;
}

void refusals_gave_up(struct refusals *refusals)
{
    refusals->in_vain++;
}

bool refusals_are_all(const struct refusals *refusals, int64_t now_ns)
{
    return refusals->in_a_row >= REFUSALS_ALL && now_ns >= refusals->limits_until_ns;
}
