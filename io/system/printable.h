/*
 * Arbitrary bytes as harmless text: input file names and refused rows may hold anything. Valid
 * UTF-8 is unchanged. Invalid octets, control characters and bidirectional controls (which can make
 * one text look like another) become \DDD in decimal, as in DNS names. A backslash becomes \\, so
 * the form can be decoded.
 *
 * Ownership: buffers of the caller. Threads: no state.
 */
#ifndef IO_SYSTEM_PRINTABLE_H
#define IO_SYSTEM_PRINTABLE_H

#include <stddef.h>

enum { PRINTABLE_STEP_MAX = 16, PRINTABLE_FACTOR = 4 };

/* Writes the form of the next character of *text, without NUL, and advances *text past it. *text
 * must be before end. Returns the length, at most PRINTABLE_FACTOR times the octets read. */
size_t printable_step(char out[PRINTABLE_STEP_MAX], const char **text, const char *end);
/* Writes as many whole characters as fit, NUL-terminated. Returns the length. */
size_t printable_text(char *out, size_t size, const char *text, size_t len);

#endif
