#include <errno.h>

#include "io/resolver/reply_match.h"
#include "io/resolver/udp_sockets_private.h"

enum { ROUNDS = 4 }; /* batches read before other sockets have their turn */

/* ---- sending ---- */

/* Returns the number of datagrams sent, or -1. */
static int send_batch(struct udp_socket *sock)
{
    struct iovec parts[UDP_BATCH];
    struct mmsghdr messages[UDP_BATCH];
    unsigned count = 0;
    struct udp_query *query;

    TAILQ_FOREACH(query, &sock->unsent, link_queue)
    {
        if (count == UDP_BATCH)
            break;
        parts[count] = (struct iovec){.iov_base = query->octets, .iov_len = query->size};
        messages[count].msg_hdr = (struct msghdr){.msg_iov = &parts[count], .msg_iovlen = 1};
        count++;
    }
    return sendmmsg(sock->fd, messages, count, 0);
}

static bool is_transient(int error)
{
    return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS || error == ENOMEM ||
           error == EINTR;
}

/* False: the socket has no room for more. ECONNREFUSED is about queries sent before: the resolver's
 * host has answered one of them with ICMP. Other errors are about the first query to be sent. */
static bool on_send_error(struct udp_socket *sock, int error)
{
    if (is_transient(error))
        return error == EINTR;
    udp_socket_retire(sock);
    if (error != ECONNREFUSED || !udp_socket_fail_sent(sock, error))
        udp_query_fail(TAILQ_FIRST(&sock->unsent), error);
    return true;
}

static bool flush_socket(struct udp_socket *sock)
{
    bool good = true;

    sock->busy = true;
    while (good && !TAILQ_EMPTY(&sock->unsent)) {
        int sent = send_batch(sock);
        if (sent < 0)
            good = on_send_error(sock, errno);
        for (; sent > 0; sent--)
            udp_query_dequeue(TAILQ_FIRST(&sock->unsent));
    }
    sock->busy = false;
    udp_socket_close_if_done(sock);
    return good;
}

bool udp_sockets_flush(struct udp_sockets *sockets, int64_t now_ns)
{
    struct udp_socket *sock;
    bool good = true;

    sockets->now_ns = now_ns;
    udp_sockets_place_waiting(sockets);
    while ((sock = TAILQ_FIRST(&sockets->unsent)) && !sock->blocked) {
        if (flush_socket(sock))
            continue;
        sock->blocked = true;
        TAILQ_REMOVE(&sockets->unsent, sock, link_unsent);
        TAILQ_INSERT_TAIL(&sockets->unsent, sock, link_unsent);
        good = false;
    }
    for (sock = TAILQ_FIRST(&sockets->unsent); sock; sock = TAILQ_NEXT(sock, link_unsent))
        sock->blocked = false;
    return good && TAILQ_EMPTY(&sockets->waiting);
}

/* ---- receiving ---- */

/* Was there a query with this ID on the socket? Then a stray may be a late or second reply. */
static bool was_used(const struct udp_socket *sock, uint16_t id)
{
    unsigned i = 0;

    while (i < sock->uses && sock->ids[i] != id)
        i++;
    return i < sock->uses;
}

static void take_in(struct udp_socket *sock, unsigned at)
{
    const struct udp_sockets_hooks *hooks = &sock->sockets->hooks;
    const uint8_t *reply = sock->sockets->inbox.replies[at];
    size_t size = sock->sockets->inbox.messages[at].msg_len;
    bool has_id = size >= 2;
    uint16_t id = has_id ? (uint16_t)(reply[0] << 8 | reply[1]) : 0;
    struct udp_query *query = has_id ? udp_socket_find(sock, id) : NULL;

    if (query && !query->unsent && reply_match(query->octets, query->question_size, reply, size)) {
        hooks->arrived(hooks->context, query, reply, size);
        return;
    }
    bool odd = query || !has_id || !was_used(sock, id);
    hooks->stray(hooks->context, query);
    if (odd && ++sock->odd == UDP_SOCKET_ODD_MAX) {
        udp_socket_retire(sock);
        udp_socket_move_queries(sock);
    }
}

void udp_socket_receive(struct udp_socket *sock)
{
    struct inbox *inbox = &sock->sockets->inbox;

    sock->busy = true;
    for (int round = 0, got = UDP_BATCH; round < ROUNDS && got == UDP_BATCH; round++) {
        got = recvmmsg(sock->fd, inbox->messages, UDP_BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < got; i++)
            take_in(sock, (unsigned)i);
        if (got < 0 && !is_transient(errno)) {
            udp_socket_retire(sock);
            udp_socket_fail_sent(sock, errno);
        }
    }
    sock->busy = false;
    udp_socket_close_if_done(sock);
}
