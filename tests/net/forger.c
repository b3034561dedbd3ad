/*
 * An attacker beside a resolver: takes queries on one loopback port, answers each at once with a forged
 * NXDOMAIN that has the right ID and the right question but comes from another port, and only then passes the
 * query on and the genuine reply back.
 *
 *     forger PORT-FILE RESOLVER-PORT
 *
 * Writes the port it listens on into PORT-FILE.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_MAX = 4096, CLIENTS = 65536 };

static struct sockaddr_in at_port(unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static int open_socket(unsigned port)
{
    struct sockaddr_in own = at_port(port);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&own, sizeof(own)) != 0) {
        perror("forger");
        exit(1);
    }
    return fd;
}

static void write_port(const char *path, int fd)
{
    struct sockaddr_in own;
    socklen_t size = sizeof(own);
    FILE *file = fopen(path, "w");
    if (!file || getsockname(fd, (struct sockaddr *)&own, &size) != 0 ||
        fprintf(file, "%u\n", (unsigned)ntohs(own.sin_port)) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* The query as a reply without records: QR set, RCODE 3, and nothing behind the question. */
static size_t forge(uint8_t *out, const uint8_t *query, size_t length)
{
    size_t at = 12;
    while (at < length && query[at] != 0)
        at += query[at] + 1u;
    at += 5; /* root label, type, class */
    if (at > length)
        return 0;
    memcpy(out, query, at);
    out[2] |= 0x80;
    out[3] = 0x80 | 3;
    memset(out + 6, 0, 6);
    return at;
}

int main(int argc, char **argv)
{
    static struct sockaddr_in clients[CLIENTS]; /* by query ID */
    static uint8_t message[MESSAGE_MAX], forged[MESSAGE_MAX];
    if (argc != 3)
        return 2;
    struct sockaddr_in resolver = at_port((unsigned)atoi(argv[2]));
    int front = open_socket(0), back = open_socket(0), elsewhere = open_socket(0);
    write_port(argv[1], front);
    struct pollfd fds[] = {{.fd = front, .events = POLLIN}, {.fd = back, .events = POLLIN}};
    while (poll(fds, 2, -1) > 0) {
        struct sockaddr_in peer;
        socklen_t size = sizeof(peer);
        ssize_t got;
        if (fds[0].revents &&
            (got = recvfrom(front, message, sizeof(message), 0, (struct sockaddr *)&peer, &size)) > 12) {
            clients[message[0] << 8 | message[1]] = peer;
            size_t length = forge(forged, message, (size_t)got);
            sendto(elsewhere, forged, length, 0, (struct sockaddr *)&peer, sizeof(peer));
            sendto(back, message, (size_t)got, 0, (struct sockaddr *)&resolver, sizeof(resolver));
        }
        if (fds[1].revents && (got = recv(back, message, sizeof(message), 0)) > 12)
            sendto(front, message, (size_t)got, 0, (struct sockaddr *)&clients[message[0] << 8 | message[1]],
                   sizeof(struct sockaddr_in));
    }
    return 0;
}
