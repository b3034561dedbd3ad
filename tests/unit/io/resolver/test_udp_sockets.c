/* Which socket carries a query, and how long a socket lives. */
#include <dirent.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tests/unit/io/resolver/udp_net.h"

/* ---- sharing ---- */

Test(udp_sockets, the_first_queries_are_spread_over_a_few_sockets)
{
    set_up();
    struct sent *all = send_all(UDP_SOCKET_FILL);
    cr_assert(flush());
    cr_assert_eq(take_all(all, UDP_SOCKET_FILL), UDP_SOCKET_FILL);
    cr_assert_geq(net.open, 2u);
    cr_assert_lt(net.open, UDP_SOCKET_FILL / 2, "sockets are shared");
    size_t share = UDP_SOCKET_FILL / net.open;
    for (size_t i = 0; i < UDP_SOCKET_FILL; i++) {
        unsigned uses = net.uses[port_in(&all[i].source)];
        cr_assert(uses >= share && uses <= share + 1, "%u queries of %d on one socket", uses,
                  UDP_SOCKET_FILL);
    }
    end_all(all, UDP_SOCKET_FILL);
    tear_down();
}

/* A server that distributes clients by port gives each of its threads as much. */
Test(udp_sockets, the_first_sockets_are_filled_evenly)
{
    enum { COUNT = 256 };

    set_up();
    struct sent *all = new_queries(COUNT);
    for (uint16_t i = 0; i < COUNT; i++) {
        cr_assert(send_id(&all[i], i));
        cr_assert(flush());
        cr_assert_eq(take_all(all, COUNT), 1u);
    }
    unsigned share = COUNT / (unsigned)net.open;
    cr_assert_lt(share, UDP_SOCKET_FILL);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_leq(net.uses[port_in(&all[i].source)], share + UDP_SOCKET_FILL / 4);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets, ended_queries_make_room_on_their_sockets)
{
    enum { COUNT = UDP_SOCKET_FILL * 10 };

    set_up();
    end_all(send_all(COUNT), COUNT);
    unsigned opened = net.opened;
    cr_assert_geq(opened, 10u);
    end_all(send_all(COUNT), COUNT);
    cr_assert_eq(net.opened, opened);
    cr_assert_eq(net.closed, 0u);
    tear_down();
}

Test(udp_sockets, queries_with_one_id_use_different_sockets)
{
    enum { COUNT = 40 };
    struct sent twins[COUNT] = {0};
    struct sockaddr_storage sources[COUNT];

    set_up();
    for (size_t i = 0; i < COUNT; i++)
        cr_assert(send_id(&twins[i], 5));
    cr_assert(flush());
    for (size_t i = 0; i < COUNT; i++) {
        struct sent seen = {0};
        uint8_t octets[QUERY];
        socklen_t size = sizeof(sources[i]);
        cr_assert_eq(
            recvfrom(net.fd, octets, sizeof(octets), 0, (struct sockaddr *)&sources[i], &size),
            QUERY);
        for (size_t before = 0; before < i; before++)
            cr_assert_neq(port_in(&sources[i]), port_in(&sources[before]));
        seen.source = sources[i];
        reply_from(net.fd, &seen, 5, "one");
    }
    receive_all();
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq(twins[i].arrivals, 1u);
        udp_query_end(&twins[i].query);
    }
    tear_down();
}

/* ---- the life of a socket ---- */

Test(udp_sockets, a_used_up_socket_is_replaced_by_one_with_another_port)
{
    enum { COUNT = UDP_SOCKET_USES * 20 };

    set_up();
    struct sent *all = new_queries(COUNT);
    for (size_t i = 0; i < COUNT; i++)
        complete(&all[i], (uint16_t)i); /* asserts UDP_SOCKET_USES */
    cr_assert_geq(net.closed, 1u);
    cr_assert_geq(net.opened, COUNT / UDP_SOCKET_USES);
    cr_assert_lt(net.open, 20u);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_eq(all[i].arrivals, 1u);
    free(all);
    tear_down();
}

