/*
 * Replies that serve several questions. A forward name shared by many addresses is asked for once,
 * by one thread; the others read the same bytes again. Bytes are shared instead of answers, because
 * an answer depends on the wanted address.
 *
 * A question is unknown here, leased to the asker that has it in flight, or kept with its reply
 * until its TTL ends, but not for the last SHORT_TTL seconds of a longer TTL, which would look like
 * a short one. Names are compared without case (RFC 4343). Only certain answers are kept: records,
 * NODATA and NXDOMAIN (RFC 2308 5); never SERVFAIL and its like, nor a TTL of 0.
 *
 * Ownership: answer_cache_new / answer_cache_free. A lease and its question belong to the caller,
 * and stay in place until answer_cache_keep or answer_cache_drop. Threads: any number; a lease is
 * used by one. Times: CLOCK_MONOTONIC nanoseconds. Memory: the ceilings below. Errors: a reply
 * without room is not kept; its question is asked again.
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

/* One asker's claim to ask a question. */
struct cache_lease {
    const struct question *question;
    void *asker;               /* identity: leases of one asker live in one thread */
    void *asking;              /* identity of the question in flight, given to those that join */
    struct cache_entry *entry; /* of the cache; NULL: no lease */
};

enum cache_turn {
    CACHE_ASK,   /* unknown and not in flight: the caller asks. It has the lease if lease->entry is
                    set */
    CACHE_JOIN,  /* the same asker has it in flight: found->asking */
    CACHE_WAIT,  /* another asker has it in flight: try again in a while */
    CACHE_KNOWN, /* the reply is in *found */
};

struct cache_found {
    void *asking;
    uint16_t tries; /* it took to get the reply */
    uint32_t age;   /* seconds since the reply came */
    size_t len;
    uint8_t wire[ANSWER_CACHE_REPLY_MAX];
};

struct answer_cache *answer_cache_new(void); /* NULL: out of memory */
void answer_cache_free(struct answer_cache *cache);
/* What to do about lease->question. The caller sets `asker` and `asking`; `entry` is NULL. With
 * patient false, another asker's lease is taken over instead of waited for. */
enum cache_turn answer_cache_take(struct answer_cache *cache, struct cache_lease *lease,
                                  bool patient, int64_t now_ns, struct cache_found *found)
    __attribute__((warn_unused_result));
/* End a lease (without `entry`: no effect), with the reply and the answer read from it, or without.
 */
void answer_cache_keep(struct cache_lease *lease, const uint8_t *wire, size_t len,
                       const struct answer *answer, int64_t now_ns);
void answer_cache_drop(struct cache_lease *lease);

/* The current size, for tests. */
struct cache_size {
    unsigned entries;
    size_t bytes;
};
struct cache_size answer_cache_size(struct answer_cache *cache);

#endif
