/* The shared pace with resolvers of many kinds, in simulated time. docs/retries-and-pace.md has the
 * bars. */
#include "tests/unit/io/lookup/pace_simulation.h"

/* Each kind is tested with one thread and with two. */
enum { THREADS_MOST = 2 };

static struct sim *sim;
static struct sim_resolver *first;

static void meet(unsigned endpoints, unsigned threads)
{
    sim = sim_new(endpoints, threads);
    first = &sim->resolvers[0];
}

static double pace_now(void)
{
    return sim->shared_pace.resolvers[0].pace.window;
}

/* At least `held` of `capacity` answered a second, and at most `lost` of the queries lost. */
static void expect_held(unsigned seconds, double held, double lost)
{
    double rate = sim_rate(sim, 0, 0, seconds);
    cr_expect_geq(rate, held * first->capacity, "%u threads: %.0f of %.0f answers a second",
                  sim->threads, rate, first->capacity);
    cr_expect_leq(sim_lost(sim, 0), lost, "%u threads: %.2f %% lost", sim->threads,
                  100 * sim_lost(sim, 0));
}

/* ---- no limit ---- */

Test(shared_pace, a_fast_resolver_costs_less_than_a_tenth_of_a_second)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        sim_run(sim, 6);
        cr_expect_geq(sim_rate(sim, 0, 0, 1), 45000, "of the 50,000 that the threads can send");
        cr_expect_geq(sim_rate(sim, 0, 1, 6), 49990);
        cr_expect_eq(shared_pace_settled(&sim->shared_pace), 0);
        sim_free(sim);
    }
}

Test(shared_pace, a_distant_resolver_fills_the_window_within_a_second)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->latency_ns = sim_far;
        sim_run(sim, 10);
        cr_expect_geq(sim_rate(sim, 0, 0, 1), 17000, "of the 40,000 possible with 4,000 in flight");
        cr_expect_geq(sim_rate(sim, 0, 1, 10), 39000, "%.0f", sim_rate(sim, 0, 1, 10));
        sim_free(sim);
    }
}

/* At any distance late answers are not lost: the pace climbs until the window is the limit. */
Test(shared_pace, a_very_distant_resolver_fills_the_window_too)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->latency_ns = sim_farther;
        sim_run(sim, 15);
        cr_expect_geq(sim_rate(sim, 0, 5, 15), 17000,
                      "of the 18,000 possible with 4,000 in flight");
        sim_free(sim);
        meet(1, threads);
        first->latency_ns = sim_farthest;
        sim_run(sim, 40);
        cr_expect_geq(sim_rate(sim, 0, 20, 40), 5000, "of the 5,700 possible with 4,000 in flight");
        sim_free(sim);
    }
}

Test(shared_pace, random_loss_slows_nothing)
{
    for (unsigned percent = 2; percent <= 5; percent += 3) {
        meet(1, 2);
        sim->window = 100000;
        first->loss = percent / 100.0;
        sim_run(sim, 10);
        cr_expect_geq(sim_rate(sim, 0, 1, 10), 0.98 * 50000 * (1 - first->loss), "%u %%", percent);
        cr_expect_eq(shared_pace_settled(&sim->shared_pace), 0);
        sim_free(sim);
    }
}

Test(shared_pace, heavy_random_loss_does_not_keep_the_pace_low)
{
    meet(1, 2);
    sim->window = 100000;
    first->loss = 0.25;
    sim_run(sim, 30);
    cr_expect_geq(sim_rate(sim, 0, 10, 30), 0.9 * 50000 * 0.75, "%.0f", sim_rate(sim, 0, 10, 30));
    sim_free(sim);
}

Test(shared_pace, slow_names_and_dead_zones_are_not_overload)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        sim->window = 100000;
        first->latency_ns = sim_heavy_tail;
        sim_run(sim, 60);
        cr_expect_geq(sim_rate(sim, 0, 10, 60), 0.9 * 50000 * 0.95);
        sim_free(sim);
    }
}

