/* Simulated time, in place of io/system/clock.c: it moves when the test moves it, and by
 * FAKE_CLOCK_STEP_NS with each look at it. */
#ifndef TESTS_UNIT_IO_FAKE_CLOCK_H
#define TESTS_UNIT_IO_FAKE_CLOCK_H

#include "io/system/clock.h"

enum { FAKE_MS = 1000000 };

#ifndef FAKE_CLOCK_STEP_NS
#define FAKE_CLOCK_STEP_NS 0
#endif

static int64_t fake_now_ns = INT64_C(1000) * 1000 * FAKE_MS;

int64_t clock_monotonic_ns(void)
{
    return fake_now_ns += FAKE_CLOCK_STEP_NS;
}

int64_t clock_coarse_ns(void)
{
    return clock_monotonic_ns();
}

int64_t clock_wall_seconds(void)
{
    return 1700000000 + fake_now_ns / 1000 / FAKE_MS;
}

size_t clock_print(char out[CLOCK_TEXT_MAX], int64_t wall_seconds)
{
    (void)wall_seconds;
    out[0] = '\0';
    return 0;
}

#endif
