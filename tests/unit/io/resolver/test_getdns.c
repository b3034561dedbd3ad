/* The real getdns, with a resolver on loopback that the test plays. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/resolver/resolver.h"
#include "tests/unit/io/fake_clock.h"
#include "tests/unit/support.h"

enum { QUERY_MAX = 512, TIMEOUT_MS = 5000, HEADER = 12, OPT_SIZE = 11 };

struct lookup {
    struct side *side;
    unsigned number;
    unsigned given;
    enum reply_status status;
    struct side *asks; /* sends its next query when the reply comes */
};

/* One resolver, and its server. */
struct side {
    int fd;
    struct resolver *resolver;
    struct lookup *lookups;
    unsigned count, given;
    uint64_t strays;
};

static int refusal; /* errno of each sending; 0: none */
static bool iterative;
static unsigned repeats; /* of the question that is asked */

/* Replaces the C library's. */
int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    if (!refusal)
        return (int)syscall(SYS_sendmmsg, fd, messages, count, flags);
    errno = refusal;
    return -1;
}

static void ask(struct side *side, struct lookup *lookup, unsigned timeout_ms)
{
    char name[32];
    struct question question = {.type = 12};
    snprintf(name, sizeof(name), "n%u.example", lookup->number);
    question.name = name_of(name);
    cr_assert(resolver_network.ask(side->resolver, 0, TRANSPORT_UDP, timeout_ms, &question, repeats,
                                   lookup));
}

/* The first label of the question contains its number. */
static unsigned number_in(const uint8_t *wire, size_t size)
{
    char label[16] = "";
    cr_assert_gt(size, HEADER + 2u);
    cr_assert_lt(wire[HEADER], sizeof(label));
    memcpy(label, wire + HEADER + 1, wire[HEADER]);
    cr_assert_eq(label[0], 'n');
    return (unsigned)strtoul(label + 1, NULL, 10);
}

static void on_reply(void *asker, void *tag, enum reply_status status, const uint8_t *wire,
                     size_t size)
{
    struct side *side = asker;
    struct lookup *lookup = tag;
    cr_assert_eq(lookup->side, side);
    lookup->given++;
    lookup->status = status;
    side->given++;
    if (status == REPLY_BYTES)
        cr_assert_eq(number_in(wire, size), lookup->number);
    if (lookup->asks) {
        struct side *other = lookup->asks;
        ask(other, &other->lookups[other->count++], TIMEOUT_MS);
    }
}

static void set_up(struct side *side, unsigned count)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    struct failure failure = {0};
    *side = (struct side){.fd = socket(AF_INET, SOCK_DGRAM, 0)};
    cr_assert_eq(bind(side->fd, (struct sockaddr *)&at, size), 0);
    cr_assert_eq(getsockname(side->fd, (struct sockaddr *)&at, &size), 0);
    struct endpoint endpoint = {.address = address_of("127.0.0.1"), .port = ntohs(at.sin_port)};
    struct resolver_options options = {.endpoints = &endpoint,
                                       .count = 1,
                                       .iterative = iterative,
                                       .timeout_ms = TIMEOUT_MS,
                                       .give = on_reply,
                                       .asker = side,
                                       .strays = &side->strays};
    cr_assert(side->resolver = resolver_network.open(&options, &failure));
    cr_assert(side->lookups = calloc(count, sizeof(*side->lookups)));
    for (unsigned i = 0; i < count; i++)
        side->lookups[i] = (struct lookup){.side = side, .number = i};
}

static void tear_down(struct side *side)
{
    resolver_network.close(side->resolver);
    free(side->lookups);
    close(side->fd);
}

/* Answers each query that has arrived, `times` times. Returns how many there were. */
static unsigned answer_all(const struct side *side, unsigned times)
{
    uint8_t query[QUERY_MAX];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    unsigned count = 0;
    ssize_t got;
    while ((got = recvfrom(side->fd, query, sizeof(query), MSG_DONTWAIT, (struct sockaddr *)&from,
                           &size)) > 0) {
        query[2] |= 0x80;
        for (unsigned i = 0; i < times; i++)
            cr_assert_eq(sendto(side->fd, query, (size_t)got, 0, (struct sockaddr *)&from, size),
                         got);
        count++;
    }
    return count;
}