/* One name in ten is slow: it repeats often, and fills a small window. */
static void meet_slow_names(unsigned threads)
{
    meet(1, threads);
    sim->window = 500 / threads;
    sim->repeats = true;
    first->slow = 0.1;
    first->slow_again = 0.7;
}

/* Slow names fill the window of the threads: they, not the pace, limit the answers. */
static void expect_answers(unsigned from, unsigned to, double least)
{
    sim_run(sim, to - from);
    double rate = sim_rate(sim, 0, from, to);
    cr_expect_geq(rate, least, "%u threads: %.0f", sim->threads, rate);
}

/* Questions for slow servers repeat often and many at once. Counted with the first tries, they
 * would look like a resolver that stopped answering. */
Test(shared_pace, repeats_for_slow_names_are_not_overload)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet_slow_names(threads);
        expect_answers(0, 40, 1000);
        sim_free(sim);
    }
}

/* The same after a limit has gone: while slow names fill the window, a round has few first tries,
 * and a few missing answers are chance. */
Test(shared_pace, few_first_tries_beside_slow_names_are_not_overload)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet_slow_names(threads);
        first->capacity = 2000;
        first->burst = 20;
        sim_run(sim, 1);
        first->capacity = 0;
        sim_run(sim, 9);
        expect_answers(10, 60, 1000);
        sim_free(sim);
    }
}

/* ---- limits ---- */

/* Dropped questions repeat before any new one. */
Test(shared_pace, two_thousand_a_second_with_repeats)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = 2000;
        first->burst = 200;
        sim->repeats = true;
        sim_run(sim, 100);
        expect_held(100, 0.9, 0.03);
        sim_free(sim);
    }
}

static void hold_bucket(double capacity, double burst, int64_t (*latency_ns)(void), double held,
                        double lost)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = capacity;
        first->burst = burst;
        first->latency_ns = latency_ns;
        sim_run(sim, 100);
        expect_held(100, held, lost);
        double settled = (double)shared_pace_settled(&sim->shared_pace);
        cr_expect(settled > 0.75 * capacity && settled < 1.15 * capacity, "settled at %.0f",
                  settled);
        sim_free(sim);
    }
}

Test(shared_pace, two_thousand_a_second_without_repeats)
{
    hold_bucket(2000, 20, sim_at_once, 0.9, 0.03);
    hold_bucket(2000, 200, sim_at_once, 0.9, 0.03);
    hold_bucket(2000, 2, sim_at_once, 0.9, 0.03);
}

Test(shared_pace, two_thousand_a_second_from_a_distant_resolver)
{
    hold_bucket(2000, 200, sim_far, 0.9, 0.03);
}

Test(shared_pace, three_hundred_a_second)
{
    hold_bucket(300, 30, sim_at_once, 0.85, 0.03);
}

/* Slow names below a limit: one query in twenty is never answered. */
Test(shared_pace, two_thousand_a_second_with_slow_names)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = 2000;
        first->burst = 200;
        first->latency_ns = sim_heavy_tail;
        sim_run(sim, 100);
        expect_held(100, 0.85, 0.05);
        sim_free(sim);
    }
}

Test(shared_pace, random_loss_below_a_limit)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = 2000;
        first->burst = 20;
        first->loss = 0.02;
        sim_run(sim, 100);
        expect_held(100, 0.9, 0.05);
        sim_free(sim);
    }
}

/* A larger window answers no more. That is no limit that queries exceed. */
Test(shared_pace, a_resolver_that_loses_nothing_is_not_limited)
{
    meet(1, 2);
    sim->sends_most = 150;
    first->capacity = 100000;
    first->queue = 1000;
    sim_run(sim, 5);
    cr_expect_eq(sim->shared_pace.resolvers[0].pace.state, PACE_HOLD);
    cr_expect_not(pace_share_is_limited(&sim->shares[0], 0));
    cr_expect_lt(pace_now(), 512, "%.0f", pace_now());
    cr_expect_leq(sim_lost(sim, 0), 0.0001);
    cr_expect_geq(sim_rate(sim, 0, 1, 5), 99000, "%.0f", sim_rate(sim, 0, 1, 5));
    sim_free(sim);
}

