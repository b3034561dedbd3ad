#include "io/resolver/timer_wheel.h"

#include <stddef.h>

static int64_t tick_of(int64_t ns)
{
    return ns / TIMER_WHEEL_TICK_NS;
}

static size_t slot_of(int64_t tick)
{
    return (size_t)tick & (TIMER_WHEEL_SLOTS - 1);
}

void timer_wheel_init(struct timer_wheel *wheel, int64_t now_ns)
{
    wheel->tick = tick_of(now_ns);
    LIST_INIT(&wheel->due);
    for (size_t i = 0; i < TIMER_WHEEL_SLOTS; i++)
        LIST_INIT(&wheel->slots[i]);
}

void timer_wheel_start(struct timer_wheel *wheel, struct timer *timer, int64_t deadline_ns)
{
    /* The slot of the tick that is being served is not looked at again until the next round. */
    int64_t tick = tick_of(deadline_ns);
    if (tick <= wheel->tick)
        tick = wheel->tick + 1;
    timer->deadline_ns = deadline_ns;
    timer->running = true;
    LIST_INSERT_HEAD(&wheel->slots[slot_of(tick)], timer, link);
}

void timer_wheel_stop(struct timer *timer)
{
    if (timer->running)
        LIST_REMOVE(timer, link);
    timer->running = false;
}

static void serve_tick(struct timer_wheel *wheel)
{
    struct timer *next, *timer;

    for (timer = LIST_FIRST(&wheel->slots[slot_of(wheel->tick)]); timer; timer = next) {
        next = LIST_NEXT(timer, link);
        if (tick_of(timer->deadline_ns) <= wheel->tick) {
            LIST_REMOVE(timer, link);
            LIST_INSERT_HEAD(&wheel->due, timer, link);
        }
    }
}

struct timer *timer_wheel_fired(struct timer_wheel *wheel, int64_t now_ns)
{
    int64_t last = tick_of(now_ns);

    if (last - wheel->tick > TIMER_WHEEL_SLOTS)
        wheel->tick = last - TIMER_WHEEL_SLOTS;
    while (LIST_EMPTY(&wheel->due) && wheel->tick < last) {
        wheel->tick++;
        serve_tick(wheel);
    }
    struct timer *timer = LIST_FIRST(&wheel->due);
    if (timer)
        timer_wheel_stop(timer);
    return timer;
}

int timer_wheel_wait_ms(const struct timer_wheel *wheel, int64_t now_ns, int max_wait_ms)
{
    int64_t last = tick_of(now_ns) + (int64_t)max_wait_ms * 1000000 / TIMER_WHEEL_TICK_NS + 1;

    for (int64_t tick = wheel->tick + 1; tick <= last && tick <= wheel->tick + TIMER_WHEEL_SLOTS;
         tick++) {
        if (LIST_EMPTY(&wheel->slots[slot_of(tick)]))
            continue;
        int64_t wait_ns = tick * TIMER_WHEEL_TICK_NS - now_ns;
        int wait_ms = wait_ns > 0 ? (int)((wait_ns + 999999) / 1000000) : 0;
        return wait_ms < max_wait_ms ? wait_ms : max_wait_ms;
    }
    return max_wait_ms;
}
