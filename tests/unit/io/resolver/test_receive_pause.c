/* When a thread pauses before it reads replies, and for how long. */
#include <criterion/criterion.h>

#include "io/resolver/receive_pause.h"

enum { MS = 1000000 };

static struct receive_pause after(unsigned replies, int64_t latency_ns)
{
    struct receive_pause pause = {0};
    for (unsigned i = 0; i < replies; i++)
        receive_pause_note(&pause, latency_ns);
    return pause;
}

Test(receive_pause, nothing_is_known_before_the_first_reply)
{
    struct receive_pause pause = {0};
    cr_expect_eq(receive_pause_ns(&pause, 10000, false, 0), 0);
}

Test(receive_pause, a_pause_is_a_small_part_of_a_long_round_trip)
{
    struct receive_pause pause = after(1, 100 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 300, false, 5), 5 * MS);
    pause = after(1000, 50 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 300, false, 5), 5 * MS / 2);
}

/* 48 of 1,200 replies arrive in 48/1200 of the round trip. */
Test(receive_pause, a_pause_ends_when_enough_replies_are_expected)
{
    struct receive_pause pause = after(1, 100 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 1200, false, 5), 4 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 6000, false, 5), 8 * MS / 10);
    cr_expect_eq(receive_pause_ns(&pause, 60000, false, 5), 0, "it costs more than it saves");
}

Test(receive_pause, a_pause_has_a_ceiling)
{
    struct receive_pause pause = after(1, INT64_C(1000) * MS);
    cr_expect_eq(receive_pause_ns(&pause, 300, false, 5), 10 * MS);
}

Test(receive_pause, there_is_no_pause_for_a_near_resolver)
{
    struct receive_pause pause = after(1, 9 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 300, false, 0), 0);
}

/* A pause turns single messages into bursts. */
Test(receive_pause, connections_have_pauses_at_any_distance)
{
    struct receive_pause pause = after(1, MS);
    cr_expect_eq(receive_pause_ns(&pause, 10000, true, 0), MS);
    pause = after(1, 100 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 300, true, 0), 5 * MS);
}

Test(receive_pause, few_awaited_or_many_served_replies_need_no_pause)
{
    struct receive_pause pause = after(1, 100 * MS);
    cr_expect_eq(receive_pause_ns(&pause, 255, false, 5), 0);
    cr_expect_gt(receive_pause_ns(&pause, 256, false, 47), 0);
    cr_expect_eq(receive_pause_ns(&pause, 256, false, 48), 0);
}

/* Half of the replies are slow, like those that are not in a cache. */
Test(receive_pause, slow_names_of_a_near_resolver_cause_no_pause)
{
    struct receive_pause pause = {0};
    for (unsigned i = 0; i < 10000; i++)
        receive_pause_note(&pause, i % 2 ? 500 * MS : MS);
    cr_expect_eq(receive_pause_ns(&pause, 500, false, 5), 0);
}

Test(receive_pause, a_growing_round_trip_is_noticed)
{
    struct receive_pause pause = after(1000, MS);
    for (unsigned i = 0; i < 2000; i++)
        receive_pause_note(&pause, 100 * MS);
    cr_expect_gt(receive_pause_ns(&pause, 500, false, 5), 2 * MS);
}
