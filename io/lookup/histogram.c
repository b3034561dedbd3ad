#include "io/lookup/histogram.h"

enum { SUB_BITS = 5 }; /* 2^5 == HISTOGRAM_SUB */

/* Values below HISTOGRAM_SUB have a bucket each; above, each power of two has HISTOGRAM_SUB
 * buckets. The last bucket also counts all longer values (70 minutes and more). */
static unsigned bucket_of(uint64_t value)
{
    if (value < HISTOGRAM_SUB)
        return (unsigned)value;
    unsigned shift = 63 - (unsigned)__builtin_clzll(value) - SUB_BITS;
    uint64_t bucket = (uint64_t)shift * HISTOGRAM_SUB + (value >> shift);
    return bucket < HISTOGRAM_BUCKETS ? (unsigned)bucket : HISTOGRAM_BUCKETS - 1;
}

static uint64_t upper_edge(unsigned bucket)
{
    if (bucket < HISTOGRAM_SUB)
        return bucket;
    unsigned shift = bucket / HISTOGRAM_SUB - 1;
    return ((uint64_t)(HISTOGRAM_SUB + bucket % HISTOGRAM_SUB + 1) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t microseconds)
{
    histogram->count++;
    histogram->buckets[bucket_of(microseconds)]++;
    if (microseconds > histogram->max)
        histogram->max = microseconds;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    into->count += from->count;
    if (from->max > into->max)
        into->max = from->max;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->buckets[i] += from->buckets[i];
}

uint64_t histogram_quantile(const struct histogram *histogram, double q)
{
    double wanted = q * (double)histogram->count;
    uint64_t below = 0;

    if (histogram->count == 0)
        return 0;
    for (unsigned i = 0; i + 1 < HISTOGRAM_BUCKETS; i++) {
        below += histogram->buckets[i];
        /* The edge of the highest bucket in use may exceed every value seen. */
        if (below > 0 && (double)below >= wanted)
            return upper_edge(i) < histogram->max ? upper_edge(i) : histogram->max;
    }
    return histogram->max;
}
