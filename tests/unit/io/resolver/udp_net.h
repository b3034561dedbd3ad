/* Both sides of UDP: the queries under test, and a resolver on loopback that the test plays. */
#ifndef TESTS_UNIT_IO_RESOLVER_UDP_NET_H
#define TESTS_UNIT_IO_RESOLVER_UDP_NET_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/resolver/udp_sockets.h"
#include "tests/unit/support.h"

enum { HEADER = 12, QUESTION = 5, QUERY = HEADER + QUESTION, WATCHED = 4096, TEXT_MAX = 64 };

/* One query of the test. */
struct sent {
    struct udp_query query; /* first: the hooks are given its address */
    unsigned arrivals, failures, mismatches;
    int error;
    char reply[TEXT_MAX]; /* what follows its question */
    size_t reply_size;
    struct sockaddr_storage source; /* as the resolver saw it */
    unsigned taken;                 /* how often the resolver got it */
};

static struct {
    int fd; /* of the resolver */
    struct udp_sockets *sockets;
    struct {
        int fd;
        struct udp_socket *socket;
    } watched[WATCHED];
    size_t open;
    unsigned opened, closed, strays, moves;
    bool refuse_watch;
    int64_t now_ns;
    unsigned uses[65536]; /* by source port, in the life of its socket */
    struct sent *all;     /* those that end_all ends */
    size_t count;
    bool end_all, end_own, ask_again; /* in a hook */
} net;

/* ---- the kernel: it refuses to send queries ---- */

static struct {
    int error; /* 0: it refuses none */
    int id;    /* the ID it refuses; -1: any */
    int fd;    /* only on this socket; 0: on any */
} refusal;

static inline bool is_refused(int fd, const struct msghdr *message)
{
    const uint8_t *octets = message->msg_iov[0].iov_base;

    return refusal.error && (refusal.fd == 0 || refusal.fd == fd) &&
           (refusal.id < 0 || refusal.id == (octets[0] << 8 | octets[1]));
}

/* Replaces the C library's. As in Linux, only an error of the first datagram is reported. */
int sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    unsigned fine = 0;

    while (fine < count && !is_refused(fd, &messages[fine].msg_hdr))
        fine++;
    if (fine == 0 && count > 0) {
        errno = refusal.error;
        return -1;
    }
    return (int)syscall(SYS_sendmmsg, fd, messages, fine, flags);
}

/* ---- queries ---- */

/* The question differs with the ID: its name is the root, and the last octet of its class depends
 * on the ID. */
static inline void make_question(uint8_t question[QUESTION], uint16_t id)
{
    memset(question, 0, QUESTION);
    question[2] = RR_PTR;
    question[QUESTION - 1] = (uint8_t)(id * 7);
}

static inline bool send_id(struct sent *sent, uint16_t id)
{
    uint8_t octets[QUERY] = {(uint8_t)(id >> 8), (uint8_t)id, 1, [5] = 1};

    make_question(octets + HEADER, id);
    return udp_sockets_send(net.sockets, &sent->query, octets, sizeof(octets), net.now_ns);
}

static inline bool flush(void)
{
    return udp_sockets_flush(net.sockets, net.now_ns);
}

/* ---- the hooks ---- */

static inline uint16_t port_in(const struct sockaddr_storage *at)
{
    return ntohs(at->ss_family == AF_INET6 ? ((const struct sockaddr_in6 *)at)->sin6_port
                                           : ((const struct sockaddr_in *)at)->sin_port);
}

static inline uint16_t port_of(int fd)
{
    struct sockaddr_storage at;
    socklen_t size = sizeof(at);

    cr_assert_eq(getsockname(fd, (struct sockaddr *)&at, &size), 0);
    return port_in(&at);
}

static inline bool on_opened(void *context, int fd, struct udp_socket *sock)
{
    cr_assert_eq(context, &net);
    cr_assert_lt(net.open, WATCHED);
    net.watched[net.open].fd = fd;
    net.watched[net.open++].socket = sock;
    net.opened++;
    errno = ENOSPC; /* as epoll_ctl sets it */
    return !net.refuse_watch;
}

static inline void on_closing(void *context, int fd)
{
    size_t at = 0;

    cr_assert_eq(context, &net);
    while (at < net.open && net.watched[at].fd != fd)
        at++;
    cr_assert_lt(at, net.open, "a socket is closed that was not opened");
    net.uses[port_of(fd)] = 0;
    net.watched[at] = net.watched[--net.open];
    net.closed++;
}

static inline void act(struct sent *sent)
{
    if (net.end_own)
        udp_query_end(&sent->query);
    for (size_t i = 0; net.end_all && i < net.count; i++)
        udp_query_end(&net.all[i].query);
    if (net.ask_again)
        cr_assert(send_id(sent, 0xfffe));
}

