#include "io/lookup/pace.h"

#include <math.h>

#define MS INT64_C(1000000)

static const double WINDOW_LEAST = 0.1;        /* ten queries a second */
static const double QUERIES_LEAST = 32;        /* of a round */
static const int64_t SECOND_NS = 1000 * MS;    /* many limiters count by the second */
static const int64_t LOST_NS = 60 * SECOND_NS; /* without outcomes a round begins anew by then */
/* A round is at least that long where a window is a rate, since a limit has room for a burst, and
 * where windows are compared: a few milliseconds show more of the machine than of the window. */
static const int64_t ROUND_LEAST_NS = 100 * MS;
static const double LATE = 3; /* latencies, and a tenth of a second */
/* Queries that are answered sooner keep this distance from one another, divided by the window, if
 * it is below PACE_START. */
static const double HOLD_NS = 10 * MS, NEAR_NS = 12 * MS; /* NEAR_NS: what is answered at once */

static const double ENOUGH = 0.9;   /* of the usual share: less is a bad round */
static const double FEW = 0.5;      /* answers; see may_be_limited */
static const double USELESS = 0.05; /* hardly any answer */
static const double BELOW = 0.98;   /* of what was answered: a queue can drain */

static const double GROWTH = 1.5; /* of the window while no limit is known, and PACE_START more */
/* By how much a larger window exceeds the one held, as a part of it. Where fewer queries show a
 * difference, the first step must be larger. */
static const double STEP_PACED = 0.15, STEP_LEAST = 0.025, STEP_MOST = 1;
static const double DOWN = 0.9;
static const double LOSS_STEP = 0.003;     /* less is not a difference */
static const uint64_t ROUNDS_SMOOTHED = 7; /* where a quarter of the last one is new */
static const int64_t CALM_MOST_NS = 16 * SECOND_NS;

void pace_init(struct pace *pace, int64_t now_ns)
{
    *pace = (struct pace){.state = PACE_OPEN,
                          .window = PACE_START,
                          .tried = PACE_START,
                          .began_ns = now_ns,
                          .calm_ns = SECOND_NS};
}