/* However long it really takes, a millisecond passes. */
static void run(struct side *side)
{
    resolver_network.run(side->resolver, 1);
    fake_now_ns += FAKE_MS;
}

Test(getdns, each_question_has_its_own_reply)
{
    enum { COUNT = 3000, AT_ONCE = 100 };
    struct side side;
    set_up(&side, COUNT);
    for (unsigned i = 0; i < COUNT; i++) {
        ask(&side, &side.lookups[i], TIMEOUT_MS);
        while (i % AT_ONCE == AT_ONCE - 1 && side.given <= i) {
            run(&side);
            answer_all(&side, 1);
        }
    }
    for (unsigned i = 0; i < COUNT; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_BYTES);
    cr_assert_eq(side.strays, 0u);
    tear_down(&side);
}

/* RFC 1035 4.1.1 */
static void expect_rd(unsigned rd)
{
    uint8_t query[QUERY_MAX];
    struct side side;
    set_up(&side, 1);
    ask(&side, &side.lookups[0], TIMEOUT_MS);
    run(&side);
    cr_assert_gt(recv(side.fd, query, sizeof(query), MSG_DONTWAIT), HEADER);
    cr_expect_eq(query[2], rd);
    tear_down(&side);
}

Test(getdns, name_servers_are_asked_without_recursion)
{
    expect_rd(1);
    iterative = true;
    expect_rd(0);
}

/* The size that the OPT record at the end of a query announces (RFC 6891 6.1.2). */
static unsigned size_of(struct side *side, unsigned number)
{
    uint8_t query[QUERY_MAX];
    repeats = number;
    ask(side, &side->lookups[number], TIMEOUT_MS);
    run(side);
    ssize_t got = recv(side->fd, query, sizeof(query), MSG_DONTWAIT);
    cr_assert_gt(got, HEADER + OPT_SIZE);
    cr_expect_eq(query[2], !iterative, "RD");
    const uint8_t *opt = query + got - OPT_SIZE;
    cr_expect_eq(opt[1] << 8 | opt[2], 41);
    return (unsigned)(opt[3] << 8 | opt[4]);
}

/* Else the packet cache of a resolver gives the same error again for a minute. */
static void expect_sizes(void)
{
    enum { SIZES = 32, LEAST = 1201 };
    bool seen[SIZES] = {false};
    struct side side;
    set_up(&side, SIZES);
    cr_expect_eq(size_of(&side, 0), 1232);
    for (unsigned i = 1; i < SIZES; i++) {
        unsigned size = size_of(&side, i);
        cr_assert(size >= LEAST && size < LEAST + SIZES - 1, "%u", size);
        cr_expect_not(seen[size - LEAST]);
        seen[size - LEAST] = true;
    }
    tear_down(&side);
}

Test(getdns, queries_that_repeat_a_question_differ)
{
    expect_sizes();
    iterative = true;
    expect_sizes();
}

