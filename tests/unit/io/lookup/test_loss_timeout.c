#include "io/lookup/loss_timeout.h"

#include <criterion/criterion.h>
#include <string.h>

static const int64_t MS = 1000 * 1000;
static struct loss_timeout timeout;

/* Replies, of which slow_percent are slow. */
static void add(unsigned count, int64_t ms, unsigned slow_percent, int64_t slow_ms)
{
    for (unsigned i = 0; i < count; i++)
        loss_timeout_add(&timeout, (i % 100 < slow_percent ? slow_ms : ms) * MS);
}

static void begin(void)
{
    memset(&timeout, 0xff, sizeof(timeout)); /* init has to clear what was there */
    loss_timeout_init(&timeout, 2000, 0, 1000 * MS);
}

static unsigned wait_ms(void)
{
    return loss_timeout_ms(&timeout, 3000 * MS, false);
}

Test(loss_timeout, nothing_is_known_before_two_portions)
{
    begin();
    cr_expect_eq(wait_ms(), 0);
    add(2 * LOSS_TIMEOUT_PORTION - 1, 10, 0, 0);
    cr_expect_eq(wait_ms(), 0);
    add(1, 10, 0, 0);
    cr_expect_eq(wait_ms(), 200);
}

Test(loss_timeout, what_is_assumed_counts_until_it_is_known)
{
    loss_timeout_init(&timeout, 2000, 500, 1000 * MS);
    cr_expect_eq(loss_timeout_ms(&timeout, 3000 * MS, false), 500);
    add(2 * LOSS_TIMEOUT_PORTION, 10, 0, 0);
    cr_expect_eq(loss_timeout_ms(&timeout, 2000 * MS - 1, false), 500);
    cr_expect_eq(loss_timeout_ms(&timeout, 2000 * MS, false), 200);
}

Test(loss_timeout, nothing_is_known_before_half_of_the_timeout)
{
    begin();
    add(2 * LOSS_TIMEOUT_PORTION, 10, 0, 0);
    cr_expect_eq(loss_timeout_ms(&timeout, 2000 * MS - 1, false), 0);
    cr_expect_eq(loss_timeout_ms(&timeout, 2000 * MS, false), 200);
}

Test(loss_timeout, the_last_questions_need_few_replies)
{
    begin();
    add(LOSS_TIMEOUT_FEW - 1, 100, 0, 0);
    cr_expect_eq(loss_timeout_ms(&timeout, 1001 * MS, true), 0);
    add(1, 100, 0, 0);
    unsigned ms = loss_timeout_ms(&timeout, 1001 * MS, true);
    cr_expect(ms >= 300 && ms <= 310, "%u", ms);
    add(LOSS_TIMEOUT_PORTION - LOSS_TIMEOUT_FEW, 10, 0, 0);
    cr_expect_geq(loss_timeout_ms(&timeout, 1001 * MS, true), 300, "one in eight took so long");
    cr_expect_eq(loss_timeout_ms(&timeout, 1001 * MS, false), 0);
}

Test(loss_timeout, is_three_times_what_nearly_all_replies_take)
{
    begin();
    add(4 * LOSS_TIMEOUT_PORTION, 100, 0, 0);
    cr_expect(wait_ms() >= 300 && wait_ms() <= 310, "%u", wait_ms());
}

Test(loss_timeout, one_slow_name_in_a_hundred_is_ignored_five_are_not)
{
    begin();
    add(4 * LOSS_TIMEOUT_PORTION, 10, 1, 900);
    cr_expect_eq(wait_ms(), 200);
    add(2 * LOSS_TIMEOUT_PORTION, 10, 5, 900);
    cr_expect(wait_ms() >= 2700 && wait_ms() <= 2800, "%u", wait_ms());
}

Test(loss_timeout, rises_with_latency_at_once_and_falls_after_two_portions)
{
    begin();
    add(2 * LOSS_TIMEOUT_PORTION, 20, 0, 0);
    add(LOSS_TIMEOUT_PORTION, 400, 0, 0);
    cr_expect_geq(wait_ms(), 1200);
    add(LOSS_TIMEOUT_PORTION, 20, 0, 0);
    cr_expect_geq(wait_ms(), 1200, "the longer of the last two");
    add(LOSS_TIMEOUT_PORTION, 20, 0, 0);
    cr_expect_eq(wait_ms(), 200);
}
