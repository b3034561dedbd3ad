#include "io/lookup/pace.h"

#include <criterion/criterion.h>

static const int64_t SECOND = 1000000000;

/* Fewer than 32 queries a second are not judged: such a low pace must not last for ever. */
static double after_a_round(enum pace_state state, double qps, uint64_t sent, bool limited)
{
    struct pace pace;
    struct pace_round round = {.sent = sent, .answered = sent, .limited = limited};
    pace_init(&pace, 0);
    pace.state = state;
    pace.qps = qps;
    cr_expect_eq(pace_step(&pace, SECOND, SECOND, &round), PACE_BEGIN);
    cr_expect_eq(pace.state, state);
    return pace.qps;
}

Test(pace, a_pace_too_low_to_be_judged_doubles)
{
    cr_expect_eq(after_a_round(PACE_CRUISE, 12, 12, true), 24);
    cr_expect_eq(after_a_round(PACE_TEST, 12, 12, true), 24);
    cr_expect_eq(after_a_round(PACE_CRUISE, PACE_LEAST, 0, true), 2 * PACE_LEAST);
}

Test(pace, a_trickle_below_the_pace_changes_nothing)
{
    cr_expect_eq(after_a_round(PACE_CRUISE, 12, 10, false), 12);
    cr_expect_eq(after_a_round(PACE_CRUISE, 2000, 31, false), 2000);
}
