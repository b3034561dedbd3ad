#include "audit/row_change.h"

static const struct row_change_row ROWS[ROW_CHANGES] = {
    [ROW_SAME] = {"", "Nothing changed."},
    [ROW_BROKE] = {"broke",
                   "The address passed, or its fault was accepted; now it is known to be broken."},
    [ROW_FIXED] = {"fixed", "The address was known to be broken; now it passes."},
    [ROW_CHANGED] = {"changed", "The address did not pass before and does not pass now, with "
                                "another verdict."},
    [ROW_RENAMED] = {"renamed", "The address passes before and after, with other PTR names."},
    [ROW_UNCLEAR] = {"unclear", "A temporary error: nothing is known about the address now."},
    [ROW_ADDED] = {"added", "The address was not audited before, or not with this expected name."},
    [ROW_REMOVED] = {"removed",
                     "The address is not audited any more, or not with this expected name."},
};

const struct row_change_row *row_change_row(enum row_change change)
{
    return &ROWS[change];
}

/* The state of a side, with the carried verdict in the place of a temporary one. */
enum row_state {
    ABSENT,
    OUTSIDE, /* special-purpose, not audited */
    UNKNOWN, /* never certain */
    PASSES,
    ACCEPTED,
    BROKEN,
};

static enum row_state state_of(enum verdict verdict, bool accepted)
{
    if (verdict == VERDICT_NOT_PUBLIC)
        return OUTSIDE;
    if (!verdict_is_certain(verdict))
        return UNKNOWN;
    if (verdict == VERDICT_PASS)
        return PASSES;
    return accepted ? ACCEPTED : BROKEN;
}

static enum row_state state_before(const struct row_side *side)
{
    if (!side->present)
        return ABSENT;
    enum row_state state = state_of(side->verdict, side->accepted);
    return state == UNKNOWN && side->has_carried ? state_of(side->carried, side->carried_accepted)
                                                 : state;
}

enum verdict row_side_verdict(const struct row_side *side)
{
    return !verdict_is_certain(side->verdict) && side->has_carried ? side->carried : side->verdict;
}

/* Both sides are audited, and the new verdict is certain. */
static enum row_change change_to(enum row_state now, enum row_state before, bool other_verdict,
                                 bool other_names)
{
    if (now == PASSES && before == PASSES)
        return other_names ? ROW_RENAMED : ROW_SAME;
    if (now == PASSES)
        return before == UNKNOWN ? ROW_SAME : ROW_FIXED;
    if (now == ACCEPTED)
        return ROW_SAME;
    if (before == PASSES || before == ACCEPTED)
        return ROW_BROKE;
    return other_verdict ? ROW_CHANGED : ROW_SAME;
}

struct row_difference row_difference_of(const struct row_side *before, const struct row_side *after,
                                        bool other_names)
{
    enum row_state was = state_before(before);
    enum row_state is = after->present ? state_of(after->verdict, after->accepted) : ABSENT;
    bool audited_before = was > OUTSIDE, audited_now = is > OUTSIDE;
    bool known_before = was == BROKEN && !before->flapping;
    struct row_difference out = {.alarm = is == BROKEN && !after->flapping && !known_before};

    if (is == ABSENT && was == ABSENT)
        out.change = ROW_SAME;
    else if (is == ABSENT || (audited_before && !audited_now))
        out.change = ROW_REMOVED;
    else if (was == ABSENT || (audited_now && !audited_before))
        out.change = ROW_ADDED;
    else if (!audited_now)
        out.change = ROW_SAME;
    else if (is == UNKNOWN) /* an outage that goes on is no change */
        out.change =
            verdict_is_certain(before->verdict) && !after->accepted ? ROW_UNCLEAR : ROW_SAME;
    else
        out.change = change_to(is, was, row_side_verdict(before) != after->verdict, other_names);
    if (out.alarm && out.change == ROW_SAME) /* it was flapping */
        out.change = ROW_BROKE;
    return out;
}

bool row_names_are_whole(const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS && !answer->truncated && answer->total == answer->kept;
}

static bool holds_name(const struct answer *answer, const struct dnsname *name)
{
    unsigned i = 0;

    while (i < answer->kept && !dnsname_equal(&answer->records.names[i], name))
        i++;
    return i < answer->kept;
}

/* Names of an answer are distinct. */
bool row_names_differ(const struct answer *before, const struct answer *after)
{
    if (!row_names_are_whole(before) || !row_names_are_whole(after))
        return false;
    bool differ = before->kept != after->kept;
    for (unsigned i = 0; i < after->kept && !differ; i++)
        differ = !holds_name(before, &after->records.names[i]);
    return differ;
}
