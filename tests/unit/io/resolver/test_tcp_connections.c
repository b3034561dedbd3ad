#include <criterion/criterion.h>
#include <stdint.h>

#include "io/resolver/tcp_connections.h"

static struct tcp_connections connections;
static bool anew; /* of the last question */

static struct tcp_place take(void)
{
    return tcp_connections_take(&connections, &anew);
}

static void take_many(unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        (void)take();
}

/* A question of the present life ends. */
static bool end(unsigned connection, enum tcp_outcome outcome)
{
    struct tcp_place place = {.connection = connection, .life = connections.of[connection].life};

    return tcp_connections_end(&connections, place, outcome);
}

Test(tcp_connections, connections_are_filled_one_after_another)
{
    tcp_connections_init(&connections, 3);
    for (unsigned i = 0; i < 3 * TCP_CONNECTION_FILL; i++) {
        cr_assert_eq(take().connection, i / TCP_CONNECTION_FILL);
        cr_assert_not(anew);
    }
}

Test(tcp_connections, beyond_the_fill_the_least_loaded_is_used)
{
    tcp_connections_init(&connections, 3);
    take_many(3 * TCP_CONNECTION_FILL);
    cr_assert_eq(take().connection, 0u);
    cr_assert_eq(take().connection, 1u);
    cr_assert_eq(take().connection, 2u);
    end(1, TCP_REPLY);
    cr_assert_eq(take().connection, 1u);
    cr_assert(tcp_connections_have_room(&connections), "there is no limit");
}

Test(tcp_connections, a_question_that_ended_makes_room)
{
    tcp_connections_init(&connections, 2);
    take_many(TCP_CONNECTION_FILL + 1);
    end(0, TCP_REPLY);
    cr_assert_eq(take().connection, 0u);
    cr_assert_eq(take().connection, 1u);
}

Test(tcp_connections, a_connection_that_never_replied_is_not_used_again)
{
    tcp_connections_init(&connections, 3);
    take_many(2 * TCP_CONNECTION_FILL + 1);
    end(0, TCP_REPLY);
    end(2, TCP_NO_REPLY);
    cr_assert_eq(connections.usable, 2u);
    cr_assert_not(end(1, TCP_CLOSED), "it may be the question");
    cr_assert_eq(connections.usable, 1u);
    take_many(3 * TCP_CONNECTION_FILL);
    cr_assert_eq(connections.of[2].load, 0u);
    /* Its other questions end as well. */
    end(1, TCP_CLOSED);
    cr_assert_eq(connections.usable, 1u);
}

Test(tcp_connections, a_connection_that_has_replied_may_fail)
{
    tcp_connections_init(&connections, 2);
    take_many(TCP_CONNECTION_FILL + 2);
    end(0, TCP_REPLY);
    end(1, TCP_REPLY);
    end(1, TCP_NO_REPLY);
    cr_assert_eq(connections.usable, 2u);
}

Test(tcp_connections, a_silent_resolver_does_not_cost_connections)
{
    tcp_connections_init(&connections, 2);
    take_many(TCP_CONNECTION_FILL + 1);
    end(1, TCP_NO_REPLY);
    end(0, TCP_NO_REPLY);
    cr_assert_eq(connections.usable, 2u);
}

/* getdns would close it, and lose what else is in flight on it. */
Test(tcp_connections, a_connection_with_more_timeouts_than_replies_is_left)
{
    tcp_connections_init(&connections, 1);
    take_many(6);
    end(0, TCP_REPLY);
    end(0, TCP_NO_REPLY);
    (void)take();
    cr_expect_not(anew, "slow names");
    end(0, TCP_NO_REPLY);
    (void)take();
    cr_expect(anew);
    (void)take();
    cr_expect_not(anew, "once");
    cr_expect_eq(connections.limit, 0u);
}

/* The last tries of silent names. */
Test(tcp_connections, a_connection_that_is_closed_after_a_timeout_shows_no_limit)
{
    tcp_connections_init(&connections, 1);
    take_many(5);
    end(0, TCP_NO_REPLY);
    for (unsigned i = 0; i < 4; i++)
        cr_expect_not(end(0, TCP_CLOSED), "the resolver itself may be silent");
    cr_expect_eq(connections.limit, 0u);
}

/* TCP is filtered: no connection comes about. */
Test(tcp_connections, a_connection_that_was_never_made_shows_no_limit)
{
    tcp_connections_init(&connections, 1);
    take_many(5);
    for (unsigned i = 0; i < 5; i++)
        cr_expect_not(end(0, TCP_CLOSED_LATE));
    cr_expect_eq(connections.limit, 0u);
    (void)take();
    cr_expect(anew);
}

