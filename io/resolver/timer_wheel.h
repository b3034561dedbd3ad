/*
 * Timers for very many deadlines, most of which are cancelled before they expire. A wheel of slots
 * makes starting and stopping a timer cost the same at any number of timers. A timer fires up to
 * one tick late, never early.
 *
 * Ownership: the wheel and its timers are the caller's; a timer is a field of the object that it is
 * for. Threads: one at a time. Times: CLOCK_MONOTONIC nanoseconds, so a step of the wall clock
 * fires nothing.
 */
#ifndef IO_RESOLVER_TIMER_WHEEL_H
#define IO_RESOLVER_TIMER_WHEEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

enum { TIMER_WHEEL_SLOTS = 1024, TIMER_WHEEL_TICK_NS = 4 * 1000 * 1000 };

struct timer {
    int64_t deadline_ns;
    bool running;
    LIST_ENTRY(timer) link;
};

LIST_HEAD(timer_list, timer);

struct timer_wheel {
    int64_t tick; /* the last one served */
    struct timer_list due;
    struct timer_list slots[TIMER_WHEEL_SLOTS]; /* a later round's timers stay in their slot */
};

void timer_wheel_init(struct timer_wheel *wheel, int64_t now_ns);
void timer_wheel_start(struct timer_wheel *wheel, struct timer *timer, int64_t deadline_ns);
/* Does nothing to a timer that is not running. */
void timer_wheel_stop(struct timer *timer);
/* Takes one expired timer off the wheel; NULL: there are no more. Between calls timers may be
 * started and stopped. */
struct timer *timer_wheel_fired(struct timer_wheel *wheel, int64_t now_ns);
/* Milliseconds until the next slot that holds a timer, at most max_wait_ms. */
int timer_wheel_wait_ms(const struct timer_wheel *wheel, int64_t now_ns, int max_wait_ms);

#endif
