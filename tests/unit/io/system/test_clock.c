#include "io/system/clock.h"

#include <criterion/criterion.h>

static void expect_text(int64_t seconds, const char *text)
{
    char out[CLOCK_TEXT_MAX];
    size_t len = clock_print(out, seconds);

    cr_expect_str_eq(out, text);
    cr_expect_eq(len, strlen(text));
}

Test(clock, prints_rfc_3339)
{
    expect_text(0, "1970-01-01T00:00:00Z");
    expect_text(1795437529, "2026-11-23T12:38:49Z");
    expect_text(951782400, "2000-02-29T00:00:00Z");
    expect_text(-1, "1969-12-31T23:59:59Z");
}

Test(clock, stays_within_four_digit_years)
{
    expect_text(253402300799, "9999-12-31T23:59:59Z");
    expect_text(253402300800, "9999-12-31T23:59:59Z");
    expect_text(INT64_MAX, "9999-12-31T23:59:59Z");
    expect_text(-62167219200, "0000-01-01T00:00:00Z");
    expect_text(INT64_MIN, "0000-01-01T00:00:00Z");
}

Test(clock, is_monotonic_and_near_now)
{
    int64_t before = clock_monotonic_ns();

    for (int i = 0; i < 1000; i++) {
        int64_t now = clock_monotonic_ns();

        cr_assert_geq(now, before);
        before = now;
    }
    cr_expect_gt(clock_wall_seconds(), 1700000000);
}
