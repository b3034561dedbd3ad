/*
 * The event loop under getdns: an implementation of its getdns_eventloop interface on epoll.
 *
 * - UDP queries share sockets (io/resolver/getdns_calls.h, io/resolver/udp_sockets.h), and are
 *   written without waiting for room in a socket buffer; docs/getdns.md has the measurements.
 * - getdns would match a datagram by its ID alone, whatever its source (RFC 5452 9.1). It sees no
 *   datagram: io/resolver/udp_sockets.h finds the query that one answers.
 * - A TCP connection stays registered in epoll, which is called only when its events change. It is
 *   read and written in bursts: getdns moves one message a callback, so the callback is repeated
 *   until the socket would block. A burst leaves in full segments.
 * - When many replies are awaited from a distant resolver, a short pause lets several arrive before
 *   they are read (io/resolver/receive_pause.h).
 * - Timeouts use CLOCK_MONOTONIC (io/resolver/timer_wheel.h), so a step of the wall clock does not
 *   fire them.
 *
 * Ownership: getdns_loop_new / getdns_loop_free, after all contexts that use it were destroyed; the
 * contexts share one loop. Threads: one at a time.
 */
#ifndef IO_RESOLVER_GETDNS_LOOP_H
#define IO_RESOLVER_GETDNS_LOOP_H

#include <getdns/getdns_extra.h>

#include "audit/ipaddr.h"

struct getdns_sockets;
struct getdns_loop;
struct socket_budget;

struct getdns_loop *getdns_loop_new(void); /* NULL: no memory or no descriptor */
/* From now on *strays is incremented for each datagram that answers no open question; NULL: they
 * are not counted. */
void getdns_loop_count_strays(struct getdns_loop *loop, uint64_t *strays);
/* Contexts that join from now on have at most this number of UDP sockets each; 0: any number. */
void getdns_loop_limit_sockets(struct getdns_loop *loop, unsigned most);
/* Contexts that join from now on take their UDP sockets from it, as in udp_sockets_share. */
void getdns_loop_share_sockets(struct getdns_loop *loop, struct socket_budget *budget);
/* The loop for one more context, whose UDP replies come from this address and port. It lives as
 * long as the loop. NULL: out of memory. */
getdns_eventloop *getdns_loop_join(struct getdns_loop *loop, const struct ipaddr *address,
                                   uint16_t port);
/* From now on *repeats is incremented for each UDP query that is sent a second time, from another
 * port, because somebody guesses IDs; NULL: they are not counted. */
void getdns_loop_count_repeats(struct getdns_loop *loop, uint64_t *repeats);
/* What happens to the UDP query of a request with a tag. getdns does not see it. */
struct getdns_loop_hooks {
    /* A reply came; it is valid during the call. The receiver must cancel the request. */
    void (*replied)(void *tag, const uint8_t *reply, size_t size);
    /* The query could not be sent, or the resolver's host refused it: an errno. The receiver must
     * cancel the request. */
    void (*failed)(void *tag, int error);
    /* A datagram has the ID of the query, but does not answer it. The query still waits. */
    void (*mismatched)(void *tag);
};
/* They outlive the loop. */
void getdns_loop_set_hooks(struct getdns_loop *loop, const struct getdns_loop_hooks *hooks);
/* Sets the tag of the request that getdns makes next; NULL: getdns reads its reply itself. */
void getdns_loop_tag(struct getdns_loop *loop, void *tag);
/* Call it before getdns is called for a context of this loop (getdns_loop_run does so itself). It
 * returns the state of the loop that was active before. A caller that may be inside a callback of
 * another loop must pass that state to getdns_loop_leave before getdns goes on there. */
struct getdns_sockets *getdns_loop_enter(struct getdns_loop *loop);
/* The errno of a connection that failed at once since the last call; 0: none did. */
int getdns_loop_take_connect_error(struct getdns_loop *loop);
void getdns_loop_leave(struct getdns_sockets *before);
/* Reports how long a reply took, for the pause before replies are read. */
void getdns_loop_note_latency(struct getdns_loop *loop, int64_t latency_ns);
/* Serves what is ready, after waiting for it at most max_wait_ms. */
void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms);
void getdns_loop_free(struct getdns_loop *loop);

#endif
