#include "io/resolver/udp_sockets.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    RUN = 16,   /* questions that one socket gets in a row */
    LEAST = 8,  /* sockets among which the first questions are shared out */
    BATCH = 32, /* datagrams a system call */
    ROUNDS = 4, /* of reading, before others have their turn */
    REPLY_MAX =
        1536, /* more than is asked for; what is longer is cut, and asked for again over TCP */
    BUCKETS = 4096,
    HEADER = 12, /* RFC 1035 4.1.1 */
};

LIST_HEAD(parcel_list, parcel);
TAILQ_HEAD(parcel_queue, parcel);
TAILQ_HEAD(port_queue, port);
LIST_HEAD(port_list, port);

struct port {
    struct ports *ports;
    int fd;
    unsigned in_flight;
    unsigned uses;
    int64_t opened_ns;
    bool retired;  /* takes no further question */
    bool has_room; /* in the queue of that name */
    bool busy;     /* not to be freed now */
    struct parcel_queue unsent;
    TAILQ_ENTRY(port) link_room;
    TAILQ_ENTRY(port) link_unsent; /* while something is unsent */
    LIST_ENTRY(port) link;
};

struct inbox {
    uint8_t replies[BATCH][REPLY_MAX];
    struct sockaddr_storage from[BATCH];
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
};

struct ports {
    struct ports_hooks hooks;
    struct sockaddr_storage peer;
    socklen_t peer_size;
    unsigned open; /* sockets that take more questions */
    struct port_list all;
    struct port_queue room;   /* those that take one now; the first is next */
    struct port_queue unsent; /* those with something to send */
    struct parcel_list by_id[BUCKETS];
    struct inbox inbox;
};

static struct parcel_list *bucket(struct ports *ports, uint16_t id)
{
    return &ports->by_id[id % BUCKETS];
}

static void set_peer(struct ports *ports, const struct ipaddr *address, uint16_t port)
{
    if (address->family == IP_V4) {
        struct sockaddr_in *peer = (struct sockaddr_in *)&ports->peer;
        peer->sin_family = AF_INET;
        peer->sin_port = htons(port);
        memcpy(&peer->sin_addr, address->bytes, 4);
        ports->peer_size = sizeof(*peer);
    } else {
        struct sockaddr_in6 *peer = (struct sockaddr_in6 *)&ports->peer;
        peer->sin6_family = AF_INET6;
        peer->sin6_port = htons(port);
        memcpy(&peer->sin6_addr, address->bytes, 16);
        ports->peer_size = sizeof(*peer);
    }
}

static bool is_peer(const struct ports *ports, const struct sockaddr_storage *from)
{
    if (from->ss_family != ports->peer.ss_family)
        return false;
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *peer = (const struct sockaddr_in *)&ports->peer;
        const struct sockaddr_in *sender = (const struct sockaddr_in *)from;
        return sender->sin_port == peer->sin_port &&
               sender->sin_addr.s_addr == peer->sin_addr.s_addr;
    }
    const struct sockaddr_in6 *peer = (const struct sockaddr_in6 *)&ports->peer;
    const struct sockaddr_in6 *sender = (const struct sockaddr_in6 *)from;
    return sender->sin6_port == peer->sin6_port &&
           memcmp(&sender->sin6_addr, &peer->sin6_addr, 16) == 0;
}

/* As one that nothing has come into yet. */
static void clear_place(struct inbox *inbox, unsigned at)
{
    inbox->messages[at].msg_hdr.msg_namelen = sizeof(inbox->from[at]);
    inbox->from[at].ss_family = AF_UNSPEC;
}

struct ports *ports_new(const struct ipaddr *address, uint16_t port,
                        const struct ports_hooks *hooks)
{
    struct ports *ports = calloc(1, sizeof(*ports));
    if (!ports)
        return NULL;
    ports->hooks = *hooks;
    set_peer(ports, address, port);
    LIST_INIT(&ports->all);
    TAILQ_INIT(&ports->room);
    TAILQ_INIT(&ports->unsent);
    for (unsigned i = 0; i < BATCH; i++) {
        struct inbox *inbox = &ports->inbox;
        inbox->parts[i] = (struct iovec){.iov_base = inbox->replies[i], .iov_len = REPLY_MAX};
        inbox->messages[i].msg_hdr = (struct msghdr){
            .msg_name = &inbox->from[i], .msg_iov = &inbox->parts[i], .msg_iovlen = 1};
        clear_place(inbox, i);
    }
    return ports;
}

