/* The counters of a worker. One per thread, merged at the end. */
#ifndef TESTS_STATS_H
#define TESTS_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STATS_SLICES_PER_SECOND = 100, /* a "second" may begin at any hundredth */
    STATS_SECONDS_MAX = 3600,      /* later queries count in the last slice */
};

struct stats {
    uint64_t udp;
    uint64_t tcp;
    uint64_t answered;
    uint64_t dropped;
    uint64_t spoilt; /* replies corrupted by --fault */
    size_t slice_count;
    uint32_t *slices; /* queries per hundredth of a second since the start */
};

/* The maximum at any time, over all threads. */
struct stats_peaks {
    unsigned in_flight;        /* late replies */
    unsigned busy_connections; /* connections with late replies */
};

bool stats_init(struct stats *stats) __attribute__((warn_unused_result));
void stats_free(struct stats *stats);
void stats_queries(struct stats *stats, int64_t since_start_ns, unsigned count, bool over_tcp);
void stats_merge(struct stats *into, const struct stats *from);
/* Writes "key value" lines, then "second N QUERIES" for each second with queries. False: see
 * errno. */
bool stats_write(const struct stats *stats, const struct stats_peaks *peaks, const char *path)
    __attribute__((warn_unused_result));

#endif