/* A slow server with the receive buffer of a socket. */
static void hold_queue(double capacity, double held, double lost)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = capacity;
        first->queue = 270;
        sim_run(sim, 60);
        expect_held(60, held, lost);
        sim_free(sim);
    }
}

Test(shared_pace, a_queue_of_270)
{
    hold_queue(2000, 0.95, 0.005);
    hold_queue(20000, 0.95, 0.005);
}

/* The request list of a recursive resolver: what finds it full is dropped. */
static void hold_list(int64_t (*latency_ns)(void), double latency_ms, double lost_at_first)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->list = 1024;
        first->latency_ns = latency_ns;
        sim_run(sim, 20);
        cr_expect_leq(sim_lost(sim, 0), lost_at_first, "%.2f %%", 100 * sim_lost(sim, 0));
        uint64_t sent = first->sent, lost = first->lost;
        sim_run(sim, 40);
        double later = (double)(first->lost - lost) / (double)(first->sent - sent);
        cr_expect_leq(later, 0.005, "%.2f %%", 100 * later);
        double most = first->list * 1000 / latency_ms;
        cr_expect_geq(sim_rate(sim, 0, 20, 60), 0.9 * most, "%.0f", sim_rate(sim, 0, 20, 60));
        sim_free(sim);
    }
}

Test(shared_pace, a_request_list_of_1024)
{
    hold_list(sim_recursion, 70, 0.01);
    hold_list(sim_slow, 300, 0.03);
}

/* A resolver that refuses what is above its limit does so before any answer comes. */
static void hold_declining(const struct sim_resolver *kind, double most, double lost_most)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        *first = *kind;
        sim_run(sim, 60);
        double rate = sim_rate(sim, 0, 10, 60), lost = sim_lost(sim, 0);
        cr_expect_geq(rate, 0.8 * most, "%.0f of %.0f answers a second", rate, most);
        cr_expect_leq(lost, lost_most, "%.2f %% of %.0f a second refused", 100 * lost, most);
        sim_free(sim);
    }
}

Test(shared_pace, a_resolver_that_refuses_what_it_has_no_place_for)
{
    struct sim_resolver kind = {.list = 150, .declines = true, .latency_ns = sim_recursion};
    hold_declining(&kind, 150 * 1000 / 70, 0.02);
    kind.latency_ns = sim_slow;
    hold_declining(&kind, 150 * 1000 / 300, 0.05);
    kind.list = 1000;
    hold_declining(&kind, 1000 * 1000 / 300, 0.02);
}

/* 50 a second: the first 256 are refused, and what half as many more show. */
Test(shared_pace, a_resolver_that_refuses_what_is_above_its_rate)
{
    static int64_t (*const latencies[])(void) = {sim_at_once, sim_far, sim_farther, sim_slow};
    for (unsigned i = 0; i < sizeof(latencies) / sizeof(*latencies); i++) {
        struct sim_resolver kind = {.burst = 20, .declines = true, .latency_ns = latencies[i]};
        kind.capacity = 50;
        hold_declining(&kind, 50, 0.37);
        kind.capacity = 500;
        hold_declining(&kind, 500, 0.1);
    }
}

/* Its receive buffer fills while it does not run. */
Test(shared_pace, a_resolver_on_a_busy_core)
{
    meet(1, 2);
    first->list = 270;
    first->latency_ns = sim_busy;
    sim_run(sim, 20);
    cr_expect_geq(sim_rate(sim, 0, 0, 20), 0.7 * 50000);
    cr_expect_leq(sim_lost(sim, 0), 0.03, "%.2f %%", 100 * sim_lost(sim, 0));
    sim_free(sim);
}

