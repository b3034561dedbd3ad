#include "io/lookup/shared_pace.h"

#include <string.h>

static const int64_t SLACK_MOST_NS = 10000000; /* callers poll every few milliseconds */
/* The usual receive buffer of a socket, 212,992 octets, holds about 270 small queries; a burst
 * stays far below. */
static const int64_t BURST_MOST = 128;

static const int64_t SHARE_GONE_NS =
    INT64_C(3000000000); /* a thread that has not synced for this long is ignored */

static void apply(struct resolver_pace *one)
{
    /* Without a limit, a late thread may catch up as far as its window allows. */
    int64_t interval_ns = one->pace.qps < PACE_MOST ? (int64_t)(1e9 / one->pace.qps) : 0;
    int64_t burst_ns = BURST_MOST * interval_ns;
    rate_limit_adjust(&one->rate_limit, interval_ns,
                      burst_ns < SLACK_MOST_NS ? burst_ns : SLACK_MOST_NS);
}

void shared_pace_init(struct shared_pace *shared_pace, unsigned endpoints, int64_t now_ns)
{
    memset(shared_pace, 0, sizeof(*shared_pace));
    atomic_flag_clear(&shared_pace->busy);
    atomic_init(&shared_pace->started, false);
    LIST_INIT(&shared_pace->shares);
    shared_pace->count = endpoints;
    for (unsigned i = 0; i < endpoints; i++) {
        struct resolver_pace *one = &shared_pace->resolvers[i];
        rate_limit_init(&one->rate_limit, 0);
        pace_init(&one->pace, now_ns);
        apply(one);
    }
}

static void begin_tally(struct pace_tally *tally, uint64_t number, int64_t now_ns)
{
    *tally = (struct pace_tally){.number = number, .from_ns = now_ns, .until_ns = INT64_MAX};
}

void pace_share_join(struct pace_share *share, struct shared_pace *shared_pace, int64_t now_ns)
{
    share->shared_pace = shared_pace;
    share->count = shared_pace ? shared_pace->count : 0;
    share->synced_ns = share->counted_ns = now_ns;
    if (shared_pace)
        LIST_INSERT_HEAD(&shared_pace->shares, share, link);
    for (unsigned i = 0; i < share->count; i++)
        begin_tally(&share->tallies[i], 0, now_ns);
}

void pace_share_leave(struct pace_share *share)
{
    if (share->shared_pace)
        LIST_REMOVE(share, link);
    share->shared_pace = NULL;
}

int64_t pace_share_wait(struct pace_share *share, unsigned endpoint, int64_t now_ns)
{
    if (!share->shared_pace)
        return 0;
    int64_t wait_ns = rate_limit_peek(&share->shared_pace->resolvers[endpoint].rate_limit, now_ns);
    if (wait_ns > 0)
        share->tallies[endpoint].round.limited = true;
    return wait_ns;
}

static bool in_round(const struct pace_tally *tally, int64_t sent_ns)
{
    return sent_ns >= tally->from_ns && sent_ns < tally->until_ns;
}

void pace_share_sent(struct pace_share *share, unsigned endpoint, bool again, int64_t now_ns)
{
    if (!share->shared_pace)
        return;
    rate_limit_charge(&share->shared_pace->resolvers[endpoint].rate_limit, now_ns);
    share->tallies[endpoint].round.sent += !again && in_round(&share->tallies[endpoint], now_ns);
}

void pace_share_answered(struct pace_share *share, unsigned endpoint, int64_t sent_ns,
                         int64_t now_ns)
{
    if (!share->shared_pace || !in_round(&share->tallies[endpoint], sent_ns))
        return;
    struct pace_round *round = &share->tallies[endpoint].round;
    round->answered++;
    round->latency_ns += now_ns - sent_ns;
}

/* Discards counts of a round that has closed. */
static void add_tally(struct resolver_pace *one, struct pace_tally *tally)
{
    if (tally->number == one->number) {
        one->round.sent += tally->round.sent;
        one->round.answered += tally->round.answered;
        one->round.latency_ns += tally->round.latency_ns;
        one->round.limited |= tally->round.limited;
    }
    tally->round = (struct pace_round){0};
}

/* The time by which all threads have counted their replies. */
static int64_t counted_by_all(const struct shared_pace *shared_pace, int64_t now_ns)
{
    int64_t counted_ns = now_ns;
    const struct pace_share *share = LIST_FIRST(&shared_pace->shares);
    for (; share; share = LIST_NEXT(share, link)) {
        if (share->counted_ns < counted_ns && now_ns - share->synced_ns < SHARE_GONE_NS)
            counted_ns = share->counted_ns;
    }
    return counted_ns;
}

static void move_on(struct resolver_pace *one, int64_t now_ns, int64_t counted_ns)
{
    if (pace_step(&one->pace, now_ns, counted_ns, &one->round) == PACE_BEGIN) {
        one->round = (struct pace_round){0};
        one->number++;
    }
    apply(one);
}

/* A thread counts for a round from the sync that sees it begin to the sync that sees it close. */
static void follow_round(const struct resolver_pace *one, struct pace_tally *tally, int64_t now_ns)
{
    if (tally->number != one->number)
        begin_tally(tally, one->number, now_ns);
    if (one->pace.closed_ns != 0 && tally->until_ns == INT64_MAX)
        tally->until_ns = now_ns;
}

void pace_share_sync(struct pace_share *share, int64_t now_ns)
{
    struct shared_pace *shared_pace = share->shared_pace;
    if (!shared_pace || atomic_flag_test_and_set_explicit(&shared_pace->busy, memory_order_acquire))
        return;
    bool judged = false;
    share->counted_ns = share->synced_ns;
    share->synced_ns = now_ns;
    int64_t counted_ns = counted_by_all(shared_pace, now_ns);
    for (unsigned i = 0; i < shared_pace->count; i++) {
        struct resolver_pace *one = &shared_pace->resolvers[i];
        add_tally(one, &share->tallies[i]);
        move_on(one, now_ns, counted_ns);
        follow_round(one, &share->tallies[i], now_ns);
        judged = judged || one->pace.judged;
    }
    atomic_store_explicit(&shared_pace->started, judged, memory_order_relaxed);
    atomic_flag_clear_explicit(&shared_pace->busy, memory_order_release);
}

unsigned pace_share_window(const struct pace_share *share, unsigned window)
{
    if (!share->shared_pace ||
        atomic_load_explicit(&share->shared_pace->started, memory_order_relaxed))
        return window;
    return window < SHARED_PACE_FIRST_WINDOW ? window : SHARED_PACE_FIRST_WINDOW;
}

uint64_t shared_pace_settled(const struct shared_pace *shared_pace)
{
    double sum = 0;
    for (unsigned i = 0; i < shared_pace->count; i++) {
        double qps = pace_settled(&shared_pace->resolvers[i].pace);
        if (qps == 0)
            return 0;
        sum += qps;
    }
    return (uint64_t)(sum + 0.5);
}
