/*
 * Simulated resolvers with a shared pace, in simulated time. Threads with endless work (or a
 * trickle) run each millisecond, send what the pace allows, and receive the answers that are due.
 * Random numbers come from one seed: every run is the same.
 */
#ifndef TESTS_UNIT_IO_LOOKUP_PACE_SIMULATION_H
#define TESTS_UNIT_IO_LOOKUP_PACE_SIMULATION_H

#include <criterion/criterion.h>
#include <stdlib.h>

#include "io/lookup/shared_pace.h"

enum { SIM_MS = 1000000, SIM_WHEEL = 4096, SIM_SHARES = 2, SIM_RESOLVERS = 2, SIM_SECONDS = 400 };
static const int64_t SIM_SECOND = INT64_C(1000) * SIM_MS;

/* A resolver. Capacity: queries a second; 0: unlimited. */
struct sim_resolver {
    double capacity;
    double
        burst; /* token bucket: queries answered at once beyond the capacity; the rest is dropped */
    double queue;      /* or: length of a queue; 0: it has a token bucket */
    unsigned list;     /* places for questions under way, the rest is dropped; 0: no limit */
    bool declines;     /* what finds no room is answered at once, with REFUSED */
    unsigned listed;   /* places taken */
    double loss;       /* share lost in transit */
    double useless;    /* share answered with SERVFAIL */
    double slow;       /* share of names whose servers exceed the timeout */
    double slow_again; /* the same share of their further tries */
    bool bans;         /* refused queries take tokens too: no answer above the limit */
    /* Above that many in this second, one query in ten is answered (ip-ratelimit of Unbound); 0: no
     * limit. With ip-ratelimit-backoff the second before counts as well. */
    unsigned per_second, counted, counted_before;
    bool backs_off;
    int64_t second;
    int64_t (*latency_ns)(void);
    double level; /* tokens used, or queries in the queue */
    int64_t level_ns;
    uint64_t sent, lost, answered; /* lost: for lack of capacity, or in transit */
    uint64_t answered_in[SIM_SECONDS];
    uint64_t sent_in[SIM_SECONDS];
};

struct sim_answer {
    struct sim_answer *next;
    int64_t sent_ns;
    unsigned share, endpoint;
    bool again;
    bool released;
    bool is_release; /* no answer: the query is overdue */
};

struct sim {
    struct shared_pace shared_pace;
    struct pace_share shares[SIM_SHARES];
    struct sim_resolver resolvers[SIM_RESOLVERS];
    struct sim_answer *wheel[SIM_WHEEL]; /* by the millisecond */
    unsigned endpoints;
    unsigned threads;
    unsigned sends_most; /* by one thread in a millisecond: its CPU */
    double trickle;      /* queries a second to send; 0: endless work */
    double work;
    unsigned window; /* of a thread */
    unsigned in_flight[SIM_SHARES];
    bool repeats; /* timed out queries repeat at once, every other time, in half of the window */
    unsigned to_repeat[SIM_SHARES];
    bool repeated[SIM_SHARES]; /* the last query was a repeat: they take turns */
    unsigned again_in_flight[SIM_SHARES];
    int64_t now_ns;
    int64_t began_ns;
};

static uint64_t sim_state;
static int64_t sim_clock_ns;

static inline double sim_random(void)
{
    sim_state = sim_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(sim_state >> 11) / (double)(UINT64_C(1) << 53);
}

/* Without a choice, draws no random number. */
static inline bool sim_chance(double share)
{
    return share > 0 && sim_random() < share;
}

static inline int64_t sim_at_once(void)
{
    return 100 * 1000;
}

static inline int64_t sim_far(void)
{
    return (int64_t)((80 + 40 * sim_random()) * SIM_MS);
}

static inline int64_t sim_farther(void)
{
    return (int64_t)((200 + 40 * sim_random()) * SIM_MS);
}

static inline int64_t sim_farthest(void)
{
    return (int64_t)((600 + 200 * sim_random()) * SIM_MS);
}

/* Recursion over name servers far away. */
static inline int64_t sim_slow(void)
{
    return 300 * SIM_MS;
}

/* Recursion over name servers 20 to 120 ms away. */
static inline int64_t sim_recursion(void)
{
    return (int64_t)((20 + 100 * sim_random()) * SIM_MS);
}

/* Its first second is slow. */
static inline int64_t sim_slow_start(void)
{
    return sim_clock_ns < 5001 * SIM_SECOND ? sim_recursion() : sim_at_once();
}

/* Others have its core for 30 of 100 ms. */
static inline int64_t sim_busy(void)
{
    int64_t at_ns = sim_clock_ns % (100 * SIM_MS);
    return at_ns < 30 * SIM_MS ? 30 * SIM_MS - at_ns : 100 * 1000;
}