Test(shared_pace, the_first_burst_fits_a_receive_buffer)
{
    meet(1, 2);
    first->capacity = 1; /* like a process that is not scheduled */
    first->queue = 270;
    sim_run(sim, 0.05);
    cr_expect_eq(first->lost, 0, "%lu of %lu", (unsigned long)first->lost,
                 (unsigned long)first->sent);
    sim_run(sim, 0.3);
    cr_expect_leq(first->sent, 2.1 * PACE_START, "%lu", (unsigned long)first->sent);
    sim_free(sim);
}

/* ---- changes ---- */

Test(shared_pace, falls_with_the_capacity)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = 10000;
        first->burst = 50;
        sim_run(sim, 10);
        cr_expect_geq(sim_rate(sim, 0, 5, 10), 8700, "%.0f", sim_rate(sim, 0, 5, 10));
        first->capacity = 2000;
        uint64_t lost = first->lost;
        sim_run(sim, 30);
        cr_expect_geq(sim_rate(sim, 0, 15, 40), 1700);
        cr_expect_leq(first->lost - lost, 8000, "one second of excess, and probes");
        sim_free(sim);
    }
}

Test(shared_pace, rises_with_the_capacity)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        first->capacity = 2000;
        first->burst = 50;
        sim_run(sim, 10);
        cr_expect_geq(sim_rate(sim, 0, 5, 10), 1800);
        first->capacity = 10000;
        sim_run(sim, 20);
        cr_expect_geq(sim_rate(sim, 0, 20, 30), 8900, "%.0f", sim_rate(sim, 0, 20, 30));
        sim_free(sim);
    }
}

Test(shared_pace, a_wave_of_servfail_passes)
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        sim_run(sim, 3);
        first->useless = 1;
        sim_run(sim, 7);
        cr_expect_leq(pace_now(), PACE_SICK, "no useful answer for seconds");
        first->useless = 0;
        sim_run(sim, 3);
        cr_expect_geq(sim_rate(sim, 0, 12, 13), 45000, "well again: %.0f",
                      sim_rate(sim, 0, 12, 13));
        sim_free(sim);
    }
}

/* Errors for all names, then for the share `rest`. Returns the answers in a later second. */
static uint64_t answers_behind_errors(unsigned tenths, double rest, unsigned seconds)
{
    meet(1, 1 + tenths % 4 / 2);
    first->useless = 1;
    sim_run(sim, tenths / 10.0);
    first->useless = rest;
    sim_run(sim, seconds);
    uint64_t before = first->answered;
    sim_run(sim, 1);
    uint64_t answers = first->answered - before;
    sim_free(sim);
    return answers;
}

/* The share recovers at a lower pace because the errors ended, not because of the pace. */
Test(shared_pace, errors_that_end_during_a_test_leave_no_low_pace)
{
    for (unsigned tenths = 2; tenths <= 60; tenths += 2) {
        uint64_t all = answers_behind_errors(tenths, 0, 3),
                 some = answers_behind_errors(tenths, 0.4, 10);
        cr_expect_geq(all, 30000, "errors for %u tenths of a second, then %lu answers", tenths,
                      (unsigned long)all);
        cr_expect_geq(some, 10000,
                      "errors for %u tenths of a second, then %lu answers beside others", tenths,
                      (unsigned long)some);
    }
}

/* A limiter without any answer above its limit is found, too. */
Test(shared_pace, a_limiter_that_answers_nothing_above_its_limit)
{
    meet(1, 2);
    first->capacity = 1500;
    first->burst = 100;
    first->bans = true;
    sim_run(sim, 60);
    cr_expect_geq(sim_rate(sim, 0, 20, 60), 250, "%.0f answers a second", sim_rate(sim, 0, 20, 60));
    sim_free(sim);
}

/* ip-ratelimit-backoff of Unbound: a step too far costs the answers of two seconds, and no more.
 * When in its second the limit is met is chance, so all limits together show what is held. */
