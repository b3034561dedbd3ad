/*
 * An attacker between a client and its resolver. It receives queries on one loopback port, answers
 * them at once with a forged NXDOMAIN, then passes the query to the resolver and the genuine reply
 * to the client.
 *
 *     forger PORT-FILE RESOLVER-PORT [KIND [ONE-IN]]
 *
 * KIND is the fault of the forged reply; one query in ONE-IN gets such a reply (1: each query):
 *
 *     port        it comes from another port (the default)
 *     id          it has another ID
 *     question    it has another question
 *     noquestion  it has no question
 *     query       QR is 0
 *
 * Writes its port to PORT-FILE and, at its end, the number of forged replies to PORT-FILE.forged.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE_MAX = 4096, CLIENTS = 65536, HEADER = 12 };
enum kind { KIND_PORT, KIND_ID, KIND_QUESTION, KIND_NO_QUESTION, KIND_QUERY, KINDS };

static const char *const WORDS[KINDS] = {"port", "id", "question", "noquestion", "query"};
static volatile sig_atomic_t ended;

static void on_end(int number)
{
    ended = number;
}

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

static void write_number(const char *path, unsigned number)
{
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, "%u\n", number) < 0 || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

static unsigned port_of(int fd)
{
    struct sockaddr_in own = {0};
    socklen_t size = sizeof(own);
    if (getsockname(fd, (struct sockaddr *)&own, &size) != 0) {
        perror("forger");
        exit(1);
    }
    return ntohs(own.sin_port);
}

/* Makes the query a reply without records (QR and AA set, RCODE 3, nothing after the question),
 * then adds the fault. */
static size_t forge(uint8_t *out, const uint8_t *query, size_t length, enum kind kind)
{
    size_t at = HEADER;
    while (at < length && query[at] != 0)
        at += query[at] + 1u;
    at += 5; /* root label, type, class */
    if (at > length)
        return 0;
    memcpy(out, query, at);
    out[2] |= 0x84;
    out[3] = 0x80 | 3;
    memset(out + 6, 0, 6);
    if (kind == KIND_ID)
        out[0] ^= 0x55;
    else if (kind == KIND_QUERY)
        out[2] &= 0x7f;
    else if (kind == KIND_QUESTION && out[HEADER] != 0)
        out[HEADER + 1] = out[HEADER + 1] == '1' ? '2' : '1';
    else if (kind == KIND_NO_QUESTION) {
        out[5] = 0;
        at = HEADER;
    }
    return at;
}

static enum kind kind_of(const char *word)
{
    unsigned kind = 0;
    while (kind < KINDS && strcmp(word, WORDS[kind]) != 0)
        kind++;
    if (kind == KINDS) {
        fprintf(stderr, "forger: what is %s?\n", word);
        exit(2);
    }
    return (enum kind)kind;
}

struct forger {
    int front, back, elsewhere;
    enum kind kind;
    unsigned one_in, seen, forged;
    struct sockaddr_in resolver;
    struct sockaddr_in clients[CLIENTS]; /* by query ID */
};

static void serve_query(struct forger *forger)
{
    uint8_t query[MESSAGE_MAX], reply[MESSAGE_MAX];
    struct sockaddr_in peer;
    socklen_t size = sizeof(peer);
    ssize_t got = recvfrom(forger->front, query, sizeof(query), 0, (struct sockaddr *)&peer, &size);
    if (got <= HEADER)
        return;
    forger->clients[query[0] << 8 | query[1]] = peer;
    if (++forger->seen % forger->one_in == 0) {
        size_t length = forge(reply, query, (size_t)got, forger->kind);
        int from = forger->kind == KIND_PORT ? forger->elsewhere : forger->front;
        sendto(from, reply, length, 0, (struct sockaddr *)&peer, sizeof(peer));
        forger->forged++;
    }
    sendto(forger->back, query, (size_t)got, 0, (struct sockaddr *)&forger->resolver,
           sizeof(forger->resolver));
}

static void serve_reply(const struct forger *forger)
{
    uint8_t reply[MESSAGE_MAX];
    ssize_t got = recv(forger->back, reply, sizeof(reply), 0);
    if (got > HEADER)
        sendto(forger->front, reply, (size_t)got, 0,
               (const struct sockaddr *)&forger->clients[reply[0] << 8 | reply[1]],
               sizeof(struct sockaddr_in));
}

int main(int argc, char **argv)
{
    static struct forger forger;
    char path[MESSAGE_MAX];
    struct sigaction end = {.sa_handler = on_end};
    if (argc < 3 || argc > 5)
        return 2;
    forger.resolver = at_port((unsigned)atoi(argv[2]));
    forger.kind = kind_of(argc > 3 ? argv[3] : WORDS[KIND_PORT]);
    forger.one_in = argc > 4 && atoi(argv[4]) > 0 ? (unsigned)atoi(argv[4]) : 1;
    forger.front = open_socket(0);
    forger.back = open_socket(0);
    forger.elsewhere = open_socket(0);
    sigaction(SIGTERM, &end, NULL);
    write_number(argv[1], port_of(forger.front));
    struct pollfd fds[] = {{.fd = forger.front, .events = POLLIN},
                           {.fd = forger.back, .events = POLLIN}};
    while (!ended && poll(fds, 2, -1) > 0) {
        if (fds[0].revents)
            serve_query(&forger);
        if (fds[1].revents)
            serve_reply(&forger);
    }
    snprintf(path, sizeof(path), "%s.forged", argv[1]);
    write_number(path, forger.forged);
    return 0;
}
