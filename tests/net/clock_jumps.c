/*
 * A wall clock that jumps by an hour, forward or back, every quarter of a second; for LD_PRELOAD.
 * The monotonic clock is unchanged.
 */
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { JUMP_S = 3600, HOLD_NS = 250 * 1000 * 1000 };

static time_t jump(void)
{
    static const int OFFSETS[] = {0, JUMP_S, 0, -JUMP_S};
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    long long ns = (long long)now.tv_sec * 1000000000 + now.tv_nsec;
    return OFFSETS[ns / HOLD_NS % 4];
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int status = (int)syscall(SYS_clock_gettime, clock, out);
    if (status == 0 && clock == CLOCK_REALTIME)
        out->tv_sec += jump();
    return status;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out)
        *out = now.tv_sec;
    return now.tv_sec;
}
