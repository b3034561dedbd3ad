/* A digest of octets: FNV-1a, 64 bits. It shows accidents, not forgeries. */
#ifndef IO_SYSTEM_DIGEST_H
#define IO_SYSTEM_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* Adds octets, and their number, so that octets that move from one piece to the next change the
 * digest. Begin with 0. */
void digest_add(uint64_t *digest, const void *octets, size_t length);

#endif
