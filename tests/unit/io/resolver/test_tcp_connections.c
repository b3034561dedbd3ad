#include <criterion/criterion.h>

#include "io/resolver/tcp_connections.h"

static void take_many(struct streams *streams, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)streams_take(streams);
}

Test(streams, are_filled_one_after_another)
{
    struct streams streams;
    streams_init(&streams, 3);
    for (unsigned i = 0; i < 3 * STREAMS_FILL; i++)
        cr_assert_eq(streams_take(&streams), i / STREAMS_FILL);
}

Test(streams, what_is_over_goes_to_the_least_loaded)
{
    struct streams streams;
    streams_init(&streams, 3);
    take_many(&streams, 3 * STREAMS_FILL);
    cr_assert_eq(streams_take(&streams), 0u);
    cr_assert_eq(streams_take(&streams), 1u);
    cr_assert_eq(streams_take(&streams), 2u);
    streams_end(&streams, 1, true);
    cr_assert_eq(streams_take(&streams), 1u);
}

Test(streams, a_question_that_ended_makes_room)
{
    struct streams streams;
    streams_init(&streams, 2);
    take_many(&streams, STREAMS_FILL + 1);
    streams_end(&streams, 0, true);
    cr_assert_eq(streams_take(&streams), 0u);
    cr_assert_eq(streams_take(&streams), 1u);
}

Test(streams, one_that_never_replied_is_not_used_again)
{
    struct streams streams;
    streams_init(&streams, 3);
    take_many(&streams, 2 * STREAMS_FILL + 1);
    streams_end(&streams, 0, true);
    streams_end(&streams, 2, false);
    cr_assert_eq(streams.usable, 2u);
    streams_end(&streams, 1, false);
    cr_assert_eq(streams.usable, 1u);
    take_many(&streams, 3 * STREAMS_FILL);
    cr_assert_eq(streams.load[2], 0u);
    /* Its other questions end too. */
    streams_end(&streams, 1, false);
    cr_assert_eq(streams.usable, 1u);
}

Test(streams, one_that_has_replied_may_fail)
{
    struct streams streams;
    streams_init(&streams, 2);
    take_many(&streams, STREAMS_FILL + 2);
    streams_end(&streams, 0, true);
    streams_end(&streams, 1, true);
    streams_end(&streams, 1, false);
    cr_assert_eq(streams.usable, 2u);
}

Test(streams, a_silent_resolver_does_not_cost_connections)
{
    struct streams streams;
    streams_init(&streams, 2);
    take_many(&streams, STREAMS_FILL + 1);
    streams_end(&streams, 1, false);
    streams_end(&streams, 0, false);
    cr_assert_eq(streams.usable, 2u);
}
