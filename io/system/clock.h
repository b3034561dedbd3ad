/* Time. Deadlines use the monotonic clock; the wall clock is only for what people read. */
#ifndef IO_SYSTEM_CLOCK_H
#define IO_SYSTEM_CLOCK_H

#include <stddef.h>
#include <stdint.h>

int64_t clock_monotonic_ns(void);
/* The same clock, up to a few milliseconds late, at a quarter of the cost. */
int64_t clock_coarse_ns(void);
int64_t clock_wall_seconds(void); /* since 1970, UTC */

enum { CLOCK_TEXT_MAX = 32 };
/* RFC 3339, "2026-11-23T12:38:49Z"; returns the length. */
size_t clock_print(char out[CLOCK_TEXT_MAX], int64_t wall_seconds);

#endif
