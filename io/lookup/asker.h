/*
 * Tries, timeouts, pacing and fail-over around the resolver seam: a question goes in, an answer
 * comes out, always exactly one.
 *
 * - What an engine says is in no zone of its own is not asked again.
 * - A try that brings nothing believable is followed by another, after a random pause, at another
 * resolver if there is one in health; the last try goes over TCP. Truncated or malformed replies
 * are asked again over TCP at once. When to ask again and when to stop: io/lookup/retry.h,
 * io/lookup/loss_timeout.h (lost datagrams), io/lookup/dead_zones.h (zones that fail).
 * - Repeated questions never have more than half of the window while others wait.
 * - A resolver that leaves a row of tries without any reply is asked a probe question each second
 * and nothing else until it answers (tries that ended meanwhile do not count). If none has answered
 * for ASKER_PATIENCE_MS, asker_gave_up says so and questions stay unanswered: they are no facts.
 * - With a cache, the same question is not asked twice: while it is under way further ones join it,
 * and an answer serves until its TTL is over (io/lookup/answer_cache.h). PTR questions are left
 * out. Each answer tells the tries it took, whoever sent them, so that it is the same for all who
 * share it.
 *
 * Ownership: asker_new / asker_free. Threads: one asker per thread; rate_limit, cache and options
 * are shared.
 */
#ifndef IO_LOOKUP_ASKER_H
#define IO_LOOKUP_ASKER_H

#include "io/lookup/histogram.h"
#include "io/lookup/rate_limit.h"
#include "io/lookup/shared_pace.h"
#include "io/resolver/resolver.h"

struct answer_cache;

enum { ASKER_PATIENCE_MS = 120 * 1000 };

struct asker;

/* Called from asker_run or asker_ask; answer is valid during the call. */
typedef void answer_fn(void *context, void *owner, unsigned slot, const struct answer *answer);

struct asker_options {
    const struct resolver_engine *engine;
    const struct zone_set *zones; /* as in struct resolver_options */
    const struct endpoint *endpoints;
    unsigned endpoint_count;
    enum transport
        transport; /* UDP: with TCP on truncation and for the last try; TCP or TLS: nothing else */
    unsigned streams;                   /* connections to each endpoint at most */
    const struct resolver_trust *trust; /* as in resolver_options */
    unsigned timeout_ms;
    unsigned tries;
    unsigned patience_ms;            /* for errors that a server told; 0: only tries count */
    unsigned window;                 /* questions in flight at most, of this asker */
    struct rate_limit *rate_limit;   /* shared: what may be sent at most */
    struct shared_pace *shared_pace; /* shared: what the resolvers can do; NULL: not looked at */
    /* Shared; NULL: each question is asked for itself, as it must be where the engine gives
     * REPLY_NO_ZONE. */
    struct answer_cache *cache;
    uint64_t seed; /* for the random pauses */
    answer_fn *give;
    void *context;
};

struct asker_counts {
    uint64_t questions; /* answered questions */
    uint64_t queries;   /* tries sent, probes included */
    uint64_t timeouts;
    uint64_t unbelievable; /* replies that failed a check */
    uint64_t strays;    /* datagrams of strangers, or that answer no question under way: dropped */
    uint64_t truncated; /* replies asked again over TCP */
    uint64_t failed;    /* transport failures */
    uint64_t probes;
    uint64_t outages;         /* times a resolver was found dead */
    uint64_t joined;          /* questions that were under way already */
    uint64_t cached;          /* questions answered from the cache */
    struct histogram latency; /* of replies, per try */
};

struct asker *asker_new(const struct asker_options *options, struct failure *failure);
/* Queues a question; wanted as in message_read. False: memory is short. */
bool asker_ask(struct asker *asker, const struct question *question, const struct ipaddr *wanted,
               void *owner, unsigned slot) __attribute__((warn_unused_result));
/* The same, ahead of all that is queued: a question that ends what was begun. Where a rate is the
 * limit, fewer addresses are half asked at any time, so that a run that is stopped loses less. */
bool asker_ask_soon(struct asker *asker, const struct question *question,
                    const struct ipaddr *wanted, void *owner, unsigned slot)
    __attribute__((warn_unused_result));
/* Sends what may fly, waits at most max_wait_ms for replies, and serves them. */
void asker_run(struct asker *asker, int max_wait_ms);
/* Questions asked and not answered yet, queued ones included. */
unsigned asker_open(const struct asker *asker);
/* Of them, those that failed and wait to be asked again, and those that others are asking; 0 while
 * no resolver is in health. */
unsigned asker_waiting(const struct asker *asker);
/* All resolvers have been dead for ASKER_PATIENCE_MS. */
bool asker_gave_up(const struct asker *asker);
const struct asker_counts *asker_counts(const struct asker *asker);
void asker_counts_merge(struct asker_counts *into, const struct asker_counts *from);
void asker_free(struct asker *asker);

/* One probe question to each endpoint: at least one must answer within timeout_ms times tries.
 * Opens a resolver of its own. */
bool asker_probe(const struct asker_options *options, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
