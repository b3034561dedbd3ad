#include "io/lookup/pace_round.h"

#include <criterion/criterion.h>

Test(pace_round, the_share_with_a_useful_answer)
{
    struct pace_round round = {.sent = 200, .answered = 150};
    cr_expect_float_eq(pace_round_share(&round), 0.75, 1e-9);
}

/* Threads report one after another. */
Test(pace_round, more_answers_than_queries_are_all_of_them)
{
    struct pace_round round = {.sent = 200, .answered = 201, .overdue = -1};
    cr_expect_eq(pace_round_share(&round), 1);
    cr_expect_eq(pace_round_loss(&round), 0);
}

Test(pace_round, the_latency_is_that_of_the_answered_ones)
{
    struct pace_round round = {.sent = 200, .latency_ns = 600};
    cr_expect_eq(pace_round_latency_ns(&round), 0, "there are none");
    round.answered = 150;
    cr_expect_float_eq(pace_round_latency_ns(&round), 4, 1e-9);
}

/* Queries under way are not lost. */
Test(pace_round, what_failed_or_is_overdue_is_lost)
{
    struct pace_round round = {.sent = 200, .answered = 100, .failed = 10, .overdue = 30};
    cr_expect_float_eq(pace_round_loss(&round), 0.15, 1e-9, "what failed was overdue before");
    round.failed = 40;
    cr_expect_float_eq(pace_round_loss(&round), 0.2, 1e-9, "an error is not overdue");
}

Test(pace_round, chance_is_two_standard_deviations)
{
    cr_expect_not(pace_falls_short(0.9, 0.9, 1000000));
    cr_expect_not(pace_falls_short(0.95, 0.9, 1000000), "more than enough");
    cr_expect_not(pace_falls_short(0.8, 0.9, 64), "a standard deviation of 0.05");
    cr_expect(pace_falls_short(0.8, 0.9, 65));
    cr_expect(pace_falls_short(0, 0.9, 1), "nothing at all does not vary");
}
