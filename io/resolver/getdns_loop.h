/*
 * The event loop under getdns: its getdns_eventloop interface on epoll.
 *
 * - Datagrams go over sockets that questions share (io/resolver/getdns_calls.h,
 * io/resolver/udp_sockets.h), and are written without waiting for room: docs/getdns.md has the
 * measurements.
 * - getdns matches a datagram by its ID alone, whoever sent it (RFC 5452 9.1): one that does not
 * come from the resolver's own address and port is dropped before getdns sees it.
 * - A connection stays in epoll, which hears only what changes of it, and is read and written in
 * bursts: getdns moves one message a callback, so it is called again until the socket has nothing
 * left, or no room. What a burst writes leaves in full segments.
 * - Where very many replies are awaited from far away, a moment's pause lets several of them come
 * at a time.
 * - Timeouts are on CLOCK_MONOTONIC (io/resolver/timer_wheel.h): a step of the wall clock does not
 * fire them.
 *
 * Ownership: getdns_loop_new / getdns_loop_free, after every context that uses it is destroyed
 * (contexts share one loop). Threads: one at a time.
 */
#ifndef IO_RESOLVER_GETDNS_LOOP_H
#define IO_RESOLVER_GETDNS_LOOP_H

#include <getdns/getdns_extra.h>

#include "audit/ipaddr.h"

struct getdns_sockets;
struct getdns_loop;

struct getdns_loop *getdns_loop_new(void); /* NULL: no memory or no descriptor */
/* Datagrams that were no reply to a question under way are added to *strays from now on; NULL:
 * nowhere. */
void getdns_loop_count_strays(struct getdns_loop *loop, uint64_t *strays);
/* The loop for one more context, whose datagrams come from this address and port. NULL: no memory.
 * Lives as long as the loop. */
getdns_eventloop *getdns_loop_join(struct getdns_loop *loop, const struct ipaddr *address,
                                   uint16_t port);
/* Hands a reply that came in a datagram to the request it answers, whose tag is given, before
 * getdns reads it: it is for the receiver to take the request back. The reply is valid during the
 * call. */
typedef void datagram_claim_fn(void *tag, const uint8_t *reply, size_t size);
/* Without it getdns reads all replies itself. */
void getdns_loop_claim_datagrams(struct getdns_loop *loop, datagram_claim_fn *claim);
/* The request that getdns is about to make; NULL: it is made. */
void getdns_loop_tag(struct getdns_loop *loop, void *tag);
/* Before a thread calls getdns for a context of this loop (getdns_loop_run does it as well). Where
 * another loop's callback may be under way, that is gone back to with what is returned: getdns goes
 * on in it. */
struct getdns_sockets *getdns_loop_enter(struct getdns_loop *loop);
void getdns_loop_leave(struct getdns_sockets *before);
/* How long a reply took: where the resolver is far away, replies are gathered
 * (io/resolver/receive_pause.h). */
void getdns_loop_note_latency(struct getdns_loop *loop, int64_t latency_ns);
/* Serves what is ready, after waiting for it at most max_wait_ms. */
void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms);
void getdns_loop_free(struct getdns_loop *loop);

#endif
