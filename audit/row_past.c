#include "audit/row_past.h"

const struct row_past ROW_PAST_NONE = {.states = PAST_NO_STATES};

/* With all states kept the leading one stays where it is. */
static uint32_t push(uint32_t states, bool passes)
{
    uint32_t pushed = states << 1 | passes;

    if (pushed <= PAST_STATES_MAX)
        return pushed;
    return (pushed & (PAST_STATES_MAX >> 1)) | 1u << PAST_STATES;
}

struct row_past row_past_after(const struct row_past *past, enum verdict verdict,
                               int64_t started_at)
{
    struct row_past after = *past;
    bool certain = verdict_is_certain(verdict) && verdict != VERDICT_NOT_PUBLIC;

    after.has_verdict = true;
    after.verdict = verdict;
    after.renamed = after.unconfirmed = false;
    after.names = 0;
    if (!certain)
        return after;
    if (!past->has_certain || past->certain != verdict)
        after.since = started_at;
    after.has_certain = true;
    after.certain = verdict;
    after.states = push(past->states, verdict == VERDICT_PASS);
    return after;
}

struct row_side row_past_side(const struct row_past *past)
{
    struct row_side side = {.present = past->has_verdict, .verdict = past->verdict};

    if (past->has_verdict && !verdict_is_certain(past->verdict)) {
        side.has_carried = past->has_certain;
        side.carried = past->certain;
    }
    return side;
}

bool row_past_is_flapping(const struct row_past *past)
{
    uint32_t states = past->states, turns = 0;

    for (; states > 3; states >>= 1) /* two states are left */
        turns += ((states ^ states >> 1) & 1) != 0;
    return turns >= FLAPPING_TURNS;
}

bool row_past_states_are_valid(uint64_t states)
{
    return states >= PAST_NO_STATES && states <= PAST_STATES_MAX;
}

uint32_t row_past_names(const struct answer *answer)
{
    uint32_t sum = answer->kept;

    for (unsigned i = 0; i < answer->kept; i++)
        sum += dnsname_hash(&answer->records.names[i]);
    return sum ? sum : 1;
}
