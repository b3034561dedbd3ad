#include <criterion/criterion.h>

#include "io/resolver/timer_wheel.h"

enum { TICK = TIMERS_TICK_NS };

static struct timers timers;
static const int64_t START = (int64_t)1000 * TICK;

static void begin(void)
{
    timers_init(&timers, START);
}

TestSuite(timers, .init = begin);

Test(timers, fires_after_its_deadline_and_once)
{
    struct timer timer = {0};
    timers_start(&timers, &timer, START + 10 * (int64_t)TICK + 5);
    cr_assert_null(timers_fired(&timers, START + 10 * (int64_t)TICK - 1));
    cr_assert_eq(timers_fired(&timers, START + 10 * (int64_t)TICK + TICK), &timer);
    cr_assert_null(timers_fired(&timers, START + 2000 * (int64_t)TICK));
}

Test(timers, a_deadline_that_has_passed_fires_at_the_next_tick)
{
    struct timer timer = {0};
    timers_start(&timers, &timer, START - 1);
    cr_assert_null(timers_fired(&timers, START));
    cr_assert_eq(timers_fired(&timers, START + TICK), &timer);
}

Test(timers, a_deadline_beyond_the_wheel_waits_for_its_round)
{
    struct timer timer = {0};
    int64_t far = START + (int64_t)(TIMERS_SLOTS * 2 + 3) * TICK;
    timers_start(&timers, &timer, far);
    for (int64_t now = START; now < far; now += 100 * (int64_t)TICK)
        cr_assert_null(timers_fired(&timers, now));
    cr_assert_eq(timers_fired(&timers, far + TICK), &timer);
}

Test(timers, a_long_sleep_skips_none)
{
    struct timer near = {0}, far = {0};
    timers_start(&timers, &near, START + TICK);
    timers_start(&timers, &far, START + (int64_t)TIMERS_SLOTS * TICK - 1);
    int64_t late = START + (int64_t)TIMERS_SLOTS * 50 * TICK;
    cr_assert_not_null(timers_fired(&timers, late));
    cr_assert_not_null(timers_fired(&timers, late));
    cr_assert_null(timers_fired(&timers, late));
}

Test(timers, one_that_fires_may_stop_another_that_is_due)
{
    struct timer one = {0}, other = {0};
    timers_start(&timers, &one, START + TICK);
    timers_start(&timers, &other, START + TICK);
    struct timer *first = timers_fired(&timers, START + 2 * (int64_t)TICK);
    timers_stop(first == &one ? &other : &one);
    cr_assert_null(timers_fired(&timers, START + 2 * (int64_t)TICK));
}

Test(timers, stopping_twice_is_allowed)
{
    struct timer timer = {0};
    timers_stop(&timer);
    timers_start(&timers, &timer, START + TICK);
    timers_stop(&timer);
    timers_stop(&timer);
    cr_assert_null(timers_fired(&timers, START + 10 * (int64_t)TICK));
}

Test(timers, the_wait_ends_with_the_next_one)
{
    struct timer timer = {0};
    cr_assert_eq(timers_wait_ms(&timers, START, 1000), 1000);
    timers_start(&timers, &timer, START + 5 * (int64_t)TICK);
    cr_assert_eq(timers_wait_ms(&timers, START, 1000), 20);
    cr_assert_eq(timers_wait_ms(&timers, START, 7), 7);
    cr_assert_eq(timers_wait_ms(&timers, START + 9 * (int64_t)TICK, 1000), 0);
}
