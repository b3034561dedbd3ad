/*
 * Asks questions until each has exactly one answer: tries, timeouts, pacing and fail-over on top of
 * io/resolver/resolver.h.
 *
 * - A try without a believable reply is followed by another after a random pause, at another
 *   resolver if one is in health; the last try uses TCP. A truncated or malformed reply is asked
 *   for again over TCP at once. See io/lookup/retry.h (when to ask again, when to stop),
 *   io/lookup/loss_timeout.h (lost datagrams) and io/lookup/dead_zones.h (zones that fail).
 * - Repeated questions use at most half of the window while first questions wait.
 * - A resolver that leaves several tries in a row without any reply gets probe questions only,
 *   until it answers (io/lookup/health.h); tries that end meanwhile do not count. If no resolver
 *   has answered for ASKER_PATIENCE_MS, asker_gave_up returns true, and the open questions stay
 *   without an answer.
 * - With a cache, a question in flight is not sent a second time: later ones join it, and its
 *   answer serves until the TTL ends (io/lookup/answer_cache.h). PTR questions are not shared. All
 *   who share an answer get the number of tries it took.
 * - REPLY_NO_ZONE is final: the question is not repeated.
 *
 * Ownership: asker_new / asker_free. Threads: one asker per thread; rate_limit, shared_pace, cache
 * and the options are shared between threads.
 */
#ifndef IO_LOOKUP_ASKER_H
#define IO_LOOKUP_ASKER_H

#include "io/lookup/histogram.h"
#include "io/lookup/probe_question.h"
#include "io/lookup/rate_limit.h"
#include "io/lookup/resolver_counts.h"
#include "io/lookup/shared_pace.h"
#include "io/resolver/resolver.h"

struct answer_cache;

enum {
    ASKER_PATIENCE_MS = 120 * 1000,
    ASKER_FEW_LOSS_MS = 500, /* loss_ms of a phase that asks few questions */
};

struct asker;

/* Called from asker_run; answer is valid during the call. It may ask further questions. */
typedef void answer_fn(void *context, void *owner, unsigned slot, const struct answer *answer);

struct asker_options {
    const struct resolver_engine *engine;
    const struct zone_set *zones;  /* as in struct resolver_options */
    const struct root_data *roots; /* likewise */
    const struct endpoint *endpoints;
    unsigned endpoint_count;
    /* The endpoint, only one, is a name server: queries go without RD, and every reply is final but
     * a refusal that may be for a limit (io/lookup/refusals.h). SOA questions are not shared, since
     * each server answers for itself. */
    bool iterative;
    bool without_rd;              /* queries go without RD, but errors are not final */
    enum transport transport;     /* UDP also uses TCP: after truncation and for the last try */
    unsigned streams;             /* connections to each endpoint, at most */
    unsigned sockets;             /* as in struct resolver_options */
    struct socket_budget *budget; /* likewise */
    const struct resolver_trust *trust; /* as in struct resolver_options */
    unsigned timeout_ms;                /* of one try */
    unsigned loss_ms; /* a first try over UDP without a reply is lost after this time, while the
                         latency is not known; 0: after timeout_ms */
    unsigned tries;
    unsigned patience_ms; /* how long to repeat after SERVFAIL, REFUSED and the like; 0: `tries` */
    unsigned window;      /* questions in flight at most, of this asker */
    struct rate_limit *rate_limit;   /* shared: the user's limit */
    struct shared_pace *shared_pace; /* shared: what the resolvers can carry; NULL: no control */
    /* Shared. NULL: every question is sent; required where the engine gives REPLY_NO_ZONE. */
    struct answer_cache *cache;
    uint64_t seed; /* of the random pauses */
    answer_fn *give;
    void *context;
};

struct asker_counts {
    uint64_t questions; /* answered */
    uint64_t queries;   /* sent, probes included */
    uint64_t timeouts;
    uint64_t unbelievable; /* replies that failed a check */
    uint64_t strays;       /* datagrams dropped: unknown sender, or no question in flight fits */
    uint64_t truncated;    /* replies asked for again over TCP */
    uint64_t failed;       /* transport failures */
    uint64_t probes;
    uint64_t outages;         /* times a resolver went out of health */
    uint64_t joined;          /* questions that joined one in flight */
    uint64_t cached;          /* questions answered from the cache */
    uint64_t unserved_zones;  /* without a name server, for a ceiling of io/phases/zone_asker.h */
    uint64_t served_zones;    /* with a name server that is asked; counted anew in each session */
    struct histogram latency; /* of replies, per try */
    struct resolvers_counts resolvers;
};

/* Where the run recurses by itself, questions to one server go to that server all the same. */
void asker_options_ask_servers(struct asker_options *options);
struct asker *asker_new(const struct asker_options *options, struct failure *failure);
/* Queues a question; wanted as in message_read. False: out of memory. */
bool asker_ask(struct asker *asker, const struct question *question, const struct ipaddr *wanted,
               void *owner, unsigned slot) __attribute__((warn_unused_result));
/* The same, ahead of all queued first questions. Meant for the further questions of an address:
 * fewer addresses are half done at any time, so a stopped run loses less. */
bool asker_ask_soon(struct asker *asker, const struct question *question,
                    const struct ipaddr *wanted, void *owner, unsigned slot)
    __attribute__((warn_unused_result));
/* Sends what may be sent, waits at most max_wait_ms for replies, and serves them. */
void asker_run(struct asker *asker, int max_wait_ms);
/* Questions without an answer yet, queued ones included. */
unsigned asker_open(const struct asker *asker);
/* Of them, those that wait for a repeat or for another question's reply; 0 while no resolver is in
 * health. */
unsigned asker_waiting(const struct asker *asker);
/* Is no resolver in health? Then only probes are sent, and the questions wait. */
bool asker_is_out(const struct asker *asker);
/* Does the name server refuse everything? */
bool asker_is_refused(const struct asker *asker);
/* Has no resolver answered for ASKER_PATIENCE_MS? */
bool asker_gave_up(const struct asker *asker);
const struct asker_counts *asker_counts(const struct asker *asker);
void asker_counts_merge(struct asker_counts *into, const struct asker_counts *from);
void asker_free(struct asker *asker);

/* The probe before a run, with a resolver of its own. True if a resolver can be used. False with
 * *failure set (EXIT_TRY_LATER) if none can: none replies within timeout_ms times tries, none
 * proves its name, or those that reply refuse every question, do not recurse, or answer with errors
 * only. SERVFAIL is no such error: it may be the fault of a zone. Names a resolver whose replies
 * come from another address. */
bool asker_probe(const struct asker_options *options, const struct probe_sample *of_run,
                 struct failure *failure) __attribute__((warn_unused_result));
/* The same for a resolver that the run can do without: *failure holds only its fault,
 * "192.0.2.53 does not answer". */
bool asker_probe_other(const struct asker_options *options, const struct probe_sample *of_run,
                       struct failure *failure) __attribute__((warn_unused_result));

#endif
