#include "io/lookup/pace.h"

#define MS INT64_C(1000000)

/* A round is long enough to separate a share from chance, and short enough to lose little at a pace
 * that is too high. */
static const struct size {
    uint64_t queries;
    int64_t ns;
} STEP_SIZE = {64, 5 * MS}, TEST_SIZE = {100, 50 * MS}, FULL_SIZE = {200, 100 * MS};
static const uint64_t QUERIES_LEAST = 32; /* fewer in ROUND_MAX_NS are not judged */
static const int64_t ROUND_MAX_NS = 1000 * MS;

/* How long to wait for answers: a multiple of the usual latency, and at least this time. GRACE
 * before a share is judged, PATIENCE before answers count as lost. */
static const double GRACE_LATENCIES = 4, PATIENCE_LATENCIES = 3;
static const int64_t GRACE_LEAST_NS = 20 * MS;
static const int64_t PATIENCE_LEAST_NS = 500 * MS;

static const double CLIMB_SHARE = 0.8; /* of the good share: below it answers do not keep up */
static const double CRUISE_SHARE = 0.9;
static const double USELESS_SHARE = 0.05; /* hardly any answer */
static const double WELL_SHARE = 0.1;     /* a resolver that was down comes back */

static const double CLIMB_NEAR = 2, CLIMB_FAR = 3;
/* Each step of the climb costs one latency: a distant resolver gets longer steps. */
static const int64_t FAR_NS = 20 * MS;
static const double STEP_LEAST = 1.1, STEP_BACK = 1.5, STEP_MOST = 2;
static const double BELOW = 0.95; /* of the limit: a queue can drain */
static const unsigned PROBES_TO_BELIEVE = 2;
static const int64_t CALM_NS = 3000 * MS; /* between probes near a limit */
static const int64_t RELAPSE_NS = 10000 * MS;

