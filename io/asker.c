#include "io/asker.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "audit/message.h"
#include "io/answer_cache.h"
#include "io/breaker.h"
#include "io/clock.h"
#include "io/early.h"
#include "io/health.h"
#include "io/later.h"
#include "io/retry.h"

enum {
    LAUNCH_MAX = 256,  /* questions sent before replies are looked at again */
    TROUBLE_PART = 8,  /* of the patience: the least pause of questions in a zone that fails */
    LONG_REPLIES = 8,  /* in a row, too long for datagrams: the next such question begins with TCP */
    LOOK_AGAIN_MS = 5, /* for what another asker is asking */
};

TAILQ_HEAD(lookup_queue, lookup);

/* One question on its way to an answer. */
struct lookup {
    TAILQ_ENTRY(lookup) link; /* in one of the asker's queues */
    void *owner;
    unsigned slot;
    struct asker *asker;
    unsigned endpoint; /* of the try in flight, or the last one */
    bool over_tcp;     /* the next try goes over TCP */
    bool probe;
    bool again; /* the try in flight follows a failed one */
    bool has_wanted;
    struct ipaddr wanted;
    enum transport transport; /* of the try in flight */
    unsigned timeout_ms;      /* of the try in flight */
    int64_t sent_ns;
    struct retry retry;
    struct cache_lease lease;
    struct lookup_queue joined; /* the same question, asked meanwhile */
    int64_t patience_ns;        /* until when another asker is waited for; 0: not yet */
    struct question question;
};

struct asker {
    struct asker_options options;
    struct resolver *resolver;
    struct health health;
    struct retry_policy policy;
    struct early early;
    struct breaker breaker;     /* zones that fail */
    struct lookup_queue ready;  /* first questions of an address */
    struct lookup_queue soon;   /* what goes before them: further questions */
    struct lookup_queue again;  /* questions to be repeated now */
    struct later delayed;       /* questions to be repeated later */
    struct lookup_queue flying; /* probes too */
    struct lookup_queue spare;
    unsigned open;
    unsigned waiting;         /* in again and delayed, and joined to others */
    unsigned in_flight;       /* probes not counted */
    unsigned again_in_flight; /* of them, tries that follow a failed one */
    unsigned long_replies;    /* in a row, to shareable questions */
    uint64_t random;
    struct governor_share share;
    struct asker_counts counts;
    struct answer answer; /* of the reply being read */
    struct cache_found found;
};