/* 60 % from the cache, others in 20 ms to 2 s, one in twenty never (a dead zone). */
static inline int64_t sim_heavy_tail(void)
{
    double kind = sim_random();
    if (kind < 0.6)
        return 100 * 1000;
    if (kind < 0.65)
        return INT64_MAX;
    double x = sim_random();
    return (int64_t)(20 * SIM_MS + x * x * x * 1980 * SIM_MS);
}

static inline struct sim *sim_new(unsigned endpoints, unsigned threads)
{
    struct sim *sim = calloc(1, sizeof(*sim));
    cr_assert_not_null(sim);
    sim_state = 7;
    sim->endpoints = endpoints;
    sim->threads = threads;
    sim->sends_most = 50 / threads;
    sim->window = 4000 / threads;
    sim->now_ns = sim->began_ns = 5000 * SIM_SECOND;
    shared_pace_init(&sim->shared_pace, endpoints, sim->now_ns);
    for (unsigned i = 0; i < threads; i++)
        pace_share_join(&sim->shares[i], &sim->shared_pace, sim->now_ns);
    for (unsigned i = 0; i < endpoints; i++)
        sim->resolvers[i].latency_ns = sim_at_once;
    return sim;
}

static inline unsigned sim_second(const struct sim *sim)
{
    return (unsigned)((sim->now_ns - sim->began_ns) / SIM_SECOND);
}

/* False: no room. Else *wait_ns is the time in the queue. */
static inline bool sim_has_room(struct sim_resolver *resolver, int64_t now_ns, int64_t *wait_ns)
{
    *wait_ns = 0;
    if (resolver->capacity == 0)
        return true;
    double drained =
        resolver->capacity * (double)(now_ns - resolver->level_ns) / (double)SIM_SECOND;
    resolver->level = drained > resolver->level ? 0 : resolver->level - drained;
    resolver->level_ns = now_ns;
    if (resolver->level + 1 > (resolver->queue > 0 ? resolver->queue : resolver->burst)) {
        if (resolver->bans)
            resolver->level++;
        return false;
    }
    resolver->level++;
    if (resolver->queue > 0)
        *wait_ns = (int64_t)(resolver->level / resolver->capacity * (double)SIM_SECOND);
    return true;
}

static inline bool sim_is_allowed(struct sim_resolver *resolver, int64_t now_ns)
{
    int64_t second = now_ns / SIM_SECOND;
    if (resolver->per_second == 0)
        return true;
    if (second != resolver->second) {
        resolver->counted_before = second == resolver->second + 1 ? resolver->counted : 0;
        resolver->counted = 0;
        resolver->second = second;
    }
    resolver->counted++;
    bool before = resolver->backs_off && resolver->counted_before > resolver->per_second;
    return (resolver->counted <= resolver->per_second && !before) || sim_random() < 0.1;
}

static inline bool sim_is_listed(const struct sim_resolver *resolver)
{
    return resolver->list == 0 || resolver->listed < resolver->list;
}

static inline void sim_answer_later(struct sim *sim, unsigned share, unsigned endpoint, bool again,
                                    int64_t after_ns)
{
    struct sim_answer *answer = malloc(sizeof(*answer));
    cr_assert_not_null(answer);
    /* The thread receives it at its first turn after that, not in this one. */
    struct sim_answer **slot = &sim->wheel[((sim->now_ns + after_ns) / SIM_MS + 1) % SIM_WHEEL];
    int64_t overdue_ns = sim->shares[share].tallies[endpoint % SIM_RESOLVERS].overdue_ns;
    *answer = (struct sim_answer){.next = *slot,
                                  .sent_ns = sim->now_ns,
                                  .share = share,
                                  .endpoint = endpoint,
                                  .again = again,
                                  .released = after_ns > overdue_ns};
    *slot = answer;
    if (!answer->released)
        return;
    struct sim_answer *release = malloc(sizeof(*release));
    cr_assert_not_null(release);
    slot = &sim->wheel[((sim->now_ns + overdue_ns) / SIM_MS + 1) % SIM_WHEEL];
    *release = *answer;
    release->is_release = true;
    release->next = *slot;
    *slot = release;
}

/* SERVFAIL or REFUSED at once: it counts when answers would come. */
static inline void sim_decline(struct sim *sim, unsigned share, unsigned endpoint, bool again)
{
    int64_t ns = 0;
    while (pace_share_is_early(&sim->shares[share], endpoint, ns, 2 * SIM_SECOND))
        ns += SIM_MS;
    sim_answer_later(sim, share, endpoint + SIM_RESOLVERS, again, ns);
}

