/* Many questions on shared sockets: the test plays the resolver, and the kernel where it refuses to
 * send. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/resolver/udp_sockets.h"
#include "tests/unit/support.h"

enum { QUERY = 17, WATCHED = 4096, HEADER = 12 };

struct asked {
    struct udp_query query; /* first: what the hooks are given */
    unsigned arrivals, failures;
    int error;
    char reply[64];
    size_t reply_size;
    struct sockaddr_storage asker; /* where the resolver saw it come from */
    unsigned taken;
};

static struct {
    int fd; /* the resolver's */
    struct udp_sockets *sockets;
    struct {
        int fd;
        struct udp_socket *socket;
    } watched[WATCHED];
    size_t open;
    unsigned opened, closed, strays;
    bool refuse_watch;
    int64_t now_ns;
    unsigned uses[65536];      /* of a source port, in the life of its socket */
    unsigned in_flight[65536]; /* as seen by the resolver */
    struct asked *all;         /* whom the next two end */
    size_t count;
    bool end_all, end_own, ask_again;
} net;

/* ---- the kernel's part: it refuses to send what has this ID ---- */

static struct {
    int error; /* 0: nothing is refused */
    int id;    /* -1: whatever it is */
    unsigned calls;
} refusal;

static bool is_refused(const struct msghdr *message)
{
    const uint8_t *octets = message->msg_iov[0].iov_base;
    return refusal.error && (refusal.id < 0 || refusal.id == (octets[0] << 8 | octets[1]));
}

/* In the place of the C library's. As in Linux, an error shows only when it is that of the first.
 */
int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned fine = 0;
    refusal.calls++;
    while (fine < count && !is_refused(&messages[fine].msg_hdr))
        fine++;
    if (fine == 0 && count > 0) {
        errno = refusal.error;
        return -1;
    }
    return (int)syscall(SYS_sendmmsg, fd, messages, fine, flags);
}

/* ---- the hooks ---- */

static uint16_t port_in(const struct sockaddr_storage *at)
{
    return ntohs(at->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)at)->sin6_port
                                           : ((const struct sockaddr_in *)at)->sin_port);
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof(at);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    return port_in(&at);
}

static bool on_opened(void *context, int fd, struct udp_socket *sock)
{
    cr_assert_eq(context, &net);
    cr_assert_lt(net.open, WATCHED);
    net.watched[net.open].fd = fd;
    net.watched[net.open++].socket = sock;
    net.opened++;
    errno = ENOSPC; /* as of epoll_ctl */
    return !net.refuse_watch;
}

static void on_closing(void *context, int fd)
{
    cr_assert_eq(context, &net);
    size_t at = 0;
    while (at < net.open && net.watched[at].fd != fd)
        at++;
    cr_assert_lt(at, net.open, "what was not opened is closed");
    net.uses[port_of(fd)] = 0;
    net.watched[at] = net.watched[--net.open];
    net.closed++;
}

static void act(struct asked *question)
{
    if (net.end_own)
        udp_query_end(&question->query);
    for (size_t i = 0; net.end_all && i < net.count; i++)
        udp_query_end(&net.all[i].query);
    if (net.ask_again) {
        uint8_t query[QUERY] = {0xff, 0xfe};
        cr_assert(
            udp_sockets_send(net.sockets, &question->query, query, sizeof(query), net.now_ns));
    }
}

static void on_arrived(void *context, struct udp_query *sent, const uint8_t *reply, size_t size)
{
    struct asked *question = (struct asked *)sent;
    cr_assert_eq(context, &net);
    memcpy(question->reply, reply, size < sizeof(question->reply) ? size : sizeof(question->reply));
    question->reply_size = size;
    question->arrivals++;
    act(question);
}

static void on_failed(void *context, struct udp_query *sent, int error)
{
    struct asked *question = (struct asked *)sent;
    cr_assert_eq(context, &net);
    question->failures++;
    question->error = error;
    act(question);
}

static void on_stray(void *context)
{
    cr_assert_eq(context, &net);
    net.strays++;
}

static const struct udp_sockets_hooks hooks = {&net,       on_opened, on_closing,
                                               on_arrived, on_failed, on_stray};

/* ---- both sides of the wire ---- */

