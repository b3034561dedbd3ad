#include "io/resolver/timer_wheel.h"

#include <stddef.h>

static int64_t tick_of(int64_t ns)
{
    return ns / TIMERS_TICK_NS;
}

static size_t slot_of(int64_t tick)
{
    return (size_t)tick & (TIMERS_SLOTS - 1);
}

void timers_init(struct timers *timers, int64_t now_ns)
{
    timers->tick = tick_of(now_ns);
    LIST_INIT(&timers->due);
    for (size_t i = 0; i < TIMERS_SLOTS; i++)
        LIST_INIT(&timers->slots[i]);
}

void timers_start(struct timers *timers, struct timer *timer, int64_t deadline_ns)
{
    /* A deadline in the tick being served would be seen only a whole round later. */
    int64_t tick = tick_of(deadline_ns);
    if (tick <= timers->tick)
        tick = timers->tick + 1;
    timer->deadline_ns = deadline_ns;
    timer->running = true;
    LIST_INSERT_HEAD(&timers->slots[slot_of(tick)], timer, link);
}

void timers_stop(struct timer *timer)
{
    if (timer->running)
        LIST_REMOVE(timer, link);
    timer->running = false;
}

static void serve_tick(struct timers *timers)
{
    struct timer *next, *timer;
    for (timer = LIST_FIRST(&timers->slots[slot_of(timers->tick)]); timer; timer = next) {
        next = LIST_NEXT(timer, link);
        if (tick_of(timer->deadline_ns) <= timers->tick) {
            LIST_REMOVE(timer, link);
            LIST_INSERT_HEAD(&timers->due, timer, link);
        }
    }
}

struct timer *timers_fired(struct timers *timers, int64_t now_ns)
{
    int64_t last = tick_of(now_ns);
    if (last - timers->tick > TIMERS_SLOTS)
        timers->tick = last - TIMERS_SLOTS;
    while (LIST_EMPTY(&timers->due) && timers->tick < last) {
        timers->tick++;
        serve_tick(timers);
    }
    struct timer *timer = LIST_FIRST(&timers->due);
    if (timer)
        timers_stop(timer);
    return timer;
}

int timers_wait_ms(const struct timers *timers, int64_t now_ns, int max_wait_ms)
{
    int64_t last = tick_of(now_ns) + (int64_t)max_wait_ms * 1000000 / TIMERS_TICK_NS + 1;
    for (int64_t tick = timers->tick + 1; tick <= last && tick <= timers->tick + TIMERS_SLOTS;
         tick++) {
        if (LIST_EMPTY(&timers->slots[slot_of(tick)]))
            continue;
        int64_t wait_ns = tick * TIMERS_TICK_NS - now_ns;
        int wait_ms = wait_ns > 0 ? (int)((wait_ns + 999999) / 1000000) : 0;
        return wait_ms < max_wait_ms ? wait_ms : max_wait_ms;
    }
    return max_wait_ms;
}
