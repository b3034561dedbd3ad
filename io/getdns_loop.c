#include "io/getdns_loop.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/clock.h"

enum {
    TICK_NS = 4 * 1000 * 1000, /* width of a slot of the wheel */
    WHEEL_SLOTS = 1024,        /* power of two; later deadlines stay in their slot for another round */
    READY_MAX = 512,           /* descriptors served per system call */
    STREAM_TURNS = 256,        /* callbacks of one stream in one round */
};

#define NO_TIMEOUT UINT64_MAX

/* The loop as one context sees it. */
struct seat {
    getdns_eventloop base; /* first: getdns hands this pointer back */
    struct getdns_loop *loop;
    LIST_ENTRY(seat) link;
    struct sockaddr_storage peer;
};

/* What stands behind getdns_eventloop_event.ev. */
struct entry {
    const struct seat *seat;
    getdns_eventloop_event *event;
    int fd;        /* -1: a timeout alone */
    bool datagram; /* the socket's replies must come from the seat's peer */
    bool in_wheel;
    struct waiting *waiting; /* the queue it is in, or NULL */
    int64_t deadline_ns;
    LIST_ENTRY(entry) wheel; /* or the free list */
    TAILQ_ENTRY(entry) link; /* of `waiting` */
};

LIST_HEAD(entry_list, entry);
TAILQ_HEAD(entry_queue, entry);

struct waiting {
    struct entry_queue queue;
    size_t count;
};

/* What epoll knows of one descriptor. The generation tells an event of the descriptor's former life from one
 * of today's. */
struct slot {
    struct entry *entry;
    uint32_t generation;
    bool written; /* a datagram socket whose datagram is being sent */
    bool kept;    /* was registered already when it was scheduled last: a connection, not a single datagram */
};

LIST_HEAD(seat_list, seat);

struct getdns_loop {
    struct seat_list seats;
    int epoll_fd;
    struct slot *slots; /* by descriptor */
    size_t slot_count;
    struct waiting writes; /* datagram sockets to be written */
    struct waiting reads;  /* datagram sockets just written, not yet known to epoll */
    struct entry_list wheel[WHEEL_SLOTS];
    getdns_eventloop_callback datagram_write; /* see writes_datagram */
    int64_t tick;                             /* last tick that was served */
    struct entry_list spare;
};

static struct getdns_loop *loop_of(getdns_eventloop *base)
{
    return ((struct seat *)base)->loop;
}

static int64_t tick_of(int64_t ns)
{
    return ns / TICK_NS;
}

static struct entry *entry_new(struct getdns_loop *loop)
{
    struct entry *entry = LIST_FIRST(&loop->spare);
    if (entry)
        LIST_REMOVE(entry, wheel);
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
    struct slot *slots = realloc(loop->slots, count * sizeof(*slots));
    if (!slots)
        return false;
    for (size_t i = loop->slot_count; i < count; i++)
        slots[i] = (struct slot){0};
    loop->slots = slots;
    loop->slot_count = count;
    return true;
}

/* getdns writes datagrams by one callback and streams by another: a callback that has been seen with a
 * datagram socket need not be looked into again. */
