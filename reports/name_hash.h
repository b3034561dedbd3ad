/* A 64-bit hash of a DNS name, ignoring case; all bits are well mixed. Threads: no state. */
#ifndef REPORTS_NAME_HASH_H
#define REPORTS_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>

/* wire: the name in wire form, or as text; `size` octets. */
uint64_t name_hash(const uint8_t *wire, size_t size);

#endif
