/*
 * What getdns is given in the place of some calls of libraries: the program is linked with a getdns
 * whose references to socket, fcntl, sendto, recvfrom, close and arc4random lead here
 * (io/resolver/getdns_calls.syms). getdns opens and closes a socket for every UDP question; here it
 * gets a number that stands for one question on a shared socket (io/resolver/udp_sockets.h), and
 * knows no difference. Connections are real sockets as ever.
 *
 * Ownership: getdns_sockets_init / getdns_sockets_free. Threads: one at a time; which table a call
 * is about is the thread's own (getdns_sockets_enter), since these calls have no argument that
 * could tell.
 */
#ifndef IO_RESOLVER_GETDNS_CALLS_H
#define IO_RESOLVER_GETDNS_CALLS_H

#include <sys/queue.h>
#include <sys/socket.h>

#include "io/resolver/udp_sockets.h"

/* One UDP socket as getdns sees it. */
struct getdns_socket {
    struct udp_query query;      /* first: a parcel that comes back is its datagram */
    struct udp_sockets *sockets; /* by which it goes: set before it is sent */
    void *reader;                /* who waits for its reply; the loop's */
    void *tag;                   /* of the request it was opened for */
    const uint8_t *reply;        /* during the callback that reads it */
    size_t reply_size;
    int error;  /* of sending; told to whoever reads */
    int number; /* its descriptor, another one in each life */
    SLIST_ENTRY(getdns_socket) link_spare;
};

SLIST_HEAD(getdns_socket_list, getdns_socket);

struct getdns_sockets {
    struct getdns_socket **all; /* by the lower bits of the number */
    size_t count, room;
    void *tag; /* of those that are opened */
    size_t open;
    struct getdns_socket_list spare;
};

void getdns_sockets_init(struct getdns_sockets *sockets);
void getdns_sockets_free(struct getdns_sockets *sockets);
/* What this thread's calls are about from now on, until it is freed; NULL: nothing. Before getdns
 * is called. Returns what they were about. */
struct getdns_sockets *getdns_sockets_enter(struct getdns_sockets *sockets);
/* Is it the number of a datagram, rather than a descriptor? */
bool getdns_sockets_has(int fd);
/* NULL: it was closed. */
struct getdns_socket *getdns_sockets_find(const struct getdns_sockets *sockets, int fd);

/* As the calls of the C library. */
int getdns_calls_socket(int domain, int type, int protocol);
int getdns_calls_fcntl(int fd, int command, ...);
ssize_t getdns_calls_sendto(int fd, const void *octets, size_t size, int flags,
                            const struct sockaddr *to, socklen_t to_size);
ssize_t getdns_calls_recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                              socklen_t *from_size);
int getdns_calls_close(int fd);
/* As arc4random of libbsd, from which the IDs of queries are: that takes a lock of all threads, and
 * asks for the process's number, each time. Not to be called in a child of a process of several
 * threads. */
uint32_t getdns_calls_random(void);

#endif
