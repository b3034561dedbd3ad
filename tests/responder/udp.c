/* Datagrams, received and sent in batches. */
#include <errno.h>
#include <string.h>

#include "tests/responder/responder.h"

void udp_flush(struct worker *worker)
{
    unsigned sent = 0;

    while (sent < worker->out_count) {
        int got =
            sendmmsg(worker->out_fd, worker->out.messages + sent, worker->out_count - sent, 0);

        if (got > 0) {
            sent += (unsigned)got;
            worker->stats.answered += (unsigned)got;
        } else if (errno != EINTR) {
            sent++; /* the datagram at which it stopped cannot be sent */
            worker->stats.dropped++;
        }
    }
    worker->out_count = 0;
}

/* Makes space for one more datagram from this socket. */
static uint8_t *out_room(struct worker *worker, int fd)
{
    if (worker->out_count == UDP_BATCH || worker->out_fd != fd) {
        udp_flush(worker);
    }
    worker->out_fd = fd;
    return worker->replies[worker->out_count];
}

/* The space from out_room now holds the datagram. */
static void out_add(struct worker *worker, const struct sockaddr_storage *peer,
                    socklen_t peer_length, size_t length)
{
    unsigned i = worker->out_count++;
    struct msghdr *header = &worker->out.messages[i].msg_hdr;

    memcpy(&worker->out.peers[i], peer, peer_length);
    worker->out.parts[i] = (struct iovec){.iov_base = worker->replies[i], .iov_len = length};
    *header = (struct msghdr){.msg_name = &worker->out.peers[i],
                              .msg_namelen = peer_length,
                              .msg_iov = &worker->out.parts[i],
                              .msg_iovlen = 1};
}

static void send_copy(struct worker *worker, int fd, const struct sockaddr_storage *peer,
                      socklen_t peer_length, const uint8_t *bytes, size_t length)
{
    memcpy(out_room(worker, fd), bytes, length);
    out_add(worker, peer, peer_length, length);
}

void udp_send_late(struct worker *worker, const struct late *late)
{
    for (unsigned i = 0; i < (late->twice ? 2 : 1); i++) {
        send_copy(worker, late->fd, &late->peer, late->peer_length, late_bytes(late), late->length);
    }
}

static void serve(struct worker *worker, int fd, unsigned i)
{
    const struct mmsghdr *message = &worker->in.messages[i];
    const struct sockaddr_storage *peer = &worker->in.peers[i];
    socklen_t peer_length = message->msg_hdr.msg_namelen;
    uint8_t *out = out_room(worker, fd);
    struct fate fate =
        worker_decide(worker, worker->queries[i], message->msg_len, false, out, UDP_REPLY_MAX);

    if (fate.length == 0) {
        worker->stats.dropped++;
    } else if (fate.delay_ms > 0) {
        struct late *late = worker_defer(worker, out, fate.length, fate.delay_ms);

        if (!late) {
            worker->stats.dropped++;
            return;
        }
        late->fd = fd;
        late->twice = fate.twice;
        late->peer_length = peer_length;
        memcpy(&late->peer, peer, peer_length);
    } else {
        out_add(worker, peer, peer_length, fate.length);
        if (fate.twice) {
            send_copy(worker, fd, peer, peer_length, out, fate.length);
        }
    }
}

static int receive_batch(struct worker *worker, int fd)
{
    for (unsigned i = 0; i < UDP_BATCH; i++) {
        worker->in.parts[i] =
            (struct iovec){.iov_base = worker->queries[i], .iov_len = UDP_QUERY_MAX};
        worker->in.messages[i].msg_hdr = (struct msghdr){.msg_name = &worker->in.peers[i],
                                                         .msg_namelen = sizeof(worker->in.peers[i]),
                                                         .msg_iov = &worker->in.parts[i],
                                                         .msg_iovlen = 1};
        if (worker->site->settings->arrivals) {
            worker->in.messages[i].msg_hdr.msg_control = worker->controls[i];
            worker->in.messages[i].msg_hdr.msg_controllen = UDP_CONTROL_MAX;
        }
    }
    return recvmmsg(fd, worker->in.messages, UDP_BATCH, MSG_DONTWAIT, NULL);
}

/* Since the start. */
static int64_t arrived_ns(const struct worker *worker, struct msghdr *message)
{
    struct timespec at;
    struct cmsghdr *control = CMSG_FIRSTHDR(message);

    while (control &&
           (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS)) {
        control = CMSG_NXTHDR(message, control);
    }
    if (!control) {
        return now_ns() - worker->site->started_ns;
    }
    memcpy(&at, CMSG_DATA(control), sizeof(at));
    return (int64_t)at.tv_sec * 1000000000 + at.tv_nsec - worker->site->wall_started_ns;
}

static void count_queries(struct worker *worker, unsigned count)
{
    if (!worker->site->settings->arrivals) {
        stats_queries(&worker->stats, now_ns() - worker->site->started_ns, count, false);
        return;
    }
    for (unsigned i = 0; i < count; i++) {
        stats_queries(&worker->stats, arrived_ns(worker, &worker->in.messages[i].msg_hdr), 1,
                      false);
    }
}

void udp_receive(struct worker *worker, int fd)
{
    int count = receive_batch(worker, fd);

    if (count <= 0) {
        return;
    }
    count_queries(worker, (unsigned)count);
    for (unsigned i = 0; i < (unsigned)count; i++) {
        serve(worker, fd, i);
    }
    udp_flush(worker);
}
