#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/resolver/reply_match.h"
#include "io/resolver/udp_sockets_private.h"
#include "io/system/endpoint.h"

enum {
    RUN = 16,  /* queries that one socket gets in a row */
    LEAST = 8, /* sockets over which the first queries are spread */
};

#define SHORTAGE_NS (INT64_C(1000) * 1000 * 1000) /* how long an error of shortage counts */

static struct udp_query_list *bucket(struct udp_sockets *sockets, uint16_t id)
{
    return &sockets->by_id[id % UDP_BUCKETS];
}

struct udp_sockets *udp_sockets_new(const struct ipaddr *address, uint16_t port,
                                    const struct udp_sockets_hooks *hooks)
{
    const struct endpoint peer = {.address = *address, .port = port};
    struct udp_sockets *sockets = calloc(1, sizeof(*sockets));

    if (!sockets)
        return NULL;
    sockets->hooks = *hooks;
    sockets->peer_size = endpoint_to_sockaddr(&sockets->peer, &peer, 0);
    LIST_INIT(&sockets->all);
    TAILQ_INIT(&sockets->room);
    TAILQ_INIT(&sockets->unsent);
    TAILQ_INIT(&sockets->waiting);
    for (unsigned i = 0; i < UDP_BATCH; i++) {
        struct inbox *inbox = &sockets->inbox;
        inbox->parts[i] = (struct iovec){.iov_base = inbox->replies[i], .iov_len = UDP_REPLY_MAX};
        inbox->messages[i].msg_hdr = (struct msghdr){.msg_iov = &inbox->parts[i], .msg_iovlen = 1};
    }
    return sockets;
}

void udp_sockets_limit(struct udp_sockets *sockets, unsigned most)
{
    sockets->most = most;
}

void udp_sockets_share(struct udp_sockets *sockets, struct socket_budget *budget)
{
    sockets->budget = budget;
}

/* ---- sockets ---- */

static bool may_open(const struct udp_sockets *sockets)
{
    const struct socket_budget *budget = sockets->budget;
    bool own = !budget || sockets->count < UDP_SOCKETS_OWN;

    return (sockets->most == 0 || sockets->count < sockets->most) &&
           (own || budget->open < budget->most);
}

static void count_opened(struct udp_sockets *sockets)
{
    if (++sockets->count > UDP_SOCKETS_OWN && sockets->budget)
        sockets->budget->open++;
}

static void count_closed(struct udp_sockets *sockets)
{
    if (sockets->count-- > UDP_SOCKETS_OWN && sockets->budget)
        sockets->budget->open--;
}

static void add_room(struct udp_socket *sock)
{
    TAILQ_INSERT_TAIL(&sock->sockets->room, sock, link_room);
    sock->has_room = true;
}

static void take_room(struct udp_socket *sock)
{
    TAILQ_REMOVE(&sock->sockets->room, sock, link_room);
    sock->has_room = false;
}

static void close_socket(struct udp_socket *sock)
{
    sock->sockets->hooks.closing(sock->sockets->hooks.context, sock->fd);
    if (sock->has_room)
        take_room(sock);
    LIST_REMOVE(sock, link);
    count_closed(sock->sockets);
    close(sock->fd);
    free(sock);
}

/* Errors that other open sockets, of this thread or another, may cause. */
static bool is_shortage(int error)
{
    return error == EAGAIN || error == EMFILE || error == ENFILE || error == ENOBUFS ||
           error == ENOMEM;
}

static bool is_short(const struct udp_sockets *sockets)
{
    return sockets->now_ns < sockets->short_until_ns;
}

