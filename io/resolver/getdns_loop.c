#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "io/resolver/getdns_loop_private.h"
#include "io/system/clock.h"

enum {
    READY_MAX = 512,           /* descriptors served per system call */
    CONNECTION_IDLE_MS = 1000, /* see timeout_of */
    UNSENT_WAIT_MS = 1,
};

#define NO_TIMEOUT UINT64_MAX

static struct getdns_loop *loop_of(getdns_eventloop *base)
{
    return ((struct context_loop *)base)->loop;
}

static struct loop_event *event_new(struct getdns_loop *loop)
{
    struct loop_event *event = LIST_FIRST(&loop->spare);

    if (event)
        LIST_REMOVE(event, link_spare);
    else
        event = malloc(sizeof(*event));
    return event;
}

bool getdns_loop_add_fd(struct getdns_loop *loop, int fd)
{
    if ((size_t)fd < loop->fd_count)
        return true;
    size_t count = loop->fd_count ? loop->fd_count : 1024;
    while (count <= (size_t)fd)
        count *= 2;
    struct watched_fd *fds = realloc(loop->fds, count * sizeof(*fds));
    if (!fds)
        return false;
    for (size_t i = loop->fd_count; i < count; i++)
        fds[i] = (struct watched_fd){0};
    loop->fds = fds;
    loop->fd_count = count;
    return true;
}

bool getdns_loop_watch(struct getdns_loop *loop, int fd, uint32_t events)
{
    struct watched_fd *watched = &loop->fds[fd];

    if (watched->watched == events)
        return true;
    watched->generation++;
    struct epoll_event what = {.events = events,
                               .data.u64 = (uint64_t)watched->generation << 32 | (uint32_t)fd};
    int likely = watched->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int other = watched->watched ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    bool good =
        epoll_ctl(loop->epoll_fd, likely, fd, &what) == 0 ||
        ((errno == EEXIST || errno == ENOENT) && epoll_ctl(loop->epoll_fd, other, fd, &what) == 0);
    watched->watched = good ? events : 0;
    return good;
}

/* epoll forgets a descriptor that is closed. */
static void forget_fd(struct getdns_loop *loop, int fd)
{
    if (fd < 0 || (size_t)fd >= loop->fd_count)
        return;
    loop->fds[fd].udp = NULL;
    loop->fds[fd].watched = 0;
    loop->fds[fd].generation++;
}

static void on_connection_closing(struct getdns_sockets *sockets, int fd)
{
    forget_fd((struct getdns_loop *)((char *)sockets - offsetof(struct getdns_loop, sockets)), fd);
}

void getdns_loop_add_write(struct getdns_loop *loop, struct loop_event *event)
{
    TAILQ_INSERT_TAIL(&loop->writes, event, link);
    loop->write_count++;
    event->to_write = true;
}

static void remove_write(struct getdns_loop *loop, struct loop_event *event)
{
    TAILQ_REMOVE(&loop->writes, event, link);
    loop->write_count--;
    event->to_write = false;
}

static bool schedule_udp(struct getdns_loop *loop, struct loop_event *event,
                         const struct context_loop *context)
{
    event->socket = getdns_sockets_find(&loop->sockets, event->fd);
    if (!event->socket)
        return false;
    event->socket->reader = event;
    event->socket->sockets = context->udp;
    if (event->callbacks->write_cb)
        getdns_loop_add_write(loop, event);
    return true;
}

static void forget(struct getdns_loop *loop, struct loop_event *event)
{
    int fd = event->fd;

    timer_wheel_stop(&event->timer);
    if (event->to_write)
        remove_write(loop, event);
    if (event->socket && event->socket->reader == event)
        event->socket->reader = NULL;
    if (fd >= 0 && (size_t)fd < loop->fd_count && loop->fds[fd].event == event)
        loop->fds[fd].event = NULL;
    LIST_INSERT_HEAD(&loop->spare, event, link_spare);
    loop->on_connections -= fd < 0;
}

