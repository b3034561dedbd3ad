/*
 * A server of DNS over TLS with odd habits. It passes what arrives to a resolver over TCP, and the
 * replies back. For tests/net/stories/tls.
 *
 *     tls_peer PORT-FILE RESOLVER-PORT CERTIFICATE KEY HABIT NUMBER
 *
 * HABIT is what it does with each connection:
 *
 *     renegotiate  begins a new handshake after each NUMBER pieces of replies (TLS 1.2)
 *     keys         asks for new keys after each NUMBER pieces (TLS 1.3)
 *     half-closed  sends no more after NUMBER pieces, and goes on reading
 *     slow         waits NUMBER milliseconds before the handshake
 */
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PIECE = 16384, WAITING_MAX = 1000 };

static SSL_CTX *context;
static const char *habit;
static unsigned number;
static struct sockaddr_in resolver;

struct connection {
    SSL *ssl;
    int client, upstream;
    unsigned pieces;
};

static bool has(const char *word)
{
    return strcmp(habit, word) == 0;
}

static void swallow(struct connection *own)
{
    char octets[PIECE];

    while (read(own->client, octets, sizeof(octets)) > 0)
        continue;
}

/* False: the connection has ended. */
static bool misbehave(struct connection *own)
{
    if (own->pieces % number != 0)
        return true;
    if (has("renegotiate"))
        return SSL_renegotiate(own->ssl) == 1 && SSL_do_handshake(own->ssl) == 1;
    if (has("keys"))
        return SSL_key_update(own->ssl, SSL_KEY_UPDATE_REQUESTED) == 1 &&
               SSL_do_handshake(own->ssl) == 1;
    if (has("half-closed")) {
        SSL_shutdown(own->ssl);
        shutdown(own->client, SHUT_WR);
        swallow(own);
        return false;
    }
    return true;
}

static bool pass_queries(struct connection *own)
{
    char octets[PIECE];

    do {
        int size = SSL_read(own->ssl, octets, sizeof(octets));

        if (size <= 0 || write(own->upstream, octets, (size_t)size) != size)
            return false;
    } while (SSL_pending(own->ssl) > 0);
    return true;
}

static bool pass_replies(struct connection *own)
{
    char octets[PIECE];
    ssize_t size = read(own->upstream, octets, sizeof(octets));

    if (size <= 0 || SSL_write(own->ssl, octets, (int)size) != size)
        return false;
    own->pieces++;
    return misbehave(own);
}

static void pass_on(struct connection *own)
{
    struct pollfd both[2] = {{.fd = own->client, .events = POLLIN},
                             {.fd = own->upstream, .events = POLLIN}};

    while (poll(both, 2, -1) > 0) {
        if (both[0].revents && !pass_queries(own))
            return;
        if (both[1].revents && !pass_replies(own))
            return;
    }
}

static void *serve(void *argument)
{
    struct connection own = {.ssl = SSL_new(context), .client = (int)(intptr_t)argument};

    own.upstream = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (!own.ssl || own.upstream < 0 || SSL_set_fd(own.ssl, own.client) != 1)
        abort();
    if (has("slow"))
        usleep(number * 1000);
    if (connect(own.upstream, (struct sockaddr *)&resolver, sizeof(resolver)) == 0 &&
        SSL_accept(own.ssl) == 1)
        pass_on(&own);
    SSL_free(own.ssl);
    close(own.upstream);
    close(own.client);
    return NULL;
}

static void prepare(const char *certificate, const char *key)
{
    context = SSL_CTX_new(TLS_server_method());
    if (!context || SSL_CTX_use_certificate_file(context, certificate, SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1)
        abort();
    if (has("renegotiate"))
        SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
}

/* Listens on a free port, and writes its number to the file. */
static int start(const char *port_file)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(own);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&own, size) != 0 || listen(fd, WAITING_MAX) != 0 ||
        getsockname(fd, (struct sockaddr *)&own, &size) != 0)
        abort();
    FILE *file = fopen(port_file, "w");
    if (!file || fprintf(file, "%u\n", ntohs(own.sin_port)) < 0 || fclose(file) != 0)
        abort();
    return fd;
}

int main(int argc, char **argv)
{
    pthread_t thread;

    if (argc != 7)
        return 2;
    resolver = (struct sockaddr_in){.sin_family = AF_INET,
                                    .sin_port = htons((uint16_t)atoi(argv[2])),
                                    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    habit = argv[5];
    number = (unsigned)atoi(argv[6]);
    signal(SIGPIPE, SIG_IGN);
    prepare(argv[3], argv[4]);
    for (int listening = start(argv[1]);;) {
        int client = accept(listening, NULL, NULL);

        if (client < 0 || pthread_create(&thread, NULL, serve, (void *)(intptr_t)client) != 0 ||
            pthread_detach(thread) != 0)
            abort();
    }
}
