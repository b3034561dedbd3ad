#include "io/resolver/reply_source.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/resolver/reply_match.h"
#include "io/system/clock.h"

enum {
    HEADER = 12, /* RFC 1035 4.1.1 */
    TYPE_AND_CLASS = 4,
    QUERY_MAX = HEADER + DNSNAME_MAX + TYPE_AND_CLASS,
    REPLY_MAX = 1232,
    FLAG_RD = 0x01, /* in the third octet */
    CLASS_IN = 1,
};

struct query {
    uint8_t octets[QUERY_MAX];
    size_t size;
};

/* False: no random ID. */
static bool write_query(struct query *query, const struct question *question)
{
    /* cppcheck-suppress ctuuninitvar ; filled here */
    uint8_t *end = query->octets + HEADER + question->name.length;

    memset(query->octets, 0, HEADER);
    if (getrandom(query->octets, 2, 0) != 2)
        return false;
    query->octets[2] = FLAG_RD;
    query->octets[5] = 1; /* one question */
    memcpy(query->octets + HEADER, question->name.wire, question->name.length);
    *end++ = (uint8_t)(question->type >> 8);
    *end++ = (uint8_t)question->type;
    *end++ = 0;
    *end++ = CLASS_IN;
    query->size = (size_t)(end - query->octets);
    return true;
}

/* A socket that has sent the query; -1 if it could not. */
static int send_query(const struct endpoint *endpoint, const struct query *query)
{
    struct sockaddr_storage to;
    socklen_t size = endpoint_to_sockaddr(&to, endpoint, DNS_PORT);
    int fd = socket(to.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd >= 0 && sendto(fd, query->octets, query->size, 0, (const struct sockaddr *)&to, size) ==
                       (ssize_t)query->size)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool is_from(const struct endpoint *from, const struct endpoint *endpoint)
{
    uint16_t port = endpoint->port ? endpoint->port : DNS_PORT;

    return from->port == port && ipaddr_equal(&from->address, &endpoint->address);
}

/* Reads one datagram. True: it is a reply to the query. */
static bool read_reply(int fd, const struct query *query, struct endpoint *from)
{
    uint8_t reply[REPLY_MAX];
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof(address);
    ssize_t got = recvfrom(fd, reply, sizeof(reply), 0, (struct sockaddr *)&address, &size);

    return got >= 2 && memcmp(reply, query->octets, 2) == 0 &&
           endpoint_from_sockaddr(from, &address) &&
           reply_match(query->octets, query->size - HEADER, reply, (size_t)got);
}

/* Waits for one datagram on any of the sockets that are still open, at most until end_ns. False:
 * no time or no socket is left. */
static bool serve(struct pollfd *sockets, unsigned count, const struct query *query,
                  const struct endpoint *endpoints, struct reply_source *sources, int64_t end_ns)
{
    int64_t left_ms = (end_ns - clock_monotonic_ns()) / 1000000;
    unsigned open = 0;

    for (unsigned i = 0; i < count; i++)
        open += sockets[i].fd >= 0;
    if (open == 0 || left_ms <= 0 || poll(sockets, count, (int)left_ms) <= 0)
        return false;
    for (unsigned i = 0; i < count; i++) {
        struct endpoint from;
        if (sockets[i].fd < 0 || !sockets[i].revents || !read_reply(sockets[i].fd, query, &from))
            continue;
        sources[i] = (struct reply_source){.found = !is_from(&from, &endpoints[i]), .from = from};
        close(sockets[i].fd);
        sockets[i].fd = -1; /* poll ignores it */
    }
    return true;
}

void reply_source_find(const struct endpoint *endpoints, unsigned count,
                       const struct question *question, unsigned wait_ms,
                       struct reply_source *sources)
{
    struct pollfd sockets[ENDPOINTS_MAX];
    struct query query;
    int64_t end_ns = clock_monotonic_ns() + (int64_t)wait_ms * 1000000;

    memset(sources, 0, count * sizeof(*sources));
    if (!write_query(&query, question))
        return;
    for (unsigned i = 0; i < count; i++)
        sockets[i] = (struct pollfd){.fd = send_query(&endpoints[i], &query), .events = POLLIN};
    while (serve(sockets, count, &query, endpoints, sources, end_ns))
        ;
    for (unsigned i = 0; i < count; i++) {
        if (sockets[i].fd >= 0)
            close(sockets[i].fd);
    }
}

size_t reply_source_print(char out[REPLY_SOURCE_TEXT_MAX], const struct endpoint *asked,
                          const struct reply_source *source)
{
    char asked_text[ENDPOINT_TEXT_MAX], from_text[ENDPOINT_TEXT_MAX];

    out[0] = '\0';
    if (!source->found)
        return 0;
    endpoint_print(asked_text, asked);
    endpoint_print(from_text, &source->from);
    return (size_t)snprintf(out, REPLY_SOURCE_TEXT_MAX,
                            "%s replies from %s, which was not asked: such replies are not "
                            "accepted, because anyone can send them",
                            asked_text, from_text);
}
