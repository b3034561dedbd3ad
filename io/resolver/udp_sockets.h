/*
 * Datagram sockets to one resolver, each shared by many questions. A socket a question costs more
 * than all the rest of a lookup (docs/getdns.md): made, bound, closed. Here a socket carries up to
 * UDP_SOCKET_FILL questions at a time and UDP_SOCKET_USES in its life, of UDP_SOCKET_AGE_S at most;
 * then another one, with another port, takes its place, so that whoever forges replies (RFC
 * 5452 9.2) has found a port out in vain by then.
 *
 * - What is awaited on one socket fits its receive buffer, however the replies come: none is lost
 * there.
 * - A reply belongs to the question with its ID on its socket. What comes from another address or
 * port than the resolver's (RFC 5452 9.1), or belongs to no question, is a stray.
 * - Datagrams are sent and received in batches: udp_sockets_send queues, udp_sockets_flush sends.
 * - The first few sockets are filled evenly: a server that shares its clients out among threads
 * does so by their ports.
 *
 * Ownership: udp_sockets_new / udp_sockets_free; a query is the caller's, and lies inside what it
 * belongs to. Threads: one at a time. The hooks may call everything here but udp_sockets_flush,
 * udp_socket_receive and udp_sockets_free; failed may not call udp_sockets_send either, since what
 * fails again at once would keep the flush for ever.
 */
#ifndef IO_RESOLVER_UDP_SOCKETS_H
#define IO_RESOLVER_UDP_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "audit/ipaddr.h"

enum {
    UDP_SOCKET_FILL =
        64, /* the kernel takes up to 2,304 octets for a reply; 212,992 is its usual buffer */
    UDP_SOCKET_USES = 256,
    UDP_SOCKET_AGE_S = 10, /* takes no question after that */
    UDP_QUERY_MAX = 288,   /* header, the longest name, type, class, and an empty OPT record: 282 */
};

struct udp_sockets;
struct udp_socket;

/* One question under way. All zero: it is not. */
struct udp_query {
    struct udp_socket *socket; /* NULL: it is not under way */
    bool unsent;
    uint16_t id;
    uint16_t size;
    LIST_ENTRY(udp_query) link_id;
    TAILQ_ENTRY(udp_query) link_unsent;
    uint8_t octets[UDP_QUERY_MAX];
};

struct udp_sockets_hooks {
    void *context;
    /* A socket that was opened is to be watched for what can be read; false with errno set: it
     * cannot be, and is closed again. */
    bool (*opened)(void *context, int fd, struct udp_socket *sock);
    /* Follows opened, whatever that said. */
    void (*closing)(void *context, int fd);
    /* The reply is valid during the call. */
    void (*arrived)(void *context, struct udp_query *query, const uint8_t *reply, size_t size);
    /* It could not be sent: an errno. */
    void (*failed)(void *context, struct udp_query *query, int error);
    void (*stray)(void *context);
};

/* NULL: no memory. */
struct udp_sockets *udp_sockets_new(const struct ipaddr *address, uint16_t port,
                                    const struct udp_sockets_hooks *hooks);
/* Takes a copy of the query. False with errno set: no socket, or too long. */
bool udp_sockets_send(struct udp_sockets *sockets, struct udp_query *query, const void *octets,
                      size_t size, int64_t now_ns) __attribute__((warn_unused_result));
/* The question is over, whatever became of it; one that is not under way is left alone. */
void udp_query_end(struct udp_query *query);
/* Sends what is queued. False: some of it has to wait for room in a buffer. */
bool udp_sockets_flush(struct udp_sockets *sockets);
/* Reads what has come in. */
void udp_socket_receive(struct udp_socket *sock);
/* NULL is allowed. Questions that are under way must not be ended any more. */
void udp_sockets_free(struct udp_sockets *sockets);

#endif
