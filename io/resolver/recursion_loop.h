/*
 * The event loop under libunbound: an implementation of its ub_event_base on epoll and the timer
 * wheel, so that recursion runs in the thread that asks, without threads or pipes of its own.
 *
 * Events fire as in the loop that libunbound brings along (util/mini_event.c there): an event
 * without UB_EV_PERSIST is deactivated before its callback; a timeout ends the timer alone.
 * Timeouts use CLOCK_MONOTONIC, so a step of the wall clock does not fire them.
 *
 * Ownership: recursion_loop_new / recursion_loop_free, after the libunbound context that uses it
 * was deleted. Threads: one at a time.
 */
#ifndef IO_RESOLVER_RECURSION_LOOP_H
#define IO_RESOLVER_RECURSION_LOOP_H

#include <stdbool.h>
#include <unbound-event.h>

struct recursion_loop;

struct recursion_loop *recursion_loop_new(void); /* NULL: no memory or no descriptor */
struct ub_event_base *recursion_loop_base(struct recursion_loop *loop);
/* Serves what is ready, after waiting for it at most max_wait_ms. */
void recursion_loop_run(struct recursion_loop *loop, int max_wait_ms);
void recursion_loop_free(struct recursion_loop *loop);

#endif
