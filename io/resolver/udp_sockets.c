#include "io/resolver/udp_sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    RUN = 16,   /* queries that one socket gets in a row */
    LEAST = 8,  /* sockets over which the first queries are spread */
    BATCH = 32, /* datagrams per system call */
    ROUNDS = 4, /* batches read before other sockets have their turn */
    REPLY_MAX =
        1536, /* more than was offered; a longer reply is cut, and asked for again over TCP */
    BUCKETS = 4096,
    HEADER = 12, /* RFC 1035 4.1.1 */
};

LIST_HEAD(udp_query_list, udp_query);
TAILQ_HEAD(udp_query_queue, udp_query);
TAILQ_HEAD(udp_socket_queue, udp_socket);
LIST_HEAD(udp_socket_list, udp_socket);

struct udp_socket {
    struct udp_sockets *sockets;
    int fd;
    unsigned in_flight;
    unsigned uses;
    int64_t opened_ns;
    bool retired;  /* takes no further query */
    bool has_room; /* in the queue of that name */
    bool busy;     /* must not be freed now */
    struct udp_query_queue unsent;
    TAILQ_ENTRY(udp_socket) link_room;
    TAILQ_ENTRY(udp_socket) link_unsent; /* while something is unsent */
    LIST_ENTRY(udp_socket) link;
};

struct inbox {
    uint8_t replies[BATCH][REPLY_MAX];
    struct sockaddr_storage from[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
};

struct udp_sockets {
    struct udp_sockets_hooks hooks;
    struct sockaddr_storage peer;
    socklen_t peer_size;
    unsigned open; /* sockets that take more queries */
    struct udp_socket_list all;
    struct udp_socket_queue room;   /* those that take a query now; the first is next */
    struct udp_socket_queue unsent; /* those with something to send */
    struct udp_query_list by_id[BUCKETS];
    struct inbox inbox;
};

static struct udp_query_list *bucket(struct udp_sockets *sockets, uint16_t id)
{
    return &sockets->by_id[id % BUCKETS];
}

static void set_peer(struct udp_sockets *sockets, const struct ipaddr *address, uint16_t port)
{
    if (address->family == IP_V4) {
        struct sockaddr_in *peer = (struct sockaddr_in *)&sockets->peer;
        peer->sin_family = AF_INET;
        peer->sin_port = htons(port);
        memcpy(&peer->sin_addr, address->bytes, 4);
        sockets->peer_size = sizeof(*peer);
    } else {
        struct sockaddr_in6 *peer = (struct sockaddr_in6 *)&sockets->peer;
        peer->sin6_family = AF_INET6;
        peer->sin6_port = htons(port);
        memcpy(&peer->sin6_addr, address->bytes, 16);
        sockets->peer_size = sizeof(*peer);
    }
}

static bool is_peer(const struct udp_sockets *sockets, const struct sockaddr_storage *from)
{
    if (from->ss_family != sockets->peer.ss_family)
        return false;
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *peer = (const struct sockaddr_in *)&sockets->peer;
        const struct sockaddr_in *sender = (const struct sockaddr_in *)from;
        return sender->sin_port == peer->sin_port &&
               sender->sin_addr.s_addr == peer->sin_addr.s_addr;
    }
    const struct sockaddr_in6 *peer = (const struct sockaddr_in6 *)&sockets->peer;
    const struct sockaddr_in6 *sender = (const struct sockaddr_in6 *)from;
    return sender->sin6_port == peer->sin6_port &&
           memcmp(&sender->sin6_addr, &peer->sin6_addr, 16) == 0;
}

/* Prepares a place for the next datagram. */
static void clear_place(struct inbox *inbox, unsigned at)
{
    inbox->messages[at].msg_hdr.msg_namelen = sizeof(inbox->from[at]);
    inbox->from[at].ss_family = AF_UNSPEC;
}

struct udp_sockets *udp_sockets_new(const struct ipaddr *address, uint16_t port,
                                    const struct udp_sockets_hooks *hooks)
{
    struct udp_sockets *sockets = calloc(1, sizeof(*sockets));

    if (!sockets)
        return NULL;
    sockets->hooks = *hooks;
    set_peer(sockets, address, port);
    LIST_INIT(&sockets->all);
    TAILQ_INIT(&sockets->room);
    TAILQ_INIT(&sockets->unsent);
    for (unsigned i = 0; i < BATCH; i++) {
        struct inbox *inbox = &sockets->inbox;
        inbox->parts[i] = (struct iovec){.iov_base = inbox->replies[i], .iov_len = REPLY_MAX};
        inbox->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &inbox->from[i], .msg_iov = &inbox->parts[i], .msg_iovlen = 1};
        clear_place(inbox, i);
    }
    return sockets;
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
    close(sock->fd);
    free(sock);
}

