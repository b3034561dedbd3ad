/*
 * Replacements for two calls of OpenSSL in getdns (io/resolver/getdns_calls.syms). If SSL_write
 * asks to be called again, because the send buffer is full or the server renegotiates, getdns gives
 * the same request another ID and files it a second time: its tree of requests then has a circle,
 * and the thread never returns from it. Here a write ends with success or an error: it waits a
 * moment for the connection, then the connection counts as broken.
 *
 * Threads: a thread asks for the error of its last write.
 */
#ifndef IO_RESOLVER_GETDNS_TLS_H
#define IO_RESOLVER_GETDNS_TLS_H

#include <openssl/ssl.h>

/* Like SSL_write, but waits up to 200 ms instead of asking to be called again. */
int getdns_tls_write(SSL *ssl, const void *octets, int size);
/* Like SSL_get_error; SSL_ERROR_SYSCALL for a write that waited in vain. */
int getdns_tls_error(const SSL *ssl, int result);

#endif
