/* What is sent, and which datagrams are replies. */
#include "tests/unit/io/resolver/udp_net.h"

/* ---- replies ---- */

static void each_its_own(const char *address)
{
    enum { COUNT = 1200 }; /* more than the first sockets hold */
    static unsigned in_flight[65536];
    size_t taken = 0;

    set_up_on(address);
    struct sent *all = new_queries(COUNT);
    for (uint16_t i = 0; i < COUNT; i++) {
        cr_assert(send_id(&all[i], i));
        if (i % 50 == 49) { /* as many as the resolver's buffer holds */
            cr_assert(flush());
            taken += take_all(all, COUNT);
        }
    }
    cr_assert_eq(taken, COUNT);
    for (size_t i = COUNT; i-- > 0;) {
        char text[24];
        snprintf(text, sizeof(text), "%zu", i);
        reply_from(net.fd, &all[i], (uint16_t)i, text);
    }
    receive_all();
    for (size_t i = 0; i < COUNT; i++) {
        char text[24];
        snprintf(text, sizeof(text), "%zu", i);
        cr_assert_eq(all[i].arrivals, 1u);
        cr_assert_eq(all[i].reply_size, strlen(text));
        cr_assert_arr_eq(all[i].reply, text, strlen(text));
        cr_assert_leq(++in_flight[port_in(&all[i].source)], UDP_SOCKET_FILL);
    }
    cr_assert_eq(net.strays, 0u);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets_transfer, each_reply_goes_to_its_own_query_and_no_socket_is_overfilled)
{
    each_its_own("127.0.0.1");
}

Test(udp_sockets_transfer, the_same_over_ipv6)
{
    each_its_own("::1");
}

/* The replies awaited on a socket fit its buffer: all arrive before the first is read. */
Test(udp_sockets_transfer, large_replies_that_arrive_at_once_are_not_lost)
{
    enum { COUNT = 1024, LARGE = 1232 };

    set_up();
    struct sent *all = new_queries(COUNT);
    for (uint16_t i = 0; i < COUNT; i++) {
        cr_assert(send_id(&all[i], i));
        cr_assert(flush());
        cr_assert_eq(take_all(all, COUNT), 1u);
    }
    for (uint16_t i = 0; i < COUNT; i++) {
        uint8_t reply[LARGE] = {(uint8_t)(i >> 8), (uint8_t)i, 0x80, [5] = 1};
        make_question(reply + HEADER, i);
        send_from(net.fd, &all[i], reply, sizeof(reply));
    }
    receive_all();
    for (size_t i = 0; i < COUNT; i++)
        cr_assert(all[i].arrivals == 1 && all[i].reply_size == LARGE - QUERY);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets_transfer, all_queries_can_end_in_the_hook_of_one)
{
    unsigned arrivals = 0;

    set_up();
    struct sent *all = send_all(150);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 150), 150u);
    for (size_t i = 0; i < 150; i++)
        reply_from(net.fd, &all[i], (uint16_t)i, "reply");
    net.end_all = true;
    receive_all();
    for (size_t i = 0; i < 150; i++)
        arrivals += all[i].arrivals;
    cr_assert_eq(arrivals, 1u);
    cr_assert_eq(net.strays, 149u);
    free(all);
    tear_down();
}

Test(udp_sockets_transfer, a_query_sent_in_a_hook_goes_out)
{
    uint8_t octets[QUERY];

    set_up();
    struct sent *all = send_all(2);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 2), 2u);
    net.end_own = net.ask_again = true;
    reply_from(net.fd, &all[0], 0, "reply");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert(all[0].query.socket);
    cr_assert(flush());
    cr_assert_eq(recv(net.fd, octets, sizeof(octets), MSG_DONTWAIT), QUERY);
    cr_assert(octets[0] == 0xff && octets[1] == 0xfe);
    end_all(all, 2);
    tear_down();
}

/* ---- strays ---- */

/* The kernel drops them: the sockets are connected. */
Test(udp_sockets_transfer, datagrams_from_elsewhere_are_not_even_read)
{
    uint16_t port;
    struct sockaddr_in at = {.sin_family = AF_INET};

    set_up();
    struct sent *all = send_all(1);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 1), 1u);
    int other_port = bound_on("127.0.0.1", &port);
    int other_address = socket(AF_INET, SOCK_DGRAM, 0);
    at.sin_port = htons(port_of(net.fd));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    cr_assert_eq(bind(other_address, (struct sockaddr *)&at, sizeof(at)), 0);
    for (unsigned i = 0; i < 100; i++) {
        reply_from(other_port, &all[0], 0, "forged");
        reply_from(other_address, &all[0], 0, "forged");
    }
    receive_all();
    cr_assert_eq(net.strays, 0u);
    cr_assert_eq(all[0].arrivals, 0u);
    reply_from(net.fd, &all[0], 0, "true");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert_arr_eq(all[0].reply, "true", 4);
    close(other_port);
    close(other_address);
    end_all(all, 1);
    tear_down();
}

