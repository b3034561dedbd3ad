#include "io/lookup/shared_pace.h"

#include <sched.h>
#include <string.h>

static const int64_t SLACK_MOST_NS = 10000000; /* callers poll every few milliseconds */
/* The usual receive buffer of a socket, 212,992 octets, holds about 270 small queries; a burst
 * stays far below. */
static const int64_t BURST_MOST = 128;

static const int64_t ANSWERED_LEAST_NS = 10000000;

/* Until a place becomes free that a query of another thread occupies. */
static const int64_t FULL_WAIT_NS = 5000000;

static void apply(struct resolver_pace *one)
{
    int64_t interval_ns = pace_interval_ns(&one->pace);
    int64_t burst_ns = BURST_MOST * interval_ns;
    rate_limit_adjust(&one->rate_limit, interval_ns,
                      burst_ns < SLACK_MOST_NS ? burst_ns : SLACK_MOST_NS);
    atomic_store_explicit(&one->window, pace_in_flight(&one->pace), memory_order_relaxed);
}

void shared_pace_init(struct shared_pace *shared_pace, unsigned endpoints, int64_t now_ns)
{
    memset(shared_pace, 0, sizeof(*shared_pace));
    atomic_flag_clear(&shared_pace->busy);
    shared_pace->count = endpoints;
    for (unsigned i = 0; i < endpoints; i++) {
        struct resolver_pace *one = &shared_pace->resolvers[i];
        rate_limit_init(&one->rate_limit, 0);
        atomic_init(&one->window, 0);
        atomic_init(&one->in_flight, 0);
        pace_init(&one->pace, now_ns);
        apply(one);
    }
}

static void begin_tally(struct pace_tally *tally, uint64_t number, int64_t now_ns)
{
    tally->number = number;
    tally->from_ns = now_ns;
    tally->until_ns = INT64_MAX;
    tally->round = (struct pace_round){0};
}

void pace_share_join(struct pace_share *share, struct shared_pace *shared_pace, int64_t now_ns)
{
    *share = (struct pace_share){.shared_pace = shared_pace,
                                 .count = shared_pace ? shared_pace->count : 0};
    for (unsigned i = 0; i < share->count; i++) {
        begin_tally(&share->tallies[i], 0, now_ns);
        /* Until the first sync. */
        share->tallies[i].overdue_ns = share->tallies[i].most_ns = INT64_MAX;
        share->tallies[i].answered_ns = INT64_MAX;
    }
}

int64_t pace_share_wait(struct pace_share *share, unsigned endpoint, int64_t now_ns)
{
    if (!share->shared_pace)
        return 0;
    struct resolver_pace *one = &share->shared_pace->resolvers[endpoint];
    int64_t wait_ns = rate_limit_peek(&one->rate_limit, now_ns);
    if (wait_ns == 0 && atomic_load_explicit(&one->in_flight, memory_order_relaxed) >=
                            atomic_load_explicit(&one->window, memory_order_relaxed))
        wait_ns = FULL_WAIT_NS;
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
    struct resolver_pace *one = &share->shared_pace->resolvers[endpoint];
    rate_limit_charge(&one->rate_limit, now_ns);
    atomic_fetch_add_explicit(&one->in_flight, 1, memory_order_relaxed);
    share->tallies[endpoint].round.sent += !again && in_round(&share->tallies[endpoint], now_ns);
}

static void free_place(struct pace_share *share, unsigned endpoint)
{
    atomic_fetch_sub_explicit(&share->shared_pace->resolvers[endpoint].in_flight, 1,
                              memory_order_relaxed);
}

void pace_share_drop(struct pace_share *share, unsigned endpoint, bool again, int64_t sent_ns)
{
    if (!share->shared_pace)
        return;
    struct pace_tally *tally = &share->tallies[endpoint];
    free_place(share, endpoint);
    tally->round.sent -= !again && in_round(tally, sent_ns); /* the sum is right, modulo 2^64 */
}

bool pace_share_release(struct pace_share *share, unsigned endpoint, bool again, int64_t sent_ns,
                        int64_t now_ns)
{
    struct pace_tally *tally = &share->tallies[endpoint];
    if (!share->shared_pace || now_ns - sent_ns < tally->overdue_ns)
        return false;
    free_place(share, endpoint);
    tally->round.overdue += !again && in_round(tally, sent_ns);
    return true;
}

bool pace_share_is_early(const struct pace_share *share, unsigned endpoint, int64_t age_ns,
                         int64_t timeout_ns)
{
    int64_t answered_ns = share->tallies[endpoint].answered_ns;
    return share->shared_pace && age_ns < (answered_ns < timeout_ns ? answered_ns : timeout_ns);
}

