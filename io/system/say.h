/* One line for people on standard error, with the program's name before it. What strangers wrote is
 * made harmless: control characters, which a terminal would obey, become \DDD. */
#ifndef IO_SYSTEM_SAY_H
#define IO_SYSTEM_SAY_H

#include <stddef.h>

enum { SAY_MAX = 2048 };

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Copies text with every control character and every byte that is no part of valid UTF-8 as \DDD,
 * and bidirectional controls too (they can make a line read as another one). Cut at size. Returns
 * the length. */
size_t say_harmless(char *out, size_t size, const char *text);

#endif