/* A prober sees a port that is in use as it sees one that is not: ICMP answers it. */
Test(udp_sockets_transfer, a_probed_port_looks_closed)
{
    uint16_t port;
    struct sockaddr_in at = {.sin_family = AF_INET};

    set_up();
    struct sent *all = send_all(1);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 1), 1u);
    int prober = bound_on("127.0.0.1", &port);
    at.sin_port = htons(port_in(&all[0].source));
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(connect(prober, (struct sockaddr *)&at, sizeof(at)), 0);
    cr_assert_eq(send(prober, "?", 1, 0), 1);
    errno = 0;
    cr_assert_eq(recv(prober, &port, sizeof(port), MSG_DONTWAIT), -1);
    cr_assert_eq(errno, ECONNREFUSED);
    close(prober);
    end_all(all, 1);
    tear_down();
}

/* A datagram from the resolver that is no reply: `octets` of it, after the ID of the query. */
static void stays_awaited(const struct sent *sent, const uint8_t *octets, size_t size)
{
    unsigned strays = net.strays;

    send_from(net.fd, sent, octets, size);
    receive_all();
    cr_assert_eq(net.strays, strays + 1);
    cr_assert_eq(sent->arrivals, 0u);
}

Test(udp_sockets_transfer, a_wrong_question_does_not_end_the_wait)
{
    uint8_t wrong[QUERY] = {0, 3, 0x80, [5] = 1};

    set_up();
    struct sent *all = send_all(4);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 4), 4u);
    make_question(wrong + HEADER, 2);
    stays_awaited(&all[3], wrong, sizeof(wrong));
    cr_assert_eq(all[3].mismatches, 1u);
    make_question(wrong + HEADER, 3);
    wrong[2] = 0; /* a query */
    stays_awaited(&all[3], wrong, sizeof(wrong));
    cr_assert_eq(all[3].mismatches, 2u);
    reply_from(net.fd, &all[3], 3, "true");
    receive_all();
    cr_assert_eq(all[3].arrivals, 1u);
    end_all(all, 4);
    tear_down();
}

Test(udp_sockets_transfer, other_ids_short_datagrams_and_late_replies_are_strays)
{
    set_up();
    struct sent *all = send_all(UDP_SOCKET_FILL);
    const struct sent *other = &all[UDP_SOCKET_FILL - 1];
    cr_assert(flush());
    cr_assert_eq(take_all(all, UDP_SOCKET_FILL), UDP_SOCKET_FILL);
    reply_from(net.fd, &all[0], 4711, "unknown ID");
    receive_all();
    cr_assert_eq(net.strays, 1u);
    for (size_t size = 0; size < 3; size++)
        send_from(net.fd, &all[0], "\0\0\x80", size);
    receive_all();
    cr_assert_eq(net.strays, 4u);
    cr_assert_neq(port_in(&all[0].source), port_in(&other->source));
    reply_from(net.fd, other, 0, "on the socket of another query");
    receive_all();
    cr_assert_eq(net.strays, 5u);
    cr_assert_eq(all[0].arrivals + other->arrivals, 0u);
    reply_from(net.fd, &all[0], 0, "true");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    udp_query_end(&all[0].query);
    reply_from(net.fd, &all[0], 0, "after its end");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert_eq(net.strays, 6u);
    end_all(all, UDP_SOCKET_FILL);
    tear_down();
}

/* As many IDs as `count`, none of which is in use, to the socket of a query. */
static void guess_ids(const struct sent *sent, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        reply_from(net.fd, sent, (uint16_t)(1000 + i), "guess");
        receive_all();
    }
}

