/*
 * Replacements for some library calls of getdns. The program is linked with a copy of getdns whose
 * references to socket, connect, fcntl, sendto, recvfrom, close and arc4random lead here
 * (io/resolver/getdns_calls.syms). getdns opens and closes a UDP socket for every question; here it
 * gets a number for one query on a shared socket (io/resolver/udp_sockets.h) instead. TCP
 * connections are real sockets.
 *
 * Ownership: getdns_sockets_init / getdns_sockets_free. Threads: one at a time. The calls have no
 * argument for the table of sockets, so each thread has a current one (getdns_sockets_enter).
 */
#ifndef IO_RESOLVER_GETDNS_CALLS_H
#define IO_RESOLVER_GETDNS_CALLS_H

#include <sys/queue.h>
#include <sys/socket.h>

#include "io/resolver/udp_sockets.h"

/* One UDP socket as getdns sees it. */
struct getdns_socket {
    struct udp_query query;      /* first: the address of the query is that of its socket */
    struct udp_sockets *sockets; /* the real sockets; set before the query is sent */
    void *reader;                /* the loop's event that waits for the reply */
    void *tag;                   /* of the request that opened it */
    const uint8_t *reply;        /* during the callback that reads it */
    size_t reply_size;
    int error;  /* of sending; the next read fails with it */
    int number; /* in place of a descriptor; a new one each time it is opened */
    SLIST_ENTRY(getdns_socket) link_spare;
};

SLIST_HEAD(getdns_socket_list, getdns_socket);

struct getdns_sockets {
    struct getdns_socket **all; /* by the lower bits of the number */
    size_t count, room;
    void *tag; /* for the next socket that is opened */
    size_t open;
    /* Called before a descriptor is closed: its number may come back as another socket. NULL: not
     * called. */
    void (*closing)(struct getdns_sockets *sockets, int fd);
    int connect_error; /* of the last connection that failed at once; 0: none */
    struct getdns_socket_list spare;
};

void getdns_sockets_init(struct getdns_sockets *sockets);
void getdns_sockets_free(struct getdns_sockets *sockets);
/* Makes this the current table of the calling thread, until it is freed; NULL: none. Needed before
 * each call of getdns. Returns the previous table. */
struct getdns_sockets *getdns_sockets_enter(struct getdns_sockets *sockets);
/* Is this the number of a getdns_socket, not a descriptor? */
bool getdns_sockets_has(int fd);
/* NULL: the socket was closed. */
struct getdns_socket *getdns_sockets_find(const struct getdns_sockets *sockets, int fd);

/* Like the C library's functions of the same name. */
int getdns_calls_socket(int domain, int type, int protocol);
int getdns_calls_connect(int fd, const struct sockaddr *to, socklen_t to_size);
int getdns_calls_fcntl(int fd, int command, ...);
ssize_t getdns_calls_sendto(int fd, const void *octets, size_t size, int flags,
                            const struct sockaddr *to, socklen_t to_size);
ssize_t getdns_calls_recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                              socklen_t *from_size);
int getdns_calls_close(int fd);
/* Like arc4random, which getdns uses for query IDs. That of libbsd takes a global lock and calls
 * getpid each time. Do not call this after fork in a process of several threads. */
uint32_t getdns_calls_random(void);

#endif
