/*
 * One pace (io/lookup/pace.h) for each resolver, shared by the asking threads. Each thread has a
 * share: it counts there what it sends and receives, and adds its counts to the round of all
 * threads each time it serves its questions; that also moves the pace on. A thread that finds the
 * pace busy does so later: no thread ever waits.
 *
 * Ownership: plain values; a share belongs to one thread, and the shared pace outlives it. Threads:
 * any number of shares. Times: CLOCK_MONOTONIC nanoseconds, from the caller.
 */
#ifndef IO_LOOKUP_SHARED_PACE_H
#define IO_LOOKUP_SHARED_PACE_H

#include <stdatomic.h>
#include <sys/queue.h>

#include "io/lookup/pace.h"
#include "io/lookup/rate_limit.h"
#include "io/system/endpoint.h"

enum { SHARED_PACE_FIRST_WINDOW = 256 }; /* in flight, at most, until the first round is judged */

/* One resolver. `busy` guards all but the rate limit. */
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
    atomic_bool started; /* a round was judged */
    unsigned count;
    struct resolver_pace resolvers[ENDPOINTS_MAX];
};

/* Counts of one thread in a round, not yet added to the shared round. */
struct pace_tally {
    uint64_t number;  /* of the round; counts of a closed round are discarded */
    int64_t from_ns;  /* queries sent from from_ns ... */
    int64_t until_ns; /* ... and before until_ns are in the round */
    struct pace_round round;
};

struct pace_share {
    struct shared_pace *shared_pace; /* NULL: no pace control */
    LIST_ENTRY(pace_share) link;
    int64_t synced_ns;  /* last sync */
    int64_t counted_ns; /* the sync before: replies received by then are counted */
    unsigned count;
    struct pace_tally tallies[ENDPOINTS_MAX];
};

void shared_pace_init(struct shared_pace *shared_pace, unsigned endpoints, int64_t now_ns);
/* Both: while no other thread uses the shared pace. */
void pace_share_join(struct pace_share *share, struct shared_pace *shared_pace /* may be NULL */,
                     int64_t now_ns);
void pace_share_leave(struct pace_share *share);

/* 0: a query may be sent to this resolver now; else the nanoseconds to wait. */
int64_t pace_share_wait(struct pace_share *share, unsigned endpoint, int64_t now_ns);
/* A query is sent. A repeat of a failed try (`again`) uses the pace, but is in no round: repeats
 * are no fair sample, since questions for slow servers repeat often and many at once. */
void pace_share_sent(struct pace_share *share, unsigned endpoint, bool again, int64_t now_ns);
/* A useful answer to a first try came. Other outcomes are not reported. */
void pace_share_answered(struct pace_share *share, unsigned endpoint, int64_t sent_ns,
                         int64_t now_ns);
/* Adds the counts to the shared round and moves the pace on. */
void pace_share_sync(struct pace_share *share, int64_t now_ns);
/* The part of `window` that one thread may have in flight. */
unsigned pace_share_window(const struct pace_share *share, unsigned window);

/* The pace that all resolvers together carry, queries a second; 0 if one of them met no limit. Only
 * after all threads have ended. */
uint64_t shared_pace_settled(const struct shared_pace *shared_pace);

#endif