static int bound_on(const char *address, uint16_t *port)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    struct sockaddr_in6 at6 = {.sin6_family = AF_INET6};
    bool v6 = strchr(address, ':') != NULL;
    cr_assert_eq(v6 ? inet_pton(AF_INET6, address, &at6.sin6_addr)
                    : inet_pton(AF_INET, address, &at.sin_addr),
                 1);
    int fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_DGRAM, 0);
    cr_assert_geq(fd, 0);
    if (bind(fd, v6 ? (struct sockaddr *)&at6 : (struct sockaddr *)&at,
             v6 ? sizeof(at6) : sizeof(at)) < 0)
        cr_skip_test("no %s here", address);
    *port = port_of(fd);
    return fd;
}

static void set_up_on(const char *text)
{
    struct ipaddr address = address_of(text);
    uint16_t port;
    net.fd = bound_on(text, &port);
    cr_assert(net.sockets = udp_sockets_new(&address, port, &hooks));
}

static void tear_down(void)
{
    udp_sockets_free(net.sockets);
    cr_expect_eq(net.open, 0u, "%zu sockets are left", net.open);
    cr_expect_eq(net.opened, net.closed);
    close(net.fd);
}

static bool send_id(struct asked *question, uint16_t id)
{
    uint8_t query[QUERY] = {(uint8_t)(id >> 8), (uint8_t)id, 1};
    query[QUERY - 1] = (uint8_t)(id * 7);
    return udp_sockets_send(net.sockets, &question->query, query, sizeof(query), net.now_ns);
}

static struct asked *ask_all(size_t count)
{
    struct asked *all = calloc(count, sizeof(*all));
    cr_assert(all);
    net.all = all;
    net.count = count;
    for (size_t i = 0; i < count; i++)
        cr_assert(send_id(&all[i], (uint16_t)i));
    return all;
}

/* What is on the wire now; the IDs are the questions' places. */
static size_t take_all(struct asked *all, size_t count)
{
    uint8_t query[512];
    size_t taken = 0;
    for (;; taken++) {
        struct sockaddr_storage asker;
        socklen_t size = sizeof(asker);
        ssize_t got =
            recvfrom(net.fd, query, sizeof(query), MSG_DONTWAIT, (struct sockaddr *)&asker, &size);
        if (got < 0)
            return taken;
        cr_assert_eq(got, QUERY);
        unsigned id = (unsigned)(query[0] << 8 | query[1]);
        cr_assert_lt(id, count);
        cr_assert_eq(query[QUERY - 1], (uint8_t)(id * 7));
        all[id].asker = asker;
        all[id].taken++;
        net.uses[port_in(&asker)]++;
        cr_assert_leq(net.uses[port_in(&asker)], UDP_SOCKET_USES);
    }
}

static void send_from(int fd, const struct asked *to, const void *octets, size_t size)
{
    cr_assert_eq(sendto(fd, octets, size, 0, (const struct sockaddr *)&to->asker,
                        to->asker.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                        : sizeof(struct sockaddr_in)),
                 (ssize_t)size);
}

static void reply_from(int fd, const struct asked *to, uint16_t id, const char *text)
{
    uint8_t reply[HEADER + 32] = {(uint8_t)(id >> 8), (uint8_t)id, 0x80};
    size_t size = strlen(text);
    cr_assert_leq(size, 32u);
    memcpy(reply + HEADER, text, size);
    send_from(fd, to, reply, HEADER + size);
}

static void receive_all(void)
{
    bool some = true;
    while (some) {
        some = false;
        /* A socket can be closed meanwhile, and another one opened. */
        for (size_t i = 0; i < net.open; i++) {
            struct pollfd ready = {.fd = net.watched[i].fd, .events = POLLIN};
            if (poll(&ready, 1, 0) == 1) {
                udp_socket_receive(net.watched[i].socket);
                some = true;
                break;
            }
        }
    }
}

static void end_all(struct asked *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        udp_query_end(&all[i].query);
    free(all);
}

static bool is_open(uint16_t port)
{
    for (size_t i = 0; i < net.open; i++)
        if (port_of(net.watched[i].fd) == port)
            return true;
    return false;
}

