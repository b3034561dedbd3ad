/*
 * The pace of queries to one resolver: begins small, climbs while the answers keep up, holds just
 * below what the resolver can do, and looks now and then whether it can do more. Pure: fed with
 * times and counts.
 *
 * Queries are looked at in rounds: those sent within a short time at one pace, and the share of
 * them that was answered. A share that falls is a suspicion, not a proof. Late answers clear it;
 * else the pace goes down, and only a share that gets better by that shows that the pace was at
 * fault. So neither slow names, nor dead zones, nor loss at random slow a run down for more than a
 * second or so. docs/retries-and-pace.md tells it in words.
 *
 * Ownership: plain value, pace_init. Threads: one at a time. Times: CLOCK_MONOTONIC nanoseconds.
 */
#ifndef IO_LOOKUP_PACE_H
#define IO_LOOKUP_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PACE_START = 2000,   /* queries a second */
    PACE_LEAST = 10,     /* never below */
    PACE_MOST = 1000000, /* as good as no limit */
    PACE_SICK = 1000,    /* where (next to) nothing good comes back, down to this */
};

enum pace_state {
    PACE_CLIMB,  /* no limit met yet: each good round doubles the pace */
    PACE_CRUISE, /* just below the limit that was met */
    PACE_PROBE,  /* one round a little above that */
    PACE_DOUBT,  /* answers are missing: slower, until it is known whether they are only late */
    PACE_TEST,   /* they are lost: does it get better at this lower pace? */
    PACE_DOWN,   /* nothing useful comes back, at whatever pace */
};

/* What became of the queries sent in a round, as far as is known now. */
struct pace_round {
    uint64_t sent;      /* but for those that repeat a try that failed */
    uint64_t answered;  /* of those, with an answer that is of use: no SERVFAIL, no REFUSED */
    int64_t latency_ns; /* of those, added up */
    bool limited;       /* something waited because of the pace */
};

/* What whoever counts must do after a step. */
enum pace_order {
    PACE_GO_ON,
    PACE_CLOSE, /* what is sent from now on belongs to no round; answers of those sent before still
                   count */
    PACE_BEGIN, /* a new round */
};

struct pace {
    enum pace_state state;
    enum pace_state before; /* a suspicion: CLIMB or CRUISE */
    double qps;             /* the pace now */
    double before_qps;      /* the pace then */
    double suspect_qps;     /* what was sent then */
    double useless_qps;  /* the lowest pace since at which next to nothing was answered; 0: there is
                            none */
    double held;         /* the pace before a probe or the test before */
    double missed_share; /* answered in the test before */
    double good_share;   /* answered at best: what is missing then is not the pace's fault */
    double usual_share;  /* answered of late while cruising */
    double step;         /* factor of a probe */
    double latency_ns;   /* smoothed */
    double fallback_qps; /* if the pace after the last probe proves too high; 0: used */
    int64_t began_ns;    /* the round */
    int64_t heard_ns;
    int64_t closed_ns; /* 0: still open */
    int64_t next_probe_ns;
    int64_t relapse_ns;       /* what passes before then is not believed to have passed by itself */
    unsigned probes_in_a_row; /* that went well */
    unsigned tests;           /* since the suspicion */
    bool judged;              /* at least one round has been */
    uint64_t cuts;            /* how often the pace proved too high */
};

void pace_init(struct pace *pace, int64_t now_ns);
/* To be called every few milliseconds. What came in up to heard_ns has been counted: where those
 * who count are kept from it, their answers are not late. pace->qps is what holds afterwards. */
enum pace_order pace_step(struct pace *pace, int64_t now_ns, int64_t heard_ns,
                          const struct pace_round *round);
/* The pace the resolver was found to carry, queries a second; 0: no limit was met. */
double pace_settled(const struct pace *pace);

#endif
