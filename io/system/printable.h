/*
 * Strange bytes as harmless text: input file names and refused rows may hold anything. Valid UTF-8
 * stays as it is; every other octet, control characters, and characters that turn the reading
 * direction (which can make a text look like another) become \DDD in decimal, as in DNS names; a
 * backslash becomes \\, so that the bytes can be had back.
 */
#ifndef IO_SYSTEM_PRINTABLE_H
#define IO_SYSTEM_PRINTABLE_H

#include <stddef.h>

enum { PRINTABLE_STEP_MAX = 16, PRINTABLE_FACTOR = 4 };

/* Writes the form of the next character of *text, which is before end, and steps over it; no NUL.
 * Returns the length, at most PRINTABLE_FACTOR times the octets stepped over. */
size_t printable_step(char out[PRINTABLE_STEP_MAX], const char **text, const char *end);
/* The whole text as far as it fits, NUL-terminated; a character is never cut. Returns the length.
 */
size_t printable_text(char *out, size_t size, const char *text, size_t len);

#endif
