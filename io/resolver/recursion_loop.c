#include "io/resolver/recursion_loop.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/time.h>
#include <unistd.h>

#include "io/resolver/timer_wheel.h"
#include "io/system/clock.h"

enum { READY_MAX = 512 /* descriptors served per system call */ };

typedef void event_fn(int fd, short bits, void *argument);

struct loop_event {
    struct ub_event base; /* first: libunbound passes this pointer back */
    struct recursion_loop *loop;
    int fd; /* -1: a timeout only */
    short bits;
    bool active;
    bool watched; /* by epoll */
    event_fn *call;
    void *argument;
    struct timer timer;
};

/* Descriptor numbers are reused; the generation shows whether something that epoll reports is for
 * the present event with that number. */
struct watched_fd {
    struct loop_event *event;
    uint32_t generation;
};

struct recursion_loop {
    struct ub_event_base base; /* first, likewise */
    int epoll_fd;
    struct watched_fd *fds; /* by number */
    size_t fd_count;
    struct timer_wheel timers;
};

static struct loop_event *event_of(struct ub_event *base)
{
    return (struct loop_event *)base;
}

/* ---- descriptors ---- */

static bool make_room(struct recursion_loop *loop, int fd)
{
    size_t count = loop->fd_count ? loop->fd_count : 1024;

    while (count <= (size_t)fd)
        count *= 2;
    if (count == loop->fd_count)
        return true;
    struct watched_fd *fds = realloc(loop->fds, count * sizeof(*fds));
    if (!fds)
        return false;
    for (size_t i = loop->fd_count; i < count; i++)
        fds[i] = (struct watched_fd){0};
    loop->fds = fds;
    loop->fd_count = count;
    return true;
}

static bool watch(struct loop_event *event)
{
    struct recursion_loop *loop = event->loop;
    uint32_t wanted =
        (event->bits & UB_EV_READ ? EPOLLIN : 0) | (event->bits & UB_EV_WRITE ? EPOLLOUT : 0);

    if (event->fd < 0 || wanted == 0)
        return true;
    if (!make_room(loop, event->fd))
        return false;
    struct watched_fd *watched = &loop->fds[event->fd];
    watched->event = event;
    watched->generation++;
    struct epoll_event what = {
        .events = wanted, .data.u64 = (uint64_t)watched->generation << 32 | (uint32_t)event->fd};
    event->watched = epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, event->fd, &what) == 0;
    if (!event->watched)
        watched->event = NULL;
    return event->watched;
}

/* libunbound deactivates an event before it closes the descriptor. */
static void unwatch(struct loop_event *event)
{
    if (!event->watched)
        return;
    event->loop->fds[event->fd].event = NULL;
    event->loop->fds[event->fd].generation++;
    epoll_ctl(event->loop->epoll_fd, EPOLL_CTL_DEL, event->fd, NULL);
    event->watched = false;
}

/* ---- the methods of an event ---- */

static int deactivate(struct ub_event *base)
{
    struct loop_event *event = event_of(base);

    unwatch(event);
    timer_wheel_stop(&event->timer);
    event->active = false;
    return 0;
}

/* With a tick more, since the wheel knows no part of a tick: no timer fires early. */
static void start_timer(struct loop_event *event, const struct timeval *wait)
{
    int64_t wait_ns = (int64_t)wait->tv_sec * 1000000000 + (int64_t)wait->tv_usec * 1000;

    timer_wheel_start(&event->loop->timers, &event->timer,
                      clock_monotonic_ns() + TIMER_WHEEL_TICK_NS + wait_ns);
}

static int activate(struct ub_event *base, struct timeval *wait)
{
    struct loop_event *event = event_of(base);

    if (event->active)
        deactivate(base);
    if (!watch(event))
        return -1;
    if (wait && event->bits & UB_EV_TIMEOUT)
        start_timer(event, wait);
    event->active = true;
    return 0;
}

static int activate_timer(struct ub_event *base, struct ub_event_base *loop, event_fn *call,
                          void *argument, struct timeval *wait)
{
    struct loop_event *event = event_of(base);

    (void)loop;
    if (event->active)
        deactivate(base);
    event->call = call;
    event->argument = argument;
    start_timer(event, wait);
    event->active = true;
    return 0;
}

static void add_bits(struct ub_event *base, short bits)
{
    event_of(base)->bits = (short)(event_of(base)->bits | bits);
}

static void remove_bits(struct ub_event *base, short bits)
{
    event_of(base)->bits = (short)(event_of(base)->bits & ~bits);
}

static void set_fd(struct ub_event *base, int fd)
{
    event_of(base)->fd = fd;
}

static void free_event(struct ub_event *base)
{
    deactivate(base);
    free(event_of(base));
}

static int refuse_signal(struct ub_event *base, struct timeval *wait)
{
    (void)base, (void)wait;
    return -1;
}