/* One question alone, from the sending to its end; the port it went from. */
static uint16_t complete(struct asked *question, uint16_t id)
{
    cr_assert(send_id(question, id));
    cr_assert(udp_sockets_flush(net.sockets));
    struct asked *by_id = question - id;
    cr_assert_eq(take_all(by_id, (size_t)id + 1), 1u);
    reply_from(net.fd, question, id, "done");
    receive_all();
    uint16_t port = port_in(&question->asker);
    udp_query_end(&question->query);
    return port;
}

/* ---- replies and their questions ---- */

static void each_its_own(const char *address)
{
    enum { COUNT = 1200 }; /* more than what the first sockets hold */
    set_up_on(address);
    struct asked *all = calloc(COUNT, sizeof(*all));
    cr_assert(all);
    size_t taken = 0;
    for (uint16_t i = 0; i < COUNT; i++) {
        cr_assert(send_id(&all[i], i));
        if (i % 50 == 49) { /* what the resolver's buffer holds */
            cr_assert(udp_sockets_flush(net.sockets));
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
        cr_assert_eq(all[i].reply_size, HEADER + strlen(text));
        cr_assert_arr_eq(all[i].reply + HEADER, text, strlen(text));
        cr_assert_eq(++net.in_flight[port_in(&all[i].asker)] <= UDP_SOCKET_FILL, true);
    }
    cr_assert_eq(net.strays, 0u);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets, each_reply_goes_to_its_own_question_and_no_socket_is_overfilled)
{
    each_its_own("127.0.0.1");
}

Test(udp_sockets, the_same_over_ipv6)
{
    each_its_own("::1");
}

/* All of them before one is read: what is awaited on a socket fits its buffer. */
Test(udp_sockets, large_replies_that_come_at_once_are_not_lost)
{
    enum { COUNT = 1024, LARGE = 1232 };
    set_up_on("127.0.0.1");
    struct asked *all = calloc(COUNT, sizeof(*all));
    cr_assert(all);
    for (uint16_t i = 0; i < COUNT; i++) {
        cr_assert(send_id(&all[i], i));
        cr_assert(udp_sockets_flush(net.sockets));
        cr_assert_eq(take_all(all, COUNT), 1u);
    }
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t reply[LARGE] = {(uint8_t)(i >> 8), (uint8_t)i, 0x80};
        send_from(net.fd, &all[i], reply, sizeof(reply));
    }
    receive_all();
    for (size_t i = 0; i < COUNT; i++)
        cr_assert(all[i].arrivals == 1 && all[i].reply_size == LARGE);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets, a_question_of_the_largest_size_goes_out_whole)
{
    set_up_on("127.0.0.1");
    uint8_t query[UDP_QUERY_MAX], got[UDP_QUERY_MAX + 1];
    struct asked question = {0};
    for (size_t i = 0; i < sizeof(query); i++)
        query[i] = (uint8_t)(i * 5);
    cr_assert(udp_sockets_send(net.sockets, &question.query, query, sizeof(query), net.now_ns));
    memset(query, 0, sizeof(query)); /* a copy was taken */
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(recv(net.fd, got, sizeof(got), MSG_DONTWAIT), UDP_QUERY_MAX);
    for (size_t i = 0; i < UDP_QUERY_MAX; i++)
        cr_assert_eq(got[i], (uint8_t)(i * 5));
    udp_query_end(&question.query);
    tear_down();
}

Test(udp_sockets, a_query_of_a_size_that_none_has_is_refused)
{
    static const size_t sizes[] = {0, 1, 2, HEADER - 1, UDP_QUERY_MAX + 1, 65535};
    static uint8_t query[65535];
    set_up_on("127.0.0.1");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct asked question = {0};
        errno = 0;
        cr_assert_not(udp_sockets_send(net.sockets, &question.query, query, sizes[i], net.now_ns));
        cr_assert_eq(errno, EMSGSIZE);
        cr_assert_null(question.query.socket);
        udp_query_end(&question.query);
    }
    cr_assert(udp_sockets_flush(net.sockets));
    struct asked header = {0};
    cr_assert(udp_sockets_send(net.sockets, &header.query, query, HEADER, net.now_ns));
    udp_query_end(&header.query);
    tear_down();
}

