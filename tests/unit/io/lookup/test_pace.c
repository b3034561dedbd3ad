#include "io/lookup/pace.h"

#include <criterion/criterion.h>

static const int64_t MS = 1000000;

static struct pace pace;
static int64_t now_ns;
static uint64_t answers;
static int64_t latency_ms;

/* A round of `sent` queries takes a tenth of a second. The last errors need another one. */
static void pass_round(uint64_t sent, uint64_t answered, uint64_t failed, bool limited)
{
    struct pace_round round = {.sent = sent / 2, .limited = limited};
    now_ns += 50 * MS;
    pace_step(&pace, now_ns, answers, &round);
    round.sent = sent;
    round.answered = answered;
    now_ns += 50 * MS;
    cr_assert_eq(pace_step(&pace, now_ns, answers, &round), PACE_CLOSE);
    round.failed = failed;
    round.latency_ns = (int64_t)answered * latency_ms * MS;
    answers += answered;
    now_ns += 100 * MS;
    cr_assert_eq(pace_step(&pace, now_ns, answers, &round), PACE_BEGIN);
}

static void begin(void)
{
    now_ns = 1000 * MS;
    answers = 0;
    latency_ms = 1;
    pace_init(&pace, now_ns);
}

Test(pace, a_good_round_doubles_the_window)
{
    begin();
    pass_round(256, 256, 0, true);
    cr_expect_eq(pace.window, 512);
    pass_round(512, 512, 0, true);
    cr_expect_eq(pace.window, 1024);
    cr_expect_eq(pace.state, PACE_OPEN);
}

Test(pace, far_away_a_good_round_raises_the_window_by_half_and_256)
{
    begin();
    latency_ms = 50;
    pass_round(256, 256, 0, true);
    cr_expect_eq(pace.window, 640);
    pass_round(640, 640, 0, true);
    cr_expect_eq(pace.window, 1216);
    cr_expect_eq(pace.state, PACE_OPEN);
}

Test(pace, what_does_not_limit_does_not_grow)
{
    begin();
    pass_round(256, 256, 0, false);
    cr_expect_eq(pace.window, PACE_START);
}

Test(pace, twice_the_window_without_more_answers_is_taken_back)
{
    begin();
    pass_round(256, 256, 0, true);
    pace.goodput *= 4;
    pass_round(512, 512, 0, true);
    cr_expect_eq(pace.state, PACE_HOLD);
    cr_expect_eq(pace.window, 256);
}

/* Nearby: a round that closes after this time, with this number of answers. */
static void pass_counted_round(int64_t open_ms, uint64_t answered)
{
    struct pace_round round = {.sent = answered + 100, .answered = answered, .limited = true};
    now_ns += open_ms * MS;
    cr_assert_eq(pace_step(&pace, now_ns - 1, answers, &round), PACE_GO_ON);
    cr_assert_eq(pace_step(&pace, now_ns, answers, &round), PACE_CLOSE);
    round.answered = round.sent;
    round.latency_ns = (int64_t)round.sent * MS;
    cr_assert_eq(pace_step(&pace, now_ns + MS, answers, &round), PACE_BEGIN);
    now_ns += MS;
}

/* The first round nearby: the first 256 queries are answered within 2 ms. */
static void pass_first_round(void)
{
    struct pace_round round = {.sent = 256, .limited = true};
    cr_assert_eq(pace_step(&pace, now_ns + MS, answers, &round), PACE_CLOSE);
    round.answered = 256;
    round.latency_ns = 256 * MS;
    now_ns += 2 * MS;
    cr_assert_eq(pace_step(&pace, now_ns, answers, &round), PACE_BEGIN);
}

/* Its queries would seem to take no longer than before, while those that were lost keep places. */
Test(pace, nearby_the_answers_of_a_tenth_of_a_second_are_counted)
{
    begin();
    pass_first_round();
    cr_expect_eq(pace.window, 256, "what few milliseconds show is no base");
    pass_counted_round(100, 25000);
    cr_expect_float_eq(pace.goodput, 250000, 1e-3);
    cr_expect_eq(pace.window, 512);
    pass_counted_round(100, 33000);
    cr_expect_eq(pace.state, PACE_HOLD, "a third more takes 33,333");
    cr_expect_eq(pace.window, 256);
    cr_expect_float_eq(pace.step, 0.025, 1e-9, "once is enough");
    begin();
    pass_first_round();
    pass_counted_round(100, 25000);
    pass_counted_round(100, 34000);
    cr_expect_eq(pace.state, PACE_OPEN);
    cr_expect_eq(pace.window, 1024);
}

