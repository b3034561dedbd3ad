#include "io/resolver/getdns_loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/resolver/getdns_calls.h"
#include "io/resolver/receive_pause.h"
#include "io/resolver/timer_wheel.h"
#include "io/system/clock.h"

enum {
    READY_MAX = 512, /* descriptors served per system call */
    BURST_MAX = 512, /* callbacks of one stream in a row */
    STREAM_IDLE_MS = 1000,
    STREAM_BUFFER = 1 << 20, /* octets; the kernel grants what it may */
    UNSENT_WAIT_MS = 1,
};

#define NO_TIMEOUT UINT64_MAX

/* The loop as one context sees it. */
struct context_loop {
    getdns_eventloop base; /* first: getdns hands this pointer back */
    struct getdns_loop *loop;
    LIST_ENTRY(context_loop) link;
    struct udp_sockets *udp;
};

/* What stands behind getdns_eventloop_event.ev. */
struct loop_event {
    getdns_eventloop_event *event;
    int fd;                       /* -1: a timeout alone */
    struct getdns_socket *socket; /* NULL: a stream */
    bool to_write;                /* in the queue of writes */
    struct timer timer;
    LIST_ENTRY(loop_event) link_spare;
    TAILQ_ENTRY(loop_event) link;
};

LIST_HEAD(loop_event_list, loop_event);
TAILQ_HEAD(loop_event_queue, loop_event);

/* What epoll knows of one descriptor. The generation tells an event of the descriptor's former life
 * from one of today's. */
struct watched_fd {
    struct udp_socket *udp;   /* a socket for datagrams */
    struct loop_event *entry; /* of a stream */
    uint32_t generation;
    bool busy;        /* a stream in the middle of a burst: epoll is told at its end */
    uint32_t watched; /* events that epoll was told; 0: it may not know the descriptor */
};

LIST_HEAD(context_loop_list, context_loop);

struct getdns_loop {
    uint64_t *strays; /* see getdns_loop_count_strays */
    struct context_loop_list contexts;
    int epoll_fd;
    struct watched_fd *slots; /* by descriptor */
    size_t slot_count;
    struct loop_event_queue writes;
    size_t write_count;
    bool unsent; /* datagrams wait for room in a buffer of the kernel */
    struct getdns_sockets sockets;
    datagram_claim_fn *claim; /* may be NULL */
    struct timer_wheel timers;
    size_t on_streams; /* questions in flight on connections: their events are timeouts alone */
    struct receive_pause pause;
    unsigned served; /* callbacks for what could be read since the last wait */
    struct loop_event_list spare;
};

static struct getdns_loop *loop_of(getdns_eventloop *base)
{
    return ((struct context_loop *)base)->loop;
}

static struct loop_event *event_new(struct getdns_loop *loop)
{
    struct loop_event *entry = LIST_FIRST(&loop->spare);
    if (entry)
        LIST_REMOVE(entry, link_spare);
    else
        entry = malloc(sizeof(*entry));
    return entry;
}

static bool make_slot(struct getdns_loop *loop, int fd)
{
    if ((size_t)fd < loop->slot_count)
        return true;
    size_t count = loop->slot_count ? loop->slot_count : 1024;
    while (count <= (size_t)fd)
        count *= 2;
    struct watched_fd *slots = realloc(loop->slots, count * sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = loop->slot_count; i < count; i++)
        slots[i] = (struct watched_fd){0};
    loop->slots = slots;
    loop->slot_count = count;
    return true;
}

/* Nagle's algorithm (RFC 1122 4.2.3.4) would hold the end of a burst back for a round trip. A full
 * send buffer is more than getdns can bear: over TLS it files the same request a second time when
 * it writes again.
 */
static void prepare_stream(int fd)
{
    int on = 1, octets = STREAM_BUFFER;
    (void)!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)!setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof(octets));
}

static uint32_t events_of(const getdns_eventloop_event *event)
{
    return (event->read_cb ? EPOLLIN : 0u) | (event->write_cb ? EPOLLOUT : 0u);
}

