/* Listening sockets, on loopback addresses only. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/responder/responder.h"

enum { SOCKET_BUFFER = 32 * 1024 * 1024, BACKLOG = 1024, PORT_ATTEMPTS = 16 };

static bool read_port(uint16_t *out, const char *text)
{
    char *end = NULL;
    unsigned long port = strtoul(text, &end, 10);

    *out = (uint16_t)port;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && port <= UINT16_MAX;
}

static bool read_address(struct listen_at *out, const char *host, uint16_t port)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

    memset(out, 0, sizeof(*out));
    if (inet_pton(AF_INET, host, &v4.sin_addr) == 1 && ntohl(v4.sin_addr.s_addr) >> 24 == 127) {
        memcpy(&out->address, &v4, sizeof(v4));
        out->length = sizeof(v4);
    } else if (inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 &&
               IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)) {
        memcpy(&out->address, &v6, sizeof(v6));
        out->length = sizeof(v6);
    }
    return out->length != 0;
}

bool listen_parse(struct listen_at *out, const char *text, char message[MESSAGE_MAX])
{
    char host[INET6_ADDRSTRLEN] = "";
    const char *at = strchr(text, '@');
    uint16_t port = 0;

    if (at && (size_t)(at - text) < sizeof(host)) {
        memcpy(host, text, (size_t)(at - text));
    }
    if (!at || !read_port(&port, at + 1) || !read_address(out, host, port)) {
        snprintf(message, MESSAGE_MAX,
                 "--listen wants a loopback address and a port, like 127.0.0.1@5353");
        return false;
    }
    return true;
}

unsigned listen_port(const struct listen_at *at)
{
    struct sockaddr_in v4;

    memcpy(&v4, &at->address, sizeof(v4)); /* the port has the same place in both families */
    return ntohs(v4.sin_port);
}

static void set_port(struct listen_at *at, unsigned port)
{
    struct sockaddr_in v4;

    memcpy(&v4, &at->address, sizeof(v4));
    v4.sin_port = htons((uint16_t)port);
    memcpy(&at->address, &v4, sizeof(v4));
}

/* A large buffer absorbs bursts of thousands of queries; only root may exceed the system's
 * limit. */
static void enlarge(int fd, int option_forced, int option)
{
    int size = SOCKET_BUFFER;

    if (setsockopt(fd, SOL_SOCKET, option_forced, &size, sizeof(size)) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, option, &size, sizeof(size));
    }
}

static int open_bound(const struct listen_at *at, int type, bool shared)
{
    int one = 1;
    int fd = socket(at->address.ss_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return -1;
    }
    if (type == SOCK_DGRAM) {
        enlarge(fd, SO_RCVBUFFORCE, SO_RCVBUF);
        enlarge(fd, SO_SNDBUFFORCE, SO_SNDBUF);
    }
    if ((type == SOCK_STREAM && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0) ||
        (shared && setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) != 0) ||
        bind(fd, (const struct sockaddr *)&at->address, at->length) != 0 ||
        (type == SOCK_STREAM && listen(fd, BACKLOG) != 0)) {
        int why = errno;

        close(fd);
        errno = why;
        return -1;
    }
    return fd;
}

/* The kernel picks a UDP port; if the TCP port is taken, tries another. */
static bool open_pair(struct listen_at *at, bool shared, int *udp, int *tcp)
{
    bool pick = listen_port(at) == 0;

    for (unsigned attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
        *udp = open_bound(at, SOCK_DGRAM, shared);
        if (*udp < 0) {
            return false;
        }
        if (pick) {
            socklen_t length = sizeof(at->address);

            (void)getsockname(*udp, (struct sockaddr *)&at->address, &length);
        }
        *tcp = open_bound(at, SOCK_STREAM, shared);
        if (*tcp >= 0) {
            return true;
        }
        int why = errno;
        close(*udp);
        *udp = -1;
        errno = why;
        if (!pick || why != EADDRINUSE) {
            return false;
        }
        set_port(at, 0);
    }
    return false;
}

/* If TCP is to be refused, the TCP port is closed again. */
static bool settle_tcp(struct worker *worker, unsigned index, bool refuse)
{
    if (!refuse) {
        return worker_watch(worker, worker->tcp[index], EVENT_LISTEN, index);
    }
    close(worker->tcp[index]);
    worker->tcp[index] = -1;
    return true;
}

static bool tell_arrivals(int fd, bool wanted)
{
    int one = 1;

    return !wanted || setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof(one)) == 0;
}

bool listen_open(struct settings *settings, struct worker *worker, char message[MESSAGE_MAX])
{
    for (unsigned i = 0; i < settings->listen_count; i++) {
        struct listen_at *at = &settings->listens[i];

        if (!open_pair(at, settings->threads > 1, &worker->udp[i], &worker->tcp[i]) ||
            !worker_watch(worker, worker->udp[i], EVENT_UDP, i) ||
            !settle_tcp(worker, i, settings->faults.tcp_refuse) ||
            !tell_arrivals(worker->udp[i], settings->arrivals)) {
            snprintf(message, MESSAGE_MAX, "cannot listen on port %u: %s", listen_port(at),
                     strerror(errno));
            return false;
        }
    }
    return true;
}
