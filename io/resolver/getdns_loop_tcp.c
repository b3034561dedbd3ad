#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "io/resolver/getdns_loop_private.h"

enum {
    BURST_MAX = 512,       /* callbacks of one connection in a row */
    SEND_BUFFER = 1 << 20, /* octets; the kernel may grant less */
};

/* Nagle's algorithm (RFC 1122 4.2.3.4) would delay the end of a burst by a round trip. The send
 * buffer must not become full: over TLS getdns registers the same request a second time when it
 * writes again. */
static void prepare(int fd)
{
    int on = 1, octets = SEND_BUFFER;

    (void)!setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    (void)!setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &octets, sizeof(octets));
}

static void cork(int fd, int on)
{
    (void)!setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on));
}

static uint32_t events_of(const getdns_eventloop_event *event)
{
    return (event->read_cb ? EPOLLIN : 0u) | (event->write_cb ? EPOLLOUT : 0u);
}

static bool watch(struct getdns_loop *loop, struct loop_event *event)
{
    struct watched_fd *watched = &loop->fds[event->fd];

    watched->event = event;
    if (getdns_loop_watch(loop, event->fd, events_of(event->callbacks)))
        return true;
    watched->event = NULL;
    return false;
}

bool getdns_loop_schedule_tcp(struct getdns_loop *loop, struct loop_event *event)
{
    const getdns_eventloop_event *callbacks = event->callbacks;

    if (event->fd < 0 || (!callbacks->read_cb && !callbacks->write_cb))
        return true;
    if (!getdns_loop_add_fd(loop, event->fd))
        return false;
    struct watched_fd *watched = &loop->fds[event->fd];
    watched->event = event;
    if (watched->busy)
        return true;
    if (callbacks->write_cb && watched->watched) {
        getdns_loop_add_write(loop, event);
        return true;
    }
    if (callbacks->write_cb)
        prepare(event->fd);
    return watch(loop, event);
}

/* getdns moves one message, or a part of one, in each callback. errno shows whether the socket
 * would have blocked; where that is wrong, epoll reports the socket again. */
static void write_burst(struct getdns_loop *loop, int fd)
{
    struct loop_event *event;

    errno = 0;
    for (int i = 0; i < BURST_MAX && (event = loop->fds[fd].event) && event->callbacks->write_cb;
         i++) {
        event->callbacks->write_cb(event->callbacks->userarg);
        if (errno == EAGAIN || errno == EINPROGRESS)
            break;
    }
}

static void read_burst(struct getdns_loop *loop, int fd)
{
    struct loop_event *event;

    errno = 0;
    for (int i = 0; i < BURST_MAX && (event = loop->fds[fd].event) && event->callbacks->read_cb;
         i++) {
        loop->served++;
        event->callbacks->read_cb(event->callbacks->userarg);
        if (errno == EAGAIN)
            break;
    }
}

void getdns_loop_serve_tcp(struct getdns_loop *loop, int fd, bool readable, bool writable)
{
    loop->fds[fd].busy = true;
    if (readable)
        read_burst(loop, fd);
    if (writable && loop->fds[fd].event) {
        cork(fd, 1);
        write_burst(loop, fd);
        cork(fd, 0);
    }
    struct watched_fd *watched = &loop->fds[fd];
    watched->busy = false;
    if (watched->event)
        (void)!watch(loop, watched->event);
}
