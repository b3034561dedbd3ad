/*
 * At most QPS queries in any second, over all threads (generic cell rate algorithm, ITU-T I.371;
 * lock-free). Ownership: plain value shared by reference. Threads: any number.
 */
#ifndef IO_LOOKUP_RATE_LIMIT_H
#define IO_LOOKUP_RATE_LIMIT_H

#include <stdatomic.h>
#include <stdint.h>

struct pacer {
    _Atomic int64_t interval_ns; /* between two queries; 0: no limit */
    _Atomic int64_t slack_ns;    /* how far ahead of the even pace a burst may be */
    _Atomic int64_t next_ns;
};

void pacer_init(struct pacer *pacer, uint64_t queries_per_second /* 0: no limit */);
/* Another pace from now on (io/lookup/shared_pace.h). The promise of at most QPS in any second is
 * for pacer_init alone.
 */
void pacer_adjust(struct pacer *pacer, int64_t interval_ns, int64_t slack_ns);
/* What pacer_take would say, without taking anything. */
int64_t pacer_peek(const struct pacer *pacer, int64_t now_ns);
/* 0: go ahead, the query is counted; else the nanoseconds to wait before asking again. */
int64_t pacer_take(struct pacer *pacer, int64_t now_ns);
/* Counts a query that was sent without asking (TCP behind a truncated reply), or after a look with
 * pacer_peek.
 */
void pacer_charge(struct pacer *pacer, int64_t now_ns);

#endif
