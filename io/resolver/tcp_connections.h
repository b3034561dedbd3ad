/*
 * Which of several connections to one resolver carries the next question. They are filled one after
 * another, so that a few questions need one connection and many are spread: a resolver serves each
 * connection in one thread, and what is lost on the way holds up the questions of one connection
 * only.
 *
 * A server that takes fewer connections than there might be leaves the last ones without a reply,
 * or closes them: those are not used again.
 *
 * Ownership: plain value, tcp_connections_init. Threads: one at a time.
 */
#ifndef IO_RESOLVER_TCP_CONNECTIONS_H
#define IO_RESOLVER_TCP_CONNECTIONS_H

#include <stdbool.h>

enum {
    TCP_CONNECTIONS_MAX =
        8, /* to one resolver, of all threads; Unbound takes ten a thread by default */
    TCP_CONNECTION_FILL = 256 /* questions in flight on one before the next is used */
};

struct tcp_connections {
    unsigned usable; /* the first so many */
    unsigned load[TCP_CONNECTIONS_MAX];
    bool proven[TCP_CONNECTIONS_MAX]; /* has brought a reply */
};

/* count is 1 to TCP_CONNECTIONS_MAX. */
void tcp_connections_init(struct tcp_connections *connections, unsigned count);
/* The connection for one more question, which is counted. */
unsigned tcp_connections_take(struct tcp_connections *connections);
/* The question is over. */
void tcp_connections_end(struct tcp_connections *connections, unsigned connection, bool replied);

#endif
