#include "io/lookup/shared_pace.h"

#include <string.h>

static const int64_t SLACK_MOST_NS = 10000000; /* callers poll every few milliseconds */
/* A socket's usual receive buffer of 212,992 octets holds about 270 small queries: no burst may
 * come near. */
static const int64_t BURST_MOST = 128;

static const int64_t SHARE_GONE_NS =
    INT64_C(3000000000); /* a thread not heard of for so long is not waited for */

static void apply(struct governed *one)
{
    /* No limit: then a thread that is late may catch up as far as its window goes. */
    int64_t interval_ns = one->pace.qps < PACE_MOST ? (int64_t)(1e9 / one->pace.qps) : 0;
    int64_t burst_ns = BURST_MOST * interval_ns;
    pacer_adjust(&one->pacer, interval_ns, burst_ns < SLACK_MOST_NS ? burst_ns : SLACK_MOST_NS);
}

void governor_init(struct governor *governor, unsigned endpoints, int64_t now_ns)
{
    memset(governor, 0, sizeof(*governor));
    atomic_flag_clear(&governor->busy);
    atomic_init(&governor->started, false);
    LIST_INIT(&governor->shares);
    governor->count = endpoints;
    for (unsigned i = 0; i < endpoints; i++) {
        struct governed *one = &governor->resolvers[i];
        pacer_init(&one->pacer, 0);
        pace_init(&one->pace, now_ns);
        apply(one);
    }
}

static void take_up(struct governor_tally *tally, uint64_t number, int64_t now_ns)
{
    *tally = (struct governor_tally){.number = number, .from_ns = now_ns, .until_ns = INT64_MAX};
}

void governor_join(struct governor_share *share, struct governor *governor, int64_t now_ns)
{
    share->governor = governor;
    share->count = governor ? governor->count : 0;
    share->synced_ns = share->heard_ns = now_ns;
    if (governor)
        LIST_INSERT_HEAD(&governor->shares, share, link);
    for (unsigned i = 0; i < share->count; i++)
        take_up(&share->tallies[i], 0, now_ns);
}

void governor_leave(struct governor_share *share)
{
    if (share->governor)
        LIST_REMOVE(share, link);
    share->governor = NULL;
}

int64_t governor_wait(struct governor_share *share, unsigned endpoint, int64_t now_ns)
{
    if (!share->governor)
        return 0;
    int64_t wait_ns = pacer_peek(&share->governor->resolvers[endpoint].pacer, now_ns);
    if (wait_ns > 0)
        share->tallies[endpoint].round.limited = true;
    return wait_ns;
}

static bool in_round(const struct governor_tally *tally, int64_t sent_ns)
{
    return sent_ns >= tally->from_ns && sent_ns < tally->until_ns;
}

void governor_sent(struct governor_share *share, unsigned endpoint, bool again, int64_t now_ns)
{
    if (!share->governor)
        return;
    pacer_charge(&share->governor->resolvers[endpoint].pacer, now_ns);
    share->tallies[endpoint].round.sent += !again && in_round(&share->tallies[endpoint], now_ns);
}

void governor_answered(struct governor_share *share, unsigned endpoint, int64_t sent_ns,
                       int64_t now_ns)
{
    if (!share->governor || !in_round(&share->tallies[endpoint], sent_ns))
        return;
    struct pace_round *round = &share->tallies[endpoint].round;
    round->answered++;
    round->latency_ns += now_ns - sent_ns;
}

/* Of a round that is over meanwhile nothing is told. */
static void tell(struct governed *one, struct governor_tally *tally)
{
    if (tally->number == one->number) {
        one->round.sent += tally->round.sent;
        one->round.answered += tally->round.answered;
        one->round.latency_ns += tally->round.latency_ns;
        one->round.limited |= tally->round.limited;
    }
    tally->round = (struct pace_round){0};
}

/* Up to when have all threads counted what came in? */
static int64_t heard_by_all(const struct governor *governor, int64_t now_ns)
{
    int64_t heard_ns = now_ns;
    const struct governor_share *share = LIST_FIRST(&governor->shares);
    for (; share; share = LIST_NEXT(share, link)) {
        if (share->heard_ns < heard_ns && now_ns - share->synced_ns < SHARE_GONE_NS)
            heard_ns = share->heard_ns;
    }
    return heard_ns;
}

static void move_on(struct governed *one, int64_t now_ns, int64_t heard_ns)
{
    if (pace_step(&one->pace, now_ns, heard_ns, &one->round) == PACE_BEGIN) {
        one->round = (struct pace_round){0};
        one->number++;
    }
    apply(one);
}

/* A thread belongs to a round from when it has heard of it until it has heard of its end: what it
 * sent between is what it counts. */
static void listen(const struct governed *one, struct governor_tally *tally, int64_t now_ns)
{
    if (tally->number != one->number)
        take_up(tally, one->number, now_ns);
    if (one->pace.closed_ns != 0 && tally->until_ns == INT64_MAX)
        tally->until_ns = now_ns;
}

void governor_sync(struct governor_share *share, int64_t now_ns)
{
    struct governor *governor = share->governor;
    if (!governor || atomic_flag_test_and_set_explicit(&governor->busy, memory_order_acquire))
        return;
    bool judged = false;
    share->heard_ns = share->synced_ns;
    share->synced_ns = now_ns;
    int64_t heard_ns = heard_by_all(governor, now_ns);
    for (unsigned i = 0; i < governor->count; i++) {
        struct governed *one = &governor->resolvers[i];
        tell(one, &share->tallies[i]);
        move_on(one, now_ns, heard_ns);
        listen(one, &share->tallies[i], now_ns);
        judged = judged || one->pace.judged;
    }
    atomic_store_explicit(&governor->started, judged, memory_order_relaxed);
    atomic_flag_clear_explicit(&governor->busy, memory_order_release);
}

unsigned governor_window(const struct governor_share *share, unsigned window)
{
    if (!share->governor || atomic_load_explicit(&share->governor->started, memory_order_relaxed))
        return window;
    return window < GOVERNOR_FIRST_WINDOW ? window : GOVERNOR_FIRST_WINDOW;
}

uint64_t governor_settled(const struct governor *governor)
{
    double sum = 0;
    for (unsigned i = 0; i < governor->count; i++) {
        double qps = pace_settled(&governor->resolvers[i].pace);
        if (qps == 0)
            return 0;
        sum += qps;
    }
    return (uint64_t)(sum + 0.5);
}
