/*
 * Replies that more than one question can use: a forward name that many addresses share is asked
 * for once, by one thread, and the others read the same bytes again (an answer depends on the
 * address that is looked for, so bytes are shared, not answers).
 *
 * A question is unknown here, leased to the lookup that asks it, or kept with its reply until the
 * TTL is over; but not for the last SHORT_TTL seconds of a longer TTL, which would look like a
 * short one. Names are compared without case (RFC 4343). Only what a server said for certain is
 * kept: records, NODATA and NXDOMAIN (RFC 2308 5); never SERVFAIL and its like, nor anything with
 * TTL 0.
 *
 * Ownership: answer_cache_new / answer_cache_free. A lease and its question belong to the caller,
 * and must stay where they are until answer_cache_keep or answer_cache_drop. Threads: any number; a
 * lease is used by one. Times: CLOCK_MONOTONIC nanoseconds. Memory: the ceilings below. Errors:
 * what finds no room is not kept, and asked again.
 */
#ifndef IO_LOOKUP_ANSWER_CACHE_H
#define IO_LOOKUP_ANSWER_CACHE_H

#include "audit/answer.h"

enum {
    ANSWER_CACHE_ENTRIES = 16384,
    ANSWER_CACHE_BYTES = 16 * 1024 * 1024, /* of names and replies */
    ANSWER_CACHE_REPLY_MAX = 16 * 1024,    /* longer replies are not kept */
    ANSWER_CACHE_TTL_MAX = 24 * 3600,      /* seconds: as resolvers cap it */
};

struct answer_cache;
struct cache_entry;

/* Who asks a question. */
struct cache_lease {
    const struct question *question;
    void *asker;  /* whoever can wait for the lookup, because both live in one thread */
    void *asking; /* given to those that join */
    struct cache_entry *entry; /* of the cache; NULL: no lease */
};

enum cache_turn {
    CACHE_ASK, /* nobody knows and nobody asks: the caller does. It has the lease if lease->entry is
                  set */
    CACHE_JOIN,  /* a lookup of the same asker is under way: found->asking */
    CACHE_WAIT,  /* another asker's lookup is under way: look again in a while */
    CACHE_KNOWN, /* the reply is in *found */
};

struct cache_found {
    void *asking;
    uint16_t tries; /* that the reply took */
    uint32_t age;   /* seconds that its TTLs have run down */
    size_t len;
    uint8_t wire[ANSWER_CACHE_REPLY_MAX];
};

struct answer_cache *answer_cache_new(void); /* NULL: out of memory */
void answer_cache_free(struct answer_cache *cache);
/* What is to be done about lease->question; `asker` and `asking` are set, and `entry` is NULL.
 * patient: false takes the lease away from another asker instead of waiting for it. */
enum cache_turn answer_cache_take(struct answer_cache *cache, struct cache_lease *lease,
                                  bool patient, int64_t now_ns, struct cache_found *found)
    __attribute__((warn_unused_result));
/* End the lease, which may be none: with the reply and the answer that was read from it, or
 * without. */
void answer_cache_keep(struct cache_lease *lease, const uint8_t *wire, size_t len,
                       const struct answer *answer, int64_t now_ns);
void answer_cache_drop(struct cache_lease *lease);

/* What is kept now, for tests. */
struct cache_size {
    unsigned entries;
    size_t bytes;
};
struct cache_size answer_cache_size(struct answer_cache *cache);

#endif
