/*
 * What a round of the pace shows (io/lookup/pace.h): the first tries sent within a short time, and
 * their outcome.
 *
 * Ownership: plain values. Threads: no state. Shares are parts of one.
 */
#ifndef IO_LOOKUP_PACE_ROUND_H
#define IO_LOOKUP_PACE_ROUND_H

#include <stdbool.h>
#include <stdint.h>

/* The first tries of a round and their outcome so far. */
struct pace_round {
    uint64_t sent;
    uint64_t answered;  /* with a useful answer: not SERVFAIL, not REFUSED */
    uint64_t failed;    /* ended without one */
    int64_t overdue;    /* once late or lost, and not answered since */
    int64_t latency_ns; /* sum over the answered ones */
    bool limited;       /* a query waited because of the window, since the last order */
};

/* In both, round->sent is not 0. */
/* The share that has a useful answer. */
double pace_round_share(const struct pace_round *round);
/* The mean latency of the answered ones; 0: there are none. */
double pace_round_latency_ns(const struct pace_round *round);
/* The share that is lost or late. Of a round that is judged early, the rest is under way. */
double pace_round_loss(const struct pace_round *round);
/* Is `share`, of this many queries, lower than `enough` by more than chance explains (two standard
 * deviations)? */
bool pace_falls_short(double share, double enough, uint64_t queries);

#endif