static struct udp_socket *open_socket(struct udp_sockets *sockets, int64_t now_ns)
{
    struct udp_socket *sock = calloc(1, sizeof(*sock));

    if (!sock)
        return NULL;
    sock->sockets = sockets;
    TAILQ_INIT(&sock->unsent);
    sock->fd =
        socket(sockets->peer.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
    if (sock->fd < 0) {
        free(sock);
        return NULL;
    }
    LIST_INSERT_HEAD(&sockets->all, sock, link);
    if (!sockets->hooks.opened(sockets->hooks.context, sock->fd, sock)) {
        close_socket(sock);
        return NULL;
    }
    sock->opened_ns = now_ns;
    TAILQ_INSERT_HEAD(&sockets->room, sock, link_room);
    sock->has_room = true;
    sockets->open++;
    return sock;
}

static void close_if_done(struct udp_socket *sock)
{
    if (sock->retired && sock->in_flight == 0 && !sock->busy)
        close_socket(sock);
}

static void retire(struct udp_socket *sock)
{
    sock->retired = true;
    sock->sockets->open--;
    take_room(sock);
}

static bool is_old(const struct udp_socket *sock, int64_t now_ns)
{
    return now_ns - sock->opened_ns > (int64_t)UDP_SOCKET_AGE_S * 1000000000;
}

/* The next socket with room, or NULL. */
static struct udp_socket *first_with_room(struct udp_sockets *sockets, int64_t now_ns)
{
    struct udp_socket *sock = TAILQ_FIRST(&sockets->room);

    while (sock && is_old(sock, now_ns)) {
        retire(sock);
        close_if_done(sock);
        sock = TAILQ_FIRST(&sockets->room);
    }
    return sock;
}

/* The query with this ID on the socket, or NULL. */
static struct udp_query *find_query(const struct udp_socket *sock, uint16_t id)
{
    struct udp_query *query = LIST_FIRST(bucket(sock->sockets, id));

    while (query && (query->id != id || query->socket != sock))
        query = LIST_NEXT(query, link_id);
    return query;
}

/* The socket for one more query: one without another query of this ID. */
static struct udp_socket *choose(struct udp_sockets *sockets, uint16_t id, int64_t now_ns)
{
    struct udp_socket *sock = first_with_room(sockets, now_ns);

