/*
 * Shared by the files of io/resolver/getdns_loop.
 *
 * getdns_loop.c       the loop, its timeouts, and UDP
 * getdns_loop_tcp.c   TCP connections: registered in epoll once, read and written in bursts
 */
#ifndef IO_RESOLVER_GETDNS_LOOP_PRIVATE_H
#define IO_RESOLVER_GETDNS_LOOP_PRIVATE_H

#include <sys/queue.h>

#include "io/resolver/getdns_calls.h"
#include "io/resolver/getdns_loop.h"
#include "io/resolver/receive_pause.h"
#include "io/resolver/timer_wheel.h"

/* The loop as one context sees it. */
struct context_loop {
    getdns_eventloop base; /* first: getdns passes this pointer back */
    struct getdns_loop *loop;
    LIST_ENTRY(context_loop) link;
    struct udp_sockets *udp;
};

/* The target of getdns_eventloop_event.ev. */
struct loop_event {
    getdns_eventloop_event *callbacks;
    int fd;                       /* -1: a timeout only */
    struct getdns_socket *socket; /* NULL: a TCP connection */
    bool to_write;                /* is in the queue of writes */
    struct timer timer;
    LIST_ENTRY(loop_event) link_spare;
    TAILQ_ENTRY(loop_event) link;
};

LIST_HEAD(loop_event_list, loop_event);
TAILQ_HEAD(loop_event_queue, loop_event);

/* What epoll knows of one descriptor. Descriptor numbers are reused; the generation shows whether
 * an event is of the present socket with that number. */
struct watched_fd {
    struct udp_socket *udp;   /* a UDP socket */
    struct loop_event *event; /* of a TCP connection */
    uint32_t generation;
    bool busy;        /* a connection in a burst: epoll is updated at its end */
    uint32_t watched; /* events registered in epoll; 0: perhaps it does not know the descriptor */
};

LIST_HEAD(context_loop_list, context_loop);

struct getdns_loop {
    uint64_t *strays;             /* see getdns_loop_count_strays */
    uint64_t *repeats;            /* see getdns_loop_count_repeats */
    unsigned sockets_most;        /* see getdns_loop_limit_sockets */
    struct socket_budget *budget; /* see getdns_loop_share_sockets */
    struct context_loop_list contexts;
    int epoll_fd;
    struct watched_fd *fds; /* by descriptor */
    size_t fd_count;
    struct loop_event_queue writes;
    size_t write_count;
    bool unsent; /* datagrams wait for room in a socket buffer */
    struct getdns_sockets sockets;
    const struct getdns_loop_hooks *hooks; /* NULL: no request has a tag */
    struct timer_wheel timers;
    size_t on_connections; /* queries in flight over TCP: their own events are timeouts only */
    struct receive_pause pause;
    unsigned served; /* read callbacks since the last wait */
    struct loop_event_list spare;
};

/* Makes room for the descriptor in the table. False: out of memory. */
bool getdns_loop_add_fd(struct getdns_loop *loop, int fd);
/* Registers the events in epoll unless they are registered already. */
bool getdns_loop_watch(struct getdns_loop *loop, int fd, uint32_t events);
void getdns_loop_add_write(struct getdns_loop *loop, struct loop_event *event);

bool getdns_loop_schedule_tcp(struct getdns_loop *loop, struct loop_event *event);
/* Reads and writes the connection until it would block. */
void getdns_loop_serve_tcp(struct getdns_loop *loop, int fd, bool readable, bool writable);

#endif