/* Tells epoll, if it does not know yet. */
static bool watch(struct getdns_loop *loop, int fd, uint32_t events)
{
    struct watched_fd *slot = &loop->slots[fd];
    if (slot->watched == events)
        return true;
    slot->generation++;
    struct epoll_event what = {.events = events,
                               .data.u64 = (uint64_t)slot->generation << 32 | (uint32_t)fd};
    int likely = slot->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    int other = slot->watched ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    bool good =
        epoll_ctl(loop->epoll_fd, likely, fd, &what) == 0 ||
        ((errno == EEXIST || errno == ENOENT) && epoll_ctl(loop->epoll_fd, other, fd, &what) == 0);
    slot->watched = good ? events : 0;
    return good;
}

static bool watch_stream(struct getdns_loop *loop, struct loop_event *entry)
{
    struct watched_fd *slot = &loop->slots[entry->fd];
    slot->entry = entry;
    if (watch(loop, entry->fd, events_of(entry->event)))
        return true;
    slot->entry = NULL;
    return false;
}

/* After a callback: a stream that nobody waits for was closed, and its number may come back as
 * another socket. */
static void note_closed(struct getdns_loop *loop, int fd)
{
    if (fd >= 0 && (size_t)fd < loop->slot_count && !loop->slots[fd].entry)
        loop->slots[fd].watched = 0;
}

static void add_write(struct getdns_loop *loop, struct loop_event *entry)
{
    TAILQ_INSERT_TAIL(&loop->writes, entry, link);
    loop->write_count++;
    entry->to_write = true;
}

static void remove_write(struct getdns_loop *loop, struct loop_event *entry)
{
    TAILQ_REMOVE(&loop->writes, entry, link);
    loop->write_count--;
    entry->to_write = false;
}

static bool schedule_datagram(struct getdns_loop *loop, struct loop_event *entry,
                              const struct context_loop *context)
{
    entry->socket = getdns_sockets_find(&loop->sockets, entry->fd);
    if (!entry->socket)
        return false;
    entry->socket->reader = entry;
    entry->socket->sockets = context->udp;
    if (entry->event->write_cb)
        add_write(loop, entry);
    return true;
}

static bool schedule_stream(struct getdns_loop *loop, struct loop_event *entry)
{
    const getdns_eventloop_event *event = entry->event;
    if (entry->fd < 0 || (!event->read_cb && !event->write_cb))
        return true;
    if (!make_slot(loop, entry->fd))
        return false;
    struct watched_fd *slot = &loop->slots[entry->fd];
    slot->entry = entry;
    if (slot->busy)
        return true;
    if (event->write_cb && slot->watched) {
        add_write(loop, entry);
        return true;
    }
    if (event->write_cb)
        prepare_stream(entry->fd);
    return watch_stream(loop, entry);
}

static void forget(struct getdns_loop *loop, struct loop_event *entry)
{
    timer_wheel_stop(&entry->timer);
    if (entry->to_write)
        remove_write(loop, entry);
    if (entry->socket && entry->socket->reader == entry)
        entry->socket->reader = NULL;
    if (entry->fd >= 0 && (size_t)entry->fd < loop->slot_count &&
        loop->slots[entry->fd].entry == entry)
        loop->slots[entry->fd].entry = NULL;
    LIST_INSERT_HEAD(&loop->spare, entry, link_spare);
    loop->on_streams -= entry->fd < 0;
}

/* getdns closes a connection as soon as nothing is in flight on it, unless the server speaks of
 * keepalive (RFC 7828): each lull between two bursts would cost a new connection. Less than a try
 * takes, since a server that has taken all it can may hold up another thread's first connection
 * until this one is closed. */
static int64_t patience_ms(const struct loop_event *entry, uint64_t timeout_ms)
{
    const getdns_eventloop_event *event = entry->event;
    bool idle_stream = entry->fd >= 0 && !entry->socket && event->read_cb && !event->write_cb;
    uint64_t least = idle_stream ? STREAM_IDLE_MS : 0;
    return timeout_ms < least       ? STREAM_IDLE_MS
           : timeout_ms < INT32_MAX ? (int64_t)timeout_ms
                                    : INT32_MAX;
}

