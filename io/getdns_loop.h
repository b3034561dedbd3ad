/*
 * The event loop under getdns: its getdns_eventloop interface on epoll, made for very many short-lived UDP
 * sockets.
 *
 * - A UDP socket can practically always be written, so write events of datagram sockets are served from a
 * queue, without a system call; docs/lookups.md has the measurements.
 * - Sockets just written are looked at once with poll(2) before epoll hears of them: a near resolver has
 * answered by then.
 * - A datagram socket is taken out of epoll by closing it, which getdns does next anyway. A connection stays
 * there, and epoll hears of it only what changes.
 * - A connection is read and written in bursts: getdns moves one message a callback, so it is called again
 * until the socket has nothing left, or no room. What a burst writes leaves in full segments.
 * - getdns matches a datagram by its ID alone, whoever sent it (RFC 5452 9.1): one that does not come from
 * the resolver's own address and port is dropped here, before getdns sees it.
 * - Where very many replies are awaited on connections from far away, a moment's pause lets several of them
 * come at a time.
 * - Timeouts are on CLOCK_MONOTONIC (io/timers.h): a step of the wall clock does not fire them.
 *
 * Ownership: getdns_loop_new / getdns_loop_free, after every context that uses it is destroyed (contexts
 * share one loop). Threads: one at a time.
 */
#ifndef IO_GETDNS_LOOP_H
#define IO_GETDNS_LOOP_H

#include <getdns/getdns_extra.h>

#include "audit/ipaddr.h"

struct getdns_loop;

struct getdns_loop *getdns_loop_new(void); /* NULL: no memory or no descriptor */
/* Datagrams that were no reply to a question under way are added to *strays from now on; NULL: nowhere. */
void getdns_loop_count_strays(struct getdns_loop *loop, uint64_t *strays);
/* The loop for one more context, whose datagrams come from this address and port. NULL: no memory. Lives as
 * long as the loop. */
getdns_eventloop *getdns_loop_join(struct getdns_loop *loop, const struct ipaddr *address, uint16_t port);
/* Serves what is ready, after waiting for it at most max_wait_ms. */
void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms);
void getdns_loop_free(struct getdns_loop *loop);

#endif
