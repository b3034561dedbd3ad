/* Writes over TLS that would have to be repeated: they end with success, or as an error. */
#include "io/resolver/getdns_tls.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/socket.h>
#include <unistd.h>

#define FAKE_CLOCK_STEP_NS 300000 /* less than a millisecond */
#include "tests/unit/io/fake_clock.h"

enum { MESSAGE = 1000, MESSAGES_MAX = 10000, WAIT_MS = 200 };

static struct {
    int ends[2];
    SSL *client, *server;
    bool reads; /* the server, once the client waits */
    sem_t client_waits;
    unsigned waits;
    pthread_t thread;
} link_;

/* Replaces poll of the C library. A wait for the server costs no simulated time if the server
 * reads, and all of it if not. */
int wait_for_server(struct pollfd *files, nfds_t count, int timeout_ms) __asm__("poll");
int wait_for_server(struct pollfd *files, nfds_t count, int timeout_ms)
{
    struct timespec timeout = {timeout_ms / 1000, timeout_ms % 1000 * 1000000};

    if (count != 1 || link_.client == NULL || files[0].fd != link_.ends[0])
        return ppoll(files, count, timeout_ms < 0 ? NULL : &timeout, NULL);
    link_.waits++;
    if (link_.reads) {
        sem_post(&link_.client_waits);
        return ppoll(files, count, NULL, NULL);
    }
    fake_now_ns += (int64_t)timeout_ms * 1000000;
    return 0;
}

static SSL *side(const SSL_METHOD *method, int fd)
{
    SSL_CTX *context = SSL_CTX_new(method);

    cr_assert_not_null(context);
    /* no certificates: anonymous keys, which only TLS 1.2 has */
    SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
    cr_assert_eq(SSL_CTX_set_cipher_list(context, "ADH:AECDH:@SECLEVEL=0"), 1);
    SSL *ssl = SSL_new(context);
    cr_assert_eq(SSL_set_fd(ssl, fd), 1);
    return ssl;
}

static void *serve(void *unused)
{
    char octets[4096];

    (void)unused;
    if (SSL_accept(link_.server) != 1 || !link_.reads)
        return NULL;
    sem_wait(&link_.client_waits);
    while (SSL_read(link_.server, octets, sizeof(octets)) > 0)
        continue;
    return NULL;
}

static void set_up(bool reads)
{
    int few = 4096;

    link_.reads = reads;
    cr_assert_eq(sem_init(&link_.client_waits, 0, 0), 0);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, link_.ends), 0);
    cr_assert_eq(setsockopt(link_.ends[0], SOL_SOCKET, SO_SNDBUF, &few, sizeof(few)), 0);
    link_.client = side(TLS_client_method(), link_.ends[0]);
    link_.server = side(TLS_server_method(), link_.ends[1]);
    cr_assert_eq(pthread_create(&link_.thread, NULL, serve, NULL), 0);
    cr_assert_eq(SSL_connect(link_.client), 1);
    cr_assert_eq(fcntl(link_.ends[0], F_SETFL, O_NONBLOCK), 0);
}

/* Writes until a write fails. Returns the simulated time of the last one in nanoseconds. */
static int64_t write_all(unsigned messages, int *result)
{
    char octets[MESSAGE] = {0};
    int64_t begun_ns = 0;

    *result = 1;
    for (unsigned i = 0; *result > 0 && i < messages; i++) {
        begun_ns = fake_now_ns;
        *result = getdns_tls_write(link_.client, octets, sizeof(octets));
    }
    return fake_now_ns - begun_ns;
}

Test(getdns_tls, a_write_that_waits_in_vain_is_an_error)
{
    int result;

    set_up(false);
    int64_t took_ns = write_all(MESSAGES_MAX, &result);
    cr_expect_leq(result, 0);
    cr_expect_geq(took_ns, (int64_t)WAIT_MS * 1000000, "it waits in full");
    cr_expect_lt(took_ns, (int64_t)(WAIT_MS + 2) * 1000000);
    cr_expect_eq(getdns_tls_error(link_.client, result), SSL_ERROR_SYSCALL);
}

Test(getdns_tls, a_write_waits_for_a_busy_server)
{
    int result;

    set_up(true);
    write_all(200, &result);
    cr_expect_gt(link_.waits, 0);
    cr_expect_eq(result, MESSAGE);
    cr_expect_eq(getdns_tls_error(link_.client, result), SSL_ERROR_NONE);
}