Test(udp_sockets, an_old_socket_takes_no_more_queries)
{
    enum { COUNT = 4 };

    set_up();
    struct sent *all = new_queries(COUNT);
    complete(&all[0], 0);
    cr_assert(send_id(&all[1], 1)); /* and stays in flight */
    cr_assert(flush());
    cr_assert_eq(take_all(all, 2), 1u);
    net.now_ns = (int64_t)UDP_SOCKET_AGE_S * 1000000000;
    complete(&all[2], 2);
    cr_assert_eq(net.opened, 1u);
    net.now_ns++;
    complete(&all[3], 3);
    cr_assert_eq(net.opened, 2u);
    cr_assert_eq(net.closed, 0u, "a query is in flight");
    udp_query_end(&all[1].query);
    cr_assert_eq(net.closed, 1u);
    free(all);
    tear_down();
}

/* Sends one query without a reply, then others until its socket is used up. Returns how many. */
static size_t use_up_socket(struct sent *all, size_t room)
{
    cr_assert(send_id(&all[0], 0));
    cr_assert(flush());
    cr_assert_eq(take_all(all, 1), 1u);
    uint16_t port = port_in(&all[0].source);
    size_t next = 1;
    while (net.uses[port] < UDP_SOCKET_USES) {
        cr_assert_lt(next, room);
        complete(&all[next], (uint16_t)next);
        next++;
    }
    return next;
}

Test(udp_sockets, a_used_up_socket_stays_open_until_its_last_query_ends)
{
    enum { ROOM = UDP_SOCKET_USES * 40 };

    set_up();
    struct sent *all = new_queries(ROOM);
    size_t next = use_up_socket(all, ROOM);
    uint16_t port = port_in(&all[0].source);
    cr_assert(is_open(port));
    for (unsigned i = 0; i < 2 * UDP_SOCKET_USES && next < ROOM; i++, next++)
        cr_assert_neq(complete(&all[next], (uint16_t)next), port);
    cr_assert(is_open(port));
    reply_from(net.fd, &all[0], 0, "late");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    udp_query_end(&all[0].query);
    cr_assert_not(is_open(port));
    free(all);
    tear_down();
}

Test(udp_sockets, the_last_query_of_a_used_up_socket_may_end_in_its_own_hook)
{
    enum { ROOM = UDP_SOCKET_USES * 40 };

    set_up();
    struct sent *all = new_queries(ROOM);
    use_up_socket(all, ROOM);
    uint16_t port = port_in(&all[0].source);
    net.end_own = true;
    reply_from(net.fd, &all[0], 0, "late");
    reply_from(net.fd, &all[0], 0, "twice"); /* more to read from the socket that goes */
    reply_from(net.fd, &all[0], 1, "other");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert_str_eq(all[0].reply, "late");
    cr_assert_not(is_open(port));
    free(all);
    tear_down();
}

Test(udp_sockets, sockets_whose_queries_fail_are_closed)
{
    enum { COUNT = 1000 };
    size_t failed = 0;

    set_up();
    struct sent *all = new_queries(COUNT);
    refusal.error = EPERM;
    refusal.id = -1;
    for (size_t next = 0; next < COUNT; next++) {
        cr_assert(send_id(&all[next], (uint16_t)next));
        cr_assert(flush());
        failed += all[next].failures;
    }
    cr_assert_eq(failed, (size_t)COUNT);
    cr_assert_eq(net.open, 0u, "the next query may have a way, from another address");
    free(all);
    tear_down();
}

/* ---- sockets that cannot be opened ---- */