Test(udp_sockets_transfer, a_socket_with_a_few_unknown_ids_is_replaced)
{
    enum { COUNT = 8 };

    set_up();
    struct sent *all = send_all(COUNT);
    cr_assert(flush());
    cr_assert_eq(take_all(all, COUNT), COUNT);
    cr_assert_eq(net.open, 1u);
    uint16_t port = port_in(&all[0].source);
    guess_ids(&all[0], UDP_SOCKET_ODD_MAX - 1);
    cr_assert(is_open(port));
    guess_ids(&all[0], 1);
    cr_assert_not(is_open(port));
    cr_assert(flush());
    cr_assert_eq(take_all(all, COUNT), COUNT, "its queries are sent again");
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq(all[i].taken, 2u);
        cr_assert_neq(port_in(&all[i].source), port);
        reply_from(net.fd, &all[i], (uint16_t)i, "true");
    }
    receive_all();
    for (size_t i = 0; i < COUNT; i++)
        cr_assert(all[i].arrivals == 1 && all[i].failures == 0);
    end_all(all, COUNT);
    tear_down();
}

/* Else a resolver whose replies never match would get the same queries for ever. */
Test(udp_sockets_transfer, a_query_moves_once)
{
    set_up();
    struct sent *all = send_all(2);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 2), 2u);
    guess_ids(&all[0], UDP_SOCKET_ODD_MAX);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 2), 2u);
    guess_ids(&all[0], 3 * UDP_SOCKET_ODD_MAX);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 2), 0u);
    cr_expect_eq(net.moves, 2u, "each query that was sent a second time is counted");
    struct sent later = {0};
    cr_assert(send_id(&later, 9));
    cr_assert(flush());
    cr_assert_neq(later.query.socket, all[0].query.socket, "the socket takes no more queries");
    reply_from(net.fd, &all[0], 0, "true");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    udp_query_end(&later.query);
    end_all(all, 2);
    tear_down();
}

Test(udp_sockets_transfer, late_and_second_replies_do_not_retire_a_socket)
{
    enum { COUNT = 100 };

    set_up();
    struct sent *all = new_queries(COUNT);
    uint16_t port = complete(&all[0], 0);
    for (uint16_t i = 1; i < COUNT; i++) {
        cr_assert_eq(complete(&all[i], i), port);
        reply_from(net.fd, &all[i], i, "twice");
        receive_all();
    }
    cr_assert_eq(net.strays, COUNT - 1u);
    free(all);
    tear_down();
}

Test(udp_sockets_transfer, a_reply_to_a_query_that_was_not_sent_is_a_stray)
{
    set_up();
    struct sent *all = send_all(2);
    udp_query_end(&all[1].query);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 2), 1u);
    cr_assert(send_id(&all[1], 1));
    all[1].source = all[0].source;
    reply_from(net.fd, &all[1], 1, "too early");
    receive_all();
    cr_assert_eq(net.strays, 1u);
    cr_assert_eq(all[1].arrivals, 0u);
    end_all(all, 2);
    tear_down();
}

/* ---- sending ---- */

Test(udp_sockets_transfer, the_largest_query_goes_out_whole)
{
    uint8_t octets[UDP_QUERY_MAX] = {0}, got[UDP_QUERY_MAX + 1];
    struct sent sent = {0};

    set_up();
    for (size_t i = QUERY; i < sizeof(octets); i++)
        octets[i] = (uint8_t)(i * 5);
    cr_assert(udp_sockets_send(net.sockets, &sent.query, octets, sizeof(octets), net.now_ns));
    memset(octets, 0, sizeof(octets)); /* a copy was made */
    cr_assert(flush());
    cr_assert_eq(recv(net.fd, got, sizeof(got), MSG_DONTWAIT), UDP_QUERY_MAX);
    for (size_t i = QUERY; i < UDP_QUERY_MAX; i++)
        cr_assert_eq(got[i], (uint8_t)(i * 5));
    udp_query_end(&sent.query);
    tear_down();
}

Test(udp_sockets_transfer, octets_that_are_no_query_are_refused)
{
    static const size_t sizes[] = {0,    1, 2, HEADER - 1, HEADER, QUERY - 1, UDP_QUERY_MAX + 1,
                                   65535};
    static uint8_t octets[65535];

    set_up();
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct sent sent = {0};
        errno = 0;
        cr_assert_not(udp_sockets_send(net.sockets, &sent.query, octets, sizes[i], net.now_ns));
        cr_assert_eq(errno, EINVAL);
        cr_assert_null(sent.query.sockets);
        udp_query_end(&sent.query);
    }
    cr_assert(flush());
    tear_down();
}

Test(udp_sockets_transfer, a_query_that_ended_before_the_flush_is_not_sent)
{
    set_up();
    struct sent *all = send_all(100);
    for (size_t i = 0; i < 100; i += 2)
        udp_query_end(&all[i].query);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 100), 50u);
    for (size_t i = 0; i < 100; i++)
        cr_assert_eq(all[i].taken, i % 2);
    cr_assert(flush());
    cr_assert_eq(take_all(all, 100), 0u, "nothing is sent twice");
    udp_query_end(&all[0].query); /* ending twice is allowed */
    end_all(all, 100);
    tear_down();
}