Test(udp_sockets, the_first_questions_are_spread_over_a_few_sockets)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(UDP_SOCKET_FILL);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, UDP_SOCKET_FILL), UDP_SOCKET_FILL);
    cr_assert_geq(net.open, 2u);
    cr_assert_lt(net.open, UDP_SOCKET_FILL / 2); /* they do share */
    size_t share = UDP_SOCKET_FILL / net.open;
    for (size_t i = 0; i < UDP_SOCKET_FILL; i++) {
        unsigned uses = net.uses[port_in(&all[i].asker)];
        cr_assert(uses >= share && uses <= share + 1, "%u questions of %d on one", uses,
                  UDP_SOCKET_FILL);
    }
    end_all(all, UDP_SOCKET_FILL);
    tear_down();
}

/* A server that shares clients out by their ports gives each of its threads as much. */
Test(udp_sockets, the_first_sockets_are_filled_evenly)
{
    enum { COUNT = 256 };
    set_up_on("127.0.0.1");
    struct asked *all = calloc(COUNT, sizeof(*all));
    cr_assert(all);
    for (uint16_t i = 0; i < COUNT; i++) {
        cr_assert(send_id(&all[i], i));
        cr_assert(udp_sockets_flush(net.sockets));
        cr_assert_eq(take_all(all, COUNT), 1u);
    }
    unsigned share = COUNT / (unsigned)net.open;
    cr_assert_lt(share, UDP_SOCKET_FILL);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_leq(net.uses[port_in(&all[i].asker)], share + UDP_SOCKET_FILL / 4);
    end_all(all, COUNT);
    tear_down();
}

Test(udp_sockets, places_that_became_free_are_taken_again)
{
    enum { COUNT = UDP_SOCKET_FILL * 10 };
    set_up_on("127.0.0.1");
    end_all(ask_all(COUNT), COUNT);
    unsigned opened = net.opened;
    cr_assert_geq(opened, 10u);
    end_all(ask_all(COUNT), COUNT);
    cr_assert_eq(net.opened, opened);
    cr_assert_eq(net.closed, 0u);
    tear_down();
}

/* ---- the life of a socket ---- */

Test(udp_sockets, a_socket_is_given_up_after_its_uses_and_another_port_is_used)
{
    enum { COUNT = UDP_SOCKET_USES * 20 };
    set_up_on("127.0.0.1");
    struct asked *all = calloc(COUNT, sizeof(*all));
    cr_assert(all);
    for (uint16_t i = 0; i < COUNT; i++)
        complete(&all[i], i); /* which counts the uses */
    cr_assert_geq(net.closed, 1u);
    cr_assert_geq(net.opened, COUNT / UDP_SOCKET_USES);
    cr_assert_lt(net.open, 20u);
    for (size_t i = 0; i < COUNT; i++)
        cr_assert_eq(all[i].arrivals, 1u);
    free(all);
    tear_down();
}

Test(udp_sockets, a_socket_is_given_up_when_it_is_old)
{
    enum { COUNT = 4 };
    set_up_on("127.0.0.1");
    struct asked *all = calloc(COUNT, sizeof(*all));
    cr_assert(all);
    complete(&all[0], 0);
    cr_assert(send_id(&all[1], 1)); /* and stays under way */
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 2), 1u);
    net.now_ns = (int64_t)UDP_SOCKET_AGE_S * 1000000000;
    complete(&all[2], 2);
    cr_assert_eq(net.opened, 1u);
    net.now_ns++;
    complete(&all[3], 3);
    cr_assert_eq(net.opened, 2u);
    cr_assert_eq(net.closed, 0u); /* a question is under way */
    udp_query_end(&all[1].query);
    cr_assert_eq(net.closed, 1u);
    free(all);
    tear_down();
}

/* Asks until no socket takes a question more of those that were open with the first one. */
static size_t wear_out(struct asked *all, size_t room)
{
    cr_assert(send_id(&all[0], 0));
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 1), 1u);
    uint16_t port = port_in(&all[0].asker);
    size_t next = 1;
    while (net.uses[port] < UDP_SOCKET_USES) {
        cr_assert_lt(next, room);
        complete(&all[next], (uint16_t)next);
        next++;
    }
    return next;
}