static size_t count_descriptors(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");

    cr_assert(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

Test(udp_sockets, a_socket_that_cannot_be_watched_is_closed_and_its_query_fails)
{
    struct sent sent = {0};

    set_up();
    size_t before = count_descriptors();
    net.refuse_watch = true;
    for (unsigned i = 1; i < 3 * UDP_SOCKET_USES; i++) {
        cr_assert(send_id(&sent, 1));
        cr_assert(flush(), "the limit of epoll is another: there is nothing to wait for");
        cr_assert_eq(sent.failures, i);
        cr_assert_eq(sent.error, ENOSPC);
        cr_assert_eq(net.open, 0u, "closing was called");
    }
    cr_assert_eq(count_descriptors(), before);
    net.refuse_watch = false;
    complete(&sent, 0);
    cr_assert_eq(sent.arrivals, 1u);
    tear_down();
}

/* Returns the old limit. */
static struct rlimit allow_no_descriptor(void)
{
    struct rlimit limit;
    int lowest = dup(0);

    close(lowest);
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    struct rlimit none = {.rlim_cur = (rlim_t)lowest, .rlim_max = limit.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    return limit;
}

Test(udp_sockets, without_a_descriptor_a_query_fails)
{
    struct sent sent = {0};

    set_up();
    struct rlimit limit = allow_no_descriptor();
    for (unsigned i = 1; i <= 3; i++) {
        cr_assert(send_id(&sent, 0));
        cr_assert_not(flush());
        net.now_ns += (int64_t)UDP_SOCKET_WAIT_MS * 1000000 - 1;
        cr_assert_not(flush());
        cr_assert_eq(sent.failures, i - 1, "another thread may close a socket");
        net.now_ns++;
        cr_assert(flush());
        cr_assert_eq(sent.failures, i);
        cr_assert_eq(sent.error, EMFILE);
    }
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    complete(&sent, 0);
    cr_assert_eq(sent.arrivals, 1u);
    tear_down();
}

Test(udp_sockets, without_a_descriptor_queries_wait_for_room_on_other_sockets)
{
    enum { COUNT = 3 * UDP_SOCKET_FILL };

    set_up();
    struct sent *all = new_queries(COUNT);
    cr_assert(send_id(&all[0], 0));
    struct rlimit limit = allow_no_descriptor();
    for (uint16_t i = 1; i < COUNT; i++)
        cr_assert(send_id(&all[i], i));
    for (size_t ended = 0, next = 0; ended < COUNT; next = ended) {
        bool done = flush();
        size_t taken = take_all(all, COUNT);
        cr_assert(taken > 0 && taken <= UDP_SOCKET_FILL);
        cr_assert_eq(done, next + taken == COUNT);
        for (; ended < next + taken; ended++) {
            cr_assert_eq(all[ended].taken, 1u, "in the order of sending");
            reply_from(net.fd, &all[ended], (uint16_t)ended, "done");
            receive_all();
            cr_assert_eq(all[ended].arrivals, 1u);
            udp_query_end(&all[ended].query);
        }
    }
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets, with_a_limit_queries_wait_for_room)
{
    enum { MOST = 2, COUNT = MOST * UDP_SOCKET_FILL + 1 };

    set_up();
    udp_sockets_limit(net.sockets, MOST);
    struct sent *all = new_queries(COUNT);
    for (uint16_t i = 0; i < COUNT; i++)
        cr_assert(send_id(&all[i], i));
    (void)flush();
    cr_expect_eq(take_all(all, COUNT), (size_t)COUNT - 1);
    cr_expect_eq(net.open, (size_t)MOST);
    udp_query_end(&all[0].query);
    (void)flush();
    cr_expect_eq(take_all(all, COUNT), 1u);
    cr_expect_eq(net.open, (size_t)MOST);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets, a_query_that_waits_can_end)
{
    set_up();
    struct sent *all = new_queries(UDP_SOCKET_FILL + 10);
    cr_assert(send_id(&all[0], 0));
    struct rlimit limit = allow_no_descriptor();
    for (uint16_t i = 1; i < UDP_SOCKET_FILL + 10; i++)
        cr_assert(send_id(&all[i], i));
    for (size_t i = UDP_SOCKET_FILL; i < UDP_SOCKET_FILL + 10; i += 2)
        udp_query_end(&all[i].query);
    for (size_t i = 0; i < UDP_SOCKET_FILL; i++)
        udp_query_end(&all[i].query);
    cr_assert(flush());
    cr_assert_eq(take_all(all, UDP_SOCKET_FILL + 10), 5u);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    end_all(all, UDP_SOCKET_FILL + 10);
    tear_down();
}

/* A range of 4 ports needs a network namespace of its own. */
static bool have_four_ports(void)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0 && unshare(CLONE_NEWNET) != 0)
        return false;
    if (system("ip link set lo up") != 0)
        return false;
    FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "w");
    return range && fputs("40000 40003", range) >= 0 && fclose(range) == 0;
}

