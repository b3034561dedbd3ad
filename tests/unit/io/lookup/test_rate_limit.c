#include "io/lookup/rate_limit.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { GRANTS_MAX = 1 << 22 };
static const int64_t SECOND = 1000000000;

/* The times of granted queries. */
struct log {
    int64_t *times;
    size_t count;
};

static struct log log_new(void)
{
    return (struct log){malloc(GRANTS_MAX * sizeof(int64_t)), 0};
}

static void take_all(struct rate_limit *rate_limit, int64_t now, struct log *log)
{
    while (log->count < GRANTS_MAX && rate_limit_take(rate_limit, now) == 0)
        log->times[log->count++] = now;
}

static size_t fullest_second(const struct log *log)
{
    size_t most = 0;
    size_t first = 0;
    for (size_t last = 0; last < log->count; last++) {
        while (log->times[last] - log->times[first] >= SECOND)
            first++;
        if (last - first + 1 > most)
            most = last - first + 1;
    }
    return most;
}

static const uint64_t RATES[] = {1,   2,    3,    7,    10,    33,    50,     99,     100,    101,
                                 333, 1000, 1024, 9999, 50000, 99991, 262144, 999983, 1000000};
enum { RATES_COUNT = sizeof(RATES) / sizeof(RATES[0]) };

/* Endless demand, polled every step_ns (varied by a third): the limit holds, and the rate is
 * reached. */
static void endless_demand(uint64_t rate, int64_t step_ns, int64_t start_ns)
{
    struct rate_limit rate_limit;
    struct log log = log_new();
    unsigned seed = (unsigned)rate;
    int64_t seconds = rate < 100 ? 20 : rate < 10000 ? 5 : 2;
    rate_limit_init(&rate_limit, rate);
    int64_t now = start_ns;
    while (now < start_ns + seconds * SECOND) {
        take_all(&rate_limit, now, &log);
        now += step_ns * 2 / 3 + rand_r(&seed) % (step_ns * 2 / 3);
    }
    cr_expect_leq(fullest_second(&log), rate, "rate %ju, step %jd: %zu in a second",
                  (uintmax_t)rate, (intmax_t)step_ns, fullest_second(&log));
    uint64_t wanted = rate * (uint64_t)seconds * 97 / 100 - 1;
    cr_expect_geq(log.count, wanted, "rate %ju, step %jd: only %zu of %ju", (uintmax_t)rate,
                  (intmax_t)step_ns, log.count, (uintmax_t)wanted);
    free(log.times);
}

Test(rate_limit, holds_and_is_reached_when_polled_each_millisecond)
{
    for (unsigned i = 0; i < RATES_COUNT; i++)
        endless_demand(RATES[i], 1000000, 123456789);
}

Test(rate_limit, holds_and_is_reached_when_polled_every_seven_milliseconds)
{
    for (unsigned i = 0; i < RATES_COUNT; i++)
        endless_demand(RATES[i], 6900000, 7 * SECOND);
}

/* A token bucket allows a burst after an idle time; this limit must not. */
Test(rate_limit, idle_time_is_not_saved_up)
{
    for (unsigned i = 0; i < RATES_COUNT; i++) {
        struct rate_limit rate_limit;
        struct log log = log_new();
        unsigned seed = 42;
        rate_limit_init(&rate_limit, RATES[i]);
        int64_t now = 0;
        for (int round = 0; round < 30; round++) {
            for (int poll = 0; poll < 200; poll++)
                take_all(&rate_limit, now += rand_r(&seed) % 2000000, &log);
            now += rand_r(&seed) % 3 * (SECOND / 3);
        }
        cr_expect_leq(fullest_second(&log), RATES[i], "rate %ju", (uintmax_t)RATES[i]);
        free(log.times);
    }
}

/* After exactly the returned wait a query is granted; the wait never exceeds the interval. */
Test(rate_limit, the_wait_is_exact)
{
    for (unsigned i = 0; i < RATES_COUNT; i++) {
        struct rate_limit rate_limit;
        struct log log = log_new();
        rate_limit_init(&rate_limit, RATES[i]);
        int64_t now = 5 * SECOND;
        for (int n = 0; n < 5000; n++) {
            int64_t wait;
            while ((wait = rate_limit_take(&rate_limit, now)) != 0) {
                cr_assert_gt(wait, 0);
                cr_assert_leq(wait, rate_limit.interval_ns);
                cr_assert_neq(rate_limit_take(&rate_limit, now + wait - 1), 0);
                now += wait;
            }
            log.times[log.count++] = now;
        }
        cr_expect_leq(fullest_second(&log), RATES[i], "rate %ju", (uintmax_t)RATES[i]);
        free(log.times);
    }
}

Test(rate_limit, zero_is_no_limit)
{
    struct rate_limit rate_limit;
    rate_limit_init(&rate_limit, 0);
    for (int i = 0; i < 100000; i++)
        cr_assert_eq(rate_limit_take(&rate_limit, 1), 0);
    rate_limit_charge(&rate_limit, 1);
    cr_expect_eq(rate_limit_take(&rate_limit, 1), 0);
}

Test(rate_limit, huge_rates_do_not_overflow)
{
    struct rate_limit rate_limit;
    rate_limit_init(&rate_limit, UINT64_MAX);
    cr_expect_eq(rate_limit.interval_ns, 1);
    cr_expect_eq(rate_limit_take(&rate_limit, SECOND), 0);
}

Test(rate_limit, a_charged_query_is_not_granted_again)
{
    struct rate_limit rate_limit;
    rate_limit_init(&rate_limit, 10);
    for (int i = 0; i < 10; i++)
        rate_limit_charge(&rate_limit, SECOND);
    cr_expect_geq(rate_limit_take(&rate_limit, SECOND), SECOND);
    cr_expect_eq(rate_limit_take(&rate_limit, 2 * SECOND + SECOND / 50), 0);
}

Test(rate_limit, peek_takes_nothing)
{
    struct rate_limit rate_limit;
    rate_limit_init(&rate_limit, 10);
    for (unsigned i = 0; i < 100; i++)
        cr_assert_eq(rate_limit_peek(&rate_limit, SECOND), 0);
    cr_assert_eq(rate_limit_take(&rate_limit, SECOND), 0);
    int64_t wait = rate_limit_peek(&rate_limit, SECOND);
    cr_expect_gt(wait, 0);
    cr_expect_eq(rate_limit_peek(&rate_limit, SECOND), wait);
    cr_expect_eq(rate_limit_take(&rate_limit, SECOND), wait);
    cr_expect_eq(rate_limit_peek(&rate_limit, SECOND + wait), 0);
    rate_limit_init(&rate_limit, 0);
    cr_expect_eq(rate_limit_peek(&rate_limit, 1), 0);
}

Test(rate_limit, a_new_pace_holds_from_the_next_query)
{
    struct rate_limit rate_limit;
    rate_limit_init(&rate_limit, 0);
    rate_limit_adjust(&rate_limit, SECOND / 10, SECOND / 5);
    for (unsigned i = 0; i < 3; i++)
        cr_assert_eq(rate_limit_take(&rate_limit, SECOND), 0, "a burst up to the slack");
    cr_expect_eq(rate_limit_take(&rate_limit, SECOND), SECOND / 10);
    rate_limit_adjust(&rate_limit, SECOND / 100, SECOND / 5);
    cr_expect_eq(rate_limit_take(&rate_limit, SECOND + SECOND / 10), 0);
    cr_expect_eq(rate_limit_take(&rate_limit, SECOND + SECOND / 10), SECOND / 100);
}