static int end_signal(struct ub_event *base)
{
    (void)base;
    return -1;
}

static void end_windows_event(struct ub_event *base)
{
    (void)base;
}

static void on_windows_block(struct ub_event *base, int bits)
{
    (void)base, (void)bits;
}

static struct ub_event_vmt EVENT_METHODS = {
    .add_bits = add_bits,
    .del_bits = remove_bits,
    .set_fd = set_fd,
    .free = free_event,
    .add = activate,
    .del = deactivate,
    .add_timer = activate_timer,
    .del_timer = deactivate,
    .add_signal = refuse_signal,
    .del_signal = end_signal,
    .winsock_unregister_wsaevent = end_windows_event,
    .winsock_tcp_wouldblock = on_windows_block,
};

/* ---- the methods of the loop ---- */

static struct ub_event *new_event(struct ub_event_base *base, int fd, short bits, event_fn *call,
                                  void *argument)
{
    struct loop_event *event = calloc(1, sizeof(*event));

    if (!event)
        return NULL;
    event->base = (struct ub_event){.magic = UB_EVENT_MAGIC, .vmt = &EVENT_METHODS};
    event->loop = (struct recursion_loop *)base;
    event->fd = fd;
    event->bits = bits;
    event->call = call;
    event->argument = argument;
    return &event->base;
}

static struct ub_event *refuse_new_signal(struct ub_event_base *base, int number, event_fn *call,
                                          void *argument)
{
    (void)base, (void)number, (void)call, (void)argument;
    return NULL;
}

static struct ub_event *refuse_windows_event(struct ub_event_base *base, void *what, event_fn *call,
                                             void *argument)
{
    (void)base, (void)what, (void)call, (void)argument;
    return NULL;
}

static void free_nothing(struct ub_event_base *base)
{
    (void)base;
}

static int refuse_dispatch(struct ub_event_base *base)
{
    (void)base;
    return -1;
}

static int exit_nothing(struct ub_event_base *base, struct timeval *wait)
{
    (void)base, (void)wait;
    return 0;
}

static struct ub_event_base_vmt LOOP_METHODS = {
    .free = free_nothing,
    .dispatch = refuse_dispatch,
    .loopexit = exit_nothing,
    .new_event = new_event,
    .new_signal = refuse_new_signal,
    .winsock_register_wsaevent = refuse_windows_event,
};

/* ---- running ---- */

static void serve_ready(struct recursion_loop *loop, const struct epoll_event *ready)
{
    struct watched_fd *watched = &loop->fds[(uint32_t)ready->data.u64];
    struct loop_event *event = watched->event;
    bool broken = ready->events & (EPOLLERR | EPOLLHUP);
    int bits = (broken || ready->events & EPOLLIN ? UB_EV_READ : 0) |
               (broken || ready->events & EPOLLOUT ? UB_EV_WRITE : 0);

    if (!event || watched->generation != ready->data.u64 >> 32)
        return;
    if (!(event->bits & UB_EV_PERSIST))
        deactivate(&event->base);
    event->call(event->fd, (short)(bits & event->bits), event->argument);
}

static void serve_timeouts(struct recursion_loop *loop)
{
    int64_t now = clock_monotonic_ns();
    struct timer *timer;

    while ((timer = timer_wheel_fired(&loop->timers, now))) {
        struct loop_event *event =
            (struct loop_event *)((char *)timer - offsetof(struct loop_event, timer));
        event->active = event->watched;
        event->call(event->fd, UB_EV_TIMEOUT, event->argument);
    }
}

void recursion_loop_run(struct recursion_loop *loop, int max_wait_ms)
{
    struct epoll_event ready[READY_MAX];
    int wait_ms = timer_wheel_wait_ms(&loop->timers, clock_monotonic_ns(), max_wait_ms);
    int count = epoll_wait(loop->epoll_fd, ready, READY_MAX, wait_ms);

    for (int i = 0; i < count; i++)
        serve_ready(loop, &ready[i]);
    /* After the process was stopped for a while more replies may be ready: they were in time. */
    if (count < READY_MAX)
        serve_timeouts(loop);
}

struct recursion_loop *recursion_loop_new(void)
{
    struct recursion_loop *loop = calloc(1, sizeof(*loop));

    if (!loop)
        return NULL;
    loop->base = (struct ub_event_base){.magic = UB_EVENT_MAGIC, .vmt = &LOOP_METHODS};
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        free(loop);
        return NULL;
    }
    timer_wheel_init(&loop->timers, clock_monotonic_ns());
    return loop;
}

struct ub_event_base *recursion_loop_base(struct recursion_loop *loop)
{
    return &loop->base;
}

void recursion_loop_free(struct recursion_loop *loop)
{
    if (!loop)
        return;
    close(loop->epoll_fd);
    free(loop->fds);
    free(loop);
}