/* Milliseconds. Unless the server offers keepalive (RFC 7828), getdns closes a connection as soon
 * as nothing is in flight on it, and each lull between two bursts would cost a new connection. So
 * an idle connection is kept for CONNECTION_IDLE_MS. That is less than the timeout of a try: on a
 * server that accepts no more connections, the first connection of another thread may wait until
 * this one is closed. */
static int64_t timeout_of(const struct loop_event *event, uint64_t timeout_ms)
{
    const getdns_eventloop_event *callbacks = event->callbacks;
    bool idle = event->fd >= 0 && !event->socket && callbacks->read_cb && !callbacks->write_cb;

    if (idle && timeout_ms < CONNECTION_IDLE_MS)
        return CONNECTION_IDLE_MS;
    return timeout_ms < INT32_MAX ? (int64_t)timeout_ms : INT32_MAX;
}

static getdns_return_t loop_schedule(getdns_eventloop *base, int fd, uint64_t timeout,
                                     getdns_eventloop_event *callbacks)
{
    struct getdns_loop *loop = loop_of(base);
    struct loop_event *event = event_new(loop);

    if (!event)
        return GETDNS_RETURN_MEMORY_ERROR;
    *event = (struct loop_event){.callbacks = callbacks, .fd = fd};
    loop->on_connections += fd < 0;
    if (getdns_sockets_has(fd) ? !schedule_udp(loop, event, (const struct context_loop *)base)
                               : !getdns_loop_schedule_tcp(loop, event)) {
        forget(loop, event);
        return GETDNS_RETURN_GENERIC_ERROR;
    }
    /* The coarse clock is up to one tick late: add a tick, so that no timer fires early. */
    if (callbacks->timeout_cb && timeout != NO_TIMEOUT)
        timer_wheel_start(&loop->timers, &event->timer,
                          clock_coarse_ns() + TIMER_WHEEL_TICK_NS +
                              timeout_of(event, timeout) * 1000000);
    callbacks->ev = event;
    return GETDNS_RETURN_GOOD;
}

static getdns_return_t loop_clear(getdns_eventloop *base, getdns_eventloop_event *callbacks)
{
    if (callbacks->ev)
        forget(loop_of(base), callbacks->ev);
    callbacks->ev = NULL;
    return GETDNS_RETURN_GOOD;
}

/* Serves only what was queued before: a callback may queue more, and sending must not starve
 * receiving. */
static void serve_writes(struct getdns_loop *loop)
{
    struct loop_event *event;
    struct context_loop *context;

    for (size_t batch = loop->write_count; batch > 0 && (event = TAILQ_FIRST(&loop->writes));
         batch--) {
        remove_write(loop, event);
        if (event->socket)
            event->callbacks->write_cb(event->callbacks->userarg);
        else
            getdns_loop_serve_tcp(loop, event->fd, false, true);
    }
    loop->unsent = false;
    for (context = LIST_FIRST(&loop->contexts); context; context = LIST_NEXT(context, link))
        loop->unsent |= !udp_sockets_flush(context->udp, clock_coarse_ns());
}

static void read_datagram(struct udp_query *query)
{
    const struct loop_event *event = ((struct getdns_socket *)query)->reader;

    if (event && event->callbacks->read_cb)
        event->callbacks->read_cb(event->callbacks->userarg);
}

static void on_stray(void *context, struct udp_query *near)
{
    const struct getdns_loop *loop = context;
    void *tag = near ? ((struct getdns_socket *)near)->tag : NULL;

    if (loop->strays)
        ++*loop->strays;
    if (tag)
        loop->hooks->mismatched(tag);
}

static void on_moved(void *context)
{
    const struct getdns_loop *loop = context;

    if (loop->repeats)
        ++*loop->repeats;
}

