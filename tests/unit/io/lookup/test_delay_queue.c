#include "io/lookup/delay_queue.h"

#include <criterion/criterion.h>

Test(later, nothing_waits_at_first)
{
    struct later later = {0};
    cr_expect_eq(later_next_ns(&later), INT64_MAX);
    cr_expect_null(later_take(&later, INT64_MAX));
    later_free(&later);
}

Test(later, is_taken_when_due_and_not_before)
{
    struct later later = {0};
    int item;
    cr_assert(later_put(&later, 1000, &item));
    cr_expect_eq(later_next_ns(&later), 1000);
    cr_expect_null(later_take(&later, 999));
    cr_expect_eq(later_take(&later, 1000), &item);
    cr_expect_null(later_take(&later, INT64_MAX));
    later_free(&later);
}

Test(later, the_soonest_comes_first_in_any_mixture)
{
    struct later later = {0};
    static int64_t times[3000];
    uint64_t state = 1;
    int64_t last = -1;
    unsigned taken = 0;
    for (unsigned i = 0; i < 3000; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        times[i] = (int64_t)(state >> 33) % 500; /* many are equal */
        cr_assert(later_put(&later, times[i], &times[i]));
    }
    for (int64_t *time; (time = later_take(&later, 249)); taken++) {
        cr_assert_geq(*time, last);
        last = *time;
    }
    cr_expect_leq(last, 249);
    cr_expect_geq(later_next_ns(&later), 250);
    while (later_take(&later, INT64_MAX))
        taken++;
    cr_expect_eq(taken, 3000);
    later_free(&later);
}

Test(later, what_is_left_is_dropped)
{
    struct later later = {0};
    int item;
    cr_assert(later_put(&later, 1, &item));
    later_free(&later); /* what is left behind is told by the sanitizer */
    cr_expect_eq(later.count, 0);
}
