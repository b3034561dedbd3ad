/*
 * The event loop under getdns: its getdns_eventloop interface on epoll, made for very many short-lived UDP
 * sockets.
 *
 * - A UDP socket can practically always be written, so write events of datagram sockets are served from a
 * queue, without a system call; docs/lookups.md has the measurements.
 * - Sockets just written are looked at once with poll(2) before epoll hears of them: a near resolver has
 * answered by then.
 * - A descriptor is taken out of epoll by closing it, which getdns does next anyway.
 * - getdns matches a datagram by its ID alone, whoever sent it (RFC 5452 9.1): one that does not come from
 * the resolver's own address and port is dropped here, before getdns sees it.
 * - A truncated datagram is taken before getdns sees it and handed to whoever made the loop: getdns would go
 * on over TCP with one descriptor for two owners, and close the connection under all others when that request
 * ends.
 * - Timeouts lie in a wheel on CLOCK_MONOTONIC: a step of the wall clock does not fire them.
 *
 * Ownership: getdns_loop_new / getdns_loop_free, after every context that uses it is destroyed (contexts
 * share one loop). Threads: one at a time.
 */
#ifndef IO_GETDNS_LOOP_H
#define IO_GETDNS_LOOP_H

#include <getdns/getdns_extra.h>

#include "audit/ipaddr.h"

struct getdns_loop;

/* A datagram with TC, for the request that was made under this tag. It must be cancelled: nothing else will
 * come. wire is valid during the call. */
typedef void truncated_fn(void *tag, const uint8_t *wire, size_t len);

/* NULL: no memory or no descriptor. Datagrams that were dropped are added to *strays (NULL: not counted). */
struct getdns_loop *getdns_loop_new(uint64_t *strays, truncated_fn *truncated);
/* The loop for one more context, whose datagrams come from this address and port. NULL: no memory. Lives as
 * long as the loop. */
getdns_eventloop *getdns_loop_join(struct getdns_loop *loop, const struct ipaddr *address, uint16_t port);
/* The events that are scheduled from now on belong to the request with this tag. */
void getdns_loop_tag(struct getdns_loop *loop, void *tag);
/* Serves what is ready, after waiting for it at most max_wait_ms. */
void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms);
void getdns_loop_free(struct getdns_loop *loop);

#endif
