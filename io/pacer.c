#include "io/pacer.h"

/*
 * next_ns is when the next query is due at the even pace; a query may go up to slack_ns before that.
 *
 * Between the first and the (k+1)-th query of a window, next_ns moved on by at least k intervals, and the
 * last of them went at most slack_ns ahead of it. So a half-open window of one second holds at most 1 + (1 s
 * - 1 ns + slack) / interval of them, which is no more than QPS if interval * QPS >= 1 s + slack: the burst
 * is paid for by a pace that is one part in a hundred slower. Two more parts pay for the way from here to the
 * wire, on which queries that were granted apart can come closer together: measured at the other end, 5,000 a
 * second made 5,046 in one second without them.
 */
static const int64_t SECOND_NS = 1000000000;
static const int64_t SLACK_NS = 10000000; /* one hundredth of a second: callers poll every few milliseconds */
static const int64_t WAY_NS = 20000000;

void pacer_init(struct pacer *pacer, uint64_t queries_per_second)
{
    const uint64_t budget = (uint64_t)(SECOND_NS + SLACK_NS + WAY_NS);
    pacer->interval_ns = 0;
    if (queries_per_second > 0)
        pacer->interval_ns = (int64_t)(budget / queries_per_second + (budget % queries_per_second != 0));
    pacer->slack_ns = SLACK_NS;
    atomic_init(&pacer->next_ns, 0);
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

int64_t pacer_take(struct pacer *pacer, int64_t now_ns)
{
    if (pacer->interval_ns == 0)
        return 0;
    /* Relaxed: the number guards no other memory. */
    int64_t next = atomic_load_explicit(&pacer->next_ns, memory_order_relaxed);
    do {
        if (next - pacer->slack_ns > now_ns)
            return next - pacer->slack_ns - now_ns;
    } while (!atomic_compare_exchange_weak_explicit(&pacer->next_ns, &next,
                                                    later(next, now_ns) + pacer->interval_ns,
                                                    memory_order_relaxed, memory_order_relaxed));
    return 0;
}

void pacer_charge(struct pacer *pacer, int64_t now_ns)
{
    if (pacer->interval_ns == 0)
        return;
    int64_t next = atomic_load_explicit(&pacer->next_ns, memory_order_relaxed);
    while (!atomic_compare_exchange_weak_explicit(&pacer->next_ns, &next,
                                                  later(next, now_ns) + pacer->interval_ns,
                                                  memory_order_relaxed, memory_order_relaxed))
        ;
}