static void one_fails_of(size_t count, uint16_t id)
{
    set_up();
    struct sent *all = send_all(count);
    refusal.error = EPERM;
    refusal.id = id;
    cr_assert(flush());
    cr_assert_eq(take_all(all, count), count - 1);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(all[i].failures, i == id);
        cr_assert_eq(all[i].taken, i != id);
    }
    cr_assert_eq(all[id].error, EPERM);
    end_all(all, count);
    tear_down();
}

Test(udp_sockets_transfer, an_error_of_sending_is_reported_and_the_other_queries_go_out)
{
    for (uint16_t id = 0; id < 100; id += 9) {
        memset(&net, 0, sizeof(net));
        one_fails_of(100, id);
    }
}

Test(udp_sockets_transfer, all_queries_can_end_in_the_hook_of_one_that_failed)
{
    unsigned failures = 0;

    set_up();
    struct sent *all = send_all(150);
    refusal.error = ENETUNREACH;
    refusal.id = -1;
    net.end_all = true;
    cr_assert(flush());
    for (size_t i = 0; i < 150; i++)
        failures += all[i].failures;
    cr_assert_eq(failures, 1u);
    refusal.error = 0;
    cr_assert(flush());
    cr_assert_eq(take_all(all, 150), 0u);
    free(all);
    tear_down();
}

/* ICMP of the resolver's host arrives at a connected socket. */
Test(udp_sockets_transfer, queries_to_a_closed_port_fail)
{
    enum { COUNT = 200 };
    struct ipaddr address = address_of("127.0.0.1");
    uint16_t port;
    int taken = bound_on("127.0.0.1", &port);

    close(taken);
    net.fd = -1;
    cr_assert(net.sockets = udp_sockets_new(&address, port, &hooks));
    struct sent *all = send_all(COUNT);
    cr_assert(flush());
    receive_all();
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq(all[i].failures, 1u);
        cr_assert_eq(all[i].error, ECONNREFUSED);
    }
    cr_assert_eq(net.open, 0u);
    free(all);
    tear_down();
}

Test(udp_sockets_transfer, without_a_route_queries_fail)
{
    struct ipaddr address = address_of("127.0.0.1");

    net.fd = -1;
    cr_assert(net.sockets = udp_sockets_new(&address, 53, &hooks));
    struct sent *all = send_all(70);
    refusal.error = ENETUNREACH;
    refusal.id = -1;
    cr_assert(flush());
    for (size_t i = 0; i < 70; i++)
        cr_assert(all[i].failures == 1 && all[i].error == ENETUNREACH);
    free(all);
    tear_down();
}

static void waits_for_room(int error)
{
    set_up();
    struct sent *all = send_all(100);
    refusal.error = error;
    refusal.id = 40;
    cr_assert_not(flush());
    cr_assert_eq(all[40].failures, 0u);
    take_all(all, 100);
    cr_assert_eq(all[40].taken, 0u);
    for (unsigned i = 0; i < 10; i++)
        cr_assert_not(flush());
    udp_query_end(&all[41].query); /* sent or not */
    refusal.error = 0;
    cr_assert(flush());
    take_all(all, 100);
    for (size_t i = 0; i < 100; i++)
        cr_assert(all[i].taken == 1 || i == 41, "%zu was sent %u times", i, all[i].taken);
    cr_assert_leq(all[41].taken, 1u);
    end_all(all, 100);
    tear_down();
}

Test(udp_sockets_transfer, a_query_without_room_in_the_buffer_goes_later)
{
    waits_for_room(EAGAIN);
    memset(&net, 0, sizeof(net));
    waits_for_room(ENOBUFS);
}

Test(udp_sockets_transfer, a_full_buffer_of_one_socket_does_not_hold_up_the_others)
{
    enum { COUNT = 100 };
    size_t taken;

    set_up();
    struct sent *all = send_all(COUNT);
    refusal.error = EAGAIN;
    refusal.id = -1;
    refusal.fd = net.watched[0].fd;
    cr_assert_not(flush());
    taken = take_all(all, COUNT);
    cr_assert_gt(taken, 0u);
    cr_assert_lt(taken, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_eq(all[i].taken, all[i].query.socket != net.watched[0].socket);
    refusal.error = 0;
    cr_assert(flush());
    cr_assert_eq(take_all(all, COUNT), COUNT - taken);
    end_all(all, COUNT);
    tear_down();
}
