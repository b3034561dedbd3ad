/*
 * Datagram sockets to one resolver, each shared by many questions. A socket a question costs more
 * than all the rest of a lookup (docs/getdns.md): made, bound, closed. Here a socket carries up to
 * PORT_FILL questions at a time and PORT_USES in its life, of PORT_AGE_S at most; then another one,
 * with another port, takes its place, so that whoever forges replies (RFC 5452 9.2) has found a
 * port out in vain by then.
 *
 * - What is awaited on one socket fits its receive buffer, however the replies come: none is lost
 * there.
 * - A reply belongs to the question with its ID on its socket. What comes from another address or
 * port than the resolver's (RFC 5452 9.1), or belongs to no question, is a stray.
 * - Datagrams are sent and received in batches: ports_send queues, ports_flush sends.
 * - The first few sockets are filled evenly: a server that shares its clients out among threads
 * does so by their ports.
 *
 * Ownership: ports_new / ports_free; a parcel is the caller's, and lies inside what it belongs to.
 * Threads: one at a time. The hooks may call everything here but ports_flush, ports_receive and
 * ports_free; failed may not call ports_send either, since what fails again at once would keep the
 * flush for ever.
 */
#ifndef IO_RESOLVER_UDP_SOCKETS_H
#define IO_RESOLVER_UDP_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "audit/ipaddr.h"

enum {
    PORT_FILL =
        64, /* the kernel takes up to 2,304 octets for a reply; 212,992 is its usual buffer */
    PORT_USES = 256,
    PORT_AGE_S = 10,  /* takes no question after that */
    PARCEL_MAX = 288, /* header, the longest name, type, class, and an empty OPT record: 282 */
};

struct ports;
struct port;

/* One question under way. All zero: it is not. */
struct parcel {
    struct port *port; /* NULL: it is not under way */
    bool unsent;
    uint16_t id;
    uint16_t size;
    LIST_ENTRY(parcel) link_id;
    TAILQ_ENTRY(parcel) link_unsent;
    uint8_t query[PARCEL_MAX];
};

struct ports_hooks {
    void *context;
    /* A socket that was opened is to be watched for what can be read; false with errno set: it
     * cannot be, and is closed again. */
    bool (*opened)(void *context, int fd, struct port *port);
    /* Follows opened, whatever that said. */
    void (*closing)(void *context, int fd);
    /* The reply is valid during the call. */
    void (*arrived)(void *context, struct parcel *parcel, const uint8_t *reply, size_t size);
    /* It could not be sent: an errno. */
    void (*failed)(void *context, struct parcel *parcel, int error);
    void (*stray)(void *context);
};

/* NULL: no memory. */
struct ports *ports_new(const struct ipaddr *address, uint16_t port,
                        const struct ports_hooks *hooks);
/* Takes a copy of the query. False with errno set: no socket, or too long. */
bool ports_send(struct ports *ports, struct parcel *parcel, const void *query, size_t size,
                int64_t now_ns) __attribute__((warn_unused_result));
/* The question is over, whatever became of it; one that is not under way is left alone. */
void ports_end(struct parcel *parcel);
/* Sends what is queued. False: some of it has to wait for room in a buffer. */
bool ports_flush(struct ports *ports);
/* Reads what has come in. */
void ports_receive(struct port *port);
/* NULL is allowed. Questions that are under way must not be ended any more. */
void ports_free(struct ports *ports);

#endif