static void on_arrived(void *context, struct udp_query *query, const uint8_t *reply, size_t size)
{
    struct getdns_loop *loop = context;
    struct getdns_socket *sock = (struct getdns_socket *)query;

    loop->served++;
    if (sock->tag) {
        loop->hooks->replied(sock->tag, reply, size);
        return;
    }
    sock->reply = reply;
    sock->reply_size = size;
    read_datagram(query);
    sock->reply = NULL;
}

static void on_failed(void *context, struct udp_query *query, int error)
{
    const struct getdns_loop *loop = context;
    struct getdns_socket *sock = (struct getdns_socket *)query;

    if (sock->tag) {
        loop->hooks->failed(sock->tag, error);
        return;
    }
    sock->error = error;
    read_datagram(query);
}

static bool on_opened(void *context, int fd, struct udp_socket *sock)
{
    struct getdns_loop *loop = context;

    if (!getdns_loop_add_fd(loop, fd))
        return false;
    loop->fds[fd].watched = 0;
    loop->fds[fd].udp = sock;
    return getdns_loop_watch(loop, fd, EPOLLIN);
}

static void on_closing(void *context, int fd)
{
    forget_fd(context, fd);
}

static void serve_ready(struct getdns_loop *loop, const struct epoll_event *ready)
{
    int fd = (int)(uint32_t)ready->data.u64;
    struct watched_fd *watched = &loop->fds[fd];
    bool broken = ready->events & (EPOLLERR | EPOLLHUP);

    if (watched->generation != ready->data.u64 >> 32)
        return;
    if (watched->udp) {
        udp_socket_receive(watched->udp);
    } else if (watched->event) {
        getdns_loop_serve_tcp(loop, fd, broken || ready->events & EPOLLIN,
                              broken || ready->events & EPOLLOUT);
    } else { /* open, but nothing waits for it: epoll would report it for ever */
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        watched->watched = 0;
    }
}

static struct loop_event *event_of(struct timer *timer)
{
    return (struct loop_event *)((char *)timer - offsetof(struct loop_event, timer));
}

static void serve_timeouts(struct getdns_loop *loop)
{
    int64_t now = clock_monotonic_ns();
    struct timer *timer;

    while ((timer = timer_wheel_fired(&loop->timers, now))) {
        const struct loop_event *event = event_of(timer);
        event->callbacks->timeout_cb(event->callbacks->userarg);
    }
}

static int wait_for(const struct getdns_loop *loop, int max_wait_ms)
{
    if (loop->write_count > 0)
        return 0;
    if (loop->unsent && max_wait_ms > UNSENT_WAIT_MS)
        max_wait_ms = UNSENT_WAIT_MS;
    return timer_wheel_wait_ms(&loop->timers, clock_monotonic_ns(), max_wait_ms);
}

static void pause_for_more(struct getdns_loop *loop)
{
    size_t over_udp = loop->sockets.open;
    int64_t pause_ns = receive_pause_ns(&loop->pause, over_udp + loop->on_connections,
                                        loop->on_connections > over_udp, loop->served);
    struct timespec pause = {.tv_nsec = (long)pause_ns};

    if (pause.tv_nsec > 0)
        nanosleep(&pause, NULL);
    loop->served = 0;
}

void getdns_loop_note_latency(struct getdns_loop *loop, int64_t latency_ns)
{
    receive_pause_note(&loop->pause, latency_ns);
}

void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms)
{
    struct epoll_event ready[READY_MAX];

    getdns_loop_enter(loop);
    serve_writes(loop);
    int wait_ms = wait_for(loop, max_wait_ms);
    if (wait_ms > 0)
        pause_for_more(loop);
    int count = epoll_wait(loop->epoll_fd, ready, READY_MAX, wait_ms);
    for (int i = 0; i < count; i++)
        serve_ready(loop, &ready[i]);
    /* After the process was stopped for a while more replies may be ready: they were in time. */
    if (count < READY_MAX)
        serve_timeouts(loop);
}

static void loop_run_once(getdns_eventloop *base, int blocking)
{
    getdns_loop_run(loop_of(base), blocking ? 1000 : 0);
}