Test(udp_sockets, a_worn_socket_stays_until_its_last_question_has_ended)
{
    enum { ROOM = UDP_SOCKET_USES * 40 };
    set_up_on("127.0.0.1");
    struct asked *all = calloc(ROOM, sizeof(*all));
    cr_assert(all);
    size_t next = wear_out(all, ROOM);
    uint16_t worn = port_in(&all[0].asker);
    cr_assert(is_open(worn));
    for (unsigned i = 0; i < 2 * UDP_SOCKET_USES && next < ROOM; i++, next++)
        cr_assert_neq(complete(&all[next], (uint16_t)next), worn);
    cr_assert(is_open(worn));
    reply_from(net.fd, &all[0], 0, "late");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    udp_query_end(&all[0].query);
    cr_assert_not(is_open(worn));
    free(all);
    tear_down();
}

Test(udp_sockets, the_last_question_of_a_worn_socket_can_end_in_its_own_hook)
{
    enum { ROOM = UDP_SOCKET_USES * 40 };
    set_up_on("127.0.0.1");
    struct asked *all = calloc(ROOM, sizeof(*all));
    cr_assert(all);
    wear_out(all, ROOM);
    uint16_t worn = port_in(&all[0].asker);
    net.end_own = true;
    reply_from(net.fd, &all[0], 0, "late");
    reply_from(net.fd, &all[0], 0, "twice"); /* there is more to read of the socket that goes */
    reply_from(net.fd, &all[0], 1, "other");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert_str_eq(all[0].reply + HEADER, "late");
    cr_assert_not(is_open(worn));
    free(all);
    tear_down();
}

Test(udp_sockets, the_last_question_of_a_worn_socket_can_end_where_it_failed)
{
    enum { ROOM = UDP_SOCKET_USES * 40 };
    set_up_on("127.0.0.1");
    net.end_own = true;
    struct asked *all = calloc(ROOM, sizeof(*all));
    cr_assert(all);
    size_t failed = 0;
    refusal.error = EPERM;
    refusal.id = -1;
    for (size_t next = 0; next < ROOM; next++) {
        cr_assert(send_id(&all[next], (uint16_t)next));
        cr_assert(udp_sockets_flush(net.sockets));
        failed += all[next].failures;
    }
    cr_assert_eq(failed, (size_t)ROOM);
    cr_assert_geq(net.closed, 1u);
    free(all);
    tear_down();
}

Test(udp_sockets, all_questions_can_end_in_the_hook_of_one)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(150);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 150), 150u);
    for (size_t i = 0; i < 150; i++)
        reply_from(net.fd, &all[i], (uint16_t)i, "reply");
    net.end_all = true;
    receive_all();
    unsigned arrivals = 0;
    for (size_t i = 0; i < 150; i++)
        arrivals += all[i].arrivals;
    cr_assert_eq(arrivals, 1u);
    cr_assert_eq(net.strays, 149u);
    free(all);
    tear_down();
}

Test(udp_sockets, all_questions_can_end_where_one_failed)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(150);
    refusal.error = ENETUNREACH;
    refusal.id = -1;
    net.end_all = true;
    cr_assert(udp_sockets_flush(net.sockets));
    unsigned failures = 0;
    for (size_t i = 0; i < 150; i++)
        failures += all[i].failures;
    cr_assert_eq(failures, 1u);
    refusal.error = 0;
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 150), 0u);
    free(all);
    tear_down();
}

Test(udp_sockets, what_is_asked_in_a_hook_goes_out)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(2);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 2), 2u);
    net.end_own = net.ask_again = true;
    reply_from(net.fd, &all[0], 0, "reply");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert(all[0].query.socket);
    cr_assert(udp_sockets_flush(net.sockets));
    uint8_t query[QUERY];
    cr_assert_eq(recv(net.fd, query, sizeof(query), MSG_DONTWAIT), QUERY);
    cr_assert(query[0] == 0xff && query[1] == 0xfe);
    end_all(all, 2);
    tear_down();
}

/* ---- strays ---- */

