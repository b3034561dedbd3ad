/*
 * How many queries one resolver carries. The window is the number of queries in flight: the next
 * one goes when a reply comes, so the resolver itself sets the rate. Below PACE_PACED queries a
 * window cannot be counted in queries in flight (a limit of 100 a second at a resolver 1 ms away is
 * a tenth of a query); there, and for bursts, queries also keep a distance: pace_interval_ns.
 *
 * The window is judged by rounds: the first tries sent within a short time, each of which ends with
 * a useful answer or without one. A round is judged by its outcomes alone; a reply that is late is
 * neither. A good round raises the window. A bad one lowers it to what was answered meanwhile, and
 * the share that is then answered decides: only loss that shrinks with the window is overload. All
 * other loss (random, of slow names, of dead zones) is usual from then on.
 * docs/retries-and-pace.md describes the states.
 *
 * Ownership: plain value, pace_init. Threads: one at a time. Times: CLOCK_MONOTONIC nanoseconds.
 */
#ifndef IO_LOOKUP_PACE_H
#define IO_LOOKUP_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/lookup/pace_round.h"

enum {
    PACE_START = 256,        /* queries in flight; a receive buffer holds about 270 small ones */
    PACE_MOST = 1000 * 1000, /* in effect no limit */
    PACE_SICK = 10,          /* the least while hardly any answer is useful */
    PACE_PACED = 128,
};

enum pace_state {
    PACE_OPEN, /* no limit known: a good round that answers more than the one before raises it */
    PACE_HOLD, /* a limit is known: now and then one round with another window */
    PACE_TEST, /* answers are missing: does a smaller window miss fewer? */
};

/* What the caller, who counts, does after a step. */
enum pace_order {
    PACE_GO_ON,
    PACE_CLOSE, /* queries sent from now on are in no round; outcomes of earlier ones still count,
                   and `limited` from now on */
    PACE_BEGIN, /* a new round */
};

struct pace {
    enum pace_state state;
    double window;       /* now */
    double tried;        /* of the round: it may be lower again until the outcome is known */
    double usual_loss;   /* share without useful answer for other reasons than the window */
    double loss;         /* recent share while holding */
    double goodput;      /* useful answers a second, of the last good round; 0: unknown */
    double held;         /* the window to return to after rounds with another one; 0: none */
    double step;         /* hold: by how much a larger window exceeds this one, as a part of it */
    double tested;       /* test: the rate of the previous test; 0: this is the first */
    double tested_share; /* test: of the previous test, or of the round before the first */
    double latency_ns;   /* smoothed */
    int64_t began_ns;    /* of the round */
    int64_t closed_ns;   /* or its present stage began; 0: still open */
    double counted;      /* useful answers a second, until the round closed; 0: not counted */
    int64_t change_ns;   /* hold: the next round with another window */
    int64_t calm_ns;     /* hold: between two of them */
    int64_t cut_ns;      /* the last time the window was lowered for missing answers */
    uint64_t answers_at_stage;
    unsigned stage; /* of a round with overdue answers: what has been done about it; 0: none are
                       overdue */
    bool settling;  /* the round lets the window take effect, and is not judged */
    bool limited;   /* the window limited the round, until it closed */
    bool limit_met; /* once answers were missing beside others */
};

void pace_init(struct pace *pace, int64_t now_ns);
/* Call every few milliseconds. answers: all useful answers so far, to repeats too. */
enum pace_order pace_step(struct pace *pace, int64_t now_ns, uint64_t answers,
                          const struct pace_round *round);
/* The distance of queries. */
int64_t pace_interval_ns(const struct pace *pace);
/* A query that has no answer after this time is late or lost, and takes no place in the window. */
int64_t pace_overdue_ns(const struct pace *pace);
/* Queries in flight, at most. */
unsigned pace_in_flight(const struct pace *pace);
/* Useful answers a second at the limit that was found; 0: no limit was met. */
double pace_settled(const struct pace *pace);

#endif
