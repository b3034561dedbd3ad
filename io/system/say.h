/* One line for people on standard error, after the program's name. Control characters, which a
 * terminal would obey, become \DDD. */
#ifndef IO_SYSTEM_SAY_H
#define IO_SYSTEM_SAY_H

#include <stddef.h>

enum { SAY_MAX = 2048 };

void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Copies text like printable_text, except that a backslash is unchanged. Returns the length. */
size_t say_harmless(char *out, size_t size, const char *text);

#endif
