/*
 * Connections: any number of queries on each, answered when their replies are due (RFC 7766
 * 6.2.1.1).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "tests/responder/responder.h"

enum { LENGTH_OCTETS = 2 };

static void close_connection(struct worker *worker, struct connection *connection)
{
    if (connection->fd < 0) {
        return;
    }
    close(connection->fd);
    free(connection->out);
    worker->stats.dropped += connection->owed;
    gauge_fall(&worker->site->busy, connection->owed > 0);
    *connection = (struct connection){.fd = -1, .generation = connection->generation + 1};
}

void tcp_close_all(struct worker *worker)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        close_connection(worker, &worker->connections[i]);
    }
}

static struct connection *free_connection(struct worker *worker, unsigned *index)
{
    for (unsigned i = 0; i < CONNECTIONS_MAX; i++) {
        if (worker->connections[i].fd < 0) {
            *index = i;
            return &worker->connections[i];
        }
    }
    return NULL;
}

void tcp_accept(struct worker *worker, int fd)
{
    unsigned index = 0;
    int peer = accept4(fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (peer < 0) {
        return;
    }
    struct connection *connection = free_connection(worker, &index);
    uint8_t *out = connection ? malloc(TCP_OUT_MAX) : NULL;
    if (!out || !worker_watch(worker, peer, EVENT_CONNECTION, index)) {
        free(out);
        close(peer);
        return;
    }
    connection->fd = peer;
    connection->out = out;
    connection->watched = EPOLLIN;
}

static size_t out_room(const struct connection *connection)
{
    return TCP_OUT_MAX - connection->out_used - connection->owed_octets;
}

/* No further query is answered on it. */
static bool is_used_up(const struct worker *worker, const struct connection *connection)
{
    unsigned most = worker->site->settings->faults.tcp_close;

    return most != 0 && connection->replies + connection->owed >= most;
}

static bool has_room_for_reply(const struct worker *worker, const struct connection *connection)
{
    return out_room(connection) >= ANSWERBOOK_REPLY_MAX + LENGTH_OCTETS &&
           !is_used_up(worker, connection);
}

/* Places the reply after the unsent octets, with two octets for its length before it. */
static void put_length(const struct connection *connection, size_t length)
{
    uint8_t *at = connection->out + connection->out_used;

    at[0] = (uint8_t)(length >> 8);
    at[1] = (uint8_t)length;
}

static void commit_reply(struct worker *worker, struct connection *connection, size_t length)
{
    put_length(connection, length);
    connection->out_used += LENGTH_OCTETS + length;
    connection->replies++;
    worker->stats.answered++;
}

/* The length promises more than follows. */
static void commit_cut(struct connection *connection, size_t length)
{
    put_length(connection, length);
    connection->out_used += LENGTH_OCTETS + length / 2;
}

/* False: the connection must be closed. */
static bool answer_query(struct worker *worker, unsigned index, uint8_t *query, size_t len)
{
    struct connection *connection = &worker->connections[index];
    uint8_t *out = connection->out + connection->out_used + LENGTH_OCTETS;

    stats_queries(&worker->stats, now_ns() - worker->site->started_ns, 1, true);
    struct fate fate =
        worker_decide(worker, query, len, true, out, out_room(connection) - LENGTH_OCTETS);
    if (fate.length == 0) {
        worker->stats.dropped++;
        return !fate.close;
    }
    if (fate.cut) {
        commit_cut(connection, fate.length);
        worker->stats.dropped++;
        return false;
    }
    if (fate.delay_ms == 0) {
        commit_reply(worker, connection, fate.length);
        return true;
    }
    struct late *late = worker_defer(worker, out, fate.length, fate.delay_ms);
    if (!late) {
        worker->stats.dropped++;
        return true;
    }
    late->fd = -1;
    late->connection = index;
    late->generation = connection->generation;
    if (connection->owed++ == 0) {
        gauge_rise(&worker->site->busy);
    }
    connection->owed_octets += LENGTH_OCTETS + fate.length;
    return true;
}

/* Serves complete queries while there is space for their replies. False: the connection must be
 * closed. */