Test(udp_sockets, what_is_no_reply_of_the_resolver_is_a_stray)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(UDP_SOCKET_FILL);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, UDP_SOCKET_FILL), UDP_SOCKET_FILL);
    uint16_t port;
    int other_port = bound_on("127.0.0.1", &port);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(port_of(net.fd))};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
    int other_address = socket(AF_INET, SOCK_DGRAM, 0);
    cr_assert_eq(bind(other_address, (struct sockaddr *)&at, sizeof(at)), 0);

    reply_from(other_port, &all[0], 0, "port");
    receive_all();
    cr_assert_eq(net.strays, 1u);
    reply_from(other_address, &all[0], 0, "address");
    receive_all();
    cr_assert_eq(net.strays, 2u);
    reply_from(net.fd, &all[0], 4711, "unknown ID");
    receive_all();
    cr_assert_eq(net.strays, 3u);
    for (size_t size = 0; size < HEADER; size++)
        send_from(net.fd, &all[0], "\0\0\x80\0\0\0\0\0\0\0\0", size);
    receive_all();
    cr_assert_eq(net.strays, 3u + HEADER);
    const struct asked *other = &all[UDP_SOCKET_FILL - 1];
    cr_assert_neq(port_in(&all[0].asker), port_in(&other->asker));
    reply_from(net.fd, other, 0, "the other one's socket");
    receive_all();
    cr_assert_eq(net.strays, 4u + HEADER);
    cr_assert_eq(all[0].arrivals + other->arrivals, 0u);

    reply_from(net.fd, &all[0], 0, "it");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    udp_query_end(&all[0].query);
    reply_from(net.fd, &all[0], 0, "after its end");
    receive_all();
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert_eq(net.strays, 5u + HEADER);
    close(other_port);
    close(other_address);
    end_all(all, UDP_SOCKET_FILL);
    tear_down();
}

Test(udp_sockets, many_strays_hide_no_reply)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(1);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 1), 1u);
    uint16_t port;
    int stranger = bound_on("127.0.0.1", &port);
    for (unsigned i = 0; i < 100; i++)
        reply_from(stranger, &all[0], 0, "forged");
    reply_from(net.fd, &all[0], 0, "true");
    receive_all();
    cr_assert_eq(net.strays, 100u);
    cr_assert_eq(all[0].arrivals, 1u);
    cr_assert_arr_eq(all[0].reply + HEADER, "true", 4);
    close(stranger);
    end_all(all, 1);
    tear_down();
}

Test(udp_sockets, an_id_twice_in_flight_goes_over_two_sockets)
{
    set_up_on("127.0.0.1");
    struct asked twins[40] = {0};
    for (size_t i = 0; i < 40; i++)
        cr_assert(send_id(&twins[i], 5));
    cr_assert(udp_sockets_flush(net.sockets));
    struct sockaddr_storage askers[40];
    for (size_t i = 0; i < 40; i++) {
        struct asked seen[6] = {0};
        uint8_t query[QUERY];
        socklen_t size = sizeof(askers[i]);
        cr_assert_eq(
            recvfrom(net.fd, query, sizeof(query), 0, (struct sockaddr *)&askers[i], &size), QUERY);
        for (size_t before = 0; before < i; before++)
            cr_assert_neq(port_in(&askers[i]), port_in(&askers[before]));
        seen[5].asker = askers[i];
        reply_from(net.fd, &seen[5], 5, "one");
    }
    receive_all();
    for (size_t i = 0; i < 40; i++) {
        cr_assert_eq(twins[i].arrivals, 1u);
        udp_query_end(&twins[i].query);
    }
    tear_down();
}

/* ---- sending ---- */

Test(udp_sockets, a_question_that_ended_unsent_is_not_sent)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(100);
    for (size_t i = 0; i < 100; i += 2)
        udp_query_end(&all[i].query);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 100), 50u);
    for (size_t i = 0; i < 100; i++)
        cr_assert_eq(all[i].taken, i % 2);
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, 100), 0u); /* and nothing twice */
    udp_query_end(&all[0].query);         /* which is over: left alone */
    end_all(all, 100);
    tear_down();
}

static void one_fails_of(size_t count, uint16_t id)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(count);
    refusal.error = EPERM;
    refusal.id = id;
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(take_all(all, count), count - 1);
    for (size_t i = 0; i < count; i++) {
        cr_assert_eq(all[i].failures, i == id);
        cr_assert_eq(all[i].taken, i != id);
    }
    cr_assert_eq(all[id].error, EPERM);
    end_all(all, count);
    tear_down();
}

