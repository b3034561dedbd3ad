/*
 * Shared by the files of io/resolver/udp_sockets.
 *
 * udp_sockets.c            which socket carries a query, and how long a socket lives
 * udp_sockets_transfer.c   sending and receiving
 */
#ifndef IO_RESOLVER_UDP_SOCKETS_PRIVATE_H
#define IO_RESOLVER_UDP_SOCKETS_PRIVATE_H

#include <sys/socket.h>

#include "io/resolver/udp_sockets.h"

enum {
    UDP_BATCH = 32,       /* datagrams per system call */
    UDP_REPLY_MAX = 1536, /* more than was offered; a longer reply is cut, and asked for over TCP */
    UDP_BUCKETS = 4096,
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
    unsigned odd; /* strays that are no late replies */
    int64_t opened_ns;
    bool retired;                  /* takes no further query */
    bool has_room;                 /* in the queue of that name */
    bool busy;                     /* must not be freed now */
    bool blocked;                  /* has no room for more to send, during a flush */
    uint16_t ids[UDP_SOCKET_USES]; /* of all its queries */
    struct udp_query_queue unsent;
    TAILQ_ENTRY(udp_socket) link_room;
    TAILQ_ENTRY(udp_socket) link_unsent; /* while something is unsent */
    LIST_ENTRY(udp_socket) link;
};

struct inbox {
    uint8_t replies[UDP_BATCH][UDP_REPLY_MAX];
    struct iovec parts[UDP_BATCH];
    struct mmsghdr messages[UDP_BATCH];
};

struct udp_sockets {
    struct udp_sockets_hooks hooks;
    struct sockaddr_storage peer;
    socklen_t peer_size;
    int64_t now_ns;
    int64_t short_until_ns;       /* descriptors or ports are short */
    unsigned most;                /* sockets; 0: any number */
    struct socket_budget *budget; /* NULL: none */
    unsigned count;               /* of them */
    unsigned open;                /* those that take more queries */
    unsigned in_flight;           /* queries on a socket */
    struct udp_socket_list all;
    struct udp_socket_queue room;   /* those that take a query now; the first is next */
    struct udp_socket_queue unsent; /* those with something to send */
    struct udp_query_queue waiting; /* for a socket */
    struct udp_query_list by_id[UDP_BUCKETS];
    struct inbox inbox;
};

/* The query with this ID on the socket, or NULL. */
struct udp_query *udp_socket_find(const struct udp_socket *sock, uint16_t id);
/* The socket takes no further query. */
void udp_socket_retire(struct udp_socket *sock);
/* Closes a retired socket without queries, unless it is busy. */
void udp_socket_close_if_done(struct udp_socket *sock);
/* Takes an unsent query out of the queue of its socket. */
void udp_query_dequeue(struct udp_query *query);
/* Ends the query and reports the error. */
void udp_query_fail(struct udp_query *query, int error);
/* Fails all queries of the socket that were sent. False: there was none. */
bool udp_socket_fail_sent(struct udp_socket *sock, int error);
/* The queries of the socket wait for another one. Each query moves once. */
void udp_socket_move_queries(struct udp_socket *sock);
/* Gives sockets to the queries that wait, or fails them if there is nothing to wait for. */
void udp_sockets_place_waiting(struct udp_sockets *sockets);

#endif
