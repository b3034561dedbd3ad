/*
 * One pace (io/lookup/pace.h) for each resolver, shared by the threads that ask. Each thread has a
 * share in it, counts there what it sends and gets, and tells it in one go every time it looks
 * after its questions; whichever comes by then moves the pace on. A thread that finds another one
 * at it tells later, so nobody ever waits.
 *
 * Ownership: plain values; a share belongs to one thread, the shared_pace outlives it. Threads: any
 * number of shares. Times: CLOCK_MONOTONIC nanoseconds, from the caller.
 */
#ifndef IO_LOOKUP_SHARED_PACE_H
#define IO_LOOKUP_SHARED_PACE_H

#include <stdatomic.h>
#include <sys/queue.h>

#include "io/lookup/pace.h"
#include "io/lookup/rate_limit.h"
#include "io/system/endpoint.h"

enum {
    SHARED_PACE_FIRST_WINDOW = 256
}; /* in flight at most before the first round has been judged */

/* One resolver. All but the rate_limit is guarded by `busy`. */
struct resolver_pace {
    struct rate_limit rate_limit;
    struct pace pace;
    struct pace_round round;
    uint64_t number; /* of the round */
};

struct pace_share;
LIST_HEAD(pace_shares, pace_share);

struct shared_pace {
    atomic_flag busy;
    struct pace_shares shares;
    atomic_bool started; /* a round has been judged */
    unsigned count;
    struct resolver_pace resolvers[ENDPOINTS_MAX];
};

/* What one thread has counted in a round and not told yet. */
struct pace_tally {
    uint64_t number;  /* of the round; what belongs to none is counted, and then forgotten */
    int64_t from_ns;  /* queries sent from then on ... */
    int64_t until_ns; /* ... and before then are in it */
    struct pace_round round;
};

struct pace_share {
    struct shared_pace *shared_pace; /* NULL: no pace is set */
    LIST_ENTRY(pace_share) link;
    int64_t synced_ns; /* the last time */
    int64_t heard_ns;  /* the time before: what had come in by then has been counted */
    unsigned count;
    struct pace_tally tallies[ENDPOINTS_MAX];
};

void shared_pace_init(struct shared_pace *shared_pace, unsigned endpoints, int64_t now_ns);
/* Both while no other thread is at it. */
void pace_share_join(struct pace_share *share, struct shared_pace *shared_pace /* may be NULL */,
                     int64_t now_ns);
void pace_share_leave(struct pace_share *share);

/* 0: the pace allows a query to this resolver now; else the nanoseconds to wait. */
int64_t pace_share_wait(struct pace_share *share, unsigned endpoint, int64_t now_ns);
/* A query goes out. One that repeats a try that failed (`again`) takes its turn, but is in no
 * round: such questions are no fair choice, those with slow servers come back over and over, and
 * many at once. */
void pace_share_sent(struct pace_share *share, unsigned endpoint, bool again, int64_t now_ns);
/* The answer to a query that repeats nothing came, one that is of use; queries that end otherwise
 * are not told. */
void pace_share_answered(struct pace_share *share, unsigned endpoint, int64_t sent_ns,
                         int64_t now_ns);
/* Tells what was counted and moves the pace on. */
void pace_share_sync(struct pace_share *share, int64_t now_ns);
/* How many of `window` questions may be in flight in one of several threads. */
unsigned pace_share_window(const struct pace_share *share, unsigned window);

/* When no thread is at it any more: the pace that the resolvers were found to carry, queries a
 * second, all together; 0 if one of them met no limit. */
uint64_t shared_pace_settled(const struct shared_pace *shared_pace);

#endif
