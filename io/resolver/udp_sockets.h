/*
 * UDP sockets to one resolver, each shared by many queries. Creating, binding and closing a socket
 * for each query would cost more than the rest of the lookup (docs/getdns.md). A socket carries up
 * to UDP_SOCKET_FILL queries at a time and UDP_SOCKET_USES in all, and takes no more after
 * UDP_SOCKET_AGE_S. Then a new socket with another port replaces it.
 *
 * Against forged replies (RFC 5452; SECURITY.md has the odds):
 * - Each socket is connected to the resolver. The kernel drops datagrams from any other address and
 *   port, and an attacker who probes ports sees no difference between open and closed ones.
 * - A datagram is a reply if its ID and its question are those of a query on its socket. Any other
 *   is a stray, and the wait for the reply goes on.
 * - A stray that is no late reply was forged, or came from a broken resolver. A socket with
 *   UDP_SOCKET_ODD_MAX of them takes no more queries, and those that wait on it move, once, to
 *   another port.
 *
 * - The replies awaited on one socket fit its receive buffer, so none is lost there.
 * - Datagrams are sent and received in batches: udp_sockets_send queues, udp_sockets_flush sends.
 * - The first few sockets are filled evenly, for servers that distribute their clients over threads
 *   by port.
 * - When descriptors or local ports are short, queries wait for room on the open sockets. Without
 *   an open socket they wait for UDP_SOCKET_WAIT_MS. Meanwhile the sockets are used briefly and
 *   closed when idle, so that other threads get their share of the ports.
 *
 * Ownership: udp_sockets_new / udp_sockets_free. A query is a field of the caller's object, and the
 * caller's. Threads: one at a time. The hooks may call every function here except
 * udp_sockets_flush, udp_socket_receive and udp_sockets_free. `failed` may not call
 * udp_sockets_send either: a query that fails again at once would keep the flush busy for ever.
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
        64, /* a reply takes up to 2,304 octets of the receive buffer, usually 212,992 */
    UDP_SOCKET_USES = 256,
    UDP_SOCKET_AGE_S = 10, /* takes no query after that */
    UDP_SOCKET_ODD_MAX = 8,
    UDP_SOCKETS_OWN = 2, /* one in use, and one that is used up and waits for its last replies */
    UDP_SOCKET_WAIT_MS = 1000,
    UDP_QUERY_MAX = 288, /* header, longest name, type, class and empty OPT record take 282 */
};

struct udp_sockets;
struct udp_socket;

/* Sockets of several resolvers. */
struct socket_budget {
    unsigned most, open; /* beyond UDP_SOCKETS_OWN of each */
};

/* One query. All zero: it is not under way. */
struct udp_query {
    struct udp_sockets *sockets; /* NULL: not under way */
    struct udp_socket *socket;   /* NULL: it waits for one */
    bool unsent;                 /* is in the queue of its socket */
    bool moved;                  /* to another socket */
    uint16_t id;
    uint16_t size;
    uint16_t question_size;
    int64_t waits_since_ns; /* for a socket */
    LIST_ENTRY(udp_query) link_id;
    TAILQ_ENTRY(udp_query) link_queue; /* of its socket, or of those that wait */
    uint8_t octets[UDP_QUERY_MAX];
};

struct udp_sockets_hooks {
    void *context;
    /* Registers a new socket to be watched for replies. False with errno set: the socket is closed
     * again. */
    bool (*opened)(void *context, int fd, struct udp_socket *sock);
    /* Called once for each call of opened, whatever it returned. */
    void (*closing)(void *context, int fd);
    /* The reply is valid during the call. */
    void (*arrived)(void *context, struct udp_query *query, const uint8_t *reply, size_t size);
    /* The query has ended: it could not be sent, or the resolver's host refused it. error is an
     * errno. */
    void (*failed)(void *context, struct udp_query *query, int error);
    /* A datagram was no reply; `near` is the query that has its ID, or NULL. */
    void (*stray)(void *context, struct udp_query *near);
    /* A query that was sent moves to another socket, and is sent again. */
    void (*moved)(void *context);
};

/* NULL: out of memory. */
struct udp_sockets *udp_sockets_new(const struct ipaddr *address, uint16_t port,
                                    const struct udp_sockets_hooks *hooks);
/* At most this number of sockets is open at a time; 0: any number. Queries wait for room. */
void udp_sockets_limit(struct udp_sockets *sockets, unsigned most);
/* Beyond UDP_SOCKETS_OWN, sockets are opened from a budget that others of the same thread share.
 * It outlives them. NULL: from none. */
void udp_sockets_share(struct udp_sockets *sockets, struct socket_budget *budget);
/* Copies the query, which goes out with the next flush. False with errno set (EINVAL): it has no
 * question, or is too long. */
bool udp_sockets_send(struct udp_sockets *sockets, struct udp_query *query, const void *octets,
                      size_t size, int64_t now_ns) __attribute__((warn_unused_result));
/* Ends a query, with or without a reply. Does nothing to one that is not under way. */
void udp_query_end(struct udp_query *query);
/* Sends what is queued. False: some of it waits for room in a socket buffer. */
bool udp_sockets_flush(struct udp_sockets *sockets, int64_t now_ns);
/* Reads what has arrived. */
void udp_socket_receive(struct udp_socket *sock);
/* NULL is allowed. Queries that are under way must not be ended afterwards. */
void udp_sockets_free(struct udp_sockets *sockets);

#endif
