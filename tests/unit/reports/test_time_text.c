#include "reports/time_text.h"

#include <criterion/criterion.h>

#include "tests/unit/reports/made_row.h"

Test(time_text, across_days_and_before_1970)
{
    struct time_text time = {0};

    cr_assert_str_eq(time_text_of(&time, MADE_AT), "2026-11-23T12:38:49Z");
    cr_assert_str_eq(time_text_of(&time, MADE_AT + 1), "2026-11-23T12:38:50Z");
    cr_assert_str_eq(time_text_of(&time, 0), "1970-01-01T00:00:00Z");
    cr_assert_str_eq(time_text_of(&time, 86399), "1970-01-01T23:59:59Z");
    cr_assert_str_eq(time_text_of(&time, 86400), "1970-01-02T00:00:00Z");
    cr_assert_str_eq(time_text_of(&time, -1), "1969-12-31T23:59:59Z");
    cr_assert_str_eq(time_text_of(&time, -86400), "1969-12-31T00:00:00Z");
}