static getdns_return_t loop_schedule(getdns_eventloop *base, int fd, uint64_t timeout,
                                     getdns_eventloop_event *event)
{
    struct getdns_loop *loop = loop_of(base);
    struct loop_event *entry = event_new(loop);
    if (!entry)
        return GETDNS_RETURN_MEMORY_ERROR;
    *entry = (struct loop_event){.event = event, .fd = fd};
    loop->on_streams += fd < 0;
    if (getdns_sockets_has(fd) ? !schedule_datagram(loop, entry, (const struct context_loop *)base)
                               : !schedule_stream(loop, entry)) {
        forget(loop, entry);
        return GETDNS_RETURN_GENERIC_ERROR;
    }
    /* The coarse clock is up to a tick behind: not too early, all the same. */
    if (event->timeout_cb && timeout != NO_TIMEOUT)
        timer_wheel_start(&loop->timers, &entry->timer,
                          clock_coarse_ns() + TIMER_WHEEL_TICK_NS +
                              patience_ms(entry, timeout) * 1000000);
    event->ev = entry;
    return GETDNS_RETURN_GOOD;
}

static getdns_return_t loop_clear(getdns_eventloop *base, getdns_eventloop_event *event)
{
    if (event->ev)
        forget(loop_of(base), event->ev);
    event->ev = NULL;
    return GETDNS_RETURN_GOOD;
}