static bool serve_queries(struct worker *worker, unsigned index)
{
    struct connection *connection = &worker->connections[index];
    size_t at = 0;
    bool keep = true;

    while (keep && connection->in_used - at >= LENGTH_OCTETS &&
           has_room_for_reply(worker, connection)) {
        uint8_t *begin = connection->in + at;
        size_t length = (size_t)begin[0] << 8 | begin[1];

        if (length > TCP_QUERY_MAX - LENGTH_OCTETS) {
            return false;
        }
        if (connection->in_used - at - LENGTH_OCTETS < length) {
            break;
        }
        keep = answer_query(worker, index, begin + LENGTH_OCTETS, length);
        at += LENGTH_OCTETS + length;
    }
    memmove(connection->in, connection->in + at, connection->in_used - at);
    connection->in_used -= at;
    connection->stalled = !has_room_for_reply(worker, connection);
    return keep;
}

/* Continues to send after a pause. */
static void pause_sending(struct worker *worker, struct connection *connection, unsigned index)
{
    struct late *late = worker_defer(worker, connection->out, 0, FAULT_TRICKLE_MS);

    if (late) {
        late->fd = -1;
        late->connection = index;
        late->generation = connection->generation;
        connection->trickling = true;
    }
}

/* False: the connection broke. */
static bool push_out(struct worker *worker, struct connection *connection, unsigned index)
{
    bool trickle = worker->site->settings->faults.tcp_trickle;
    size_t end = trickle && connection->out_used > FAULT_TRICKLE_OCTETS ? FAULT_TRICKLE_OCTETS
                                                                        : connection->out_used;

    if (connection->trickling) {
        return true;
    }
    while (connection->out_at < end) {
        ssize_t sent = send(connection->fd, connection->out + connection->out_at,
                            end - connection->out_at, MSG_NOSIGNAL);

        if (sent < 0) {
            break;
        }
        connection->out_at += (size_t)sent;
    }
    bool broken = connection->out_at < end && errno != EAGAIN && errno != EINTR;
    memmove(connection->out, connection->out + connection->out_at,
            connection->out_used - connection->out_at);
    connection->out_used -= connection->out_at;
    connection->out_at = 0;
    if (trickle && connection->out_used > 0 && !broken) {
        pause_sending(worker, connection, index);
    }
    return !broken;
}

/* Reads into `in`; false: the connection broke. */
static bool pull_in(struct connection *connection)
{
    size_t room = TCP_QUERY_MAX - connection->in_used;

    if (room == 0) {
        return true;
    }
    ssize_t got = recv(connection->fd, connection->in + connection->in_used, room, 0);
    if (got == 0) {
        connection->ended = true;
    }
    connection->in_used += got > 0 ? (size_t)got : 0;
    return got >= 0 || errno == EAGAIN || errno == EINTR;
}

static bool rewatch(const struct worker *worker, struct connection *connection, unsigned index)
{
    uint32_t wanted = connection->ended || connection->stalled ? 0 : (uint32_t)EPOLLIN;

    wanted |= connection->out_used > 0 && !connection->trickling ? (uint32_t)EPOLLOUT : 0;
    struct epoll_event event = {.events = wanted,
                                .data.u64 = (uint64_t)EVENT_CONNECTION << 32 | index};
    if (wanted == connection->watched) {
        return true;
    }
    connection->watched = wanted;
    return epoll_ctl(worker->epoll, EPOLL_CTL_MOD, connection->fd, &event) == 0;
}

void tcp_serve(struct worker *worker, unsigned index, uint32_t events)
{
    struct connection *connection = &worker->connections[index];

    if (connection->fd < 0) {
        return;
    }
    bool keep = !(events & EPOLLIN) || pull_in(connection);
    do {
        keep = keep && serve_queries(worker, index);
        keep = push_out(worker, connection, index) && keep;
    } while (keep && connection->stalled && has_room_for_reply(worker, connection));
    bool finished = (connection->ended || is_used_up(worker, connection)) &&
                    connection->out_used == 0 && connection->owed == 0;
    bool gone = (events & (EPOLLERR | EPOLLHUP)) != 0;
    if (!keep || finished || gone || !rewatch(worker, connection, index)) {
        close_connection(worker, connection);
    }
}

void tcp_send_late(struct worker *worker, const struct late *late)
{
    struct connection *connection = &worker->connections[late->connection];

    if (connection->fd < 0 || connection->generation != late->generation) {
        return; /* counted as dropped when it was closed */
    }
    if (late->length == 0) {
        connection->trickling = false;
        tcp_serve(worker, late->connection, 0);
        return;
    }
    connection->owed--;
    gauge_fall(&worker->site->busy, connection->owed == 0);
    connection->owed_octets -= LENGTH_OCTETS + late->length;
    memcpy(connection->out + connection->out_used + LENGTH_OCTETS, late_bytes(late), late->length);
    commit_reply(worker, connection, late->length);
    tcp_serve(worker, late->connection, 0);
}
