#include "io/system/limits.h"

#include <criterion/criterion.h>
#include <sys/resource.h>

static void set_limit(rlim_t soft, rlim_t hard)
{
    struct rlimit limit = {soft, hard};

    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static rlim_t soft_limit(void)
{
    struct rlimit limit;

    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    return limit.rlim_cur;
}

Test(limits, are_raised_as_far_as_wanted)
{
    set_limit(64, 200);
    cr_expect_eq(limits_raise_descriptors(100), 100);
    cr_expect_eq(soft_limit(), 100);
    cr_expect_eq(limits_raise_descriptors(100000), 200, "the hard limit");
    cr_expect_eq(soft_limit(), 200);
}

Test(limits, are_never_lowered)
{
    set_limit(150, 200);
    cr_expect_eq(limits_raise_descriptors(20), 150);
    cr_expect_eq(soft_limit(), 150);
}

Test(limits, the_window_fits_the_free_descriptors)
{
    cr_expect_eq(limits_window(4000, 100000, 2), 4000);
    cr_expect_eq(limits_window(4000, 4000 + DESCRIPTORS_RESERVED + 2, 2), 4000);
    cr_expect_eq(limits_window(4000, 4000 + DESCRIPTORS_RESERVED + 1, 2), 3999);
    cr_expect_eq(limits_window(4000, 64, 2), 64 - DESCRIPTORS_RESERVED - 2);
    cr_expect_eq(limits_window(5, 64, 2), 5);
}

Test(limits, queries_that_share_sockets_need_fewer_descriptors)
{
    cr_expect_eq(limits_shared_window(4000, 1024, 10, 32), 4000);
    cr_expect_eq(limits_shared_window(4000, DESCRIPTORS_RESERVED + 10 + 32 + 100, 10, 32), 832);
    cr_expect_eq(limits_shared_window(4000, DESCRIPTORS_RESERVED + 10 + 32, 10, 32), 32);
    cr_expect_eq(limits_shared_window(4000, DESCRIPTORS_RESERVED + 10 + 5, 10, 32), 5);
    cr_expect_eq(limits_shared_window(3, 1024, 10, 32), 3);
    cr_expect_eq(limits_shared_window(4000, 0, 10, 32), 1);
    cr_expect_eq(limits_shared_window(UINT32_MAX, UINT64_MAX, 10, 32), UINT32_MAX);
}

Test(limits, the_window_is_at_least_one)
{
    cr_expect_eq(limits_window(4000, DESCRIPTORS_RESERVED + 2, 2), 1);
    cr_expect_eq(limits_window(4000, 3, 2), 1);
    cr_expect_eq(limits_window(4000, 0, UINT32_MAX), 1);
}