/* getdns runs a loop only in its synchronous calls, which are not used. */
static void loop_run(getdns_eventloop *base)
{
    getdns_loop_run(loop_of(base), 0);
}

/* Called by each context that is destroyed. The loop is shared and lives on. */
static void loop_cleanup(getdns_eventloop *base)
{
    (void)base;
}

void getdns_loop_count_strays(struct getdns_loop *loop, uint64_t *strays)
{
    loop->strays = strays;
}

void getdns_loop_limit_sockets(struct getdns_loop *loop, unsigned most)
{
    loop->sockets_most = most;
}

void getdns_loop_share_sockets(struct getdns_loop *loop, struct socket_budget *budget)
{
    loop->budget = budget;
}

void getdns_loop_count_repeats(struct getdns_loop *loop, uint64_t *repeats)
{
    loop->repeats = repeats;
}

struct getdns_loop *getdns_loop_new(void)
{
    struct getdns_loop *loop = calloc(1, sizeof(*loop));

    if (!loop)
        return NULL;
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        free(loop);
        return NULL;
    }
    LIST_INIT(&loop->contexts);
    TAILQ_INIT(&loop->writes);
    getdns_sockets_init(&loop->sockets);
    loop->sockets.closing = on_connection_closing;
    timer_wheel_init(&loop->timers, clock_monotonic_ns());
    LIST_INIT(&loop->spare);
    return loop;
}

void getdns_loop_set_hooks(struct getdns_loop *loop, const struct getdns_loop_hooks *hooks)
{
    loop->hooks = hooks;
}

void getdns_loop_tag(struct getdns_loop *loop, void *tag)
{
    loop->sockets.tag = tag;
}

struct getdns_sockets *getdns_loop_enter(struct getdns_loop *loop)
{
    return getdns_sockets_enter(&loop->sockets);
}

int getdns_loop_take_connect_error(struct getdns_loop *loop)
{
    int error = loop->sockets.connect_error;

    loop->sockets.connect_error = 0;
    return error;
}

void getdns_loop_leave(struct getdns_sockets *before)
{
    getdns_sockets_enter(before);
}

getdns_eventloop *getdns_loop_join(struct getdns_loop *loop, const struct ipaddr *address,
                                   uint16_t port)
{
    static getdns_eventloop_vmt METHODS = {loop_cleanup, loop_schedule, loop_clear, loop_run,
                                           loop_run_once};
    struct udp_sockets_hooks hooks = {.context = loop,
                                      .opened = on_opened,
                                      .closing = on_closing,
                                      .arrived = on_arrived,
                                      .failed = on_failed,
                                      .stray = on_stray,
                                      .moved = on_moved};
    struct context_loop *context = calloc(1, sizeof(*context));

    if (!context)
        return NULL;
    context->base.vmt = &METHODS;
    context->loop = loop;
    context->udp = udp_sockets_new(address, port, &hooks);
    if (!context->udp) {
        free(context);
        return NULL;
    }
    udp_sockets_limit(context->udp, loop->sockets_most);
    udp_sockets_share(context->udp, loop->budget);
    LIST_INSERT_HEAD(&loop->contexts, context, link);
    return &context->base;
}

void getdns_loop_free(struct getdns_loop *loop)
{
    struct timer *timer;
    struct loop_event *event;
    struct context_loop *context;

    if (!loop)
        return;
    while ((timer = timer_wheel_fired(&loop->timers, INT64_MAX)))
        free(event_of(timer));
    while ((event = LIST_FIRST(&loop->spare))) {
        LIST_REMOVE(event, link_spare);
        free(event);
    }
    while ((context = LIST_FIRST(&loop->contexts))) {
        LIST_REMOVE(context, link);
        udp_sockets_free(context->udp);
        free(context);
    }
    getdns_sockets_free(&loop->sockets);
    free(loop->fds);
    close(loop->epoll_fd);
    free(loop);
}
