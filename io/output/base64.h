/* Base64 (RFC 4648 4). Ownership: buffers of the caller. Threads: no state. */
#ifndef IO_OUTPUT_BASE64_H
#define IO_OUTPUT_BASE64_H

#include <stddef.h>
#include <stdint.h>

#define BASE64_SIZE(octets) (((octets) + 2) / 3 * 4)

/* Writes BASE64_SIZE(count) characters, padded, without NUL. Returns their number. */
size_t base64_encode(char *out, const uint8_t *octets, size_t count);

#endif
