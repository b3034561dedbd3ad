#include <criterion/criterion.h>

#include "io/resolver/tcp_connections.h"

static void take_many(struct tcp_connections *connections, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)tcp_connections_take(connections);
}

Test(tcp_connections, connections_are_filled_one_after_another)
{
    struct tcp_connections connections;
    tcp_connections_init(&connections, 3);
    for (unsigned i = 0; i < 3 * TCP_CONNECTION_FILL; i++)
        cr_assert_eq(tcp_connections_take(&connections), i / TCP_CONNECTION_FILL);
}

Test(tcp_connections, beyond_the_fill_the_least_loaded_is_used)
{
    struct tcp_connections connections;
    tcp_connections_init(&connections, 3);
    take_many(&connections, 3 * TCP_CONNECTION_FILL);
    cr_assert_eq(tcp_connections_take(&connections), 0u);
    cr_assert_eq(tcp_connections_take(&connections), 1u);
    cr_assert_eq(tcp_connections_take(&connections), 2u);
    tcp_connections_end(&connections, 1, true);
    cr_assert_eq(tcp_connections_take(&connections), 1u);
}

Test(tcp_connections, a_question_that_ended_makes_room)
{
    struct tcp_connections connections;
    tcp_connections_init(&connections, 2);
    take_many(&connections, TCP_CONNECTION_FILL + 1);
    tcp_connections_end(&connections, 0, true);
    cr_assert_eq(tcp_connections_take(&connections), 0u);
    cr_assert_eq(tcp_connections_take(&connections), 1u);
}

Test(tcp_connections, a_connection_that_never_replied_is_not_used_again)
{
    struct tcp_connections connections;
    tcp_connections_init(&connections, 3);
    take_many(&connections, 2 * TCP_CONNECTION_FILL + 1);
    tcp_connections_end(&connections, 0, true);
    tcp_connections_end(&connections, 2, false);
    cr_assert_eq(connections.usable, 2u);
    tcp_connections_end(&connections, 1, false);
    cr_assert_eq(connections.usable, 1u);
    take_many(&connections, 3 * TCP_CONNECTION_FILL);
    cr_assert_eq(connections.load[2], 0u);
    /* Its other questions end as well. */
    tcp_connections_end(&connections, 1, false);
    cr_assert_eq(connections.usable, 1u);
}

Test(tcp_connections, a_connection_that_has_replied_may_fail)
{
    struct tcp_connections connections;
    tcp_connections_init(&connections, 2);
    take_many(&connections, TCP_CONNECTION_FILL + 2);
    tcp_connections_end(&connections, 0, true);
    tcp_connections_end(&connections, 1, true);
    tcp_connections_end(&connections, 1, false);
    cr_assert_eq(connections.usable, 2u);
}

Test(tcp_connections, a_silent_resolver_does_not_cost_connections)
{
    struct tcp_connections connections;
    tcp_connections_init(&connections, 2);
    take_many(&connections, TCP_CONNECTION_FILL + 1);
    tcp_connections_end(&connections, 1, false);
    tcp_connections_end(&connections, 0, false);
    cr_assert_eq(connections.usable, 2u);
}
