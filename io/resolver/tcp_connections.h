/*
 * Chooses the connection to one resolver that carries the next question. Connections are filled one
 * after another: a few questions use one connection, many questions are spread. A resolver serves
 * each connection in one thread, and a lost segment delays only the questions of its connection.
 *
 * A server that accepts fewer connections leaves the last ones without a reply, or closes them;
 * those are not used again.
 *
 * Ownership: plain value, tcp_connections_init. Threads: one at a time.
 */
#ifndef IO_RESOLVER_TCP_CONNECTIONS_H
#define IO_RESOLVER_TCP_CONNECTIONS_H

#include <stdbool.h>

enum {
    TCP_CONNECTIONS_MAX = 8, /* to one resolver, of all threads; Unbound's default is 10 a thread */
    TCP_CONNECTION_FILL = 256 /* questions in flight on one before the next is used */
};

struct tcp_connections {
    unsigned usable; /* connections 0 to usable - 1 are in use */
    unsigned load[TCP_CONNECTIONS_MAX];
    bool proven[TCP_CONNECTIONS_MAX]; /* has carried a reply */
};

/* count is 1 to TCP_CONNECTIONS_MAX. */
void tcp_connections_init(struct tcp_connections *connections, unsigned count);
/* Returns the connection for one more question, and counts it. */
unsigned tcp_connections_take(struct tcp_connections *connections);
/* A question on the connection has ended. */
void tcp_connections_end(struct tcp_connections *connections, unsigned connection, bool replied);

#endif
