/* Checks the file of --tls-ca before anything is asked: getdns ignores a file that it cannot use.
 * Threads: one at a time. */
#ifndef IO_RESOLVER_TLS_CA_H
#define IO_RESOLVER_TLS_CA_H

#include "io/system/failure.h"

/* Does the file hold a certificate in PEM form (RFC 7468 5)? False with *failure set. */
bool tls_ca_check(const char *ca_file, struct failure *failure) __attribute__((warn_unused_result));

#endif
