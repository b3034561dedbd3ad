#include "io/system/stages.h"

#include <sys/resource.h>

#include "io/system/clock.h"
#include "io/system/say.h"

static int64_t ns_of(struct timeval time)
{
    return ((int64_t)time.tv_sec * 1000000 + time.tv_usec) * 1000;
}

static void take_time(struct stages *stages, struct rusage *usage)
{
    getrusage(RUSAGE_SELF, usage);
    stages->wall_ns = clock_monotonic_ns();
    stages->cpu_ns = ns_of(usage->ru_utime) + ns_of(usage->ru_stime);
}

void stages_begin(struct stages *stages, bool verbose)
{
    struct rusage usage;

    stages->verbose = verbose;
    take_time(stages, &usage);
}

void stages_next(struct stages *stages, const char *ended)
{
    struct stages before = *stages;
    struct rusage usage;

    take_time(stages, &usage);
    if (stages->verbose)
        say("%s: %.3f s, %.3f s of CPU, peak memory %.1f MiB", ended,
            (double)(stages->wall_ns - before.wall_ns) / 1e9,
            (double)(stages->cpu_ns - before.cpu_ns) / 1e9, (double)usage.ru_maxrss / 1024);
}
