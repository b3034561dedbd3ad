/*
 * The pace of queries to one resolver. It begins small, climbs while answers keep up, holds just
 * below what the resolver can carry, and probes now and then for more. Pure: fed with times and
 * counts.
 *
 * A round is the queries sent within a short time at one pace; it is judged by the share of them
 * that was answered. A falling share is a suspicion, not a proof: late answers clear it. Otherwise
 * the pace goes down, and only a share that recovers by that proves the pace too high. So slow
 * names, dead zones and random loss slow a run down for about a second at most.
 * docs/retries-and-pace.md describes the states.
 *
 * Ownership: plain value, pace_init. Threads: one at a time. Times: CLOCK_MONOTONIC nanoseconds.
 */
#ifndef IO_LOOKUP_PACE_H
#define IO_LOOKUP_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PACE_START = 2000, /* queries a second */
    PACE_LEAST = 10,
    PACE_MOST = 1000000, /* in effect no limit */
    PACE_SICK = 1000,    /* the floor while hardly any useful answer comes */
};

enum pace_state {
    PACE_CLIMB,  /* no limit known: each good round raises the pace */
    PACE_CRUISE, /* just below the known limit */
    PACE_PROBE,  /* one round slightly above the cruising pace */
    PACE_DOUBT,  /* answers are missing: slower, until they come late or prove lost */
    PACE_TEST,   /* they are lost: does the share recover at a lower pace? */
    PACE_DOWN,   /* hardly any useful answer comes, at any pace */
};

/* The queries of a round and their outcome so far. */
struct pace_round {
    uint64_t sent;      /* without repeats of failed tries */
    uint64_t answered;  /* of them, with a useful answer: not SERVFAIL, not REFUSED */
    int64_t latency_ns; /* their sum */
    bool limited;       /* a query waited because of the pace */
};

/* What the caller, who counts, does after a step. */
enum pace_order {
    PACE_GO_ON,
    PACE_CLOSE, /* queries sent from now on are in no round; answers to earlier ones still count */
    PACE_BEGIN, /* a new round */
};

struct pace {
    enum pace_state state;
    enum pace_state before; /* the suspicion: CLIMB or CRUISE */
    double qps;             /* the current pace */
    double before_qps;      /* the pace at that time */
    double suspect_qps;     /* the queries sent at that time, a second */
    double useless_qps;     /* the lowest pace since then with hardly any answer; 0: unknown */
    double held;            /* the pace before the probe, or of the previous test */
    double missed_share;    /* the share of the previous test */
    double good_share;   /* the best share: the rest is missing for other reasons than the pace */
    double usual_share;  /* the recent share while cruising */
    double step;         /* the factor of a probe */
    double latency_ns;   /* smoothed */
    double fallback_qps; /* used once if the pace after the last probe is too high; 0: used */
    int64_t began_ns;    /* of the round */
    int64_t counted_ns;  /* replies received by then are counted */
    int64_t closed_ns;   /* 0: still open */
    int64_t next_probe_ns;
    int64_t relapse_ns;       /* a loss that ends before then is not taken for a passing one */
    unsigned probes_in_a_row; /* successful ones */
    unsigned tests;           /* since the suspicion */
    bool judged;              /* at least one round was */
    uint64_t cuts;            /* times the pace proved too high */
};

void pace_init(struct pace *pace, int64_t now_ns);
/* Call every few milliseconds. All replies received up to counted_ns are in `round`: a reply is
 * late only if it is missing by then. pace->qps is the pace to keep afterwards. */
enum pace_order pace_step(struct pace *pace, int64_t now_ns, int64_t counted_ns,
                          const struct pace_round *round);
/* The pace that the resolver carries, queries a second; 0: no limit was met. */
double pace_settled(const struct pace *pace);

#endif