void pace_share_ended(struct pace_share *share, unsigned endpoint, const struct pace_end *end,
                      int64_t now_ns)
{
    if (!share->shared_pace)
        return;
    struct pace_tally *tally = &share->tallies[endpoint];
    if (!end->released)
        free_place(share, endpoint);
    tally->answers += end->useful;
    if (end->again || !in_round(tally, end->sent_ns))
        return;
    tally->round.answered += end->useful;
    tally->round.failed += !end->useful;
    tally->round.overdue -= end->useful && end->released;
    int64_t ns = now_ns - end->sent_ns;
    tally->round.latency_ns += !end->useful ? 0 : ns < tally->most_ns ? ns : tally->most_ns;
}

bool pace_share_doubts(const struct pace_share *share, unsigned endpoint, int64_t sent_ns)
{
    return share->shared_pace && sent_ns < share->tallies[endpoint].doubt_ns;
}

bool pace_share_is_limited(const struct pace_share *share, unsigned endpoint)
{
    return share->shared_pace && share->tallies[endpoint].limited;
}

void pace_share_replied(struct pace_share *share, unsigned endpoint, int64_t now_ns)
{
    if (share->shared_pace)
        share->tallies[endpoint].replied_ns = now_ns;
}

int64_t pace_share_replied_ns(const struct pace_share *share, unsigned endpoint)
{
    return share->shared_pace ? share->tallies[endpoint].replied_ns : 0;
}

/* Counts of a round that is over are discarded. */
static void add_tally(struct resolver_pace *one, struct pace_tally *tally)
{
    if (tally->number == one->number) {
        one->round.sent += tally->round.sent;
        one->round.answered += tally->round.answered;
        one->round.failed += tally->round.failed;
        one->round.overdue += tally->round.overdue;
        one->round.latency_ns += tally->round.latency_ns;
        one->round.limited |= tally->round.limited;
    }
    one->answers += tally->answers;
    if (one->replied_ns < tally->replied_ns)
        one->replied_ns = tally->replied_ns;
    tally->answers = 0;
    tally->round = (struct pace_round){0};
}

static void move_on(struct resolver_pace *one, int64_t now_ns)
{
    enum pace_order order = pace_step(&one->pace, now_ns, one->answers, &one->round);
    if (order == PACE_CLOSE)
        one->round.limited = false;
    if (order == PACE_BEGIN) {
        one->round = (struct pace_round){0};
        one->number++;
    }
    apply(one);
}

static int64_t answered_ns(const struct pace *pace)
{
    return pace->latency_ns > 0 ? ANSWERED_LEAST_NS + 2 * (int64_t)pace->latency_ns : INT64_MAX;
}

/* A thread counts for a round from the sync that sees it begin to the sync that sees it close. */
static void follow_round(const struct resolver_pace *one, struct pace_tally *tally, int64_t now_ns)
{
    if (tally->number != one->number)
        begin_tally(tally, one->number, now_ns);
    if (one->pace.closed_ns != 0 && tally->until_ns == INT64_MAX)
        tally->until_ns = now_ns;
    tally->overdue_ns = pace_overdue_ns(&one->pace);
    tally->answered_ns = answered_ns(&one->pace);
    tally->most_ns = one->pace.latency_ns > 0 ? tally->overdue_ns : INT64_MAX;
    tally->doubt_ns = one->pace.state == PACE_TEST ? INT64_MAX : one->pace.cut_ns;
    tally->replied_ns = one->replied_ns;
    tally->limited = one->pace.state != PACE_OPEN && one->pace.limit_met;
}

/* False: another thread is at it. */
static bool sync(struct pace_share *share, int64_t now_ns)
{
    struct shared_pace *shared_pace = share->shared_pace;
    if (atomic_flag_test_and_set_explicit(&shared_pace->busy, memory_order_acquire))
        return false;
    for (unsigned i = 0; i < share->count; i++) {
        struct resolver_pace *one = &shared_pace->resolvers[i];
        add_tally(one, &share->tallies[i]);
        move_on(one, now_ns);
        follow_round(one, &share->tallies[i], now_ns);
    }
    atomic_flag_clear_explicit(&shared_pace->busy, memory_order_release);
    return true;
}

void pace_share_sync(struct pace_share *share, int64_t now_ns)
{
    if (share->shared_pace)
        (void)sync(share, now_ns);
}

void pace_share_leave(struct pace_share *share, int64_t now_ns)
{
    while (share->shared_pace && !sync(share, now_ns))
        sched_yield();
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
