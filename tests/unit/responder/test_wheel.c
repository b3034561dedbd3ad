#include <criterion/criterion.h>

#include <string.h>

#include "tests/responder/wheel.h"

static void add(struct wheel *wheel, uint64_t due_ms, uint8_t mark)
{
    cr_assert(wheel_add(wheel, due_ms, &mark, 1));
}

static int due(struct wheel *wheel, uint64_t now_ms)
{
    const struct late *late = wheel_due(wheel, now_ms);

    return late ? late_bytes(late)[0] : -1;
}

Test(wheel, gives_in_order_of_time_and_never_early)
{
    struct wheel *wheel = wheel_new(1000);

    cr_expect_eq(wheel_wait_ms(wheel, 1000), -1);
    add(wheel, 1010, 3);
    add(wheel, 1005, 1);
    add(wheel, 1005, 2);
    cr_expect_eq(wheel_wait_ms(wheel, 1000), 5);
    cr_expect_eq(due(wheel, 1004), -1);
    cr_expect_eq(due(wheel, 1005), 1);
    cr_expect_eq(due(wheel, 1005), 2);
    cr_expect_eq(due(wheel, 1005), -1);
    cr_expect_eq(due(wheel, 5000), 3);
    cr_expect_eq(due(wheel, 5000), -1);
    wheel_free(wheel);
}

Test(wheel, what_is_late_or_too_far_is_kept_within_the_wheel)
{
    struct wheel *wheel = wheel_new(1000);

    add(wheel, 10, 1);
    add(wheel, 1000 + 10 * (uint64_t)WHEEL_TICKS, 2);
    cr_expect_eq(due(wheel, 1000), 1);
    cr_expect_eq(due(wheel, 1000 + WHEEL_TICKS - 2), -1);
    cr_expect_eq(due(wheel, 1000 + WHEEL_TICKS - 1), 2);
    wheel_free(wheel);
}

Test(wheel, goes_round_many_times)
{
    struct wheel *wheel = wheel_new(0);

    for (uint64_t now = 0; now < 5 * (uint64_t)WHEEL_TICKS; now += 37) {
        add(wheel, now + 20, (uint8_t)now);
        cr_assert_eq(due(wheel, now + 19), -1);
        cr_assert_eq(due(wheel, now + 20), (uint8_t)now);
    }
    wheel_free(wheel);
}

Test(wheel, a_full_wheel_takes_no_more_until_something_left)
{
    struct wheel *wheel = wheel_new(0);

    for (unsigned i = 0; i < WHEEL_SLOTS; i++) {
        add(wheel, 1, 7);
    }
    uint8_t mark = 8;
    cr_expect_null(wheel_add(wheel, 1, &mark, 1));
    cr_expect_eq(due(wheel, 1), 7);
    cr_expect_null(wheel_add(wheel, 1, &mark, 1), "the slot given last is still in use");
    cr_expect_eq(due(wheel, 1), 7);
    cr_expect(wheel_add(wheel, 2, &mark, 1));
    wheel_free(wheel);
}

Test(wheel, keeps_large_replies_whole)
{
    static uint8_t reply[65535];
    struct wheel *wheel = wheel_new(0);

    memset(reply, 9, sizeof(reply));
    cr_assert(wheel_add(wheel, 1, reply, LATE_SMALL));
    cr_assert(wheel_add(wheel, 1, reply, sizeof(reply)));
    const struct late *late = wheel_due(wheel, 1);
    cr_assert_eq(late->length, LATE_SMALL);
    cr_expect_arr_eq(late_bytes(late), reply, LATE_SMALL);
    late = wheel_due(wheel, 1);
    cr_assert_eq(late->length, sizeof(reply));
    cr_expect_arr_eq(late_bytes(late), reply, sizeof(reply));
    wheel_free(wheel); /* the long reply is freed too */
}