/* The program reads its input before it asks: nothing is answered meanwhile. */
Test(pace, a_round_begins_with_its_first_query)
{
    begin();
    struct pace_round none = {.limited = false};
    for (unsigned tenths = 0; tenths < 50; tenths++) {
        now_ns += 100 * MS;
        cr_assert_eq(pace_step(&pace, now_ns, answers, &none), PACE_GO_ON);
    }
    pass_first_round();
    cr_expect_eq(pace.goodput, 0);
    cr_expect_eq(pace.window, 256);
}

/* Lost queries keep places, so the window must grow first. */
Test(pace, nearby_rounds_are_short_where_loss_is_usual)
{
    begin();
    pass_first_round();
    pace.usual_loss = 0.1;
    struct pace_round round = {.sent = 512, .limited = true};
    cr_expect_eq(pace_step(&pace, now_ns + MS, answers, &round), PACE_CLOSE);
}

/* Until another window takes effect. */
static void settle(void)
{
    struct pace_round round = {.sent = (uint64_t)pace.tried + 1, .limited = true};
    now_ns += 50 * MS;
    cr_assert_eq(pace_step(&pace, now_ns, answers, &round), PACE_BEGIN);
}

/* Holds 256, and tries 512. */
static void try_a_larger_window(void)
{
    begin();
    pass_round(256, 256, 0, true);
    pace.goodput *= 4;
    pass_round(512, 512, 0, true);
    pace.step = 1; /* as if the answers had not been counted */
    settle();
    pass_round(256, 256, 0, true);
    cr_assert_eq(pace.held, 256);
    cr_assert_eq(pace.window, 512);
    settle();
}

Test(pace, a_larger_window_that_loses_is_not_kept)
{
    try_a_larger_window();
    pass_round(512, 480, 32, true);
    cr_expect_eq(pace.window, 256);
    cr_expect_float_eq(pace.step, 0.025, 1e-9);
    cr_expect_eq(pace.change_ns, now_ns + 1000 * MS);
}

Test(pace, a_larger_window_that_answers_no_more_is_not_kept)
{
    try_a_larger_window();
    pace.goodput *= 4;
    pass_round(512, 512, 0, true);
    cr_expect_eq(pace.window, 256);
    cr_expect_float_eq(pace.step, 0.025, 1e-9);
}

/* Holds 256, and tries 2.5 % more. */
static void try_the_least_step(void)
{
    try_a_larger_window();
    pass_round(512, 480, 32, true);
    settle();
    now_ns += 1000 * MS;
    pass_round(256, 256, 0, true);
    cr_assert_eq(pace.held, 256);
    cr_assert_float_eq(pace.window, 262.4, 1e-9);
    settle();
}

Test(pace, the_step_is_doubled_while_larger_windows_answer_more)
{
    try_the_least_step();
    pass_round(263, 263, 0, true);
    cr_expect_float_eq(pace.held, 262.4, 1e-9);
    cr_expect_float_eq(pace.window, 262.4 * 1.05, 1e-9, "at once");
}

/* The limit has been found. */
Test(pace, steps_become_rare_once_the_least_one_fails)
{
    try_the_least_step();
    cr_expect_eq(pace.calm_ns, 1000 * MS);
    pass_round(263, 243, 20, true);
    cr_expect_eq(pace.window, 256);
    cr_expect_eq(pace.calm_ns, 2000 * MS);
    cr_expect_eq(pace.change_ns, now_ns + 2000 * MS);
}

/* Else loss below a hundredth would never show. */
Test(pace, a_round_that_is_compared_waits_until_the_last_queries_are_overdue)
{
    try_the_least_step();
    struct pace_round round = {.sent = 1000, .answered = 500, .limited = true};
    now_ns += 1000 * MS;
    cr_assert_eq(pace_step(&pace, now_ns, answers, &round), PACE_CLOSE);
    round.answered = 995;
    cr_expect_eq(pace_step(&pace, now_ns + 10 * MS, answers, &round), PACE_GO_ON);
    round.overdue = 5;
    cr_expect_eq(pace_step(&pace, now_ns + 20 * MS, answers, &round), PACE_BEGIN);
}