Test(shared_pace, a_limiter_that_counts_by_the_second)
{
    double held_sum = 0, lost_sum = 0;
    unsigned count = 0;
    for (unsigned limit = 50; limit < 2000; limit = limit * 5 / 4 + 3) {
        for (unsigned tenths = 0; tenths < 10; tenths += 3) {
            meet(1, 2);
            sim->now_ns += tenths * SIM_SECOND / 10;
            sim->repeats = count++ % 2 == 0;
            first->per_second = limit;
            first->backs_off = true;
            sim_run(sim, 60);
            double held = sim_rate(sim, 0, 0, 60) / limit, lost = sim_lost(sim, 0);
            cr_expect_geq(held, 0.35, "%.2f of %u", held, limit);
            cr_expect_leq(lost, 0.5, "%.2f at %u", lost, limit);
            held_sum += held;
            lost_sum += lost;
            sim_free(sim);
        }
    }
    cr_expect_geq(held_sum / count, 0.55, "%.3f", held_sum / count);
    cr_expect_leq(lost_sum / count, 0.25, "%.3f", lost_sum / count);
}

/* ip-ratelimit of Unbound, first met at any time within a second: far above the limit one query in
 * ten is answered at any rate, and such loss must not be taken for usual. */
static void hold_second(unsigned limit, unsigned tenths, int64_t (*latency_ns)(void))
{
    for (unsigned threads = 1; threads <= THREADS_MOST; threads++) {
        meet(1, threads);
        sim->now_ns += tenths * SIM_SECOND / 10;
        sim->repeats = true;
        first->per_second = limit;
        first->latency_ns = latency_ns;
        sim_run(sim, 20);
        uint64_t sent = first->sent, lost = first->lost;
        sim_run(sim, 20);
        cr_expect_geq(sim_rate(sim, 0, 0, 40), 0.65 * limit, "%.0f", sim_rate(sim, 0, 0, 40));
        double later = (double)(first->lost - lost) / (double)(first->sent - sent);
        cr_expect_leq(later, 0.3, "%.2f lost of %u a second, from tenth %u", later, limit, tenths);
        sim_free(sim);
    }
}

Test(shared_pace, loss_of_a_limiter_by_the_second_is_not_usual)
{
    for (unsigned tenths = 0; tenths < 10; tenths++) {
        hold_second(50, tenths, sim_at_once);
        hold_second(100, tenths, sim_at_once);
        hold_second(50, tenths, sim_slow_start);
        hold_second(100, tenths, sim_slow_start);
    }
}

/* SERVFAIL for some zones is the fault of the zones. */
Test(shared_pace, servfail_of_a_third_of_the_names_slows_nothing)
{
    meet(1, 2);
    first->useless = 0.33;
    sim_run(sim, 12);
    cr_expect_geq((double)(first->sent_in[10] + first->sent_in[11]), 0.9 * 2 * 25000);
    sim_free(sim);
}

Test(shared_pace, a_trickle_lowers_nothing)
{
    meet(1, 2);
    sim->trickle = 300;
    sim_run(sim, 20);
    cr_expect_geq(pace_now(), PACE_START);
    cr_expect_geq(sim_rate(sim, 0, 1, 20), 299);
    sim->trickle = 0;
    sim_run(sim, 1);
    cr_expect_geq(sim_rate(sim, 0, 20, 21), 45000, "as at the start");
    sim_free(sim);
}

/* A trickle with loss: too few queries to be judged. */
Test(shared_pace, ten_a_second_are_not_judged)
{
    meet(1, 1);
    sim->trickle = 10;
    first->loss = 0.5;
    sim_run(sim, 20);
    cr_expect_eq(pace_now(), PACE_START);
    sim_free(sim);
}

/* ---- several resolvers ---- */

Test(shared_pace, each_resolver_has_its_own_pace)
{
    meet(2, 2);
    first->capacity = 2000;
    first->burst = 20;
    sim_run(sim, 60);
    expect_held(60, 0.85, 0.03);
    cr_expect_geq(sim_rate(sim, 1, 1, 60), 47000, "the other resolver gets the rest");
    cr_expect_eq(shared_pace_settled(&sim->shared_pace), 0, "one of them met no limit");
    sim_free(sim);
}