/* endpoint + SIM_RESOLVERS: a useless answer, or a timeout. */
static inline void sim_send(struct sim *sim, unsigned share, unsigned endpoint, bool again)
{
    struct sim_resolver *resolver = &sim->resolvers[endpoint];
    int64_t wait_ns;
    pace_share_sent(&sim->shares[share], endpoint, again, sim->now_ns);
    sim->in_flight[share]++;
    sim->again_in_flight[share] += again;
    resolver->sent++;
    resolver->sent_in[sim_second(sim)]++;
    bool room = sim_has_room(resolver, sim->now_ns, &wait_ns) && sim_is_listed(resolver) &&
                sim_is_allowed(resolver, sim->now_ns);
    bool lost = !room || sim_random() < resolver->loss;
    bool useless = sim_random() < resolver->useless;
    int64_t latency_ns = resolver->latency_ns();
    resolver->lost += lost;
    if (useless || (!room && resolver->declines)) {
        sim_decline(sim, share, endpoint, again);
        return;
    }
    bool slow = sim_chance(again ? resolver->slow_again : resolver->slow);
    if (lost || slow || latency_ns > 2 * SIM_SECOND) {
        sim_answer_later(sim, share, endpoint + SIM_RESOLVERS, again, 2 * SIM_SECOND);
        return;
    }
    resolver->listed++;
    sim_answer_later(sim, share, endpoint, again, wait_ns + latency_ns);
}

static inline void sim_hear(struct sim *sim, const struct sim_answer *answer)
{
    struct pace_share *share = &sim->shares[answer->share];
    if (answer->is_release) {
        int64_t *overdue_ns = &share->tallies[answer->endpoint % SIM_RESOLVERS].overdue_ns;
        int64_t now_overdue_ns = *overdue_ns;
        *overdue_ns = 0; /* as it was then */
        cr_assert(pace_share_release(share, answer->endpoint % SIM_RESOLVERS, answer->again,
                                     answer->sent_ns, sim->now_ns));
        *overdue_ns = now_overdue_ns;
        return;
    }
    bool useful = answer->endpoint < SIM_RESOLVERS;
    sim->in_flight[answer->share]--;
    sim->again_in_flight[answer->share] -= answer->again;
    struct pace_end end = {answer->sent_ns, answer->again, answer->released, useful};
    pace_share_ended(share, answer->endpoint % SIM_RESOLVERS, &end, sim->now_ns);
    if (!useful) {
        sim->to_repeat[answer->share] += sim->repeats;
        return;
    }
    sim->resolvers[answer->endpoint].listed--;
    sim->resolvers[answer->endpoint].answered++;
    sim->resolvers[answer->endpoint].answered_in[sim_second(sim)]++;
}

static inline void sim_hear_due(struct sim *sim)
{
    struct sim_answer **slot = &sim->wheel[sim->now_ns / SIM_MS % SIM_WHEEL];
    for (struct sim_answer *answer; (answer = *slot);) {
        *slot = answer->next;
        sim_hear(sim, answer);
        free(answer);
    }
}

static inline bool sim_has_work(const struct sim *sim)
{
    return sim->trickle == 0 || sim->work >= 1;
}

/* One turn of a thread. */
static inline void sim_turn(struct sim *sim, unsigned share)
{
    pace_share_sync(&sim->shares[share], sim->now_ns);
    for (unsigned i = 0;
         i < sim->sends_most && sim_has_work(sim) && sim->in_flight[share] < sim->window; i++) {
        unsigned endpoint = 0;
        while (endpoint < sim->endpoints &&
               pace_share_wait(&sim->shares[share], endpoint, sim->now_ns) > 0)
            endpoint++;
        if (endpoint == sim->endpoints)
            return;
        bool again = sim->to_repeat[share] > 0 && !sim->repeated[share] &&
                     sim->again_in_flight[share] < sim->window / 2;
        sim->repeated[share] = again;
        sim->to_repeat[share] -= again;
        sim_send(sim, share, endpoint, again);
        sim->work -= sim->trickle > 0 && !again;
    }
}

static inline void sim_run(struct sim *sim, double seconds)
{
    for (int64_t end_ns = sim->now_ns + (int64_t)(seconds * (double)SIM_SECOND);
         sim->now_ns < end_ns;) {
        sim_clock_ns = sim->now_ns;
        sim->work += sim->trickle / 1000;
        sim_hear_due(sim);
        for (unsigned i = 0; i < sim->threads; i++)
            sim_turn(sim, i);
        sim->now_ns += SIM_MS;
    }
}

static inline void sim_free(struct sim *sim)
{
    for (unsigned i = 0; i < SIM_WHEEL; i++) {
        for (struct sim_answer *answer; (answer = sim->wheel[i]);) {
            sim->wheel[i] = answer->next;
            free(answer);
        }
    }
    free(sim);
}

/* Answers a second of one resolver, between two seconds. */
static inline double sim_rate(const struct sim *sim, unsigned endpoint, unsigned from, unsigned to)
{
    uint64_t sum = 0;
    for (unsigned second = from; second < to; second++)
        sum += sim->resolvers[endpoint].answered_in[second];
    return (double)sum / (to - from);
}

static inline double sim_lost(const struct sim *sim, unsigned endpoint)
{
    return (double)sim->resolvers[endpoint].lost / (double)sim->resolvers[endpoint].sent;
}

#endif
