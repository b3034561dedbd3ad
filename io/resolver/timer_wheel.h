/*
 * Very many timers, most of which are stopped before they fire: a wheel of slots, so that to start
 * and to stop one costs the same however many there are. They fire up to a slot's width late, never
 * early.
 *
 * Ownership: the caller's, a timer lies inside what it belongs to; timer_wheel_init. Threads: one
 * at a time. Times: CLOCK_MONOTONIC nanoseconds, so that a step of the wall clock fires nothing.
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
    int64_t tick; /* the last one that was served */
    struct timer_list due;
    struct timer_list
        slots[TIMER_WHEEL_SLOTS]; /* later deadlines stay in their slot for another round */
};

void timer_wheel_init(struct timer_wheel *wheel, int64_t now_ns);
void timer_wheel_start(struct timer_wheel *wheel, struct timer *timer, int64_t deadline_ns);
/* One that is not running is left alone. */
void timer_wheel_stop(struct timer *timer);
/* One that has fired and does not run any more; NULL: there is no other. Meanwhile any may be
 * started and stopped. */
struct timer *timer_wheel_fired(struct timer_wheel *wheel, int64_t now_ns);
/* Milliseconds until the next slot that has a timer, if that comes within max_wait_ms. */
int timer_wheel_wait_ms(const struct timer_wheel *wheel, int64_t now_ns, int max_wait_ms);

#endif