    if (!sock || (sockets->open < LEAST && sock->in_flight >= RUN)) {
        struct udp_socket *fresh = open_socket(sockets, now_ns);
        sock = fresh ? fresh : sock;
    }
    while (sock && find_query(sock, id))
        sock = TAILQ_NEXT(sock, link_room);
    return sock ? sock : open_socket(sockets, now_ns);
}

static void queue_out(struct udp_socket *sock, struct udp_query *query)
{
    if (TAILQ_EMPTY(&sock->unsent))
        TAILQ_INSERT_TAIL(&sock->sockets->unsent, sock, link_unsent);
    TAILQ_INSERT_TAIL(&sock->unsent, query, link_unsent);
    query->unsent = true;
}

static void dequeue_out(struct udp_socket *sock, struct udp_query *query)
{
    TAILQ_REMOVE(&sock->unsent, query, link_unsent);
    query->unsent = false;
    if (TAILQ_EMPTY(&sock->unsent))
        TAILQ_REMOVE(&sock->sockets->unsent, sock, link_unsent);
}

/* Counts one more query on the socket, which may now be used up, full, or at the end of its turn.
 */
static void count_in(struct udp_socket *sock)
{
    sock->in_flight++;
    sock->uses++;
    if (sock->uses == UDP_SOCKET_USES) {
        retire(sock);
    } else if (sock->in_flight >= UDP_SOCKET_FILL) {
        take_room(sock);
    } else if (sock->uses % RUN == 0) {
        take_room(sock);
        add_room(sock);
    }
}

bool udp_sockets_send(struct udp_sockets *sockets, struct udp_query *query, const void *octets,
                      size_t size, int64_t now_ns)
{
    if (size < HEADER || size > UDP_QUERY_MAX) {
        errno = EMSGSIZE;
        return false;
    }
    memcpy(query->octets, octets, size);
    query->size = (uint16_t)size;
    query->id = (uint16_t)(query->octets[0] << 8 | query->octets[1]);
    struct udp_socket *sock = choose(sockets, query->id, now_ns);
    if (!sock)
        return false;
    query->socket = sock;
    LIST_INSERT_HEAD(bucket(sockets, query->id), query, link_id);
    queue_out(sock, query);
    count_in(sock);
    return true;
}

void udp_query_end(struct udp_query *query)
{
    struct udp_socket *sock = query->socket;

    if (!sock)
        return;
    if (query->unsent)
        dequeue_out(sock, query);
    LIST_REMOVE(query, link_id);
    query->socket = NULL;
    sock->in_flight--;
    if (!sock->has_room && !sock->retired)
        add_room(sock);
    close_if_done(sock);
}

/* Returns the number of datagrams sent, or -1. */
static int send_batch(struct udp_socket *sock)
{
    struct udp_sockets *sockets = sock->sockets;
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    unsigned count = 0;
    struct udp_query *query;

    TAILQ_FOREACH(query, &sock->unsent, link_unsent)
    {
        if (count == BATCH)
            break;
        parts[count] = (struct iovec){.iov_base = query->octets, .iov_len = query->size};
        messages[count].msg_hdr = (struct msghdr){.msg_name = &sockets->peer,
                                                  .msg_namelen = sockets->peer_size,
                                                  .msg_iov = &parts[count],
                                                  .msg_iovlen = 1};
        count++;
    }
    return sendmmsg(sock->fd, messages, count, 0);
}

static bool is_transient(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

static bool flush_socket(struct udp_socket *sock)
{
    const struct udp_sockets_hooks *hooks = &sock->sockets->hooks;
    struct udp_query *first;
    bool good = true;

    sock->busy = true;
    while (good && (first = TAILQ_FIRST(&sock->unsent))) {
        int sent = send_batch(sock);
        if (sent < 0 && is_transient(errno)) {
            good = false;
        } else if (sent < 0 && errno != EINTR) {
            int error = errno;
            dequeue_out(sock, first);
            hooks->failed(hooks->context, first, error);
        }
        for (; sent > 0; sent--)
            dequeue_out(sock, TAILQ_FIRST(&sock->unsent));
    }
    sock->busy = false;
    close_if_done(sock);
    return good;
}

bool udp_sockets_flush(struct udp_sockets *sockets)
{
    bool good = true;
    struct udp_socket *sock;

    while (good && (sock = TAILQ_FIRST(&sockets->unsent)))
        good = flush_socket(sock);
    return good;
}

static struct udp_query *awaited(const struct udp_socket *sock, const uint8_t *reply, size_t size)
{
    return size < HEADER ? NULL : find_query(sock, (uint16_t)(reply[0] << 8 | reply[1]));
}

static void take_in(struct udp_socket *sock, unsigned at)
{
    struct udp_sockets *sockets = sock->sockets;
    const uint8_t *reply = sockets->inbox.replies[at];
    size_t size = sockets->inbox.messages[at].msg_len;
    struct udp_query *query =
        is_peer(sockets, &sockets->inbox.from[at]) ? awaited(sock, reply, size) : NULL;

    if (query)
        sockets->hooks.arrived(sockets->hooks.context, query, reply, size);
    else
        sockets->hooks.stray(sockets->hooks.context);
}

void udp_socket_receive(struct udp_socket *sock)
{
    sock->busy = true;
    for (int round = 0, got = BATCH; round < ROUNDS && got == BATCH; round++) {
        got = recvmmsg(sock->fd, sock->sockets->inbox.messages, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < got; i++) {
            take_in(sock, (unsigned)i);
            clear_place(&sock->sockets->inbox, (unsigned)i);
        }
    }
    sock->busy = false;
    close_if_done(sock);
}

void udp_sockets_free(struct udp_sockets *sockets)
{
    if (!sockets)
        return;
    struct udp_socket *sock;
    while ((sock = LIST_FIRST(&sockets->all)))
        close_socket(sock);
    free(sockets);
}
