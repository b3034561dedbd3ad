#include "io/resolver/getdns_tls.h"

#include <poll.h>
#include <stdint.h>

#include "io/system/clock.h"

enum { WAIT_MS = 200 /* the other connections of the thread wait as well */ };

/* The connection whose last write waited in vain; NULL: none. */
static _Thread_local const SSL *blocked;

/* What SSL_write waits for; 0: it failed. */
static short awaited(const SSL *ssl, int result)
{
    int error = SSL_get_error(ssl, result);

    return error == SSL_ERROR_WANT_READ ? POLLIN : error == SSL_ERROR_WANT_WRITE ? POLLOUT : 0;
}

int getdns_tls_write(SSL *ssl, const void *octets, int size)
{
    int64_t end_ns = clock_monotonic_ns() + (int64_t)WAIT_MS * 1000000;
    struct pollfd connection = {.fd = SSL_get_fd(ssl)};
    int written;

    blocked = NULL;
    while ((written = SSL_write(ssl, octets, size)) <= 0 &&
           (connection.events = awaited(ssl, written)) != 0) {
        int64_t left_ns = end_ns - clock_monotonic_ns();
        int64_t left_ms = (left_ns + 999999) / 1000000; /* rounded up: the wait is never shorter */

        if (left_ns <= 0 || poll(&connection, 1, (int)left_ms) <= 0) {
            blocked = ssl;
            break;
        }
    }
    return written;
}

int getdns_tls_error(const SSL *ssl, int result)
{
    return ssl == blocked ? SSL_ERROR_SYSCALL : SSL_get_error(ssl, result);
}
