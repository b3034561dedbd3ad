/*
 * One pace (io/lookup/pace.h) for each resolver, shared by the asking threads. Each thread has a
 * share: it counts there what it sends and receives, and adds its counts to the round of all
 * threads each time it serves its questions; that also moves the pace on. A thread that finds the
 * pace busy does so later: no thread ever waits. Threads share in the same way when a resolver last
 * replied.
 *
 * Ownership: plain values; a share belongs to one thread, and the shared pace outlives it. Threads:
 * any number of shares. Times: CLOCK_MONOTONIC nanoseconds, from the caller.
 */
#ifndef IO_LOOKUP_SHARED_PACE_H
#define IO_LOOKUP_SHARED_PACE_H

#include <stdatomic.h>

#include "io/lookup/pace.h"
#include "io/lookup/rate_limit.h"
#include "io/system/endpoint.h"

/* One resolver. `busy` guards all but the atomic numbers. */
struct resolver_pace {
    struct rate_limit rate_limit; /* keeps the distance of queries */
    atomic_uint window;           /* queries in flight, at most */
    atomic_uint in_flight;        /* of all threads */
    struct pace pace;
    struct pace_round round;
    uint64_t answers;   /* useful ones so far, to repeats too */
    uint64_t number;    /* of the round */
    int64_t replied_ns; /* the last reply to any thread; 0: none came */
};

struct shared_pace {
    atomic_flag busy;
    unsigned count;
    struct resolver_pace resolvers[ENDPOINTS_MAX];
};

/* Counts of one thread, not yet added to those of all threads. */
struct pace_tally {
    uint64_t number;  /* of the round; counts of a closed round are discarded */
    int64_t from_ns;  /* queries sent from from_ns ... */
    int64_t until_ns; /* ... and before until_ns are in the round */
    struct pace_round round;
    uint64_t answers;
    int64_t overdue_ns;  /* as pace_overdue_ns */
    int64_t most_ns;     /* a latency counts at most so long; INT64_MAX: none is known */
    int64_t answered_ns; /* by then most answers have come; INT64_MAX: no answer yet */
    int64_t doubt_ns;    /* a query sent before then may have met too large a window */
    int64_t replied_ns;  /* the last reply that this thread knows of; 0: none */
    bool limited;        /* the pace has met a limit, or looks for one */
};

struct pace_share {
    struct shared_pace *shared_pace; /* NULL: no pace control */
    unsigned count;
    struct pace_tally tallies[ENDPOINTS_MAX];
};

/* How a query ended. */
struct pace_end {
    int64_t sent_ns;
    bool again;
    bool released; /* it had given back its place in the window */
    bool useful;   /* with a sign that the resolver keeps up */
};

void shared_pace_init(struct shared_pace *shared_pace, unsigned endpoints, int64_t now_ns);
void pace_share_join(struct pace_share *share, struct shared_pace *shared_pace /* may be NULL */,
                     int64_t now_ns);

/* 0: a query may be sent to this resolver now; else the nanoseconds after which to ask again, or
 * sooner if a query of this thread ends. */
int64_t pace_share_wait(struct pace_share *share, unsigned endpoint, int64_t now_ns);
/* A query is sent. A repeat of a failed try (`again`) takes a place in the window, but is in no
 * round: repeats are no fair sample, since questions for slow servers repeat often. */
void pace_share_sent(struct pace_share *share, unsigned endpoint, bool again, int64_t now_ns);
/* A query gets no outcome, since its asker ends: it gives back its place, and was in no round. */
void pace_share_drop(struct pace_share *share, unsigned endpoint, bool again, int64_t sent_ns);
/* True: the query sent then is late or lost, and gives back its place in the window. */
bool pace_share_release(struct pace_share *share, unsigned endpoint, bool again, int64_t sent_ns,
                        int64_t now_ns);
/* True: SERVFAIL or REFUSED, received sooner than an answer, does not count yet. It might come for
 * lack of room, and the window would be judged, and filled anew, before the answers come that it
 * allows. Until then the query keeps its place in the window. timeout_ns: when none has come yet.
 */
bool pace_share_is_early(const struct pace_share *share, unsigned endpoint, int64_t age_ns,
                         int64_t timeout_ns);
void pace_share_ended(struct pace_share *share, unsigned endpoint, const struct pace_end *end,
                      int64_t now_ns);
/* May the window be the reason that a query sent then had no answer? Then this shows nothing about
 * the question. */
bool pace_share_doubts(const struct pace_share *share, unsigned endpoint, int64_t sent_ns);
/* Has the resolver, as of the last sync, a limit that the pace keeps or looks for? */
bool pace_share_is_limited(const struct pace_share *share, unsigned endpoint);
/* A reply came, of any kind. */
void pace_share_replied(struct pace_share *share, unsigned endpoint, int64_t now_ns);
/* The last reply of this resolver to any thread, as of the last sync; 0: none is known, or there is
 * no pace control. */
int64_t pace_share_replied_ns(const struct pace_share *share, unsigned endpoint);
/* Adds the counts to the shared round and moves the pace on. */
void pace_share_sync(struct pace_share *share, int64_t now_ns);
/* The last one, of a thread that asks no more: waits for the others. */
void pace_share_leave(struct pace_share *share, int64_t now_ns);

/* What all resolvers together carry, queries a second; 0 if one of them met no limit. Only after
 * all threads have ended. */
uint64_t shared_pace_settled(const struct shared_pace *shared_pace);

#endif