/* splitmix64: good enough to keep retries from moving in step. */
static uint64_t next_random(struct asker *asker)
{
    uint64_t z = (asker->random += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static struct lookup *take_lookup(struct asker *asker)
{
    struct lookup *lookup = TAILQ_FIRST(&asker->spare);
    if (lookup)
        TAILQ_REMOVE(&asker->spare, lookup, link);
    else
        lookup = malloc(sizeof(*lookup));
    if (!lookup)
        return NULL;
    lookup->asker = asker;
    retry_begin(&lookup->retry);
    lookup->over_tcp = asker->options.transport != TRANSPORT_UDP;
    lookup->probe = false;
    lookup->lease.entry = NULL;
    TAILQ_INIT(&lookup->joined);
    lookup->patience_ns = 0;
    lookup->endpoint = health_first(&asker->health);
    return lookup;
}

/* Ends a lookup: its memory is free for the next one before the receiver hears of it, who may ask again at
 * once. */
static void deliver(struct asker *asker, struct lookup *lookup, const struct answer *answer)
{
    TAILQ_INSERT_HEAD(&asker->spare, lookup, link);
    asker->open--;
    asker->counts.questions++;
    asker->options.give(asker->options.context, lookup->owner, lookup->slot, answer);
}

static struct lookup *next_joined(struct asker *asker, struct lookup_queue *joined)
{
    struct lookup *lookup = TAILQ_FIRST(joined);
    if (lookup) {
        TAILQ_REMOVE(joined, lookup, link);
        asker->waiting--;
    }
    return lookup;
}

/* An error or silence is so for all that joined. */
static void deliver_failure(struct asker *asker, struct lookup *lookup)
{
    struct answer *answer = &asker->answer;
    struct lookup_queue joined = TAILQ_HEAD_INITIALIZER(joined);
    TAILQ_CONCAT(&joined, &lookup->joined, link);
    answer_cache_drop(&lookup->lease);
    answer_clear(answer);
    answer->kind = lookup->retry.worst;
    answer->rcode = lookup->retry.rcode;
    answer->tries = lookup->retry.tries;
    deliver(asker, lookup, answer);
    while ((lookup = next_joined(asker, &joined)))
        deliver(asker, lookup, answer);
}

static void repeat(struct asker *asker, struct lookup *lookup)
{
    TAILQ_INSERT_TAIL(&asker->again, lookup, link);
    asker->waiting++;
}

static void repeat_later(struct asker *asker, struct lookup *lookup, int64_t due_ns)
{
    if (later_put(&asker->delayed, due_ns, lookup))
        asker->waiting++;
    else
        repeat(asker, lookup); /* memory is short: without the pause */
}

static const struct ipaddr *address_of(const struct lookup *lookup)
{
    return lookup->has_wanted ? &lookup->wanted : NULL;
}

/* In a zone that is dead a question is tried once, to see whether it still is. */
static struct retry_policy policy_of(struct asker *asker, const struct lookup *lookup)
{
    struct retry_policy policy = asker->policy;
    if (breaker_is_dead(&asker->breaker, &lookup->question, address_of(lookup))) {
        policy.tries = 1;
        policy.patience_ms = 0;
    }
    return policy;
}

static void retry(struct asker *asker, struct lookup *lookup, enum answer_kind kind, uint16_t rcode)
{
    int64_t now = clock_monotonic_ns();
    const struct ipaddr *address = address_of(lookup);
    retry_failed(&lookup->retry, kind, rcode, now);
    breaker_try_failed(&asker->breaker, &lookup->question, address);
    struct retry_policy policy = policy_of(asker, lookup);
    bool trouble = breaker_is_in_trouble(&asker->breaker, &lookup->question, address);
    unsigned least_ms = trouble && retry_is_told(kind) ? policy.patience_ms / TROUBLE_PART : 0;
    int64_t pause_ns = retry_pause_ns(&lookup->retry, &policy, now, least_ms, next_random(asker));
    if (pause_ns == RETRY_OVER) {
        breaker_question_failed(&asker->breaker, &lookup->question, address);
        deliver_failure(asker, lookup);
        return;
    }
    lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    if (asker->options.transport == TRANSPORT_UDP)
        lookup->over_tcp = retry_is_for_tcp(&lookup->retry, &policy, kind);
    repeat_later(asker, lookup, now + pause_ns);
}

/* The same question again over TCP, at once: the reply was genuine but too short. It is no failed try, unless
 * TCP was used already. */
static void again_over_tcp(struct asker *asker, struct lookup *lookup)
{
    asker->counts.truncated++;
    /* Where TCP is blocked this is all that is known. */
    retry_failed(&lookup->retry, ANSWER_UNBELIEVABLE, 0, lookup->sent_ns);
    if (lookup->transport != TRANSPORT_UDP) {
        retry(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    lookup->retry.tries--;
    lookup->over_tcp = true;
    TAILQ_INSERT_HEAD(&asker->soon, lookup, link);
}

/* Did the resolver do its work? What it refuses or fails at may be too much for it; what is too long for a
 * datagram is not. */
static bool is_of_use(enum message_status read, const struct answer *answer)
{
    if (read == MESSAGE_OK)
        return answer->kind != ANSWER_SERVFAIL && answer->kind != ANSWER_REFUSED;
    return read != MESSAGE_NOT_OURS;
}

/* Two losses in a row are rare, slow names are not: an answer to the third of short tries counts from the
 * first. */
static void note_latency(struct asker *asker, const struct lookup *lookup, int64_t now)
{
    histogram_add(&asker->counts.latency, (uint64_t)(now - lookup->sent_ns) / 1000);
    bool slow = lookup->retry.early == RETRY_EARLY_MAX && lookup->retry.tries == 1;
    early_add(&asker->early, now - (slow ? lookup->retry.asked_ns : lookup->sent_ns));
}

/* A reply that was asked for by another lookup: believed once, but read for the address wanted here. */
static void deliver_shared(struct asker *asker, struct lookup *lookup, const uint8_t *wire, size_t len,
                           uint16_t tries, uint32_t age)
{
    struct answer *answer = &asker->answer;
    if (message_read(wire, len, &lookup->question, address_of(lookup), answer) != MESSAGE_OK) {
        lookup->retry.tries++; /* whatever is wrong with it: from here on it is asked for itself */
        retry(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    answer->tries = tries;
    answer->ttl -= age < answer->ttl ? age : answer->ttl;
    deliver(asker, lookup, answer);
}

/* The answer of the reply goes to the lookup, and the reply to all that joined it. */
static void deliver_reply(struct asker *asker, struct lookup *lookup, const uint8_t *wire, size_t len)
{
    struct lookup_queue joined = TAILQ_HEAD_INITIALIZER(joined);
    uint16_t tries = lookup->retry.tries;
    TAILQ_CONCAT(&joined, &lookup->joined, link);
    asker->answer.tries = tries;
    answer_cache_keep(&lookup->lease, wire, len, &asker->answer, clock_monotonic_ns());
    deliver(asker, lookup, &asker->answer);
    while ((lookup = next_joined(asker, &joined)))
        deliver_shared(asker, lookup, wire, len, tries, 0);
}

/* Names that carry many addresses come in crowds. Over TCP each of them takes one query, not two. */
static void note_length(struct asker *asker, const struct lookup *lookup, size_t len)
{
    if (lookup->question.type == RR_PTR)
        return;
    if (len <= (size_t)RESOLVER_UDP_PAYLOAD)
        asker->long_replies = 0;
    else if (asker->long_replies < LONG_REPLIES)
        asker->long_replies++;
}

static void on_message(struct asker *asker, struct lookup *lookup, bool no_zone, const uint8_t *wire,
                       size_t len)
{
    struct answer *answer = &asker->answer;
    int64_t now = clock_monotonic_ns();
    enum message_status read =
        message_read(wire, len, &lookup->question, lookup->has_wanted ? &lookup->wanted : NULL, answer);
    if (is_of_use(read, answer))
        governor_answered(&asker->share, lookup->endpoint, lookup->sent_ns, now);
    switch (read) {
    case MESSAGE_OK:
        break;
    case MESSAGE_TRUNCATED:
    case MESSAGE_MALFORMED:
        again_over_tcp(asker, lookup);
        return;
    case MESSAGE_NOT_OURS:
        asker->counts.unbelievable++;
        retry(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    note_latency(asker, lookup, now);
    note_length(asker, lookup, len);
    if (no_zone)
        answer->kind = ANSWER_NO_ZONE;
    bool error = answer->kind == ANSWER_SERVFAIL || answer->kind == ANSWER_REFUSED ||
                 answer->kind == ANSWER_OTHER_RCODE;
    if (error) {
        retry(asker, lookup, answer->kind, answer->rcode);
    } else {
        breaker_answered(&asker->breaker, &lookup->question, address_of(lookup));
        deliver_reply(asker, lookup, wire, len);
    }
}

static void on_probe(struct asker *asker, struct lookup *lookup)
{
    health_probe_ended(&asker->health, lookup->endpoint);
    TAILQ_INSERT_HEAD(&asker->spare, lookup, link);
}

/* While a resolver is out, tries that end in silence there tell nothing about the question: they do not
 * count. */
static void on_silence(struct asker *asker, struct lookup *lookup)
{
    if (health_is_out(&asker->health, lookup->endpoint))
        lookup->retry.tries--;
    retry(asker, lookup, ANSWER_SILENT, 0);
}

static int64_t waited_ms(const struct lookup *lookup, int64_t now)
{
    int64_t ms = (now - lookup->sent_ns) / 1000000;
    /* Timers may fire a few milliseconds early; what fires much earlier was set by a clock that jumped. */
    return ms > lookup->timeout_ms / 2 && ms < lookup->timeout_ms ? lookup->timeout_ms : ms;
}

static void on_timeout(struct asker *asker, struct lookup *lookup, int64_t now)
{
    asker->counts.timeouts++;
    bool early = retry_is_early(&lookup->retry, &asker->policy, waited_ms(lookup, now));
    asker->counts.outages +=
        early ? health_missed_early(&asker->health, lookup->endpoint, now, asker->policy.timeout_ms)
              : health_missed(&asker->health, lookup->endpoint, now);
    if (!early) {
        on_silence(asker, lookup);
        return;
    }
    lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    repeat(asker, lookup);
}

/* A stream that fails speaks against the resolver's health where streams are all that is used. */
static void on_failure(struct asker *asker, struct lookup *lookup, int64_t now)
{
    asker->counts.failed++;
    if (asker->options.transport != TRANSPORT_UDP && health_missed(&asker->health, lookup->endpoint, now))
        asker->counts.outages++;
    on_silence(asker, lookup);
}

static void on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire, size_t len)
{
    bool bytes = status == REPLY_BYTES || status == REPLY_NO_ZONE;
    struct asker *asker = context;
    struct lookup *lookup = tag;
    int64_t now = clock_monotonic_ns();
    if (bytes)
        health_replied(&asker->health, lookup->endpoint, now);
    TAILQ_REMOVE(&asker->flying, lookup, link);
    if (lookup->probe) {
        on_probe(asker, lookup);
        return;
    }
    asker->in_flight--;
    asker->again_in_flight -= lookup->again;
    /* More than any datagram holds: an engine that goes on over TCP by itself has sent a second query. */
    if (status == REPLY_BYTES && lookup->transport == TRANSPORT_UDP &&
        len > (size_t)RESOLVER_UDP_PAYLOAD + 1) {
        asker->counts.queries++;
        asker->counts.truncated++;
        pacer_charge(asker->options.pacer, now);
    }
    if (bytes)
        on_message(asker, lookup, status == REPLY_NO_ZONE, wire, len);
    else if (status == REPLY_TIMEOUT)
        on_timeout(asker, lookup, now);
    else
        on_failure(asker, lookup, now);
}

struct asker *asker_new(const struct asker_options *options, struct failure *failure)
{
    struct asker *asker = calloc(1, sizeof(*asker));
    if (!asker) {
        failure_set(failure, EXIT_TROUBLE, "out of memory");
        return NULL;
    }
    asker->options = *options;
    asker->random = options->seed;
    TAILQ_INIT(&asker->ready);
    TAILQ_INIT(&asker->soon);
    TAILQ_INIT(&asker->again);
    TAILQ_INIT(&asker->flying);
    TAILQ_INIT(&asker->spare);
    asker->policy = (struct retry_policy){options->timeout_ms, options->tries, options->patience_ms};
    breaker_init(&asker->breaker, next_random(asker));
    early_init(&asker->early, options->timeout_ms, clock_monotonic_ns());
    health_init(&asker->health, options->endpoint_count, clock_monotonic_ns());
    struct resolver_options seam = {.endpoints = options->endpoints,
                                    .count = options->endpoint_count,
                                    .tls = options->transport == TRANSPORT_TLS,
                                    .streams = options->streams,
                                    .trust = options->trust,
                                    .timeout_ms = options->timeout_ms,
                                    .zones = options->zones,
                                    .give = on_reply,
                                    .asker = asker,
                                    .strays = &asker->counts.strays};
    asker->resolver = options->engine->open(&seam, failure);
    if (!asker->resolver) {
        free(asker);
        return NULL;
    }
    governor_join(&asker->share, options->governor, clock_monotonic_ns());
    return asker;
}

static struct lookup *new_lookup(struct asker *asker, const struct question *question,
                                 const struct ipaddr *wanted, void *owner, unsigned slot)
{
    struct lookup *lookup = take_lookup(asker);
    if (!lookup)
        return NULL;
    dnsname_copy(&lookup->question.name, &question->name);
    lookup->question.type = question->type;
    lookup->has_wanted = wanted != NULL;
    if (wanted)
        lookup->wanted = *wanted;
    lookup->owner = owner;
    lookup->slot = slot;
    asker->open++;
    return lookup;
}

bool asker_ask(struct asker *asker, const struct question *question, const struct ipaddr *wanted, void *owner,
               unsigned slot)
{
    struct lookup *lookup = new_lookup(asker, question, wanted, owner, slot);
    if (lookup)
        TAILQ_INSERT_TAIL(&asker->ready, lookup, link);
    return lookup != NULL;
}

bool asker_ask_soon(struct asker *asker, const struct question *question, const struct ipaddr *wanted,
                    void *owner, unsigned slot)
{
    struct lookup *lookup = new_lookup(asker, question, wanted, owner, slot);
    if (lookup)
        TAILQ_INSERT_TAIL(&asker->soon, lookup, link);
    return lookup != NULL;
}

static enum transport stream_of(const struct asker *asker)
{
    return asker->options.transport == TRANSPORT_TLS ? TRANSPORT_TLS : TRANSPORT_TCP;
}

/* On a stream nothing gets lost that the kernel does not repeat. */
static unsigned timeout_of(const struct asker *asker, const struct lookup *lookup, int64_t now)
{
    if (lookup->probe || lookup->over_tcp)
        return asker->policy.timeout_ms;
    return retry_timeout_ms(&asker->policy, &lookup->retry, early_ms(&asker->early, now));
}

/* The lookup may be gone when this returns: its reply can come from within. */
static void launch_one(struct asker *asker, struct lookup *lookup, int64_t now)
{
    lookup->sent_ns = now;
    lookup->transport = lookup->over_tcp ? stream_of(asker) : TRANSPORT_UDP;
    lookup->timeout_ms = timeout_of(asker, lookup, now);
    TAILQ_INSERT_TAIL(&asker->flying, lookup, link);
    asker->counts.queries++;
    if (!asker->options.engine->ask(asker->resolver, lookup->endpoint, lookup->transport, lookup->timeout_ms,
                                    &lookup->question, lookup))
        on_reply(asker, lookup, REPLY_FAILED, NULL, 0);
}

/* Sends a probe question where one is due; the rate holds for probes too. */
static void send_probes(struct asker *asker, int64_t now)
{
    unsigned endpoint;
    while (health_probe_due(&asker->health, now, &endpoint)) {
        struct lookup *lookup = pacer_take(asker->options.pacer, now) == 0 ? take_lookup(asker) : NULL;
        if (!lookup) {
            health_probe_put_off(&asker->health, endpoint, now);
            return;
        }
        lookup->question = health_probe_question();
        lookup->probe = true;
        lookup->endpoint = endpoint;
        asker->counts.probes++;
        launch_one(asker, lookup, now);
    }
}

static void wake_delayed(struct asker *asker, int64_t now)
{
    struct lookup *lookup;
    while ((lookup = later_take(&asker->delayed, now)))
        TAILQ_INSERT_TAIL(&asker->again, lookup, link);
}

static struct lookup_queue *fresh_queue(struct asker *asker)
{
    return TAILQ_EMPTY(&asker->soon) ? &asker->ready : &asker->soon;
}

/* Repeated questions get half of the window, and what nobody else wants: slow names do not hold up the
 * others.
 */
static struct lookup_queue *next_queue(struct asker *asker)
{
    struct lookup_queue *fresh = fresh_queue(asker);
    bool repeats = asker->again_in_flight < (asker->options.window + 1) / 2 || TAILQ_EMPTY(fresh);
    return repeats && !TAILQ_EMPTY(&asker->again) ? &asker->again : fresh;
}

static void take_from(struct asker *asker, struct lookup_queue *queue, struct lookup *lookup)
{
    TAILQ_REMOVE(queue, lookup, link);
    asker->waiting -= queue == &asker->again;
}

/* A PTR question is asked for one address only: it has nothing to share. */
static bool is_shareable(const struct asker *asker, const struct lookup *lookup)
{
    return asker->options.cache && lookup->question.type != RR_PTR && !lookup->lease.entry &&
           !retry_is_repeat(&lookup->retry);
}

static void join(struct asker *asker, struct lookup *lookup, struct lookup *asking)
{
    asker->counts.joined++;
    asker->waiting++;
    TAILQ_INSERT_TAIL(&asking->joined, lookup, link);
}

static void look_again_later(struct asker *asker, struct lookup *lookup, int64_t now)
{
    if (lookup->patience_ns == 0)
        lookup->patience_ns = now + (int64_t)asker->policy.timeout_ms * 1000000;
    repeat_later(asker, lookup, now + (int64_t)LOOK_AGAIN_MS * 1000000);
}

/* True: the question in front of the queue is to be sent. False: it has left the queue, since others ask it
 * or have asked it. */
static bool take_turn(struct asker *asker, struct lookup_queue *queue, struct lookup *lookup, int64_t now)
{
    struct cache_found *found = &asker->found;
    bool patient = lookup->patience_ns == 0 || now < lookup->patience_ns;
    lookup->lease = (struct cache_lease){.question = &lookup->question, .asker = asker, .lookup = lookup};
    enum cache_turn turn = answer_cache_take(asker->options.cache, &lookup->lease, patient, now, found);
    if (turn == CACHE_ASK) {
        lookup->over_tcp |= asker->long_replies == LONG_REPLIES;
        return true;
    }
    take_from(asker, queue, lookup);
    if (turn == CACHE_WAIT) {
        look_again_later(asker, lookup, now);
    } else if (turn == CACHE_JOIN) {
        join(asker, lookup, found->lookup);
    } else {
        asker->counts.cached++;
        deliver_shared(asker, lookup, found->wire, found->len, found->tries, found->age);
    }
    return false;
}

/* Did the first of a queue leave it, because others ask it or have asked it? */
static bool is_first_settled(struct asker *asker, struct lookup_queue *queue, int64_t now)
{
    struct lookup *lookup = TAILQ_FIRST(queue);
    return lookup && is_shareable(asker, lookup) && !take_turn(asker, queue, lookup, now);
}

/* Takes it out of its queue and sends it. */
static void launch_from(struct asker *asker, struct lookup_queue *queue, struct lookup *lookup, int64_t now)
{
    take_from(asker, queue, lookup);
    lookup->again = retry_is_repeat(&lookup->retry);
    retry_sent(&lookup->retry, now);
    asker->in_flight++;
    asker->again_in_flight += lookup->again;
    launch_one(asker, lookup, now);
}

/* The nanoseconds after which this resolver may be sent a query; 0: now, and it is counted. */
static int64_t admit_to(struct asker *asker, unsigned endpoint, int64_t now)
{
    int64_t wait_ns = governor_wait(&asker->share, endpoint, now);
    if (wait_ns == 0)
        wait_ns = pacer_take(asker->options.pacer, now);
    if (wait_ns == 0)
        governor_sent(&asker->share, endpoint, now);
    return wait_ns;
}

/* A question not asked yet goes to whichever resolver has room; a further try waits for the one that was
 * chosen for it, which is not the one that failed. */
static int64_t admit(struct asker *asker, struct lookup *lookup, int64_t now)
{
    unsigned chosen = lookup->endpoint;
    int64_t least_ns = admit_to(asker, chosen, now);
    while (least_ns > 0 && !retry_is_repeat(&lookup->retry)) {
        lookup->endpoint = health_next(&asker->health, lookup->endpoint);
        if (lookup->endpoint == chosen)
            break;
        int64_t wait_ns = admit_to(asker, lookup->endpoint, now);
        least_ns = wait_ns < least_ns ? wait_ns : least_ns;
    }
    return least_ns;
}

/* The first of a queue if it may fly now; *wait_ns becomes smaller if it may after that time. */
static struct lookup *first_admitted(struct asker *asker, struct lookup_queue *queue, int64_t now,
                                     int64_t *wait_ns)
{
    struct lookup *lookup = TAILQ_FIRST(queue);
    if (!lookup)
        return NULL;
    if (health_is_out(&asker->health, lookup->endpoint))
        lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    if (health_is_out(&asker->health, lookup->endpoint))
        return NULL; /* all are out: only probes go on */
    int64_t own_wait_ns = admit(asker, lookup, now);
    if (own_wait_ns > 0) {
        *wait_ns = own_wait_ns < *wait_ns ? own_wait_ns : *wait_ns;
        return NULL;
    }
    return lookup;
}

/* Sends what may fly. Returns the milliseconds after which more may, at most max_wait_ms. */
static int launch(struct asker *asker, int max_wait_ms)
{
    int64_t now = clock_monotonic_ns();
    int64_t wait_ns = (int64_t)max_wait_ms * 1000000;
    governor_sync(&asker->share, now);
    wake_delayed(asker, now);
    send_probes(asker, now);
    unsigned window = governor_window(&asker->share, asker->options.window);
    for (int sent = 0; asker->in_flight < window; sent++) {
        if (sent == LAUNCH_MAX)
            return 0;
        struct lookup_queue *queue = next_queue(asker);
        if (is_first_settled(asker, queue, now))
            continue;
        struct lookup *lookup = first_admitted(asker, queue, now, &wait_ns);
        if (!lookup && queue == &asker->again) {
            queue = fresh_queue(asker); /* it need not wait for the resolver that a repeated one waits for */
            if (is_first_settled(asker, queue, now))
                continue;
            lookup = first_admitted(asker, queue, now, &wait_ns);
        }
        if (!lookup)
            break;
        launch_from(asker, queue, lookup, now);
    }
    return wait_ns < (int64_t)max_wait_ms * 1000000 ? (int)(wait_ns / 1000000) + 1 : max_wait_ms;
}

void asker_run(struct asker *asker, int max_wait_ms)
{
    int wait_ms = launch(asker, max_wait_ms);
    if (asker->delayed.count > 0 && wait_ms > 0) {
        int64_t due_ms = (later_next_ns(&asker->delayed) - clock_monotonic_ns()) / 1000000 + 1;
        if (due_ms < wait_ms)
            wait_ms = due_ms > 0 ? (int)due_ms : 0;
    }
    asker->options.engine->run(asker->resolver, wait_ms);
}

unsigned asker_open(const struct asker *asker)
{
    return asker->open;
}

unsigned asker_waiting(const struct asker *asker)
{
    return asker->health.out < asker->health.count ? asker->waiting : 0;
}

bool asker_gave_up(const struct asker *asker)
{
    return health_all_out_ms(&asker->health, clock_monotonic_ns()) >= ASKER_PATIENCE_MS;
}

const struct asker_counts *asker_counts(const struct asker *asker)
{
    return &asker->counts;
}

void asker_counts_merge(struct asker_counts *into, const struct asker_counts *from)
{
    into->questions += from->questions;
    into->queries += from->queries;
    into->timeouts += from->timeouts;
    into->unbelievable += from->unbelievable;
    into->strays += from->strays;
    into->truncated += from->truncated;
    into->failed += from->failed;
    into->probes += from->probes;
    into->outages += from->outages;
    into->joined += from->joined;
    into->cached += from->cached;
    histogram_merge(&into->latency, &from->latency);
}

static void free_lookups(struct lookup_queue *queue)
{
    struct lookup *lookup;
    while ((lookup = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, lookup, link);
        answer_cache_drop(&lookup->lease);
        free_lookups(&lookup->joined);
        free(lookup);
    }
}

void asker_free(struct asker *asker)
{
    if (!asker)
        return;
    asker->options.engine->close(asker->resolver);
    governor_leave(&asker->share);
    free_lookups(&asker->ready);
    free_lookups(&asker->soon);
    wake_delayed(asker, INT64_MAX);
    later_free(&asker->delayed);
    free_lookups(&asker->again);
    free_lookups(&asker->flying);
    free_lookups(&asker->spare);
    free(asker);
}
