#include "io/lookup/histogram.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

static struct histogram zero;

static uint64_t only(uint64_t value, double q)
{
    struct histogram it = zero;

    histogram_add(&it, value);
    return histogram_quantile(&it, q);
}

Test(histogram, is_empty_at_first)
{
    cr_expect(eq(u64, histogram_quantile(&zero, 0.5), 0));
}

Test(histogram, one_value_is_every_quantile)
{
    static const uint64_t values[] = {0,  1,    31,        32,         63,         64,
                                      65, 1000, 123456789, UINT32_MAX, 1ull << 40, UINT64_MAX};

    for (unsigned i = 0; i < sizeof(values) / sizeof(*values); i++) {
        cr_expect(eq(u64, only(values[i], 0), values[i]));
        cr_expect(eq(u64, only(values[i], 0.5), values[i]));
        cr_expect(eq(u64, only(values[i], 1), values[i]));
    }
}

Test(histogram, quantiles_are_the_upper_edge_of_their_bucket)
{
    struct histogram it = zero;

    for (uint64_t value = 1; value <= 1000; value++)
        histogram_add(&it, value);
    cr_expect(eq(u64, histogram_quantile(&it, 0), 1));
    cr_expect(eq(u64, histogram_quantile(&it, 0.001), 1));
    cr_expect(eq(u64, histogram_quantile(&it, 0.02), 20));
    cr_expect(eq(u64, histogram_quantile(&it, 0.5), 503)); /* bucket 496..503 */
    cr_expect(eq(u64, histogram_quantile(&it, 0.9), 911)); /* bucket 896..911 */
    cr_expect(eq(u64, histogram_quantile(&it, 1), 1000));
    cr_expect(eq(u64, it.max, 1000));
    cr_expect(eq(u64, it.count, 1000));
}

Test(histogram, is_never_more_than_a_32nd_off)
{
    for (uint64_t value = 1; value < 63ull << 26; value += value / 50 + 1) {
        struct histogram it = zero;
        histogram_add(&it, value);
        histogram_add(&it, UINT64_MAX);
        uint64_t edge = histogram_quantile(&it, 0.5);
        cr_assert(edge >= value && edge - value <= value / 32, "%lu gives %lu", value, edge);
    }
}

Test(histogram, merges)
{
    struct histogram a = zero;
    struct histogram b = zero;

    for (unsigned i = 0; i < 99; i++)
        histogram_add(&a, 10);
    histogram_add(&b, 5000);
    histogram_merge(&a, &b);
    cr_expect(eq(u64, a.count, 100));
    cr_expect(eq(u64, histogram_quantile(&a, 0.99), 10));
    cr_expect(eq(u64, histogram_quantile(&a, 0.995), 5000));
    cr_expect(eq(u64, b.count, 1));
}