static double clamp(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

/* The time that a query occupies its place in the window: its latency. A smaller window than the
 * first one is a rate as well, however soon the answers come. */
static double place_ns(const struct pace *pace, double window)
{
    double least_ns = window < PACE_START || pace->latency_ns == 0 ? HOLD_NS : 0;
    return pace->latency_ns > least_ns ? pace->latency_ns : least_ns;
}

static double distance_ns(const struct pace *pace, double window)
{
    double ns = place_ns(pace, window) / window;
    return window < PACE_PACED ? ns : ns / 2;
}

int64_t pace_interval_ns(const struct pace *pace)
{
    return (int64_t)distance_ns(pace, pace->window);
}

unsigned pace_in_flight(const struct pace *pace)
{
    return (unsigned)clamp(pace->window, PACE_PACED, PACE_MOST);
}

int64_t pace_overdue_ns(const struct pace *pace)
{
    return ROUND_LEAST_NS + (int64_t)(LATE * pace->latency_ns);
}

/* Answers come at once, or none has come yet. */
static bool is_near(const struct pace *pace)
{
    return pace->latency_ns < NEAR_NS;
}

/* Nearby the answers of a round are counted, unless loss is usual. */
static bool counts_answers(const struct pace *pace)
{
    return is_near(pace) && pace->latency_ns > 0 && pace->usual_loss == 0;
}

static enum pace_order begin(struct pace *pace, int64_t now_ns)
{
    pace->began_ns = now_ns;
    pace->tried = pace->window;
    pace->closed_ns = 0;
    pace->stage = 0;
    return PACE_BEGIN;
}

/* The queries in flight were sent with the old window: the next round waits for that many. */
static void set_window(struct pace *pace, double window)
{
    pace->window = clamp(window, WINDOW_LEAST, PACE_MOST);
    pace->settling = true;
}

/* ---- an open round ---- */

/* By more than chance explains, does a round with another window lose more than those before? */
static bool loses_more(const struct pace *pace, double loss, uint64_t queries)
{
    return pace_falls_short(1 - loss, 1 - pace->loss - LOSS_STEP, queries);
}

/* Does a round miss too many answers already, or more with a larger window? Then it need not go on.
 */
static bool exceeds(const struct pace *pace, const struct pace_round *round)
{
    if (pace->state == PACE_OPEN || round->sent < QUERIES_LEAST)
        return false;
    double loss = (double)round->overdue / (double)round->sent;
    bool larger = pace->held > 0 && pace->tried > pace->held;
    return pace_falls_short(1 - loss, ENOUGH * (1 - pace->usual_loss), round->sent) ||
           (larger && loses_more(pace, loss, round->sent));
}

/* Once there is a limit, a second: many limits count by the second. */
static int64_t least_round_ns(const struct pace *pace)
{
    bool compares = pace->state == PACE_HOLD || counts_answers(pace);
    if (pace->settling || (pace->window >= PACE_PACED && !compares))
        return 0;
    return pace->limit_met && pace->state != PACE_OPEN ? SECOND_NS : ROUND_LEAST_NS;
}

static enum pace_order fill(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double size = clamp(pace->window, QUERIES_LEAST, PACE_MOST);
    if (round->sent == 0)
        pace->began_ns = now_ns;
    int64_t age_ns = now_ns - pace->began_ns;
    bool is_short = age_ns < least_round_ns(pace);
    if (((double)round->sent < size || is_short) && !exceeds(pace, round)) {
        bool idle = !round->limited && age_ns >= SECOND_NS;
        return idle ? begin(pace, now_ns) : PACE_GO_ON;
    }
    if (pace->settling) {
        pace->settling = false;
        return begin(pace, now_ns);
    }
    pace->closed_ns = now_ns;
    bool counts = is_near(pace) && age_ns >= ROUND_LEAST_NS;
    pace->counted = counts ? (double)round->answered * 1e9 / (double)age_ns : 0;
    pace->limited = round->limited;
    if (pace->state == PACE_HOLD && pace->held > 0) /* until the outcome is known */
        pace->window = pace->held;
    return PACE_CLOSE;
}

/* ---- what a round shows ---- */

static void note_latency(struct pace *pace, const struct pace_round *round)
{
    if (round->answered == 0)
        return;
    pace->latency_ns +=
        (pace_round_latency_ns(round) - pace->latency_ns) / (pace->latency_ns > 0 ? 4 : 1);
}

/* Useful answers a second with the window of the round. Replies come in bursts: of a short round,
 * and where the answers come long after it, their latency shows more. */
static double goodput_of(const struct pace *pace, const struct pace_round *round)
{
    if (pace->counted > 0)
        return pace->counted;
    double share = 1 - pace_round_loss(round);
    double place_ns =
        share * pace_round_latency_ns(round) + (1 - share) * (double)pace_overdue_ns(pace);
    return share * 1e9 / fmax(place_ns / pace->tried, distance_ns(pace, pace->tried));
}

/* Usual loss that shrinks is believed soon; growing loss may be the window's, and takes a test. */
static void note_usual_loss(struct pace *pace, const struct pace_round *round)
{
    double loss = 1 - pace_round_share(round);
    if (loss < pace->usual_loss)
        pace->usual_loss += (loss - pace->usual_loss) / 2;
    if (pace->usual_loss < 0.01)
        pace->usual_loss = 0;
}

/* ---- bad rounds ---- */

/* After hardly any answer nothing shows how much the resolver carries. */
static double quarter_of(double window)
{
    return clamp(window / 4, window < PACE_SICK ? window : PACE_SICK, PACE_MOST);
}

/* The window of a resolver that answered this number of queries at a time. Once answers show about
 * how much it carries, the window falls in steps: a limiter may answer hardly anything until its
 * limit has been kept for seconds. */
static double carried(const struct pace *pace, double answered)
{
    double least = pace->state == PACE_OPEN ? WINDOW_LEAST : pace->tried / 4;
    return answered == 0 ? quarter_of(pace->tried) : clamp(BELOW * answered, least, PACE_MOST);
}

/* The window may be lower already, since the answers are overdue. */
static void lower(struct pace *pace, int64_t now_ns, double share)
{
    pace->cut_ns = now_ns;
    set_window(pace, pace->stage > 0 ? pace->window : carried(pace, share * pace->tried));
}

static void suspect(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    pace->held = pace->tried;
    pace->tested = 0;
    pace->tested_share = pace_round_share(round);
    pace->state = PACE_TEST;
    pace->limit_met = pace->limit_met || round->answered > 0;
    lower(pace, now_ns, pace->tested_share);
}

static void reopen(struct pace *pace)
{
    pace->state = PACE_OPEN;
    pace->goodput = 0;
    pace->held = 0;
}

/* The window was not too large. */
static void acquit(struct pace *pace, double share)
{
    double best = share > pace->tested_share ? share : pace->tested_share;
    pace->usual_loss = clamp(1 - best, 0, 1 - USELESS);
    set_window(pace, best < USELESS ? quarter_of(pace->held) : pace->held);
    reopen(pace);
}

/* Far above its limit a limiter by the second answers the same small share at any rate. So much
 * loss is usual only if it stays while the queries of a round take a second. */
static bool may_be_limited(const struct pace *pace, double share)
{
    bool answers = share > USELESS || pace->tested_share > USELESS;
    return answers && share < FEW &&
           QUERIES_LEAST * distance_ns(pace, pace->tried) < (double)SECOND_NS;
}

/* Compares two tests, not a test with the suspected round: that one includes answers from the room
 * left in a token bucket or queue. A third of the gain is enough: a limiter may have a rest. */
static void test_is_bad(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    double share = pace_round_share(round);
    double rate = pace->tried / place_ns(pace, pace->tried); /* the latency may have changed */
    double best = clamp(pace->tested_share * pace->tested / rate, 0, 1 - pace->usual_loss);
    bool better = share > USELESS && share >= (2 * pace->tested_share + best) / 3;
    if (pace->tested > 0 && !better && !may_be_limited(pace, share)) {
        acquit(pace, share);
        return;
    }
    pace->tested = rate;
    pace->tested_share = share;
    lower(pace, now_ns, share);
}

static double least_step(const struct pace *pace)
{
    return pace->window < PACE_PACED ? STEP_PACED : STEP_LEAST;
}

/* The window that was tried is no better. If the least step up fails, the limit has been found. */
static void return_to_held(struct pace *pace, int64_t now_ns)
{
    bool found = pace->tried > pace->held && pace->step <= least_step(pace);
    set_window(pace, pace->held);
    pace->held = 0;
    if (found)
        pace->calm_ns = pace->calm_ns * 2 < CALM_MOST_NS ? pace->calm_ns * 2 : CALM_MOST_NS;
    pace->step = least_step(pace);
    pace->change_ns = now_ns + pace->calm_ns;
}

static enum pace_order bad_round(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    note_latency(pace, round);
    if (pace->state == PACE_TEST) {
        test_is_bad(pace, now_ns, round);
    } else if (pace->held > 0) {
        pace->cut_ns = now_ns;
        return_to_held(pace, now_ns);
    } else {
        suspect(pace, now_ns, round);
    }
    return begin(pace, now_ns);
}

/* ---- good rounds ---- */

static void hold(struct pace *pace, int64_t now_ns, double goodput, double step)
{
    pace->state = PACE_HOLD;
    pace->step = step;
    pace->goodput = goodput;
    pace->loss = pace->usual_loss;
    pace->held = 0;
    pace->calm_ns = SECOND_NS;
    pace->change_ns = now_ns;
}

/* Does a third of what the window grew show in the answers? */
static bool answers_more(const struct pace *pace, double growth, double goodput)
{
    return goodput >= (2 + growth) / 3 * pace->goodput;
}

/* Where answers take long, all that the last step is too large by is lost before the first loss is
 * seen. Nearby, smaller steps would only meet limits by the second later in their second. */
static double grown(const struct pace *pace)
{
    bool twice = pace->tried < PACE_START || is_near(pace);
    return twice ? 2 * pace->tried : GROWTH * pace->tried + PACE_START;
}

/* No more answers with the larger window: a limit, or chance. Unless the answers were counted, the
 * next rounds compare half of it with the whole once more. The first round nearby was short, since
 * its latency was unknown: its window is tried again. */
static void open_is_good(struct pace *pace, int64_t now_ns, double goodput)
{
    if (!pace->limited || (counts_answers(pace) && pace->counted == 0))
        return;
    if (answers_more(pace, is_near(pace) ? 2 : GROWTH, goodput)) {
        pace->goodput = goodput;
        pace->window = clamp(grown(pace), 0, PACE_MOST);
        return;
    }
    set_window(pace, pace->tried / 2);
    hold(pace, now_ns, 0, pace->counted > 0 ? least_step(pace) : STEP_MOST);
}

static void test_is_good(struct pace *pace, int64_t now_ns, double goodput)
{
    if (pace->tested_share < USELESS) /* a fault has passed */
        reopen(pace);
    else
        hold(pace, now_ns, goodput, least_step(pace));
}

static void change(struct pace *pace, double factor)
{
    pace->held = pace->window;
    set_window(pace, pace->window * factor);
}

/* A larger window is kept if it answers more and loses no more, a smaller one if it loses less. */
static void change_is_good(struct pace *pace, int64_t now_ns, double goodput,
                           const struct pace_round *round)
{
    double loss = pace_round_loss(round);
    bool up = pace->tried > pace->held;
    bool kept = up ? answers_more(pace, pace->tried / pace->held, goodput) &&
                         !loses_more(pace, loss, round->sent)
                   : loss <= (pace->loss + pace->usual_loss) / 2;
    if (!kept) {
        if (!up) /* the window is not the reason */
            pace->usual_loss = pace->loss;
        return_to_held(pace, now_ns);
        return;
    }
    pace->goodput = goodput;
    pace->loss = loss;
    pace->held = 0;
    pace->calm_ns = SECOND_NS;
    pace->change_ns = now_ns + SECOND_NS;
    set_window(pace, pace->tried);
    pace->step = up ? clamp(2 * pace->step, 0, STEP_MOST) : least_step(pace);
    if (up)
        change(pace, 1 + pace->step);
}

static void hold_is_good(struct pace *pace, int64_t now_ns, double goodput,
                         const struct pace_round *round)
{
    if (pace->held > 0) {
        change_is_good(pace, now_ns, goodput, round);
        return;
    }
    pace->loss += (pace_round_loss(round) - pace->loss) / 4;
    if (!pace->limited)
        return;
    pace->goodput += (goodput - pace->goodput) / (pace->goodput > 0 ? 2 : 1);
    if (now_ns < pace->change_ns)
        return;
    uint64_t queries = ROUNDS_SMOOTHED * round->sent;
    bool loses = pace_falls_short(1 - pace->loss, 1 - pace->usual_loss - LOSS_STEP, queries);
    change(pace, loses ? DOWN : 1 + pace->step);
}

static enum pace_order good_round(struct pace *pace, int64_t now_ns, const struct pace_round *round)
{
    note_latency(pace, round);
    double goodput = goodput_of(pace, round);
    note_usual_loss(pace, round);
    pace->window = pace->tried;
    if (pace->state == PACE_OPEN)
        open_is_good(pace, now_ns, goodput);
    else if (pace->state == PACE_HOLD)
        hold_is_good(pace, now_ns, goodput, round);
    else
        test_is_good(pace, now_ns, goodput);
    return begin(pace, now_ns);
}

/* ---- steps ---- */

/* Until the answers come, or prove to be lost, no more is sent than is answered. First by the share
 * of the round. Then, once its lost queries have given back their places, by what is answered now:
 * a token bucket still had room for the round. Far away, that would need more time. */
static enum pace_order note_overdue(struct pace *pace, int64_t now_ns, uint64_t answers,
                                    const struct pace_round *round)
{
    double window = pace->window;
    int64_t age_ns = now_ns - pace->closed_ns;
    /* The first order is soon taken back if the answers come. */
    bool soon = pace->stage == 0 && pace->latency_ns > 0;
    if (pace->stage == 3 || age_ns <= pace_overdue_ns(pace) / (soon ? 2 : 1))
        return PACE_GO_ON;
    note_latency(pace, round);
    if (pace->stage == 0) {
        window = carried(pace, pace_round_share(round) * pace->tried);
    } else if (pace->stage == 2 && round->limited && is_near(pace)) {
        double per_ns = (double)(answers - pace->answers_at_stage) / (double)age_ns;
        window = carried(pace, per_ns * place_ns(pace, 0));
    }
    pace->stage++;
    pace->closed_ns = now_ns;
    pace->answers_at_stage = answers;
    pace->window = window < pace->window ? window : pace->window;
    return PACE_CLOSE;
}

/* A round is good before all of its queries have ended, if enough are answered. Where windows are
 * compared, all others are overdue: they count as lost. */
static enum pace_order judge(struct pace *pace, int64_t now_ns, uint64_t answers,
                             const struct pace_round *round)
{
    if (round->sent == 0) /* its queries were dropped */
        return begin(pace, now_ns);
    if (pace->stage == 0)
        pace->limited |= round->limited;
    double sent = (double)round->sent, ended = (double)(round->answered + round->failed);
    double enough = ENOUGH * (1 - pace->usual_loss);
    bool is_enough = pace_round_share(round) >= enough;
    bool is_known = pace->state != PACE_HOLD || ended + (double)round->overdue >= sent;
    if (is_enough && is_known)
        return good_round(pace, now_ns, round);
    if (pace_falls_short(1 - clamp((double)round->failed / sent, 0, 1), enough, round->sent))
        return bad_round(pace, now_ns, round);
    if (ended >= sent)
        return good_round(pace, now_ns, round);
    if (now_ns - pace->closed_ns >= LOST_NS)
        return begin(pace, now_ns);
    return is_enough ? PACE_GO_ON : note_overdue(pace, now_ns, answers, round);
}

enum pace_order pace_step(struct pace *pace, int64_t now_ns, uint64_t answers,
                          const struct pace_round *round)
{
    return pace->closed_ns == 0 ? fill(pace, now_ns, round) : judge(pace, now_ns, answers, round);
}

double pace_settled(const struct pace *pace)
{
    return pace->state == PACE_OPEN ? 0 : pace->goodput;
}
