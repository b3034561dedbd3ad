/*
 * Latencies in buckets of constant relative width (HDR histogram: 32 buckets per power of two, so a
 * quantile is at most 3.2 % off). Units: microseconds. Ownership: plain value that begins with
 * zeros. Threads: one per thread, then merged.
 */
#ifndef IO_LOOKUP_HISTOGRAM_H
#define IO_LOOKUP_HISTOGRAM_H

#include <stdint.h>

enum { HISTOGRAM_SUB = 32, HISTOGRAM_BUCKETS = 32 * 28 };

struct histogram {
    uint64_t count;
    uint64_t max;
    uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t microseconds);
void histogram_merge(struct histogram *into, const struct histogram *from);
/* q from 0 to 1. Returns the upper edge of the bucket of that quantile; 0 if empty. */
uint64_t histogram_quantile(const struct histogram *histogram, double q);

#endif
