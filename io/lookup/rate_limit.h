/*
 * At most QPS queries in any second, over all threads (generic cell rate algorithm, ITU-T I.371;
 * lock-free). Ownership: plain value shared by reference. Threads: any number.
 */
#ifndef IO_LOOKUP_RATE_LIMIT_H
#define IO_LOOKUP_RATE_LIMIT_H

#include <stdatomic.h>
#include <stdint.h>

struct rate_limit {
    _Atomic int64_t interval_ns; /* between two queries; 0: no limit */
    _Atomic int64_t slack_ns;    /* how far ahead of the even pace a burst may be */
    _Atomic int64_t next_ns;
};

void rate_limit_init(struct rate_limit *rate_limit, uint64_t queries_per_second /* 0: no limit */);
/* Sets another pace (io/lookup/shared_pace.h). Only rate_limit_init bounds every second.
 */
void rate_limit_adjust(struct rate_limit *rate_limit, int64_t interval_ns, int64_t slack_ns);
/* The result of rate_limit_take, without counting a query. */
int64_t rate_limit_peek(const struct rate_limit *rate_limit, int64_t now_ns);
/* 0: send, the query is counted; else the nanoseconds to wait before the next call. */
int64_t rate_limit_take(struct rate_limit *rate_limit, int64_t now_ns);
/* Counts a query that rate_limit_take did not grant (TCP after truncation, or after
 * rate_limit_peek).
 */
void rate_limit_charge(struct rate_limit *rate_limit, int64_t now_ns);

#endif