Test(tcp_connections, a_connection_closed_after_replies_shows_one_also_to_slow_questions)
{
    tcp_connections_init(&connections, 1);
    take_many(5);
    for (unsigned i = 0; i < 3; i++)
        end(0, TCP_REPLY);
    cr_expect(end(0, TCP_CLOSED_LATE), "it may not be the question");
    cr_expect_eq(connections.limit, 3u);
}

/* ---- servers that close connections ---- */

Test(tcp_connections, a_closed_connection_is_opened_anew)
{
    tcp_connections_init(&connections, 1);
    take_many(2);
    cr_expect_not(end(0, TCP_CLOSED), "closed without a reply: it may be the question");
    end(0, TCP_CLOSED);
    cr_expect_eq(connections.limit, 1u, "it may be that there was more than one");
    (void)take();
    cr_expect(anew);
    (void)take();
    cr_expect_not(anew, "once");
}

Test(tcp_connections, after_replies_it_is_not_the_question)
{
    tcp_connections_init(&connections, 1);
    take_many(5);
    end(0, TCP_REPLY);
    end(0, TCP_REPLY);
    for (unsigned i = 0; i < 3; i++)
        cr_expect(end(0, TCP_CLOSED));
    cr_expect_eq(connections.limit, 2u, "what the server served");
}

Test(tcp_connections, questions_of_an_earlier_connection_end_apart)
{
    tcp_connections_init(&connections, 1);
    struct tcp_place first = take(), second = take(), third = take();
    tcp_connections_end(&connections, first, TCP_REPLY);
    tcp_connections_end(&connections, second, TCP_CLOSED);
    (void)take();
    cr_expect(anew);
    cr_expect(tcp_connections_end(&connections, third, TCP_CLOSED));
    (void)take();
    cr_expect_not(anew, "the new one is open");
    cr_expect_eq(connections.of[0].load, 2u);
}

/* A server that closes after `most` replies, and a client that always has questions. Returns the
 * questions lost. */
static unsigned serve(unsigned most, unsigned questions)
{
    unsigned lost = 0;

    while (questions > 0) {
        unsigned batch = 0;
        while (batch < questions && batch < TCP_CONNECTION_FILL &&
               tcp_connections_have_room(&connections)) {
            (void)take();
            batch++;
        }
        cr_assert_gt(batch, 0u);
        unsigned before = connections.of[0].replies;
        unsigned served = batch + before < most ? batch : most - before;
        for (unsigned i = 0; i < batch; i++) {
            bool replied = i < served;
            cr_assert_eq(end(0, replied ? TCP_REPLY : TCP_CLOSED), !replied);
        }
        lost += batch - served;
        questions -= served;
    }
    return lost;
}

Test(tcp_connections, learns_what_a_server_serves)
{
    const unsigned most[] = {1, 2, 3, 10, 100};

    for (unsigned i = 0; i < sizeof(most) / sizeof(most[0]); i++) {
        tcp_connections_init(&connections, 1);
        unsigned at_first = serve(most[i], 10000), later = serve(most[i], 10000);
        cr_expect_leq(at_first, TCP_CONNECTION_FILL + 1000, "%u: %u lost", most[i], at_first);
        cr_expect_leq(later, 200u, "%u: %u lost", most[i], later);
    }
}

Test(tcp_connections, forgets_the_limit_of_a_server_that_serves_more_again)
{
    tcp_connections_init(&connections, 1);
    serve(1, 20);
    cr_expect_geq(connections.limit, 1u);
    cr_expect_eq(serve(UINT32_MAX, 10000), 0u);
    cr_expect_eq(connections.limit, 0u);
}

Test(tcp_connections, one_early_end_does_not_cost_all)
{
    tcp_connections_init(&connections, 1);
    serve(100, 1000);
    unsigned limit = connections.limit;
    take_many(2);
    end(0, TCP_REPLY);
    cr_expect(end(0, TCP_CLOSED));
    cr_expect_geq(connections.limit, limit / 2);
}

Test(tcp_connections, no_room_while_all_connections_carry_what_they_may)
{
    tcp_connections_init(&connections, 2);
    take_many(TCP_CONNECTION_FILL + 2);
    end(0, TCP_REPLY);
    end(0, TCP_CLOSED);
    cr_assert_eq(connections.limit, 1u);
    (void)take();
    cr_assert(anew);
    end(1, TCP_REPLY);
    cr_expect_not(tcp_connections_have_room(&connections));
    struct tcp_place beyond = take(); /* a probe is sent all the same */
    cr_expect_not(anew);
    tcp_connections_end(&connections, beyond, TCP_NO_REPLY);
    end(1, TCP_REPLY);
    cr_expect(tcp_connections_have_room(&connections), "nothing is in flight on the second one");
    cr_expect_eq(take().connection, 1u);
    cr_expect(anew);
}
