/*
 * Chooses the connection to one resolver that carries the next question. Connections are filled one
 * after another: a few questions use one connection, many questions are spread. A resolver serves
 * each connection in one thread, and a lost segment delays only the questions of its connection.
 *
 * A server that accepts fewer connections leaves the last ones without a reply, or closes them;
 * those are not used again.
 *
 * A server may close a connection after some replies, whatever else was asked on it: after one
 * (load balancers), after 100 (dnsmasq), after a number that is set (NSD's tcp-query-count). Then
 * no connection gets more questions than the last one had replies, or one, and the next question
 * goes to a new one. After a number of connections that served all, twice as many questions are
 * tried; each time this fails, the number doubles.
 *
 * getdns closes a connection that had more than twice as many timeouts as replies, and all
 * questions in flight on it are lost. The last tries of silent names, which go over TCP, have
 * timeouts alone. So a connection that has more timeouts than replies gets no further question: the
 * next one goes to a new connection. Closing after a timeout shows nothing about the server.
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

enum tcp_outcome {
    TCP_REPLY,
    TCP_NO_REPLY,   /* in time, or the question was not sent */
    TCP_CLOSED,     /* the connection ended first */
    TCP_CLOSED_LATE /* the same, when the question had waited for half of its timeout */
};

struct tcp_connection {
    unsigned load; /* questions in flight, those of earlier connections in this place included */
    unsigned life; /* changes when it is opened anew */
    unsigned sent; /* questions of this life */
    unsigned replies;
    unsigned timeouts; /* questions of this life that waited in vain */
    bool closed;       /* it must be opened anew */
    bool proven;       /* has carried a reply, in any life */
};

struct tcp_connections {
    unsigned usable; /* connections 0 to usable - 1 are in use */
    struct tcp_connection of[TCP_CONNECTIONS_MAX];
    unsigned limit;                /* questions for one connection; 0: any number */
    unsigned served_all, patience; /* connections in a row that did, and before more is tried */
};

/* A question on a connection. */
struct tcp_place {
    unsigned connection;
    unsigned life;
};

/* count is 1 to TCP_CONNECTIONS_MAX. */
void tcp_connections_init(struct tcp_connections *connections, unsigned count);
/* May another question be sent without exceeding the limit? */
bool tcp_connections_have_room(const struct tcp_connections *connections);
/* Chooses the connection for one more question, and counts it. *anew: the connection must be opened
 * anew first; questions in flight stay on the old one. */
struct tcp_place tcp_connections_take(struct tcp_connections *connections, bool *anew);
/* A question on the connection has ended. True if the server closed the connection after replies to
 * other questions: this shows nothing about the question. */
bool tcp_connections_end(struct tcp_connections *connections, struct tcp_place place,
                         enum tcp_outcome outcome);

#endif