Test(shared_pace, paces_of_several_resolvers_add_up)
{
    meet(2, 1);
    for (unsigned i = 0; i < 2; i++) {
        sim->resolvers[i].capacity = 2000;
        sim->resolvers[i].burst = 20;
    }
    sim_run(sim, 60);
    uint64_t settled = shared_pace_settled(&sim->shared_pace);
    cr_expect(settled > 3400 && settled < 4600, "%lu", (unsigned long)settled);
    sim_free(sim);
}

/* ---- shares ---- */

static void end_well(struct pace_share *share, int64_t sent_ns, int64_t now_ns)
{
    pace_share_ended(share, 0, &(struct pace_end){.sent_ns = sent_ns, .useful = true}, now_ns);
}

Test(shared_pace, without_shared_pace_nothing_waits)
{
    struct pace_share share;
    pace_share_join(&share, NULL, 1);
    for (unsigned i = 0; i < 100000; i++) {
        cr_assert_eq(pace_share_wait(&share, 0, 1), 0);
        pace_share_sent(&share, 0, false, 1);
    }
    end_well(&share, 1, 2);
    pace_share_sync(&share, 2);
    cr_expect_not(pace_share_doubts(&share, 0, 1));
}

/* A thread that finds the pace busy keeps its counts for later. */
Test(shared_pace, counts_wait_while_the_pace_is_busy)
{
    meet(1, 1);
    struct pace_share *share = &sim->shares[0];
    pace_share_sent(share, 0, false, sim->now_ns);
    end_well(share, sim->now_ns, sim->now_ns + 1000);
    cr_assert_not(atomic_flag_test_and_set(&sim->shared_pace.busy));
    pace_share_sync(share, sim->now_ns + 1000);
    cr_expect_eq(sim->shared_pace.resolvers[0].round.sent, 0);
    atomic_flag_clear(&sim->shared_pace.busy);
    pace_share_sync(share, sim->now_ns + 2000);
    cr_expect_eq(sim->shared_pace.resolvers[0].round.sent, 1);
    cr_expect_eq(sim->shared_pace.resolvers[0].round.answered, 1);
    cr_expect_eq(sim->shared_pace.resolvers[0].round.latency_ns, 1000);
    sim_free(sim);
}

/* The outcome of a query of an earlier round is not in the round, but its place is free. */
Test(shared_pace, outcomes_count_for_the_round_of_their_query)
{
    meet(1, 1);
    struct pace_share *share = &sim->shares[0];
    pace_share_sent(share, 0, false, sim->now_ns - 1);
    end_well(share, sim->now_ns - 1, sim->now_ns);
    pace_share_sync(share, sim->now_ns);
    cr_expect_eq(sim->shared_pace.resolvers[0].round.answered, 0);
    cr_expect_eq(sim->shared_pace.resolvers[0].answers, 1);
    cr_expect_eq(sim->shared_pace.resolvers[0].in_flight, 0);
    sim_free(sim);
}

/* A phase ends without waiting for tries that were set aside: the round is not left waiting. */
Test(shared_pace, a_thread_that_leaves_takes_its_queries_out_of_the_round)
{
    meet(1, 1);
    struct pace_share *share = &sim->shares[0];
    const struct resolver_pace *one = &sim->shared_pace.resolvers[0];
    int64_t sent_ns = sim->now_ns;
    for (unsigned i = 0; i < PACE_START; i++)
        pace_share_sent(share, 0, false, sent_ns);
    pace_share_sync(share, sent_ns + SIM_MS);
    cr_assert_neq(one->pace.closed_ns, 0);
    for (unsigned i = 0; i < 200; i++)
        end_well(share, sent_ns, sent_ns + SIM_MS);
    for (unsigned i = 200; i < PACE_START; i++)
        pace_share_drop(share, 0, false, sent_ns);
    pace_share_leave(share, sent_ns + 2 * SIM_MS);
    cr_expect_eq(one->number, 1);
    cr_expect_eq(one->in_flight, 0);
    sim_free(sim);
}

