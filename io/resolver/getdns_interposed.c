/*
 * Only in `make GETDNS=shared`. The references of a shared getdns cannot be renamed. So the program
 * itself defines the calls that getdns makes, and the dynamic linker takes these definitions before
 * those of the C library, for all shared libraries. A call that is not for a query of getdns goes
 * on to the C library. The program's own objects are linked with --wrap, and so reach the C library
 * directly.
 */
#undef _FORTIFY_SOURCE /* its inline functions have the names defined here */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/resolver/getdns_calls.h"
#include "io/resolver/getdns_tls.h"

int __wrap_socket(int domain, int type, int protocol);
int __wrap_connect(int fd, const struct sockaddr *to, socklen_t to_size);
int __wrap_fcntl(int fd, int command, ...);
ssize_t __wrap_sendto(int fd, const void *octets, size_t size, int flags, const struct sockaddr *to,
                      socklen_t to_size);
ssize_t __wrap_recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                        socklen_t *from_size);
int __wrap_close(int fd);
int __wrap_SSL_write(SSL *ssl, const void *octets, int size);
int __wrap_SSL_get_error(const SSL *ssl, int result);

/* Sets `real`, a pointer to a function, to the next definition after the program's, which every C
 * library has. Threads may look it up at the same time, and find the same. */
static void find(void *real, size_t size, const char *name)
{
    void *found = dlsym(RTLD_NEXT, name);

    memcpy(real, &found, size);
}

#define REAL(name)                             \
    static _Atomic(__typeof__(&(name))) known; \
    __typeof__(&(name)) real = known;          \
    if (!real) {                               \
        find(&real, sizeof(real), #name);      \
        known = real;                          \
    }

int __wrap_socket(int domain, int type, int protocol)
{
    REAL(socket);
    return real(domain, type, protocol);
}

int __wrap_connect(int fd, const struct sockaddr *to, socklen_t to_size)
{
    REAL(connect);
    return real(fd, to, to_size);
}

int __wrap_fcntl(int fd, int command, ...)
{
    va_list arguments;

    REAL(fcntl);
    va_start(arguments, command);
    void *argument = va_arg(arguments, void *); /* the widest of the types it may have */
    va_end(arguments);
    return real(fd, command, argument);
}

ssize_t __wrap_sendto(int fd, const void *octets, size_t size, int flags, const struct sockaddr *to,
                      socklen_t to_size)
{
    REAL(sendto);
    return real(fd, octets, size, flags, to, to_size);
}

ssize_t __wrap_recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                        socklen_t *from_size)
{
    REAL(recvfrom);
    return real(fd, octets, size, flags, from, from_size);
}

int __wrap_close(int fd)
{
    REAL(close);
    return real(fd);
}

int __wrap_SSL_write(SSL *ssl, const void *octets, int size)
{
    REAL(SSL_write);
    return real(ssl, octets, size);
}

int __wrap_SSL_get_error(const SSL *ssl, int result)
{
    REAL(SSL_get_error);
    return real(ssl, result);
}

int socket(int domain, int type, int protocol)
{
    return getdns_calls_socket(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *to, socklen_t to_size)
{
    return getdns_calls_connect(fd, to, to_size);
}

int fcntl(int fd, int command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return getdns_calls_fcntl(fd, command, argument);
}

ssize_t sendto(int fd, const void *octets, size_t size, int flags, const struct sockaddr *to,
               socklen_t to_size)
{
    return getdns_calls_sendto(fd, octets, size, flags, to, to_size);
}

ssize_t recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                 socklen_t *from_size)
{
    return getdns_calls_recvfrom(fd, octets, size, flags, from, from_size);
}

int close(int fd)
{
    return getdns_calls_close(fd);
}

int SSL_write(SSL *ssl, const void *octets, int size)
{
    return getdns_tls_write(ssl, octets, size);
}

int SSL_get_error(const SSL *ssl, int result)
{
    return getdns_tls_error(ssl, result);
}