static void cork(int fd, int on)
{
    (void)!setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

/* getdns moves one message, or a part of it, in each callback. Whether the socket would have
 * blocked shows in errno; where that misleads, epoll tells again. */
static void write_burst(struct getdns_loop *loop, int fd)
{
    struct loop_event *entry;
    errno = 0;
    for (int i = 0; i < BURST_MAX && (entry = loop->slots[fd].entry) && entry->event->write_cb;
         i++) {
        entry->event->write_cb(entry->event->userarg);
        if (errno == EAGAIN || errno == EINPROGRESS)
            break;
    }
}

static void read_burst(struct getdns_loop *loop, int fd)
{
    struct loop_event *entry;
    errno = 0;
    for (int i = 0; i < BURST_MAX && (entry = loop->slots[fd].entry) && entry->event->read_cb;
         i++) {
        loop->served++;
        entry->event->read_cb(entry->event->userarg);
        if (errno == EAGAIN)
            break;
    }
}

static void serve_stream(struct getdns_loop *loop, int fd, bool readable, bool writable)
{
    loop->slots[fd].busy = true;
    if (readable)
        read_burst(loop, fd);
    if (writable && loop->slots[fd].entry) {
        cork(fd, 1);
        write_burst(loop, fd);
        cork(fd, 0);
    }
    struct watched_fd *slot = &loop->slots[fd];
    slot->busy = false;
    if (slot->entry)
        (void)!watch_stream(loop, slot->entry);
    note_closed(loop, fd);
}

/* Only what was queued before: a callback may queue more, and sending must not starve receiving. */
static void serve_writes(struct getdns_loop *loop)
{
    struct loop_event *entry;
    for (size_t batch = loop->write_count; batch > 0 && (entry = TAILQ_FIRST(&loop->writes));
         batch--) {
        remove_write(loop, entry);
        if (entry->socket)
            entry->event->write_cb(entry->event->userarg);
        else
            serve_stream(loop, entry->fd, false, true);
    }
    loop->unsent = false;
    for (struct context_loop *context = LIST_FIRST(&loop->contexts); context;
         context = LIST_NEXT(context, link))
        loop->unsent |= !udp_sockets_flush(context->udp);
}

static void read_datagram(struct udp_query *query)
{
    const struct loop_event *entry = ((struct getdns_socket *)query)->reader;
    if (entry && entry->event->read_cb)
        entry->event->read_cb(entry->event->userarg);
}

static void on_stray(void *context)
{
    const struct getdns_loop *loop = context;
    if (loop->strays)
        ++*loop->strays;
}

static void on_arrived(void *context, struct udp_query *query, const uint8_t *reply, size_t size)
{
    struct getdns_loop *loop = context;
    struct getdns_socket *sock = (struct getdns_socket *)query;
    loop->served++;
    if (loop->claim && sock->tag) {
        loop->claim(sock->tag, reply, size);
        return;
    }
    sock->reply = reply;
    sock->reply_size = size;
    read_datagram(query);
    sock->reply = NULL;
}

static void on_failed(void *context, struct udp_query *query, int error)
{
    (void)context;
    ((struct getdns_socket *)query)->error = error;
    read_datagram(query);
}

static bool on_opened(void *context, int fd, struct udp_socket *sock)
{
    struct getdns_loop *loop = context;
    if (!make_slot(loop, fd))
        return false;
    loop->slots[fd].watched = 0;
    loop->slots[fd].udp = sock;
    return watch(loop, fd, EPOLLIN);
}

static void on_closing(void *context, int fd)
{
    struct getdns_loop *loop = context;
    if ((size_t)fd < loop->slot_count) {
        loop->slots[fd].udp = NULL;
        loop->slots[fd].watched = 0;
        loop->slots[fd].generation++;
    }
}

static void serve_ready(struct getdns_loop *loop, const struct epoll_event *ready)
{
    int fd = (int)(uint32_t)ready->data.u64;
    struct watched_fd *slot = &loop->slots[fd];
    if (slot->generation != ready->data.u64 >> 32)
        return;
    if (slot->udp) {
        udp_socket_receive(slot->udp);
        return;
    }
    struct loop_event *entry = slot->entry;
    if (!entry) { /* nobody waits for it any more, but it was not closed: it would be reported for
                     ever */
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        slot->watched = 0;
        return;
    }
    bool broken = ready->events & (EPOLLERR | EPOLLHUP);
    serve_stream(loop, fd, broken || ready->events & EPOLLIN, broken || ready->events & EPOLLOUT);
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
        const struct loop_event *entry = event_of(timer);
        int fd = entry->fd;
        entry->event->timeout_cb(entry->event->userarg);
        note_closed(loop, fd);
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
    size_t on_datagrams = loop->sockets.open;
    int64_t pause_ns = receive_pause_ns(&loop->pause, on_datagrams + loop->on_streams,
                                        loop->on_streams > on_datagrams, loop->served);
    struct timespec moment = {.tv_nsec = (long)pause_ns};
    if (moment.tv_nsec > 0)
        nanosleep(&moment, NULL);
    loop->served = 0;
}

void getdns_loop_note_latency(struct getdns_loop *loop, int64_t latency_ns)
{
    receive_pause_note(&loop->pause, latency_ns);
}

void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms)
{
    getdns_loop_enter(loop);
    serve_writes(loop);
    int wait_ms = wait_for(loop, max_wait_ms);
    if (wait_ms > 0)
        pause_for_more(loop);
    struct epoll_event ready[READY_MAX];
    int count = epoll_wait(loop->epoll_fd, ready, READY_MAX, wait_ms);
    for (int i = 0; i < count; i++)
        serve_ready(loop, &ready[i]);
    /* After a pause of the whole process more replies may lie ready: those did not come late. */
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

/* Called by each context that is destroyed; the loop is shared and lives on. */
static void loop_cleanup(getdns_eventloop *base)
{
    (void)base;
}

void getdns_loop_count_strays(struct getdns_loop *loop, uint64_t *strays)
{
    loop->strays = strays;
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
    timer_wheel_init(&loop->timers, clock_monotonic_ns());
    LIST_INIT(&loop->spare);
    return loop;
}

void getdns_loop_claim_datagrams(struct getdns_loop *loop, datagram_claim_fn *claim)
{
    loop->claim = claim;
}

void getdns_loop_tag(struct getdns_loop *loop, void *tag)
{
    loop->sockets.tag = tag;
}

struct getdns_sockets *getdns_loop_enter(struct getdns_loop *loop)
{
    return getdns_sockets_enter(&loop->sockets);
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
                                      .stray = on_stray};
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
    LIST_INSERT_HEAD(&loop->contexts, context, link);
    return &context->base;
}

void getdns_loop_free(struct getdns_loop *loop)
{
    if (!loop)
        return;
    struct timer *timer;
    while ((timer = timer_wheel_fired(&loop->timers, INT64_MAX)))
        free(event_of(timer));
    struct loop_event *entry;
    while ((entry = LIST_FIRST(&loop->spare))) {
        LIST_REMOVE(entry, link_spare);
        free(entry);
    }
    struct context_loop *context;
    while ((context = LIST_FIRST(&loop->contexts))) {
        LIST_REMOVE(context, link);
        udp_sockets_free(context->udp);
        free(context);
    }
    getdns_sockets_free(&loop->sockets);
    free(loop->slots);
    close(loop->epoll_fd);
    free(loop);
}