static void add_room(struct port *port)
{
    TAILQ_INSERT_TAIL(&port->ports->room, port, link_room);
    port->has_room = true;
}

static void take_room(struct port *port)
{
    TAILQ_REMOVE(&port->ports->room, port, link_room);
    port->has_room = false;
}

static void close_port(struct port *port)
{
    port->ports->hooks.closing(port->ports->hooks.context, port->fd);
    if (port->has_room)
        take_room(port);
    LIST_REMOVE(port, link);
    close(port->fd);
    free(port);
}

static struct port *open_port(struct ports *ports, int64_t now_ns)
{
    struct port *port = calloc(1, sizeof(*port));
    if (!port)
        return NULL;
    port->ports = ports;
    TAILQ_INIT(&port->unsent);
    port->fd =
        socket(ports->peer.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
    if (port->fd < 0) {
        free(port);
        return NULL;
    }
    LIST_INSERT_HEAD(&ports->all, port, link);
    if (!ports->hooks.opened(ports->hooks.context, port->fd, port)) {
        close_port(port);
        return NULL;
    }
    port->opened_ns = now_ns;
    TAILQ_INSERT_HEAD(&ports->room, port, link_room);
    port->has_room = true;
    ports->open++;
    return port;
}

static void close_if_done(struct port *port)
{
    if (port->retired && port->in_flight == 0 && !port->busy)
        close_port(port);
}

static void retire(struct port *port)
{
    port->retired = true;
    port->ports->open--;
    take_room(port);
}

static bool is_old(const struct port *port, int64_t now_ns)
{
    return now_ns - port->opened_ns > (int64_t)PORT_AGE_S * 1000000000;
}

/* The next one with room. */
static struct port *first_with_room(struct ports *ports, int64_t now_ns)
{
    struct port *port = TAILQ_FIRST(&ports->room);
    while (port && is_old(port, now_ns)) {
        retire(port);
        close_if_done(port);
        port = TAILQ_FIRST(&ports->room);
    }
    return port;
}

/* The question with this ID on the socket; NULL: there is none. */
static struct parcel *find_parcel(const struct port *port, uint16_t id)
{
    struct parcel *parcel = LIST_FIRST(bucket(port->ports, id));
    while (parcel && (parcel->id != id || parcel->port != port))
        parcel = LIST_NEXT(parcel, link_id);
    return parcel;
}

/* The socket for one more question: one on which its ID means nothing else. */
static struct port *choose(struct ports *ports, uint16_t id, int64_t now_ns)
{
    struct port *port = first_with_room(ports, now_ns);
    if (!port || (ports->open < LEAST && port->in_flight >= RUN)) {
        struct port *fresh = open_port(ports, now_ns);
        port = fresh ? fresh : port;
    }
    while (port && find_parcel(port, id))
        port = TAILQ_NEXT(port, link_room);
    return port ? port : open_port(ports, now_ns);
}

static void queue_out(struct port *port, struct parcel *parcel)
{
    if (TAILQ_EMPTY(&port->unsent))
        TAILQ_INSERT_TAIL(&port->ports->unsent, port, link_unsent);
    TAILQ_INSERT_TAIL(&port->unsent, parcel, link_unsent);
    parcel->unsent = true;
}

static void dequeue_out(struct port *port, struct parcel *parcel)
{
    TAILQ_REMOVE(&port->unsent, parcel, link_unsent);
    parcel->unsent = false;
    if (TAILQ_EMPTY(&port->unsent))
        TAILQ_REMOVE(&port->ports->unsent, port, link_unsent);
}

/* One more question is on it: is it full, at the end of its life, or is it the next one's turn? */
static void count_in(struct port *port)
{
    port->in_flight++;
    port->uses++;
    if (port->uses == PORT_USES) {
        retire(port);
    } else if (port->in_flight >= PORT_FILL) {
        take_room(port);
    } else if (port->uses % RUN == 0) {
        take_room(port);
        add_room(port);
    }
}

bool ports_send(struct ports *ports, struct parcel *parcel, const void *query, size_t size,
                int64_t now_ns)
{
    if (size < HEADER || size > PARCEL_MAX) {
        errno = EMSGSIZE;
        return false;
    }
    memcpy(parcel->query, query, size);
    parcel->size = (uint16_t)size;
    parcel->id = (uint16_t)(parcel->query[0] << 8 | parcel->query[1]);
    struct port *port = choose(ports, parcel->id, now_ns);
    if (!port)
        return false;
    parcel->port = port;
    LIST_INSERT_HEAD(bucket(ports, parcel->id), parcel, link_id);
    queue_out(port, parcel);
    count_in(port);
    return true;
}

void ports_end(struct parcel *parcel)
{
    struct port *port = parcel->port;
    if (!port)
        return;
    if (parcel->unsent)
        dequeue_out(port, parcel);
    LIST_REMOVE(parcel, link_id);
    parcel->port = NULL;
    port->in_flight--;
    if (!port->has_room && !port->retired)
        add_room(port);
    close_if_done(port);
}

/* The number that were sent, or -1. */
static int send_batch(struct port *port)
{
    struct ports *ports = port->ports;
    struct iovec parts[BATCH];
    struct mmsghdr messages[BATCH];
    unsigned count = 0;
    struct parcel *parcel;
    TAILQ_FOREACH(parcel, &port->unsent, link_unsent)
    {
        if (count == BATCH)
            break;
        parts[count] = (struct iovec){.iov_base = parcel->query, .iov_len = parcel->size};
        messages[count].msg_hdr = (struct msghdr){.msg_name = &ports->peer,
                                                  .msg_namelen = ports->peer_size,
                                                  .msg_iov = &parts[count],
                                                  .msg_iovlen = 1};
        count++;
    }
    return sendmmsg(port->fd, messages, count, 0);
}

static bool is_transient(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM;
}

static bool flush_port(struct port *port)
{
    const struct ports_hooks *hooks = &port->ports->hooks;
    struct parcel *first;
    bool good = true;
    port->busy = true;
    while (good && (first = TAILQ_FIRST(&port->unsent))) {
        int sent = send_batch(port);
        if (sent < 0 && is_transient(errno)) {
            good = false;
        } else if (sent < 0 && errno != EINTR) {
            int error = errno;
            dequeue_out(port, first);
            hooks->failed(hooks->context, first, error);
        }
        for (; sent > 0; sent--)
            dequeue_out(port, TAILQ_FIRST(&port->unsent));
    }
    port->busy = false;
    close_if_done(port);
    return good;
}

bool ports_flush(struct ports *ports)
{
    bool good = true;
    struct port *port;
    while (good && (port = TAILQ_FIRST(&ports->unsent)))
        good = flush_port(port);
    return good;
}

static struct parcel *awaited(const struct port *port, const uint8_t *reply, size_t size)
{
    return size < HEADER ? NULL : find_parcel(port, (uint16_t)(reply[0] << 8 | reply[1]));
}

static void take_in(struct port *port, unsigned at)
{
    struct ports *ports = port->ports;
    const uint8_t *reply = ports->inbox.replies[at];
    size_t size = ports->inbox.messages[at].msg_len;
    struct parcel *parcel =
        is_peer(ports, &ports->inbox.from[at]) ? awaited(port, reply, size) : NULL;
    if (parcel)
        ports->hooks.arrived(ports->hooks.context, parcel, reply, size);
    else
        ports->hooks.stray(ports->hooks.context);
}

void ports_receive(struct port *port)
{
    port->busy = true;
    for (int round = 0, got = BATCH; round < ROUNDS && got == BATCH; round++) {
        got = recvmmsg(port->fd, port->ports->inbox.messages, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < got; i++) {
            take_in(port, (unsigned)i);
            clear_place(&port->ports->inbox, (unsigned)i);
        }
    }
    port->busy = false;
    close_if_done(port);
}

void ports_free(struct ports *ports)
{
    if (!ports)
        return;
    struct port *port;
    while ((port = LIST_FIRST(&ports->all)))
        close_port(port);
    free(ports);
}