void pace_init(struct pace *pace, int64_t now_ns)
{
    *pace = (struct pace){.state = PACE_CLIMB,
                          .qps = PACE_START,
                          .good_share = 1,
                          .usual_share = 1,
                          .step = STEP_LEAST,
                          .began_ns = now_ns};
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

static void set_qps(struct pace *pace, double qps)
{
    pace->qps = clamp(qps, PACE_LEAST, PACE_MOST);
}

static double share_of(const struct pace_round *round)
{
    /* Threads report their counts one after another: for a moment answers may exceed queries. */
    return clamp((double)round->answered / (double)round->sent, 0, 1);
}

static void begin_round(struct pace *pace, int64_t now_ns)
{
    pace->began_ns = now_ns;
    pace->closed_ns = 0;
}

static enum pace_order go_on_as(struct pace *pace, enum pace_state state, int64_t now_ns)
{
    pace->state = state;
    begin_round(pace, now_ns);
    return PACE_BEGIN;
}

static bool waited(const struct pace *pace, int64_t ns)
{
    return pace->counted_ns - pace->closed_ns >= ns;
}

static int64_t grace_ns(const struct pace *pace)
{
    return (int64_t)clamp(GRACE_LATENCIES * pace->latency_ns, (double)GRACE_LEAST_NS,
                          (double)INT64_MAX / 2);
}

static int64_t patience_ns(const struct pace *pace)
{
    return (int64_t)clamp(PATIENCE_LATENCIES * pace->latency_ns, (double)PATIENCE_LEAST_NS,
                          (double)INT64_MAX / 2);
}

static void note_latency(struct pace *pace, const struct pace_round *round)
{
    if (round->answered == 0)
        return;
    double mean = (double)round->latency_ns / (double)round->answered;
    pace->latency_ns += (mean - pace->latency_ns) / (pace->latency_ns > 0 ? 4 : 1);
}

/* ---- an open round ---- */

static const struct size *size_of(const struct pace *pace, const struct pace_round *round)
{
    if (pace->state == PACE_TEST)
        return &TEST_SIZE;
    /* Short rounds save time only where the pace is the limit. */
    return pace->state == PACE_CLIMB && round->limited ? &STEP_SIZE : &FULL_SIZE;
}

/* The more answers are missing, the more the share varies by chance. Queries for a standard
 * deviation of 0.01 of the share, or of 0.03 during the search for the pace. */
static uint64_t queries_for_share(const struct pace *pace)
{
    if (pace->state == PACE_CRUISE || pace->state == PACE_PROBE)
        return (uint64_t)(1e4 * pace->usual_share * (1 - pace->usual_share));
    return (uint64_t)(1e3 * pace->good_share * (1 - pace->good_share));
}

static enum pace_order fill_round(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    const struct size *size = size_of(pace, round);
    int64_t age = now_ns - pace->began_ns;
    bool full =
        round->sent >= size->queries && age >= size->ns && round->sent >= queries_for_share(pace);
    if (age >= ROUND_MAX_NS && round->sent < QUERIES_LEAST) {
        /* A pace too low for a judged round would last for ever. While the resolver is down,
         * repeats wait for it to come back instead. */
        if (round->limited && pace->state != PACE_DOWN)
            set_qps(pace, pace->qps * STEP_MOST);
        begin_round(pace, now_ns);
        return PACE_BEGIN;
    }
    if (!full && age < ROUND_MAX_NS)
        return PACE_GO_ON;
    pace->closed_ns = now_ns;
    if (pace->state == PACE_PROBE)
        set_qps(pace, pace->held);
    return PACE_CLOSE;
}

/* ---- a closed round: judged by its share, in each state ---- */

/* Where the work is the limit instead of the pace, fewer queries were sent than the pace allows. */
static double sent_qps(const struct pace *pace, const struct pace_round *round)
{
    double sent = (double)round->sent * 1e9 / (double)(pace->closed_ns - pace->began_ns + 1);
    return round->limited || sent > pace->qps ? pace->qps : sent;
}

/* The limit implied by the share at a pace. */
static double limit_at(const struct pace *pace, double qps, double share)
{
    return qps * share / pace->good_share;
}

static enum pace_order suspect(struct pace *pace, const struct pace_round *round)
{
    double sent = sent_qps(pace, round);
    double limit = limit_at(pace, sent, share_of(round));
    pace->before = pace->state;
    pace->before_qps = pace->qps;
    pace->suspect_qps = sent;
    pace->state = PACE_DOUBT;
    pace->tests = 0;
    /* The round of a step shows little of the limit: a token bucket or a queue still had room. */
    if (pace->before == PACE_CLIMB && round->limited)
        set_qps(pace, clamp(PACE_START, sent / 16, sent / 4));
    else
        set_qps(pace, clamp(BELOW * limit, sent / 4, 0.7 * sent));
    return PACE_GO_ON;
}

/* Follows the share slowly once answers are known to be missing for other reasons than the pace. */
static void note_good_share(struct pace *pace, double share)
{
    if (pace->good_share < 1)
        pace->good_share += (share - pace->good_share) / 8;
    if (pace->good_share > 0.99)
        pace->good_share = 1;
}

/* Is `share`, of this many queries, lower than `than` by more than chance explains? */
static bool is_lower(double share, double than, uint64_t queries, double deviations,
                     double variance)
{
    return share < than &&
           (than - share) * (than - share) * (double)queries > deviations * deviations * variance;
}

static bool falls_short(double share, double enough, uint64_t queries)
{
    return is_lower(share, enough, queries, 2, share * (1 - share));
}

static enum pace_order climb(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double share = share_of(round);
    /* The cost of too high a step grows until it is noticed. */
    bool ended = waited(pace, round->limited ? grace_ns(pace) / 2 : grace_ns(pace));
    /* Judge before all answers are in, unless some are known to be missing for other reasons. */
    bool early = pace->good_share >= 1;
    double enough = CLIMB_SHARE * pace->good_share;
    if (!ended && (!early || share < enough))
        return PACE_GO_ON;
    /* Where the pace is not the limit, there is time to exclude chance. */
    if (round->limited ? share < enough : falls_short(share, enough, round->sent))
        return suspect(pace, round);
    note_latency(pace, round);
    note_good_share(pace, share);
    if (round->limited)
        set_qps(pace, pace->qps * (pace->latency_ns > (double)FAR_NS ? CLIMB_FAR : CLIMB_NEAR));
    return go_on_as(pace, PACE_CLIMB, now_ns);
}

/* By more than 0.01, too. */
static bool is_below(double share, double usual, uint64_t queries)
{
    return is_lower(share, usual - 0.01, queries, 3, usual * (1 - usual));
}

/* A token bucket or queue with room makes a probe look better than the resolver is. Once it is
 * full, the limit shows. */
static enum pace_order fall_back(struct pace *pace, int64_t now_ns)
{
    set_qps(pace, pace->fallback_qps);
    pace->fallback_qps = 0;
    return go_on_as(pace, PACE_CRUISE, now_ns);
}

static enum pace_order cruise(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double share = share_of(round);
    if (!waited(pace, grace_ns(pace)) && round->answered < round->sent)
        return PACE_GO_ON;
    if (falls_short(share, CRUISE_SHARE * pace->good_share, round->sent))
        return suspect(pace, round);
    note_latency(pace, round);
    if (pace->fallback_qps > 0 && is_below(share, pace->usual_share, round->sent))
        return fall_back(pace, now_ns);
    pace->usual_share += (share - pace->usual_share) / 4;
    note_good_share(pace, share);
    if (!round->limited || now_ns < pace->next_probe_ns)
        return go_on_as(pace, PACE_CRUISE, now_ns);
    pace->held = pace->qps;
    set_qps(pace, pace->qps * pace->step);
    return go_on_as(pace, PACE_PROBE, now_ns);
}

/* Near a known limit, a successful probe is believed only after the calm. */
static enum pace_order probe_went_well(struct pace *pace, int64_t now_ns,
                                       const struct pace_round *round)
{
    note_latency(pace, round);
    if (round->limited) {
        set_qps(pace, pace->held * (1 + (pace->step - 1) * 3 / 4));
        pace->fallback_qps = pace->held;
    }
    if (++pace->probes_in_a_row > PROBES_TO_BELIEVE)
        pace->step = clamp(1 + (pace->step - 1) * 2, STEP_LEAST, STEP_MOST);
    else
        pace->next_probe_ns = now_ns + CALM_NS;
    return go_on_as(pace, PACE_CRUISE, now_ns);
}

/* At its limit a resolver answers a smaller share of a higher pace; a quarter of that fall decides.
 */
static enum pace_order probe(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double share = share_of(round);
    double enough = (3 + 1 / pace->step) / 4 * pace->usual_share;
    if (share >= enough)
        return probe_went_well(pace, now_ns, round);
    if (!waited(pace, grace_ns(pace)))
        return PACE_GO_ON;
    double high = pace->held * pace->step;
    set_qps(pace, clamp(BELOW * limit_at(pace, high, share), 0.9 * pace->held, high));
    pace->fallback_qps = BELOW * pace->qps;
    pace->step = STEP_LEAST;
    pace->probes_in_a_row = 0;
    pace->next_probe_ns = now_ns + CALM_NS;
    return go_on_as(pace, PACE_CRUISE, now_ns);
}

/* Drops the suspicion. */
static enum pace_order go_back(struct pace *pace, int64_t now_ns)
{
    set_qps(pace, pace->before_qps);
    return go_on_as(pace, pace->before, now_ns);
}

static enum pace_order doubt(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double enough = pace->before == PACE_CLIMB ? CLIMB_SHARE : CRUISE_SHARE;
    if (share_of(round) >= enough * pace->good_share) { /* late, not lost */
        note_latency(pace, round);
        return go_back(pace, now_ns);
    }
    if (!waited(pace, patience_ns(pace)))
        return PACE_GO_ON;
    note_latency(pace, round);
    pace->useless_qps = share_of(round) < USELESS_SHARE ? pace->suspect_qps : 0;
    return go_on_as(pace, PACE_TEST, now_ns);
}

static enum pace_order settle(struct pace *pace, int64_t now_ns, double share)
{
    /* After a climb the limit may be far above; otherwise it is near. */
    bool climbed = pace->before == PACE_CLIMB;
    pace->good_share = pace->usual_share = share;
    pace->step = climbed ? STEP_BACK : STEP_LEAST;
    pace->probes_in_a_row = climbed ? PROBES_TO_BELIEVE : 0;
    pace->next_probe_ns = climbed ? now_ns : now_ns + CALM_NS;
    pace->fallback_qps = pace->qps;
    if (pace->tests > 1)
        set_qps(pace, clamp(BELOW * limit_at(pace, pace->held, pace->missed_share), pace->qps,
                            pace->held));
    pace->cuts++;
    return go_on_as(pace, PACE_CRUISE, now_ns);
}

/* The pace was not too high. */
static enum pace_order acquit(struct pace *pace, double share, int64_t now_ns)
{
    if (share < USELESS_SHARE && pace->missed_share < USELESS_SHARE) {
        set_qps(pace, clamp(pace->before_qps / 4, PACE_SICK, pace->before_qps));
        pace->good_share = 1;
        return go_on_as(pace, PACE_DOWN, now_ns);
    }
    pace->good_share = share > pace->missed_share ? share : pace->missed_share;
    pace->usual_share = pace->good_share;
    return go_back(pace, now_ns);
}

/* Hardly any answer, then far more than a slower pace explains: a resolver at its limit would have
 * answered as many at either pace. So a passing fault has ended, and the pace was not too high;
 * unless this repeats. */
static bool has_passed(struct pace *pace, int64_t now_ns, double share)
{
    double enough = USELESS_SHARE * (1 + pace->useless_qps / pace->qps);
    if (pace->useless_qps == 0 || now_ns < pace->relapse_ns ||
        share < clamp(enough, 0, CRUISE_SHARE * pace->good_share))
        return false;
    pace->relapse_ns = now_ns + RELAPSE_NS;
    if (share < CRUISE_SHARE * pace->good_share) /* the rest is missing for other reasons */
        pace->good_share = pace->usual_share = share;
    return true;
}

/* Compares two tests, not a test with the suspected round: that one includes answers from the room
 * left in a token bucket or queue. */
static enum pace_order test(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double share = share_of(round);
    bool well = share >= CRUISE_SHARE * pace->good_share;
    if (!waited(pace, well ? grace_ns(pace) : patience_ns(pace)))
        return PACE_GO_ON;
    note_latency(pace, round);
    if (has_passed(pace, now_ns, share))
        return go_back(pace, now_ns);
    double best = clamp(pace->missed_share * pace->held / pace->qps, 0, pace->good_share);
    bool better = share > USELESS_SHARE && share >= (pace->missed_share + best) / 2;
    if (pace->tests++ > 0 && !better)
        return acquit(pace, share, now_ns);
    if (well)
        return settle(pace, now_ns, share);
    pace->held = pace->qps;
    pace->missed_share = share;
    if (share < USELESS_SHARE)
        pace->useless_qps = pace->qps;
    set_qps(pace, clamp(BELOW * limit_at(pace, pace->qps, share), pace->qps / 4, pace->qps / 2));
    return go_on_as(pace, PACE_TEST, now_ns);
}

static enum pace_order down(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    if (share_of(round) >= WELL_SHARE)
        return go_on_as(pace, PACE_CLIMB, now_ns);
    if (!waited(pace, patience_ns(pace)))
        return PACE_GO_ON;
    set_qps(pace, clamp(pace->qps / 2, PACE_SICK, pace->qps));
    return go_on_as(pace, PACE_DOWN, now_ns);
}

static enum pace_order judge(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    switch (pace->state) {
    case PACE_CLIMB:
        return climb(pace, now_ns, round);
    case PACE_CRUISE:
        return cruise(pace, now_ns, round);
    case PACE_PROBE:
        return probe(pace, now_ns, round);
    case PACE_DOUBT:
        return doubt(pace, now_ns, round);
    case PACE_TEST:
        return test(pace, now_ns, round);
    case PACE_DOWN:
        return down(pace, now_ns, round);
    }
    return PACE_GO_ON;
}

enum pace_order pace_step(struct pace *pace, int64_t now_ns, int64_t counted_ns,
                          const struct pace_round *round)
{
    pace->counted_ns = counted_ns;
    if (pace->closed_ns == 0)
        return fill_round(pace, now_ns, round);
    enum pace_order order = judge(pace, now_ns, round);
    pace->judged = pace->judged || order == PACE_BEGIN || pace->state == PACE_DOUBT;
    return order;
}

double pace_settled(const struct pace *pace)
{
    switch (pace->state) {
    case PACE_CRUISE:
    case PACE_DOWN:
        return pace->qps;
    case PACE_PROBE:
        return pace->held;
    case PACE_DOUBT:
    case PACE_TEST:
        return pace->before == PACE_CRUISE ? pace->before_qps : 0;
    case PACE_CLIMB:
        break;
    }
    return 0;
}
