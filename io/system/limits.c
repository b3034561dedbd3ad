#include "io/system/limits.h"

#include <sys/resource.h>

uint64_t limits_raise_descriptors(uint64_t wanted)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 256; /* the usual minimum */
    if (limit.rlim_cur >= wanted)
        return limit.rlim_cur;
    struct rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    return setrlimit(RLIMIT_NOFILE, &raised) == 0 ? raised.rlim_cur : limit.rlim_cur;
}

unsigned limits_window(unsigned wanted, uint64_t descriptors, unsigned overhead)
{
    uint64_t kept = (uint64_t)DESCRIPTORS_RESERVED + overhead;
    uint64_t free_ones = descriptors > kept ? descriptors - kept : 1;

    return free_ones < wanted ? (unsigned)free_ones : wanted;
}

unsigned limits_shared_window(unsigned wanted, uint64_t descriptors, unsigned overhead,
                              unsigned spread)
{
    uint64_t fit = limits_window(UINT32_MAX, descriptors, overhead);

    if (fit > spread)
        fit = spread + (fit - spread) * LIMITS_SHARE;
    return fit < wanted ? (unsigned)fit : wanted;
}