Test(shared_pace, a_round_without_outcomes_begins_anew)
{
    meet(1, 1);
    struct pace_share *share = &sim->shares[0];
    int64_t sent_ns = sim->now_ns;
    for (unsigned i = 0; i < PACE_START; i++)
        pace_share_sent(share, 0, false, sent_ns);
    pace_share_sync(share, sent_ns + SIM_MS);
    for (unsigned i = 0; i < PACE_START; i++)
        pace_share_drop(share, 0, false, sent_ns);
    pace_share_leave(share, sent_ns + 2 * SIM_MS);
    cr_expect_eq(sim->shared_pace.resolvers[0].number, 1);
    cr_expect_eq(pace_now(), PACE_START);
    sim_free(sim);
}

/* Whether the window is the reason for a lost query is open until the test has ended. */
Test(shared_pace, queries_lost_during_a_test_are_in_doubt)
{
    meet(1, 1);
    first->capacity = 300;
    first->burst = 30;
    struct pace_share *share = &sim->shares[0];
    cr_expect_not(pace_share_doubts(share, 0, sim->now_ns));
    cr_expect_not(pace_share_is_limited(share, 0));
    int64_t before_ns = sim->now_ns;
    sim_run(sim, 2.1);
    cr_expect(pace_share_is_limited(share, 0));
    cr_expect_eq(sim->shared_pace.resolvers[0].pace.state, PACE_TEST);
    cr_expect(pace_share_doubts(share, 0, sim->now_ns));
    sim_run(sim, 20);
    cr_expect(pace_share_doubts(share, 0, before_ns));
    cr_expect_not(pace_share_doubts(share, 0, sim->now_ns));
    cr_expect(pace_share_is_limited(share, 0));
    sim_free(sim);
}

/* The window is one for all threads. */
Test(shared_pace, a_thread_finds_the_window_filled_by_another)
{
    meet(1, 2);
    for (unsigned i = 0; i < PACE_START; i++)
        pace_share_sent(&sim->shares[0], 0, false, sim->now_ns);
    cr_expect_gt(pace_share_wait(&sim->shares[1], 0, sim->now_ns + SIM_SECOND), 0);
    end_well(&sim->shares[0], sim->now_ns, sim->now_ns + SIM_SECOND);
    cr_expect_eq(pace_share_wait(&sim->shares[1], 0, sim->now_ns + SIM_SECOND), 0);
    sim_free(sim);
}

/* A thread that sends a round and then stops: nothing is judged before its outcomes are known. */
Test(shared_pace, a_thread_that_is_not_scheduled_is_no_loss)
{
    meet(1, 2);
    for (unsigned i = 0; i < PACE_START; i++)
        pace_share_sent(&sim->shares[1], 0, false, sim->now_ns);
    pace_share_sync(&sim->shares[1], sim->now_ns + 1);
    for (int64_t ms = 1; ms < 59000; ms++)
        pace_share_sync(&sim->shares[0], sim->now_ns + ms * SIM_MS);
    const struct pace *pace = &sim->shared_pace.resolvers[0].pace;
    cr_expect_neq(pace->closed_ns, 0);
    cr_expect_eq(pace->cut_ns, 0);
    cr_expect_eq(pace->tried, PACE_START);
    sim_free(sim);
}

Test(shared_pace, threads_share_the_last_reply)
{
    meet(1, 2);
    int64_t replied_ns = sim->now_ns + SIM_SECOND;
    pace_share_replied(&sim->shares[0], 0, replied_ns);
    cr_expect_eq(pace_share_replied_ns(&sim->shares[0], 0), replied_ns);
    pace_share_sync(&sim->shares[0], replied_ns);
    pace_share_sync(&sim->shares[1], replied_ns);
    cr_expect_eq(pace_share_replied_ns(&sim->shares[1], 0), replied_ns);
    pace_share_replied(&sim->shares[1], 0, replied_ns - 1);
    pace_share_sync(&sim->shares[1], replied_ns);
    cr_expect_eq(pace_share_replied_ns(&sim->shares[1], 0), replied_ns, "the last one counts");
    sim_free(sim);
}