/* Holds 256, where 2 % are lost, and tries a tenth less. */
static void try_a_smaller_window(void)
{
    try_the_least_step();
    pass_round(263, 243, 20, true);
    settle();
    pace.loss = 0.02;
    now_ns += 2000 * MS;
    pass_round(256, 254, 2, true);
    cr_assert_float_eq(pace.window, 256 * 0.9, 1e-9);
    settle();
}

Test(pace, a_smaller_window_that_loses_less_is_kept)
{
    try_a_smaller_window();
    pass_round(231, 230, 1, true);
    cr_expect_float_eq(pace.window, 256 * 0.9, 1e-9);
    cr_expect_eq(pace.held, 0);
}

/* Nor does that make steps rare. */
Test(pace, a_smaller_window_that_loses_as_much_is_not_kept)
{
    try_a_smaller_window();
    pass_round(231, 226, 5, true);
    cr_expect_eq(pace.window, 256);
    cr_expect_eq(pace.calm_ns, 2000 * MS);
    cr_expect_gt(pace.usual_loss, 0.01, "the window is not the reason");
}

/* Holds 256, where 38 % of the answers are usually missing, and 39 % were last. */
static void hold_beside_errors(void)
{
    try_the_least_step();
    pass_round(263, 243, 20, true);
    settle();
    pace.usual_loss = 0.38;
    pace.loss = 0.39;
    pace.change_ns = now_ns;
}

/* Else errors that vary would lower the window time and again. */
Test(pace, a_window_is_lowered_for_more_loss_than_by_chance)
{
    hold_beside_errors();
    pass_round(1000, 610, 390, true);
    cr_expect_gt(pace.window, 256, "a step up");
    hold_beside_errors();
    pass_round(10000, 6100, 3900, true);
    cr_expect_lt(pace.window, 256, "%.1f", pace.window);
}

Test(pace, a_round_with_a_larger_window_ends_when_answers_are_overdue)
{
    try_a_larger_window();
    struct pace_round round = {.sent = 100, .answered = 90, .overdue = 3, .limited = true};
    cr_expect_eq(pace_step(&pace, now_ns + 10 * MS, answers, &round), PACE_GO_ON, "chance");
    round.overdue = 20;
    cr_expect_eq(pace_step(&pace, now_ns + 20 * MS, answers, &round), PACE_CLOSE);
    cr_expect_eq(pace.window, 256, "until the outcome is known");
}

Test(pace, missing_answers_are_tested_with_a_smaller_window)
{
    begin();
    pass_round(256, 128, 128, true);
    cr_expect_eq(pace.state, PACE_TEST);
    cr_expect_lt(pace.window, 128);
    cr_expect_eq(pace.cut_ns, now_ns);
}

Test(pace, a_tenth_of_missing_answers_is_no_sign)
{
    begin();
    pass_round(256, 232, 24, true);
    cr_expect_eq(pace.state, PACE_OPEN);
    cr_expect_eq(pace.cut_ns, 0);
}

/* A trickle never fills a round. */
Test(pace, an_idle_round_begins_anew)
{
    begin();
    struct pace_round round = {.sent = 10};
    cr_expect_eq(pace_step(&pace, now_ns + 999 * MS, 10, &round), PACE_GO_ON);
    cr_expect_eq(pace_step(&pace, now_ns + 1000 * MS, 10, &round), PACE_BEGIN);
    cr_expect_eq(pace.window, PACE_START);
}

Test(pace, small_windows_are_a_distance_of_queries)
{
    begin();
    cr_expect_eq(pace_in_flight(&pace), PACE_START);
    pace.window = 1;
    cr_expect_eq(pace_in_flight(&pace), PACE_PACED);
    cr_expect_eq(pace_interval_ns(&pace), 10 * MS, "100 a second");
    pace.latency_ns = 50.0 * (double)MS;
    cr_expect_eq(pace_interval_ns(&pace), 50 * MS, "one reply at a time");
}

Test(pace, a_query_is_overdue_after_three_latencies_and_a_tenth_of_a_second)
{
    begin();
    cr_expect_eq(pace_overdue_ns(&pace), 100 * MS);
    pace.latency_ns = 50.0 * (double)MS;
    cr_expect_eq(pace_overdue_ns(&pace), 250 * MS);
}
