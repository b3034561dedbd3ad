/* The loop without getdns. Events are scheduled as getdns does it, on sockets of the loopback. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/resolver/getdns_calls.h"
#include "io/resolver/getdns_loop.h"
#include "tests/unit/io/fake_clock.h"

enum { MESSAGE = 17 }; /* a header, and a question about the root */

/* One side of a connection. Each callback reads or writes one message, as in getdns. */
struct stream {
    getdns_eventloop *loop;
    getdns_eventloop_event event;
    int fd;
    unsigned to_write;
    unsigned reads; /* messages */
    bool close_after_read;
    unsigned timeouts;
};

static struct getdns_loop *loop;
static getdns_eventloop *context;
static uint16_t server_port;

static int listen_on(int type)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, type, 0);
    cr_assert(fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0);
    cr_assert(type == SOCK_DGRAM || listen(fd, 4) == 0);
    cr_assert(getsockname(fd, (struct sockaddr *)&at, &size) == 0);
    server_port = ntohs(at.sin_port);
    return fd;
}

static struct sockaddr_in server(void)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons(server_port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void open_loop(void)
{
    struct ipaddr address = {.family = IP_V4, .bytes = {127, 0, 0, 1}};
    loop = getdns_loop_new();
    cr_assert(loop && (context = getdns_loop_join(loop, &address, server_port)));
}

static int connect_stream(int listener, int *peer)
{
    struct sockaddr_in to = server();
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
    cr_assert((*peer = accept(listener, NULL, NULL)) >= 0);
    cr_assert(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
    return fd;
}

static void schedule(struct stream *stream, uint64_t timeout)
{
    if (stream->event.ev)
        context->vmt->clear(context, &stream->event);
    cr_assert_eq(context->vmt->schedule(context, stream->fd, timeout, &stream->event),
                 GETDNS_RETURN_GOOD);
}

static void on_read(void *argument)
{
    struct stream *stream = argument;
    char message[MESSAGE];
    ssize_t got = getdns_calls_recvfrom(stream->fd, message, sizeof(message), 0, NULL, NULL);
    if (got < 0 && errno == EAGAIN)
        return;
    stream->reads += got == MESSAGE;
    if (stream->close_after_read) {
        context->vmt->clear(context, &stream->event);
        getdns_calls_close(stream->fd);
    } else {
        schedule(stream, UINT64_MAX); /* as getdns does after each reply */
    }
}

static void on_write(void *argument)
{
    struct stream *stream = argument;
    char message[MESSAGE] = {0};
    if (send(stream->fd, message, sizeof(message), 0) != MESSAGE)
        return;
    if (--stream->to_write == 0) {
        stream->event.write_cb = NULL;
        stream->event.read_cb = on_read;
        schedule(stream, UINT64_MAX);
    }
}

static void on_write_datagram(void *argument)
{
    struct stream *stream = argument;
    static char id; /* differs between queries on one socket */
    char message[MESSAGE] = {id++, [5] = 1};
    struct sockaddr_in to = server();
    cr_assert_eq(getdns_calls_sendto(stream->fd, message, sizeof(message), 0,
                                     (struct sockaddr *)&to, sizeof(to)),
                 MESSAGE);
    stream->event.write_cb = NULL;
    stream->event.read_cb = on_read;
    schedule(stream, UINT64_MAX);
}

static void on_timeout(void *argument)
{
    struct stream *stream = argument;
    stream->timeouts++;
    context->vmt->clear(context, &stream->event);
    getdns_calls_close(stream->fd);
}

static void start_writing(struct stream *stream, unsigned messages)
{
    stream->to_write = messages;
    stream->event.userarg = stream;
    stream->event.write_cb = on_write;
    schedule(stream, UINT64_MAX);
}

static void turn(unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        getdns_loop_run(loop, 50);
}

/* Like a context before it is destroyed. */
static void finish(struct stream *stream)
{
    context->vmt->clear(context, &stream->event);
    getdns_loop_free(loop);
}

static size_t drain(int fd)
{
    char octets[65536];
    size_t all = 0;
    ssize_t got;
    while ((got = recv(fd, octets, sizeof(octets), MSG_DONTWAIT)) > 0)
        all += (size_t)got;
    return all;
}

Test(getdns_loop, a_burst_is_written_and_read_in_one_turn_each)
{
    int peer, listener = listen_on(SOCK_STREAM);
    open_loop();
    struct stream stream = {.fd = connect_stream(listener, &peer)};
    start_writing(&stream, 100);
    turn(1);
    cr_assert_eq(stream.to_write, 0u);
    cr_assert_eq(drain(peer), 100u * MESSAGE);
    char replies[100 * MESSAGE] = {0};
    cr_assert_eq(send(peer, replies, sizeof(replies), 0), (ssize_t)sizeof(replies));
    turn(1);
    cr_assert_eq(stream.reads, 100u);
    /* And again on the same connection, which is registered in epoll now. */
    start_writing(&stream, 3);
    turn(1);
    cr_assert_eq(drain(peer), 3u * MESSAGE);
    cr_assert_eq(send(peer, replies, MESSAGE, 0), MESSAGE);
    turn(1);
    cr_assert_eq(stream.reads, 101u);
    finish(&stream);
}

Test(getdns_loop, a_stream_without_room_goes_on_when_there_is_some)
{
    int peer, listener = listen_on(SOCK_STREAM);
    open_loop();
    struct stream stream = {.fd = connect_stream(listener, &peer)};
    start_writing(&stream, 1u << 20);
    size_t got = 0;
    for (unsigned i = 0; i < 100000 && stream.to_write > 0; i++) {
        getdns_loop_run(loop, 0);
        got += drain(peer);
    }
    turn(1);
    cr_assert_eq(stream.to_write, 0u);
    cr_assert_geq(got + drain(peer), (size_t)MESSAGE << 20);
    finish(&stream);
}

/* The descriptor of a closed connection comes back as another one, which must be registered again.
 */
Test(getdns_loop, a_descriptor_that_comes_back_is_watched)
{
    int peer, second_peer, listener = listen_on(SOCK_STREAM);
    char reply[MESSAGE] = {0};
    open_loop();
    struct stream first = {.fd = connect_stream(listener, &peer), .close_after_read = true};
    start_writing(&first, 1);
    turn(1);
    cr_assert_eq(send(peer, reply, sizeof(reply), 0), MESSAGE);
    turn(1);
    cr_assert_eq(first.reads, 1u);
    struct stream second = {.fd = connect_stream(listener, &second_peer)};
    cr_assert_eq(second.fd, first.fd);
    start_writing(&second, 1);
    turn(1);
    cr_assert_eq(send(second_peer, reply, sizeof(reply), 0), MESSAGE);
    turn(1);
    cr_assert_eq(second.reads, 1u);
    finish(&second);
}

Test(getdns_loop, a_descriptor_that_comes_back_after_a_timeout_is_watched)
{
    int peer, second_peer, listener = listen_on(SOCK_STREAM);
    char reply[MESSAGE] = {0};
    open_loop();
    struct stream first = {.fd = connect_stream(listener, &peer)};
    start_writing(&first, 1);
    turn(1);
    first.event.timeout_cb = on_timeout;
    schedule(&first, 0);
    turn(1);
    cr_assert_eq(first.timeouts, 0u); /* an idle connection is kept for a while */
    for (; first.timeouts == 0; fake_now_ns += 50 * FAKE_MS)
        turn(1);
    struct stream second = {.fd = connect_stream(listener, &second_peer)};
    cr_assert_eq(second.fd, first.fd);
    second.event.userarg = &second;
    second.event.read_cb = on_read;
    schedule(&second, UINT64_MAX);
    cr_assert_eq(send(second_peer, reply, sizeof(reply), 0), MESSAGE);
    turn(1);
    cr_assert_eq(second.reads, 1u);
    finish(&second);
}

/* Like a UDP query of getdns: a socket, scheduled for writing, then for reading. */
static void open_datagram(struct stream *datagram)
{
    getdns_loop_enter(loop);
    datagram->fd = getdns_calls_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    cr_assert_geq(datagram->fd, 0);
    datagram->event.userarg = datagram;
    datagram->event.write_cb = on_write_datagram;
    schedule(datagram, UINT64_MAX);
}

/* Takes a query from the resolver's socket, and turns it into its reply. Returns its source. */
static struct sockaddr_in taken_by(int resolver, char message[MESSAGE])
{
    struct sockaddr_in asker;
    socklen_t size = sizeof(asker);
    cr_assert_eq(recvfrom(resolver, message, MESSAGE, 0, (struct sockaddr *)&asker, &size),
                 MESSAGE);
    message[2] = (char)0x80;
    return asker;
}

static void send_from(int fd, const struct sockaddr_in *to, const char message[MESSAGE])
{
    cr_assert_eq(sendto(fd, message, MESSAGE, 0, (const struct sockaddr *)to, sizeof(*to)),
                 MESSAGE);
}

Test(getdns_loop, a_stray_is_dropped_and_counted)
{
    int resolver = listen_on(SOCK_DGRAM);
    uint64_t strays = 0;
    struct stream datagram = {0};
    char message[MESSAGE];

    open_loop();
    getdns_loop_count_strays(loop, &strays);
    open_datagram(&datagram);
    turn(1);
    struct sockaddr_in asker = taken_by(resolver, message);
    message[1] ^= 1; /* the ID */
    send_from(resolver, &asker, message);
    turn(2);
    cr_assert_eq(datagram.reads, 0u);
    cr_assert_eq(strays, 1u);
    message[1] ^= 1;
    send_from(resolver, &asker, message);
    turn(1);
    cr_assert_eq(datagram.reads, 1u);
    cr_assert_eq(strays, 1u);
    finish(&datagram);
}

static struct {
    const void *replied, *failed, *mismatched; /* the last tag of each */
    int error;
} seen;

static void on_replied(void *tag, const uint8_t *reply, size_t size)
{
    cr_assert(reply && size == MESSAGE);
    seen.replied = tag;
}

static void on_failed(void *tag, int error)
{
    seen.failed = tag;
    seen.error = error;
}

static void on_mismatched(void *tag)
{
    seen.mismatched = tag;
}

static const struct getdns_loop_hooks hooks = {on_replied, on_failed, on_mismatched};

Test(getdns_loop, the_reply_to_a_request_with_a_tag_is_not_read_by_getdns)
{
    int resolver = listen_on(SOCK_DGRAM);
    struct stream first = {0}, second = {0};
    char message[MESSAGE];

    open_loop();
    getdns_loop_set_hooks(loop, &hooks);
    getdns_loop_tag(loop, &first);
    open_datagram(&first);
    getdns_loop_tag(loop, NULL);
    open_datagram(&second);
    turn(1);
    for (int i = 0; i < 2; i++) {
        struct sockaddr_in asker = taken_by(resolver, message);
        message[16] ^= 1; /* the class in the question */
        send_from(resolver, &asker, message);
        message[16] ^= 1;
        send_from(resolver, &asker, message);
    }
    turn(1);
    cr_assert_eq(seen.mismatched, &first);
    cr_assert_eq(seen.replied, &first);
    cr_assert_eq(first.reads, 0u);
    cr_assert_eq(second.reads, 1u, "it has no tag");
    context->vmt->clear(context, &first.event);
    finish(&second);
}

Test(getdns_loop, a_request_with_a_tag_to_a_closed_port_fails)
{
    struct stream datagram = {0};

    close(listen_on(SOCK_DGRAM));
    open_loop();
    getdns_loop_set_hooks(loop, &hooks);
    getdns_loop_tag(loop, &datagram);
    open_datagram(&datagram);
    turn(2);
    cr_assert_eq(seen.failed, &datagram);
    cr_assert_eq(seen.error, ECONNREFUSED);
    cr_assert_eq(datagram.reads, 0u);
    finish(&datagram);
}