Test(getdns, a_reply_that_comes_twice_is_given_once)
{
    struct side side;
    set_up(&side, 50);
    for (unsigned i = 0; i < 50; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    run(&side);
    cr_assert_eq(answer_all(&side, 2), 50u);
    for (unsigned i = 0; i < 20; i++)
        run(&side);
    cr_assert_eq(side.given, 50u);
    cr_assert_eq(side.strays, 50u);
    tear_down(&side);
}

/* The next query takes the place of the one before, while a second reply to that is on its way. */
Test(getdns, a_reply_can_ask_the_next_question)
{
    enum { COUNT = 2000, AT_ONCE = 50 };
    struct side side;
    set_up(&side, COUNT);
    for (unsigned i = 0; i < COUNT - AT_ONCE; i++)
        side.lookups[i].asks = &side;
    side.count = AT_ONCE;
    for (unsigned i = 0; i < AT_ONCE; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    while (side.given < COUNT) {
        run(&side);
        answer_all(&side, 2);
    }
    for (unsigned i = 0; i < COUNT; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_BYTES);
    tear_down(&side);
}

Test(getdns, a_query_that_cannot_be_sent_ends_once)
{
    struct side side;
    set_up(&side, 100);
    refusal = ENETUNREACH;
    for (unsigned i = 0; i < 100; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    while (side.given < 100)
        run(&side);
    for (unsigned i = 0; i < 100; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_UNREACHABLE);
    tear_down(&side);
}

Test(getdns, a_query_that_times_out_in_the_queue_is_not_sent)
{
    struct side side;
    set_up(&side, 101);
    refusal = EAGAIN;
    for (unsigned i = 0; i < 100; i++)
        ask(&side, &side.lookups[i], 10);
    while (side.given < 100)
        run(&side);
    for (unsigned i = 0; i < 100; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_TIMEOUT);
    refusal = 0;
    ask(&side, &side.lookups[100], TIMEOUT_MS);
    run(&side);
    cr_assert_eq(answer_all(&side, 1), 1u);
    while (side.given < 101)
        run(&side);
    cr_assert_eq(side.lookups[100].status, REPLY_BYTES);
    tear_down(&side);
}

Test(getdns, without_a_descriptor_questions_fail_and_later_ones_do_not)
{
    struct side side;
    struct rlimit limit;
    set_up(&side, 40);
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    int lowest = dup(0);
    close(lowest);
    struct rlimit none = {.rlim_cur = (rlim_t)lowest, .rlim_max = limit.rlim_max};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (unsigned i = 0; i < 20; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    while (side.given < 20)
        run(&side);
    for (unsigned i = 0; i < 20; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_FAILED);
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (unsigned i = 20; i < 40; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    run(&side);
    cr_assert_eq(answer_all(&side, 1), 20u);
    while (side.given < 40)
        run(&side);
    for (unsigned i = 20; i < 40; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_BYTES);
    tear_down(&side);
}

Test(getdns, a_query_without_a_reply_times_out_and_a_late_reply_is_a_stray)
{
    struct side side;
    set_up(&side, 20);
    for (unsigned i = 0; i < 10; i++)
        ask(&side, &side.lookups[i], 10);
    while (side.given < 10)
        run(&side);
    for (unsigned i = 0; i < 10; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_TIMEOUT);
    for (unsigned i = 10; i < 20; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    run(&side);
    answer_all(&side, 1);
    while (side.given < 20)
        run(&side);
    cr_assert_leq(side.strays, 10u);
    for (unsigned i = 10; i < 20; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_BYTES);
    tear_down(&side);
}

Test(getdns, it_closes_with_queries_in_flight_and_unsent)
{
    struct side side;
    set_up(&side, 300);
    for (unsigned i = 0; i < 150; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    run(&side);
    for (unsigned i = 150; i < 300; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    answer_all(&side, 1); /* and with replies unread */
    tear_down(&side);
    cr_assert_eq(side.given, 0u);
}

Test(getdns, one_is_closed_while_another_works)
{
    struct side one, two;
    set_up(&one, 10);
    set_up(&two, 10);
    for (unsigned i = 0; i < 10; i++) {
        ask(&one, &one.lookups[i], TIMEOUT_MS);
        ask(&two, &two.lookups[i], TIMEOUT_MS);
    }
    run(&one);
    run(&two);
    tear_down(&one);
    cr_assert_eq(answer_all(&two, 1), 10u);
    while (two.given < 10)
        run(&two);
    for (unsigned i = 0; i < 10; i++)
        cr_assert(two.lookups[i].given == 1 && two.lookups[i].status == REPLY_BYTES);
    tear_down(&two);
}

/* The calls of getdns do not name their table: after the callback it closes a socket of the first
 * resolver, whose number may also be that of a socket of the second. */
Test(getdns, a_reply_of_one_can_ask_the_other)
{
    struct side one, two;
    set_up(&one, 20);
    set_up(&two, 20);
    for (unsigned i = 0; i < 20; i++) {
        one.lookups[i].asks = &two;
        ask(&one, &one.lookups[i], TIMEOUT_MS);
    }
    run(&one);
    cr_assert_eq(answer_all(&one, 1), 20u);
    while (one.given < 20)
        run(&one);
    run(&two);
    cr_assert_eq(answer_all(&two, 1), 20u);
    for (unsigned i = 0; i < 100 && two.given < 20; i++)
        run(&two);
    for (unsigned i = 0; i < 20; i++)
        cr_assert(two.lookups[i].given == 1 && two.lookups[i].status == REPLY_BYTES);
    tear_down(&one);
    tear_down(&two);
}

/* ---- replies that do not match ---- */

/* Answers all queries with another question. */
static unsigned answer_wrongly(const struct side *side)
{
    uint8_t query[QUERY_MAX];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    unsigned count = 0;
    ssize_t got;

    for (; (got = recvfrom(side->fd, query, sizeof(query), MSG_DONTWAIT, (struct sockaddr *)&from,
                           &size)) > 0;
         count++) {
        query[2] |= 0x80;
        query[HEADER + 1] ^= 1;
        cr_assert_eq(sendto(side->fd, query, (size_t)got, 0, (struct sockaddr *)&from, size), got);
    }
    return count;
}

Test(getdns, a_wrong_question_does_not_end_the_wait)
{
    struct side side;

    set_up(&side, 2);
    ask(&side, &side.lookups[0], 100);
    run(&side);
    cr_assert_eq(answer_wrongly(&side), 1u);
    run(&side);
    cr_assert_eq(side.given, 0u);
    cr_assert_eq(side.strays, 1u);
    while (side.given == 0)
        run(&side);
    cr_assert_eq(side.lookups[0].status, REPLY_UNBELIEVABLE);
    tear_down(&side);
}

Test(getdns, a_refused_port_is_unreachable)
{
    struct side side;

    set_up(&side, 10);
    close(side.fd);
    for (unsigned i = 0; i < 10; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    for (unsigned i = 0; i < 100 && side.given < 10; i++)
        run(&side);
    for (unsigned i = 0; i < 10; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_UNREACHABLE);
    side.fd = -1;
    tear_down(&side);
}

/* ---- servers without EDNS ---- */

/* Answers queries that have an OPT record with this RCODE, others well. With BADVERS the reply has
 * an OPT record. Returns how many queries had one. */
static unsigned answer_without_edns(const struct side *side, unsigned rcode, bool bare)
{
    static const uint8_t OPT[] = {0, 0, 41, 4, 0xd0, 1, 0, 0, 0, 0, 0};
    uint8_t query[QUERY_MAX];
    struct sockaddr_in from;
    socklen_t size = sizeof(from);
    unsigned count = 0;
    ssize_t got;

    while ((got = recvfrom(side->fd, query, sizeof(query), MSG_DONTWAIT, (struct sockaddr *)&from,
                           &size)) > 0) {
        size_t length = (size_t)got;
        query[2] |= 0x80;
        if (query[11] == 1) {
            count++;
            length -= sizeof(OPT);
            query[3] = (uint8_t)(rcode & 15);
            query[11] = rcode > 15;
            memcpy(query + length, OPT, sizeof(OPT));
            length += rcode > 15 ? sizeof(OPT) : 0;
        }
        if (bare && query[3] != 0) {
            query[5] = 0;
            length = HEADER;
        }
        cr_assert_eq(sendto(side->fd, query, length, 0, (struct sockaddr *)&from, size),
                     (ssize_t)length);
    }
    return count;
}

static void expect_no_edns(unsigned rcode, bool bare)
{
    enum { COUNT = 20 };
    struct side side;

    set_up(&side, 2 * COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    run(&side);
    cr_assert_eq(answer_without_edns(&side, rcode, bare), COUNT);
    while (side.given < COUNT)
        run(&side);
    for (unsigned i = 0; i < COUNT; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_NO_EDNS);
    repeats = 1;
    for (unsigned i = COUNT; i < 2 * COUNT; i++)
        ask(&side, &side.lookups[i], TIMEOUT_MS);
    run(&side);
    cr_assert_eq(answer_without_edns(&side, rcode, bare), 0u, "it is remembered");
    while (side.given < 2 * COUNT)
        run(&side);
    for (unsigned i = COUNT; i < 2 * COUNT; i++)
        cr_assert(side.lookups[i].given == 1 && side.lookups[i].status == REPLY_BYTES);
    repeats = 0;
    tear_down(&side);
}

Test(getdns, a_server_that_refuses_edns_is_asked_without)
{
    expect_no_edns(RCODE_FORMERR, false);
    expect_no_edns(RCODE_FORMERR, true);
    expect_no_edns(RCODE_NOTIMP, false);
    expect_no_edns(16, false);
}
