#include "io/system/clock.h"

#include <stdio.h>
#include <time.h>

enum { NS_PER_SECOND = 1000 * 1000 * 1000 };

/* RFC 3339 writes years with four digits; a damaged run file may hold any number. */
static const int64_t YEAR_0000 = -62167219200;
static const int64_t YEAR_9999_END = 253402300799;

static int64_t read_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * NS_PER_SECOND + now.tv_nsec;
}

int64_t clock_monotonic_ns(void)
{
    return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_coarse_ns(void)
{
    return read_ns(CLOCK_MONOTONIC_COARSE);
}

int64_t clock_wall_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec;
}

size_t clock_print(char out[CLOCK_TEXT_MAX], int64_t wall_seconds)
{
    if (wall_seconds < YEAR_0000)
        wall_seconds = YEAR_0000;
    if (wall_seconds > YEAR_9999_END)
        wall_seconds = YEAR_9999_END;
    time_t seconds = wall_seconds;
    struct tm utc;
    gmtime_r(&seconds, &utc);
    /* The remainders bound each field, so the compiler can see that the text fits. */
    return (size_t)snprintf(out, CLOCK_TEXT_MAX, "%04u-%02u-%02uT%02u:%02u:%02uZ",
                            (unsigned)(utc.tm_year + 1900) % 10000u,
                            (unsigned)(utc.tm_mon + 1) % 100u, (unsigned)utc.tm_mday % 100u,
                            (unsigned)utc.tm_hour % 100u, (unsigned)utc.tm_min % 100u,
                            (unsigned)utc.tm_sec % 100u);
}