static bool writes_datagram(struct getdns_loop *loop, const struct entry *entry)
{
    if (entry->event->write_cb == loop->datagram_write)
        return true;
    int type = 0;
    socklen_t size = sizeof(type);
    if (getsockopt(entry->fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 || type != SOCK_DGRAM)
        return false;
    loop->datagram_write = entry->event->write_cb;
    return true;
}

static uint32_t events_of(const getdns_eventloop_event *event)
{
    return (event->read_cb ? EPOLLIN : 0u) | (event->write_cb ? EPOLLOUT : 0u);
}

/* A descriptor may be a new one, or one that was scheduled before and is still known to epoll: try the likely
 * way first. */
static bool watch(struct getdns_loop *loop, struct entry *entry)
{
    struct slot *slot = &loop->slots[entry->fd];
    slot->entry = entry;
    slot->generation++;
    struct epoll_event what = {.events = events_of(entry->event),
                               .data.u64 = (uint64_t)slot->generation << 32 | (uint32_t)entry->fd};
    int likely = slot->kept ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if (epoll_ctl(loop->epoll_fd, likely, entry->fd, &what) == 0)
        return true;
    slot->kept = !slot->kept;
    int other = slot->kept ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;
    if ((errno == EEXIST || errno == ENOENT) && epoll_ctl(loop->epoll_fd, other, entry->fd, &what) == 0)
        return true;
    slot->entry = NULL;
    return false;
}

static void wait_in(struct waiting *waiting, struct entry *entry)
{
    TAILQ_INSERT_TAIL(&waiting->queue, entry, link);
    waiting->count++;
    entry->waiting = waiting;
}

static void stop_waiting(struct entry *entry)
{
    TAILQ_REMOVE(&entry->waiting->queue, entry, link);
    entry->waiting->count--;
    entry->waiting = NULL;
}

static bool schedule_io(struct getdns_loop *loop, struct entry *entry)
{
    const getdns_eventloop_event *event = entry->event;
    if (entry->fd < 0 || (!event->read_cb && !event->write_cb))
        return true;
    if (!make_slot(loop, entry->fd))
        return false;
    struct slot *slot = &loop->slots[entry->fd];
    bool written = slot->written;
    slot->written = false;
    if (event->write_cb && !event->read_cb && writes_datagram(loop, entry))
        wait_in(&loop->writes, entry);
    else if (event->read_cb && !event->write_cb && written) {
        entry->datagram = true;
        wait_in(&loop->reads, entry);
    } else
        return watch(loop, entry);
    slot->entry = entry;
    return true;
}

static void schedule_timeout(struct getdns_loop *loop, struct entry *entry, uint64_t timeout_ms)
{
    entry->deadline_ns = clock_monotonic_ns() + (int64_t)timeout_ms * 1000000;
    /* A deadline in the tick being served would be seen only a whole round later. */
    int64_t tick = tick_of(entry->deadline_ns);
    if (tick <= loop->tick)
        tick = loop->tick + 1;
    LIST_INSERT_HEAD(&loop->wheel[tick & (WHEEL_SLOTS - 1)], entry, wheel);
    entry->in_wheel = true;
}

static void forget(struct getdns_loop *loop, struct entry *entry)
{
    if (entry->in_wheel)
        LIST_REMOVE(entry, wheel);
    if (entry->waiting)
        stop_waiting(entry);
    if (entry->fd >= 0 && (size_t)entry->fd < loop->slot_count && loop->slots[entry->fd].entry == entry)
        loop->slots[entry->fd].entry = NULL;
    LIST_INSERT_HEAD(&loop->spare, entry, wheel);
}

static getdns_return_t loop_schedule(getdns_eventloop *base, int fd, uint64_t timeout,
                                     getdns_eventloop_event *event)
{
    struct getdns_loop *loop = loop_of(base);
    struct entry *entry = entry_new(loop);
    if (!entry)
        return GETDNS_RETURN_MEMORY_ERROR;
    *entry = (struct entry){.seat = (const struct seat *)base, .event = event, .fd = fd};
    if (!schedule_io(loop, entry)) {
        forget(loop, entry);
        return GETDNS_RETURN_GENERIC_ERROR;
    }
    if (event->timeout_cb && timeout != NO_TIMEOUT)
        schedule_timeout(loop, entry, timeout < INT32_MAX ? timeout : INT32_MAX);
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

/* Only what was queued before: a callback may queue more, and sending must not starve receiving. */
static void serve_writes(struct getdns_loop *loop)
{
    struct entry *entry;
    for (size_t batch = loop->writes.count; batch > 0 && (entry = TAILQ_FIRST(&loop->writes.queue));
         batch--) {
        stop_waiting(entry);
        loop->slots[entry->fd].written = true;
        entry->event->write_cb(entry->event->userarg);
    }
}

static bool same_peer(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
    if (a->ss_family != b->ss_family)
        return false;
    if (a->ss_family == AF_INET) {
        const struct sockaddr_in *left = (const struct sockaddr_in *)a,
                                 *right = (const struct sockaddr_in *)b;
        return left->sin_port == right->sin_port && left->sin_addr.s_addr == right->sin_addr.s_addr;
    }
    const struct sockaddr_in6 *left = (const struct sockaddr_in6 *)a, *right = (const struct sockaddr_in6 *)b;
    return left->sin6_port == right->sin6_port && memcmp(&left->sin6_addr, &right->sin6_addr, 16) == 0;
}

/* Is what can be read next from the resolver? A stranger's datagram is taken off the socket. Errors are for
 * getdns to see. */
static bool is_genuine(const struct entry *entry)
{
    char byte;
    struct sockaddr_storage from;
    socklen_t size = sizeof(from);
    if (!entry->datagram || recvfrom(entry->fd, &byte, 1, MSG_PEEK, (struct sockaddr *)&from, &size) < 0 ||
        same_peer(&from, &entry->seat->peer))
        return true;
    (void)!recv(entry->fd, &byte, 1, 0);
    return false;
}

/* Replies of a near resolver are there by now: those sockets never need to be made known to epoll. True:
 * there were some. */
static bool serve_reads(struct getdns_loop *loop)
{
    struct pollfd polled[READY_MAX];
    nfds_t count = 0;
    struct entry *entry;
    TAILQ_FOREACH(entry, &loop->reads.queue, link)
    {
        if (count == READY_MAX)
            break;
        polled[count++] = (struct pollfd){.fd = entry->fd, .events = POLLIN};
    }
    bool some = count > 0 && poll(polled, count, 0) > 0;
    for (nfds_t i = 0; i < count; i++) {
        entry = loop->slots[polled[i].fd].entry;
        if (!entry || entry->waiting != &loop->reads) /* cleared by a callback meanwhile */
            continue;
        stop_waiting(entry);
        bool ready = some && polled[i].revents && is_genuine(entry);
        if (ready || !watch(loop, entry))
            entry->event->read_cb(entry->event->userarg);
    }
    return some;
}

static void serve_event(struct getdns_loop *loop, int fd, bool in, bool out)
{
    struct entry *entry = loop->slots[fd].entry;
    getdns_eventloop_event *event = entry->event;
    if (event->read_cb && in && is_genuine(entry))
        event->read_cb(event->userarg);
    /* The read may have cleared the event, and moved the slots. */
    if (loop->slots[fd].entry == entry && event->write_cb && out)
        event->write_cb(event->userarg);
}

/* getdns takes two callbacks to read a message from a stream, and one to write one. With thousands of
 * datagrams in each round, hundreds of truncated replies that go on over one stream would wait for as many
 * rounds, and time out. */
static void serve_stream_on(struct getdns_loop *loop, int fd)
{
    for (int turn = 1; turn < STREAM_TURNS; turn++) {
        const struct entry *entry = loop->slots[fd].entry;
        if (!entry || entry->datagram || entry->waiting)
            return;
        struct pollfd again = {.fd = fd, .events = (short)events_of(entry->event)};
        if (poll(&again, 1, 0) != 1 || (again.revents & (POLLERR | POLLHUP | POLLNVAL)))
            return;
        serve_event(loop, fd, again.revents & POLLIN, again.revents & POLLOUT);
    }
}

static void serve_ready(struct getdns_loop *loop, const struct epoll_event *ready)
{
    int fd = (int)(uint32_t)ready->data.u64;
    struct slot *slot = &loop->slots[fd];
    if (slot->generation != ready->data.u64 >> 32)
        return;
    if (!slot->entry) { /* nobody waits for it any more, but it was not closed: it would be reported for ever
                         */
        epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
        slot->kept = false;
        return;
    }
    bool broken = ready->events & (EPOLLERR | EPOLLHUP);
    serve_event(loop, fd, broken || ready->events & EPOLLIN, broken || ready->events & EPOLLOUT);
    if (!broken)
        serve_stream_on(loop, fd);
}

static void serve_timeouts(struct getdns_loop *loop)
{
    int64_t now = clock_monotonic_ns();
    int64_t last = tick_of(now);
    if (last - loop->tick > WHEEL_SLOTS)
        loop->tick = last - WHEEL_SLOTS;
    while (loop->tick < last) {
        struct entry_list *list = &loop->wheel[++loop->tick & (WHEEL_SLOTS - 1)];
        struct entry_list due = LIST_HEAD_INITIALIZER(due);
        struct entry *next, *entry;
        for (entry = LIST_FIRST(list); entry; entry = next) {
            next = LIST_NEXT(entry, wheel);
            if (tick_of(entry->deadline_ns) <= loop->tick) {
                LIST_REMOVE(entry, wheel);
                LIST_INSERT_HEAD(&due, entry, wheel);
            }
        }
        /* A callback may clear any other event, also one of `due`: take one at a time. */
        while ((entry = LIST_FIRST(&due))) {
            LIST_REMOVE(entry, wheel);
            entry->in_wheel = false;
            entry->event->timeout_cb(entry->event->userarg);
        }
    }
}

/* Milliseconds until the next tick that has an entry, if it comes within the wait. */
static int wait_for(const struct getdns_loop *loop, int max_wait_ms)
{
    if (loop->writes.count + loop->reads.count > 0)
        return 0;
    int64_t now = clock_monotonic_ns();
    int64_t ticks = ((int64_t)max_wait_ms * 1000000) / TICK_NS + 1;
    for (int64_t tick = loop->tick + 1; tick <= tick_of(now) + ticks && tick <= loop->tick + WHEEL_SLOTS;
         tick++) {
        if (LIST_EMPTY(&loop->wheel[tick & (WHEEL_SLOTS - 1)]))
            continue;
        int64_t wait_ns = tick * TICK_NS - now;
        int wait_ms = wait_ns > 0 ? (int)((wait_ns + 999999) / 1000000) : 0;
        return wait_ms < max_wait_ms ? wait_ms : max_wait_ms;
    }
    return max_wait_ms;
}

void getdns_loop_run(struct getdns_loop *loop, int max_wait_ms)
{
    serve_writes(loop);
    /* Who asked may have more to ask now. */
    int wait_ms = serve_reads(loop) ? 0 : wait_for(loop, max_wait_ms);
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
    LIST_INIT(&loop->seats);
    TAILQ_INIT(&loop->writes.queue);
    TAILQ_INIT(&loop->reads.queue);
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        LIST_INIT(&loop->wheel[i]);
    LIST_INIT(&loop->spare);
    loop->tick = tick_of(clock_monotonic_ns());
    return loop;
}

static void set_peer(struct sockaddr_storage *out, const struct ipaddr *address, uint16_t port)
{
    if (address->family == IP_V4) {
        struct sockaddr_in *peer = (struct sockaddr_in *)out;
        peer->sin_family = AF_INET;
        peer->sin_port = htons(port);
        memcpy(&peer->sin_addr, address->bytes, 4);
    } else {
        struct sockaddr_in6 *peer = (struct sockaddr_in6 *)out;
        peer->sin6_family = AF_INET6;
        peer->sin6_port = htons(port);
        memcpy(&peer->sin6_addr, address->bytes, 16);
    }
}

getdns_eventloop *getdns_loop_join(struct getdns_loop *loop, const struct ipaddr *address, uint16_t port)
{
    static getdns_eventloop_vmt METHODS = {loop_cleanup, loop_schedule, loop_clear, loop_run, loop_run_once};
    struct seat *seat = calloc(1, sizeof(*seat));
    if (!seat)
        return NULL;
    seat->base.vmt = &METHODS;
    seat->loop = loop;
    set_peer(&seat->peer, address, port);
    LIST_INSERT_HEAD(&loop->seats, seat, link);
    return &seat->base;
}

static void free_entries(struct entry_list *list)
{
    struct entry *entry;
    while ((entry = LIST_FIRST(list))) {
        LIST_REMOVE(entry, wheel);
        free(entry);
    }
}

void getdns_loop_free(struct getdns_loop *loop)
{
    if (!loop)
        return;
    for (size_t i = 0; i < WHEEL_SLOTS; i++)
        free_entries(&loop->wheel[i]);
    free_entries(&loop->spare);
    struct seat *seat;
    while ((seat = LIST_FIRST(&loop->seats))) {
        LIST_REMOVE(seat, link);
        free(seat);
    }
    free(loop->slots);
    close(loop->epoll_fd);
    free(loop);
}