Test(udp_sockets, four_local_ports_are_enough)
{
    enum { COUNT = 2000 };

    if (!have_four_ports())
        cr_skip_test("no network namespaces here");
    set_up();
    size_t answered = 0;
    struct sent *all = new_queries(COUNT);
    for (uint16_t i = 0; i < COUNT; i++)
        cr_assert(send_id(&all[i], i));
    while (answered < COUNT) {
        (void)flush();
        cr_assert_geq(take_all(all, COUNT), 1u);
        for (size_t i = 0; i < COUNT; i++) {
            if (all[i].taken == 0 || all[i].arrivals > 0)
                continue;
            reply_from(net.fd, &all[i], (uint16_t)i, "done");
            receive_all();
            cr_assert_eq(all[i].arrivals, 1u);
            udp_query_end(&all[i].query);
            answered++;
        }
        cr_assert_leq(net.open, 4u);
    }
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_eq(all[i].failures, 0u);
    end_all(all, COUNT);
    tear_down();
}

/* ---- the end ---- */

Test(udp_sockets, all_sockets_are_closed_with_queries_under_way)
{
    struct sent unsent = {0};

    size_t before = count_descriptors();
    set_up();
    struct sent *all = send_all(200);
    cr_assert(flush());
    cr_assert(send_id(&unsent, 999));
    end_all(all, 200);
    udp_query_end(&unsent.query);
    tear_down();
    cr_assert_eq(count_descriptors(), before);
    udp_sockets_free(NULL);
}

/* Two resolvers: each has sockets of its own, and they share two more. */
Test(udp_sockets, beyond_their_own_sockets_resolvers_share_a_budget)
{
    enum { SHARED = 2, COUNT = (UDP_SOCKETS_OWN + SHARED + 1) * UDP_SOCKET_FILL };
    struct socket_budget budget = {.most = SHARED};
    struct ipaddr loopback = address_of("127.0.0.1");

    set_up();
    struct udp_sockets *first = net.sockets;
    struct udp_sockets *second = udp_sockets_new(&loopback, port_of(net.fd), &hooks);
    cr_assert_not_null(second);
    udp_sockets_share(first, &budget);
    udp_sockets_share(second, &budget);
    struct sent *all = send_all(COUNT);
    cr_expect_eq(net.open, (size_t)UDP_SOCKETS_OWN + SHARED);
    cr_expect_eq(budget.open, (unsigned)SHARED);
    net.sockets = second;
    struct sent *others = send_all(COUNT);
    cr_expect_eq(net.open, (size_t)2 * UDP_SOCKETS_OWN + SHARED);
    cr_expect_eq(budget.open, (unsigned)SHARED);
    end_all(all, COUNT);
    udp_sockets_free(first);
    cr_expect_eq(budget.open, 0u, "sockets that close are given back");
    (void)flush();
    cr_expect_eq(net.open, (size_t)UDP_SOCKETS_OWN + SHARED);
    cr_expect_eq(budget.open, (unsigned)SHARED);
    end_all(others, COUNT);
    tear_down();
}
