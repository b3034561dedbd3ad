/* Writes over TLS that would have to be repeated: they end with success, or as an error. */
#include "io/resolver/getdns_tls.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/system/clock.h"

enum { MESSAGE = 1000, MESSAGES_MAX = 10000 };

static struct {
    int ends[2];
    SSL *client, *server;
    int rest_ms; /* how long the server rests before it reads; -1: for ever */
    pthread_t thread;
} link_;

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
    if (SSL_accept(link_.server) != 1 || link_.rest_ms < 0)
        return NULL;
    usleep((unsigned)link_.rest_ms * 1000);
    while (SSL_read(link_.server, octets, sizeof(octets)) > 0)
        continue;
    return NULL;
}

static void set_up(int rest_ms)
{
    int few = 4096;

    link_.rest_ms = rest_ms;
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, link_.ends), 0);
    cr_assert_eq(setsockopt(link_.ends[0], SOL_SOCKET, SO_SNDBUF, &few, sizeof(few)), 0);
    link_.client = side(TLS_client_method(), link_.ends[0]);
    link_.server = side(TLS_server_method(), link_.ends[1]);
    cr_assert_eq(pthread_create(&link_.thread, NULL, serve, NULL), 0);
    cr_assert_eq(SSL_connect(link_.client), 1);
    cr_assert_eq(fcntl(link_.ends[0], F_SETFL, O_NONBLOCK), 0);
}

/* Writes until a write fails. Returns the time of the last one in milliseconds. */
static int64_t write_all(unsigned messages, int *result)
{
    char octets[MESSAGE] = {0};
    int64_t begun = 0;

    *result = 1;
    for (unsigned i = 0; i<messages && * result> 0; i++) {
        begun = clock_monotonic_ns();
        *result = getdns_tls_write(link_.client, octets, sizeof(octets));
    }
    return (clock_monotonic_ns() - begun) / 1000000;
}

Test(getdns_tls, a_write_that_waits_in_vain_is_an_error)
{
    int result;

    set_up(-1);
    int64_t took_ms = write_all(MESSAGES_MAX, &result);
    cr_expect_leq(result, 0);
    cr_expect_geq(took_ms, 200);
    cr_expect_eq(getdns_tls_error(link_.client, result), SSL_ERROR_SYSCALL);
}

Test(getdns_tls, a_write_waits_for_a_busy_server)
{
    int result;

    set_up(50);
    write_all(200, &result);
    cr_expect_eq(result, MESSAGE);
    cr_expect_eq(getdns_tls_error(link_.client, result), SSL_ERROR_NONE);
}