/* A socket that is connected, which binds it to a free port. -1 with errno set. */
static int connected(const struct udp_sockets *sockets)
{
    int fd =
        socket(sockets->peer.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);

    if (fd < 0 || connect(fd, (const struct sockaddr *)&sockets->peer, sockets->peer_size) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static struct udp_socket *open_socket(struct udp_sockets *sockets)
{
    if (!may_open(sockets)) {
        errno = EMFILE;
        return NULL;
    }
    int fd = connected(sockets);
    struct udp_socket *sock = fd < 0 ? NULL : calloc(1, sizeof(*sock));

    if (fd < 0 && is_shortage(errno))
        sockets->short_until_ns = sockets->now_ns + SHORTAGE_NS;
    if (!sock) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    sock->sockets = sockets;
    sock->fd = fd;
    TAILQ_INIT(&sock->unsent);
    LIST_INSERT_HEAD(&sockets->all, sock, link);
    count_opened(sockets);
    if (!sockets->hooks.opened(sockets->hooks.context, sock->fd, sock)) {
        int error = errno;
        close_socket(sock);
        errno = error;
        return NULL;
    }
    sock->opened_ns = sockets->now_ns;
    TAILQ_INSERT_HEAD(&sockets->room, sock, link_room);
    sock->has_room = true;
    sockets->open++;
    return sock;
}

void udp_socket_close_if_done(struct udp_socket *sock)
{
    if (sock->retired && sock->in_flight == 0 && !sock->busy)
        close_socket(sock);
}

void udp_socket_retire(struct udp_socket *sock)
{
    if (sock->retired)
        return;
    sock->retired = true;
    sock->sockets->open--;
    if (sock->has_room)
        take_room(sock);
}

static bool is_old(const struct udp_socket *sock)
{
    return sock->sockets->now_ns - sock->opened_ns > (int64_t)UDP_SOCKET_AGE_S * 1000000000;
}

/* The next socket with room, or NULL. */
static struct udp_socket *first_with_room(struct udp_sockets *sockets)
{
    struct udp_socket *sock = TAILQ_FIRST(&sockets->room);

    while (sock && is_old(sock)) {
        udp_socket_retire(sock);
        udp_socket_close_if_done(sock);
        sock = TAILQ_FIRST(&sockets->room);
    }
    return sock;
}

struct udp_query *udp_socket_find(const struct udp_socket *sock, uint16_t id)
{
    struct udp_query *query = LIST_FIRST(bucket(sock->sockets, id));

    while (query && (query->id != id || query->socket != sock))
        query = LIST_NEXT(query, link_id);
    return query;
}

/* The socket for one more query: one without another query of this ID. NULL with errno set. */
static struct udp_socket *choose(struct udp_sockets *sockets, uint16_t id)
{
    struct udp_socket *sock = first_with_room(sockets);

    if (!sock || (sockets->open < LEAST && sock->in_flight >= RUN)) {
        struct udp_socket *fresh = open_socket(sockets);
        sock = fresh ? fresh : sock;
    }
    if (!sock)
        return NULL;
    while (sock && udp_socket_find(sock, id))
        sock = TAILQ_NEXT(sock, link_room);
    return sock ? sock : open_socket(sockets);
}

/* Counts one more query on the socket, which may now be used up, full, or at the end of its turn.
 */
static void count_in(struct udp_socket *sock, uint16_t id)
{
    sock->sockets->in_flight++;
    sock->in_flight++;
    sock->ids[sock->uses++] = id;
    if (sock->uses == UDP_SOCKET_USES || (sock->uses % RUN == 0 && is_short(sock->sockets))) {
        udp_socket_retire(sock);
    } else if (sock->in_flight >= UDP_SOCKET_FILL) {
        take_room(sock);
    } else if (sock->uses % RUN == 0) {
        take_room(sock);
        add_room(sock);
    }
}

/* ---- queries ---- */

static void queue_out(struct udp_socket *sock, struct udp_query *query)
{
    if (TAILQ_EMPTY(&sock->unsent))
        TAILQ_INSERT_TAIL(&sock->sockets->unsent, sock, link_unsent);
    TAILQ_INSERT_TAIL(&sock->unsent, query, link_queue);
    query->unsent = true;
}

void udp_query_dequeue(struct udp_query *query)
{
    struct udp_socket *sock = query->socket;

    TAILQ_REMOVE(&sock->unsent, query, link_queue);
    query->unsent = false;
    if (TAILQ_EMPTY(&sock->unsent))
        TAILQ_REMOVE(&sock->sockets->unsent, sock, link_unsent);
}

/* Gives the query a socket. False with errno set: it has to wait. */
static bool place(struct udp_sockets *sockets, struct udp_query *query)
{
    struct udp_socket *sock = choose(sockets, query->id);

    if (!sock)
        return false;
    query->socket = sock;
    LIST_INSERT_HEAD(bucket(sockets, query->id), query, link_id);
    queue_out(sock, query);
    count_in(sock, query->id);
    return true;
}

static void wait_for_socket(struct udp_sockets *sockets, struct udp_query *query)
{
    query->sockets = sockets;
    query->socket = NULL;
    query->waits_since_ns = sockets->now_ns;
    TAILQ_INSERT_TAIL(&sockets->waiting, query, link_queue);
}

bool udp_sockets_send(struct udp_sockets *sockets, struct udp_query *query, const void *octets,
                      size_t size, int64_t now_ns)
{
    size_t question_size = size <= UDP_QUERY_MAX ? reply_match_question_size(octets, size) : 0;

    if (question_size == 0) {
        errno = EINVAL;
        return false;
    }
    sockets->now_ns = now_ns;
    memcpy(query->octets, octets, size);
    query->size = (uint16_t)size;
    query->question_size = (uint16_t)question_size;
    query->id = (uint16_t)(query->octets[0] << 8 | query->octets[1]);
    query->moved = false;
    query->sockets = sockets;
    if (!TAILQ_EMPTY(&sockets->waiting) || !place(sockets, query))
        wait_for_socket(sockets, query);
    return true;
}

static void leave_socket(struct udp_query *query)
{
    struct udp_socket *sock = query->socket;

    if (query->unsent)
        udp_query_dequeue(query);
    LIST_REMOVE(query, link_id);
    query->socket = NULL;
    sock->sockets->in_flight--;
    sock->in_flight--;
    if (sock->in_flight == 0 && is_short(sock->sockets))
        udp_socket_retire(sock);
    else if (!sock->has_room && !sock->retired)
        add_room(sock);
    udp_socket_close_if_done(sock);
}

void udp_query_end(struct udp_query *query)
{
    if (!query->sockets)
        return;
    if (query->socket)
        leave_socket(query);
    else
        TAILQ_REMOVE(&query->sockets->waiting, query, link_queue);
    query->sockets = NULL;
}

void udp_query_fail(struct udp_query *query, int error)
{
    const struct udp_sockets_hooks *hooks = &query->sockets->hooks;

    udp_query_end(query);
    hooks->failed(hooks->context, query, error);
}

typedef bool query_test(const struct udp_query *query);

static bool is_sent(const struct udp_query *query)
{
    return !query->unsent;
}

static bool can_move(const struct udp_query *query)
{
    return !query->moved;
}

/* The first query of the socket in a list that passes the test, or NULL. */
static struct udp_query *first_of(const struct udp_query_list *list, const struct udp_socket *sock,
                                  query_test *test)
{
    struct udp_query *query = LIST_FIRST(list);

    while (query && (query->socket != sock || !test(query)))
        query = LIST_NEXT(query, link_id);
    return query;
}

bool udp_socket_fail_sent(struct udp_socket *sock, int error)
{
    struct udp_query *query;
    bool any = false;

    for (unsigned i = 0; i < UDP_BUCKETS && sock->in_flight > 0; i++) {
        for (; (query = first_of(&sock->sockets->by_id[i], sock, is_sent)); any = true)
            udp_query_fail(query, error);
    }
    return any;
}

void udp_socket_move_queries(struct udp_socket *sock)
{
    struct udp_sockets *sockets = sock->sockets;
    struct udp_query *query;

    for (unsigned i = 0; i < UDP_BUCKETS && sock->in_flight > 0; i++) {
        while ((query = first_of(&sockets->by_id[i], sock, can_move))) {
            if (!query->unsent)
                sockets->hooks.moved(sockets->hooks.context);
            leave_socket(query);
            query->moved = true;
            wait_for_socket(sockets, query);
        }
    }
}

/* Can nothing make room for it? */
static bool is_hopeless(const struct udp_sockets *sockets, const struct udp_query *query, int error)
{
    int64_t waited_ns = sockets->now_ns - query->waits_since_ns;

    return sockets->in_flight == 0 &&
           (!is_shortage(error) || waited_ns >= (int64_t)UDP_SOCKET_WAIT_MS * 1000000);
}

void udp_sockets_place_waiting(struct udp_sockets *sockets)
{
    struct udp_query *query;
    bool good = true;

    while (good && (query = TAILQ_FIRST(&sockets->waiting))) {
        TAILQ_REMOVE(&sockets->waiting, query, link_queue);
        good = place(sockets, query);
        if (!good)
            TAILQ_INSERT_HEAD(&sockets->waiting, query, link_queue);
    }
    int error = errno;
    while (!good && (query = TAILQ_FIRST(&sockets->waiting)) && is_hopeless(sockets, query, error))
        udp_query_fail(query, error);
}

void udp_sockets_free(struct udp_sockets *sockets)
{
    struct udp_socket *sock;

    if (!sockets)
        return;
    while ((sock = LIST_FIRST(&sockets->all)))
        close_socket(sock);
    free(sockets);
}