static inline void on_arrived(void *context, struct udp_query *query, const uint8_t *reply,
                              size_t size)
{
    struct sent *sent = (struct sent *)query;
    size_t skip = size < QUERY ? size : QUERY;

    cr_assert_eq(context, &net);
    sent->reply_size = size - skip;
    memcpy(sent->reply, reply + skip, sent->reply_size < TEXT_MAX ? sent->reply_size : TEXT_MAX);
    sent->arrivals++;
    act(sent);
}

static inline void on_failed(void *context, struct udp_query *query, int error)
{
    struct sent *sent = (struct sent *)query;

    cr_assert_eq(context, &net);
    cr_assert_null(query->sockets, "a query that failed has ended");
    sent->failures++;
    sent->error = error;
    act(sent);
}

static inline void on_stray(void *context, struct udp_query *near)
{
    cr_assert_eq(context, &net);
    net.strays++;
    if (near)
        ((struct sent *)near)->mismatches++;
}

static inline void on_moved(void *context)
{
    cr_assert_eq(context, &net);
    net.moves++;
}

static const struct udp_sockets_hooks hooks = {&net,      on_opened, on_closing, on_arrived,
                                               on_failed, on_stray,  on_moved};

/* ---- the resolver ---- */

static inline int bound_on(const char *address, uint16_t *port)
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

static inline void set_up_on(const char *text)
{
    struct ipaddr address = address_of(text);
    uint16_t port;

    net.fd = bound_on(text, &port);
    cr_assert(net.sockets = udp_sockets_new(&address, port, &hooks));
}

static inline void set_up(void)
{
    set_up_on("127.0.0.1");
}

static inline void tear_down(void)
{
    udp_sockets_free(net.sockets);
    cr_expect_eq(net.open, 0u, "%zu sockets are left", net.open);
    cr_expect_eq(net.opened, net.closed);
    close(net.fd);
}

static inline struct sent *new_queries(size_t count)
{
    struct sent *all = calloc(count, sizeof(*all));

    cr_assert(all);
    net.all = all;
    net.count = count;
    return all;
}

static inline struct sent *send_all(size_t count)
{
    struct sent *all = new_queries(count);

    for (size_t i = 0; i < count; i++)
        cr_assert(send_id(&all[i], (uint16_t)i));
    return all;
}

/* Takes what has arrived; IDs are indices into `all`. */
static inline size_t take_all(struct sent *all, size_t count)
{
    uint8_t octets[512];

    for (size_t taken = 0;; taken++) {
        struct sockaddr_storage source;
        socklen_t size = sizeof(source);
        ssize_t got = recvfrom(net.fd, octets, sizeof(octets), MSG_DONTWAIT,
                               (struct sockaddr *)&source, &size);
        if (got < 0)
            return taken;
        cr_assert_eq(got, QUERY);
        unsigned id = (unsigned)(octets[0] << 8 | octets[1]);
        cr_assert_lt(id, count);
        cr_assert_eq(octets[QUERY - 1], (uint8_t)(id * 7));
        all[id].source = source;
        all[id].taken++;
        net.uses[port_in(&source)]++;
        cr_assert_leq(net.uses[port_in(&source)], UDP_SOCKET_USES);
    }
}

static inline void send_from(int fd, const struct sent *to, const void *octets, size_t size)
{
    cr_assert_eq(sendto(fd, octets, size, 0, (const struct sockaddr *)&to->source,
                        to->source.ss_family == AF_INET6 ? sizeof(struct sockaddr_in6)
                                                         : sizeof(struct sockaddr_in)),
                 (ssize_t)size);
}

/* A reply with this ID, to the question of this ID. */
static inline void reply_from(int fd, const struct sent *to, uint16_t id, const char *text)
{
    uint8_t reply[QUERY + TEXT_MAX] = {(uint8_t)(id >> 8), (uint8_t)id, 0x80, [5] = 1};
    size_t size = strlen(text);

    cr_assert_leq(size, (size_t)TEXT_MAX);
    make_question(reply + HEADER, id);
    memcpy(reply + QUERY, text, size);
    send_from(fd, to, reply, QUERY + size);
}

static inline void receive_all(void)
{
    bool some = true;

    while (some) {
        some = false;
        /* A socket may be closed meanwhile, and another one opened. */
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

static inline void end_all(struct sent *all, size_t count)
{
    for (size_t i = 0; i < count; i++)
        udp_query_end(&all[i].query);
    free(all);
}

static inline bool is_open(uint16_t port)
{
    for (size_t i = 0; i < net.open; i++)
        if (port_of(net.watched[i].fd) == port)
            return true;
    return false;
}

/* Sends one query and answers it. Returns its port. */
static inline uint16_t complete(struct sent *sent, uint16_t id)
{
    struct sent *by_id = sent - id;

    cr_assert(send_id(sent, id));
    cr_assert(flush());
    cr_assert_eq(take_all(by_id, (size_t)id + 1), 1u);
    reply_from(net.fd, sent, id, "done");
    receive_all();
    uint16_t port = port_in(&sent->source);
    udp_query_end(&sent->query);
    return port;
}

#endif
