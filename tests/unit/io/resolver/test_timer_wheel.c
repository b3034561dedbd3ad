#include <criterion/criterion.h>

#include "io/resolver/timer_wheel.h"

enum { TICK = TIMER_WHEEL_TICK_NS };

static struct timer_wheel timers;
static const int64_t START = (int64_t)1000 * TICK;

static void begin(void)
{
    timer_wheel_init(&timers, START);
}

TestSuite(timer_wheel, .init = begin);

Test(timer_wheel, a_timer_fires_once_after_its_deadline)
{
    struct timer timer = {0};
    timer_wheel_start(&timers, &timer, START + 10 * (int64_t)TICK + 5);
    cr_assert_null(timer_wheel_fired(&timers, START + 10 * (int64_t)TICK - 1));
    cr_assert_eq(timer_wheel_fired(&timers, START + 10 * (int64_t)TICK + TICK), &timer);
    cr_assert_null(timer_wheel_fired(&timers, START + 2000 * (int64_t)TICK));
}

Test(timer_wheel, a_past_deadline_fires_at_the_next_tick)
{
    struct timer timer = {0};
    timer_wheel_start(&timers, &timer, START - 1);
    cr_assert_null(timer_wheel_fired(&timers, START));
    cr_assert_eq(timer_wheel_fired(&timers, START + TICK), &timer);
}

Test(timer_wheel, a_deadline_beyond_the_wheel_waits_for_its_round)
{
    struct timer timer = {0};
    int64_t far = START + (int64_t)(TIMER_WHEEL_SLOTS * 2 + 3) * TICK;
    timer_wheel_start(&timers, &timer, far);
    for (int64_t now = START; now < far; now += 100 * (int64_t)TICK)
        cr_assert_null(timer_wheel_fired(&timers, now));
    cr_assert_eq(timer_wheel_fired(&timers, far + TICK), &timer);
}

Test(timer_wheel, a_long_sleep_skips_no_timer)
{
    struct timer near = {0}, far = {0};
    timer_wheel_start(&timers, &near, START + TICK);
    timer_wheel_start(&timers, &far, START + (int64_t)TIMER_WHEEL_SLOTS * TICK - 1);
    int64_t late = START + (int64_t)TIMER_WHEEL_SLOTS * 50 * TICK;
    cr_assert_not_null(timer_wheel_fired(&timers, late));
    cr_assert_not_null(timer_wheel_fired(&timers, late));
    cr_assert_null(timer_wheel_fired(&timers, late));
}

Test(timer_wheel, a_timer_that_fires_may_stop_another_that_is_due)
{
    struct timer one = {0}, other = {0};
    timer_wheel_start(&timers, &one, START + TICK);
    timer_wheel_start(&timers, &other, START + TICK);
    struct timer *first = timer_wheel_fired(&timers, START + 2 * (int64_t)TICK);
    timer_wheel_stop(first == &one ? &other : &one);
    cr_assert_null(timer_wheel_fired(&timers, START + 2 * (int64_t)TICK));
}

Test(timer_wheel, stopping_twice_is_allowed)
{
    struct timer timer = {0};
    timer_wheel_stop(&timer);
    timer_wheel_start(&timers, &timer, START + TICK);
    timer_wheel_stop(&timer);
    timer_wheel_stop(&timer);
    cr_assert_null(timer_wheel_fired(&timers, START + 10 * (int64_t)TICK));
}

Test(timer_wheel, the_wait_ends_at_the_next_timer)
{
    struct timer timer = {0};
    cr_assert_eq(timer_wheel_wait_ms(&timers, START, 1000), 1000);
    timer_wheel_start(&timers, &timer, START + 5 * (int64_t)TICK);
    cr_assert_eq(timer_wheel_wait_ms(&timers, START, 1000), 20);
    cr_assert_eq(timer_wheel_wait_ms(&timers, START, 7), 7);
    cr_assert_eq(timer_wheel_wait_ms(&timers, START + 9 * (int64_t)TICK, 1000), 0);
}
