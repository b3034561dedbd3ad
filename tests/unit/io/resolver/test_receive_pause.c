/* When a thread looks away for a moment, and for how long. */
#include <criterion/criterion.h>

#include "io/resolver/receive_pause.h"

enum { MS = 1000000 };

static struct gather after(unsigned replies, int64_t latency_ns)
{
    struct gather gather = {0};
    for (unsigned i = 0; i < replies; i++)
        gather_note(&gather, latency_ns);
    return gather;
}

Test(gather, nothing_is_known_before_the_first_reply)
{
    struct gather gather = {0};
    cr_expect_eq(gather_pause_ns(&gather, 10000, false, 0), 0);
}

Test(gather, a_pause_is_a_small_part_of_a_long_way)
{
    struct gather gather = after(1, 100 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 300, false, 5), 10 * MS);
    gather = after(1000, 50 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 300, false, 5), 5 * MS);
}

/* 48 of 600 come in as large a part of the way. */
Test(gather, no_longer_than_until_enough_have_come)
{
    struct gather gather = after(1, 100 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 600, false, 5), 8 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 6000, false, 5), 8 * MS / 10);
    cr_expect_eq(gather_pause_ns(&gather, 60000, false, 5), 0, "it costs more than it saves");
}

Test(gather, it_has_a_ceiling)
{
    struct gather gather = after(1, INT64_C(1000) * MS);
    cr_expect_eq(gather_pause_ns(&gather, 300, false, 5), 10 * MS);
}

Test(gather, a_near_resolver_is_not_waited_for)
{
    struct gather gather = after(1, 9 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 300, false, 0), 0);
}

/* There a pause makes bursts of what would come one by one. */
Test(gather, connections_are_gathered_from_at_any_distance)
{
    struct gather gather = after(1, MS);
    cr_expect_eq(gather_pause_ns(&gather, 10000, true, 0), MS);
    gather = after(1, 100 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 300, true, 0), 10 * MS);
}

Test(gather, few_replies_awaited_or_many_served_need_none)
{
    struct gather gather = after(1, 100 * MS);
    cr_expect_eq(gather_pause_ns(&gather, 255, false, 5), 0);
    cr_expect_gt(gather_pause_ns(&gather, 256, false, 47), 0);
    cr_expect_eq(gather_pause_ns(&gather, 256, false, 48), 0);
}

/* Half of the replies late, as those that are not in a cache. */
Test(gather, slow_names_of_a_near_resolver_are_no_way)
{
    struct gather gather = {0};
    for (unsigned i = 0; i < 10000; i++)
        gather_note(&gather, i % 2 ? 500 * MS : MS);
    cr_expect_eq(gather_pause_ns(&gather, 500, false, 5), 0);
}

Test(gather, a_way_that_gets_longer_is_found_out)
{
    struct gather gather = after(1000, MS);
    for (unsigned i = 0; i < 2000; i++)
        gather_note(&gather, 100 * MS);
    cr_expect_gt(gather_pause_ns(&gather, 500, false, 5), 2 * MS);
}
