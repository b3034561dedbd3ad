#include "io/lookup/delay_queue.h"

#include <criterion/criterion.h>

Test(delay_queue, is_empty_at_first)
{
    struct delay_queue queue = {0};
    cr_expect_eq(delay_queue_next_ns(&queue), INT64_MAX);
    cr_expect_null(delay_queue_take(&queue, INT64_MAX));
    delay_queue_free(&queue);
}

Test(delay_queue, an_item_is_taken_when_due_and_not_before)
{
    struct delay_queue queue = {0};
    int item;
    cr_assert(delay_queue_put(&queue, 1000, &item));
    cr_expect_eq(delay_queue_next_ns(&queue), 1000);
    cr_expect_null(delay_queue_take(&queue, 999));
    cr_expect_eq(delay_queue_take(&queue, 1000), &item);
    cr_expect_null(delay_queue_take(&queue, INT64_MAX));
    delay_queue_free(&queue);
}

Test(delay_queue, items_come_in_the_order_of_their_times)
{
    struct delay_queue queue = {0};
    static int64_t times[3000];
    uint64_t state = 1;
    int64_t last = -1;
    unsigned taken = 0, early = 0;
    for (unsigned i = 0; i < 3000; i++) {
        state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
        times[i] = (int64_t)(state >> 33) % 500; /* many are equal */
        early += times[i] <= 249;
        cr_assert(delay_queue_put(&queue, times[i], &times[i]));
    }
    for (int64_t *time; (time = delay_queue_take(&queue, 249)); taken++) {
        cr_assert_geq(*time, last);
        last = *time;
    }
    cr_expect_eq(taken, early);
    cr_expect_geq(delay_queue_next_ns(&queue), 250);
    for (int64_t *time; (time = delay_queue_take(&queue, INT64_MAX)); taken++) {
        cr_assert_geq(*time, last);
        last = *time;
    }
    cr_expect_eq(taken, 3000);
    delay_queue_free(&queue);
}

Test(delay_queue, may_be_freed_with_items_in_it)
{
    struct delay_queue queue = {0};
    int item;
    cr_assert(delay_queue_put(&queue, 1, &item));
    delay_queue_free(&queue); /* the sanitizer finds leaks */
    cr_expect_eq(queue.count, 0);
}