Test(udp_sockets, an_error_of_sending_is_told_and_the_rest_goes_out)
{
    for (uint16_t id = 0; id < 100; id += 9) {
        memset(&net, 0, sizeof(net));
        one_fails_of(100, id);
    }
}

/* The kernel's own: nothing can be sent to port 0. */
Test(udp_sockets, an_error_of_the_kernel_is_told)
{
    struct ipaddr address = address_of("127.0.0.1");
    net.fd = -1;
    cr_assert(net.sockets = udp_sockets_new(&address, 0, &hooks));
    struct asked *all = ask_all(70);
    cr_assert(udp_sockets_flush(net.sockets));
    for (size_t i = 0; i < 70; i++) {
        cr_assert_eq(all[i].failures, 1u);
        cr_assert_eq(all[i].error, EINVAL);
    }
    end_all(all, 70);
    tear_down();
}

static void waits_for_room(int error)
{
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(100);
    refusal.error = error;
    refusal.id = 40;
    cr_assert_not(udp_sockets_flush(net.sockets));
    cr_assert_eq(all[40].failures, 0u);
    take_all(all, 100);
    cr_assert_eq(all[40].taken, 0u);
    for (unsigned i = 0; i < 10; i++)
        cr_assert_not(udp_sockets_flush(net.sockets));
    udp_query_end(&all[41].query); /* whether it was sent or not */
    refusal.error = 0;
    cr_assert(udp_sockets_flush(net.sockets));
    take_all(all, 100);
    for (size_t i = 0; i < 100; i++)
        cr_assert(all[i].taken == 1 || i == 41, "%zu was sent %u times", i, all[i].taken);
    cr_assert_leq(all[41].taken, 1u);
    end_all(all, 100);
    tear_down();
}

Test(udp_sockets, what_finds_no_room_in_a_buffer_goes_later)
{
    waits_for_room(EAGAIN);
    memset(&net, 0, sizeof(net));
    waits_for_room(ENOBUFS);
}

/* ---- sockets that cannot be had ---- */

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

Test(udp_sockets, a_socket_that_cannot_be_watched_is_not_kept)
{
    set_up_on("127.0.0.1");
    struct asked question = {0};
    size_t before = count_descriptors();
    net.refuse_watch = true;
    for (unsigned i = 0; i < 3 * UDP_SOCKET_USES; i++) {
        errno = 0;
        cr_assert_not(send_id(&question, 1));
        cr_assert_eq(errno, ENOSPC);
        cr_assert_null(question.query.socket);
        cr_assert_eq(net.open, 0u); /* closing follows */
    }
    cr_assert_eq(count_descriptors(), before);
    net.refuse_watch = false;
    complete(&question, 0);
    cr_assert_eq(question.arrivals, 1u);
    tear_down();
}

Test(udp_sockets, without_a_descriptor_a_question_is_refused)
{
    set_up_on("127.0.0.1");
    struct rlimit limit;
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    int lowest = dup(0);
    close(lowest);
    struct rlimit none = {.rlim_cur = (rlim_t)lowest, .rlim_max = limit.rlim_max};
    struct asked question = {0};
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
    for (unsigned i = 0; i < 3; i++) {
        errno = 0;
        cr_assert_not(send_id(&question, 0));
        cr_assert_eq(errno, EMFILE);
        cr_assert_null(question.query.socket);
    }
    cr_assert(udp_sockets_flush(net.sockets));
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    complete(&question, 0);
    cr_assert_eq(question.arrivals, 1u);
    tear_down();
}

/* ---- the end ---- */

Test(udp_sockets, all_is_closed_with_questions_under_way)
{
    size_t before = count_descriptors();
    set_up_on("127.0.0.1");
    struct asked *all = ask_all(200);
    cr_assert(udp_sockets_flush(net.sockets));
    struct asked unsent = {0};
    cr_assert(send_id(&unsent, 999));
    end_all(all, 200);
    udp_query_end(&unsent.query);
    tear_down();
    cr_assert_eq(count_descriptors(), before);
    udp_sockets_free(NULL);
}
