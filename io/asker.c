#include "io/asker.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "audit/message.h"
#include "io/clock.h"
#include "io/health.h"

enum {
    LAUNCH_MAX = 256, /* questions sent before replies are looked at again */
    PAUSE_MS = 50,    /* before the second try; doubles with each further one, and as much again at random */
    PAUSE_DOUBLINGS_MAX = 5,
};

/* One question on its way to an answer. */
struct lookup {
    TAILQ_ENTRY(lookup) link; /* in one of the asker's queues */
    void *owner;
    unsigned slot;
    struct asker *asker;
    unsigned endpoint; /* of the try in flight, or the last one */
    uint16_t tries;    /* that count */
    bool over_tcp;     /* the next try goes over TCP */
    bool probe;
    bool has_wanted;
    struct ipaddr wanted;
    enum transport transport; /* of the try in flight */
    enum answer_kind worst;   /* what the failed tries so far amount to */
    uint16_t rcode;
    int64_t sent_ns;
    int64_t due_ns;
    struct question question;
};

TAILQ_HEAD(lookup_queue, lookup);

struct asker {
    struct asker_options options;
    struct resolver *resolver;
    struct health health;
    struct lookup_queue ready;   /* first questions of an address */
    struct lookup_queue soon;    /* what goes before them: further questions, further tries */
    struct lookup_queue delayed; /* by due_ns */
    struct lookup_queue flying;  /* probes too */
    struct lookup_queue spare;
    unsigned open;
    unsigned in_flight; /* probes not counted */
    uint64_t random;
    struct asker_counts counts;
    struct answer answer; /* of the reply being read */
};

static int64_t ms_to_ns(int64_t ms)
{
    return ms * 1000000;
}

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
    lookup->tries = 0;
    lookup->over_tcp = asker->options.transport != TRANSPORT_UDP;
    lookup->probe = false;
    lookup->worst = ANSWER_SILENT;
    lookup->rcode = 0;
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

static void deliver_failure(struct asker *asker, struct lookup *lookup)
{
    struct answer *answer = &asker->answer;
    answer_clear(answer);
    answer->kind = lookup->worst;
    answer->rcode = lookup->rcode;
    answer->tries = lookup->tries;
    deliver(asker, lookup, answer);
}

static void delay(struct asker *asker, struct lookup *lookup, int64_t ns)
{
    lookup->due_ns = clock_monotonic_ns() + ns;
    struct lookup *before = TAILQ_LAST(&asker->delayed, lookup_queue);
    while (before && before->due_ns > lookup->due_ns)
        before = TAILQ_PREV(before, lookup_queue, link);
    if (before)
        TAILQ_INSERT_AFTER(&asker->delayed, before, lookup, link);
    else
        TAILQ_INSERT_HEAD(&asker->delayed, lookup, link);
}

/* Failed tries are followed by longer and longer pauses: what fails now (SERVFAIL above all) may be well in a
 * second. */
static int64_t pause_ns(struct asker *asker, const struct lookup *lookup)
{
    unsigned doublings = lookup->tries > 1 ? lookup->tries - 1u : 0;
    int64_t base = ms_to_ns(PAUSE_MS) << (doublings < PAUSE_DOUBLINGS_MAX ? doublings : PAUSE_DOUBLINGS_MAX);
    return base + (int64_t)(next_random(asker) % (uint64_t)base);
}

/* What is known is worth more than what is not: an error a server told, then bytes nobody could believe, then
 * silence. */
static void note_failure(struct lookup *lookup, enum answer_kind kind, uint16_t rcode)
{
    bool told = kind != ANSWER_SILENT && kind != ANSWER_UNBELIEVABLE;
    if (told || (kind == ANSWER_UNBELIEVABLE && lookup->worst == ANSWER_SILENT)) {
        lookup->worst = kind;
        lookup->rcode = rcode;
    }
}

static void retry(struct asker *asker, struct lookup *lookup, enum answer_kind kind, uint16_t rcode)
{
    note_failure(lookup, kind, rcode);
    if (lookup->tries >= asker->options.tries) {
        deliver_failure(asker, lookup);
        return;
    }
    lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    if (asker->options.transport == TRANSPORT_UDP)
        lookup->over_tcp = lookup->tries + 1u >= asker->options.tries;
    delay(asker, lookup, pause_ns(asker, lookup));
}

/* The same question again over TCP, at once: the reply was genuine but too short. It is no failed try, unless
 * TCP was used already. */
static void again_over_tcp(struct asker *asker, struct lookup *lookup)
{
    asker->counts.truncated++;
    note_failure(lookup, ANSWER_UNBELIEVABLE, 0); /* where TCP is blocked this is all that is known */
    if (lookup->transport != TRANSPORT_UDP) {
        retry(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    lookup->tries--;
    lookup->over_tcp = true;
    TAILQ_INSERT_HEAD(&asker->soon, lookup, link);
}

static void on_message(struct asker *asker, struct lookup *lookup, const uint8_t *wire, size_t len)
{
    struct answer *answer = &asker->answer;
    switch (message_read(wire, len, &lookup->question, lookup->has_wanted ? &lookup->wanted : NULL, answer)) {
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
    histogram_add(&asker->counts.latency, (uint64_t)(clock_monotonic_ns() - lookup->sent_ns) / 1000);
    bool error = answer->kind == ANSWER_SERVFAIL || answer->kind == ANSWER_REFUSED ||
                 answer->kind == ANSWER_OTHER_RCODE;
    if (error) {
        retry(asker, lookup, answer->kind, answer->rcode);
    } else {
        answer->tries = lookup->tries;
        deliver(asker, lookup, answer);
    }
}

static void on_probe(struct asker *asker, struct lookup *lookup)
{
    health_probe_ended(&asker->health, lookup->endpoint);
    TAILQ_INSERT_HEAD(&asker->spare, lookup, link);
}

/* While a resolver is out, tries that end in silence there tell nothing about the question: they do not
 * count. */
static void on_silence(struct asker *asker, struct lookup *lookup, bool timeout)
{
    if (timeout)
        asker->counts.timeouts++;
    else
        asker->counts.failed++;
    if (health_is_out(&asker->health, lookup->endpoint))
        lookup->tries--;
    retry(asker, lookup, ANSWER_SILENT, 0);
}

/* Does it speak against the resolver's health? A stream that fails does where streams are all that is used.
 */
static bool is_silence(const struct asker *asker, enum reply_status status)
{
    return status == REPLY_TIMEOUT || (status == REPLY_FAILED && asker->options.transport != TRANSPORT_UDP);
}

static void on_reply(void *context, void *tag, enum reply_status status, const uint8_t *wire, size_t len)
{
    struct asker *asker = context;
    struct lookup *lookup = tag;
    int64_t now = clock_monotonic_ns();
    if (status == REPLY_BYTES)
        health_replied(&asker->health, lookup->endpoint, now);
    else if (is_silence(asker, status) && !lookup->probe &&
             health_missed(&asker->health, lookup->endpoint, now))
        asker->counts.outages++;
    TAILQ_REMOVE(&asker->flying, lookup, link);
    if (lookup->probe) {
        on_probe(asker, lookup);
        return;
    }
    asker->in_flight--;
    /* More than any datagram holds: behind it was a truncated reply, and a second query over TCP. */
    if (status == REPLY_BYTES && lookup->transport == TRANSPORT_UDP && len > (size_t)RESOLVER_UDP_PAYLOAD + 1)
        pacer_charge(asker->options.pacer, now);
    if (status == REPLY_BYTES)
        on_message(asker, lookup, wire, len);
    else
        on_silence(asker, lookup, status == REPLY_TIMEOUT);
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
    TAILQ_INIT(&asker->delayed);
    TAILQ_INIT(&asker->flying);
    TAILQ_INIT(&asker->spare);
    health_init(&asker->health, options->endpoint_count, clock_monotonic_ns());
    struct resolver_options seam = {.endpoints = options->endpoints,
                                    .count = options->endpoint_count,
                                    .tls = options->transport == TRANSPORT_TLS,
                                    .streams = options->streams,
                                    .timeout_ms = options->timeout_ms,
                                    .give = on_reply,
                                    .asker = asker};
    asker->resolver = options->engine->open(&seam, failure);
    if (!asker->resolver) {
        free(asker);
        return NULL;
    }
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

/* The lookup may be gone when this returns: its reply can come from within. */
static void launch_one(struct asker *asker, struct lookup *lookup, int64_t now)
{
    lookup->sent_ns = now;
    lookup->transport = lookup->over_tcp ? stream_of(asker) : TRANSPORT_UDP;
    TAILQ_INSERT_TAIL(&asker->flying, lookup, link);
    asker->counts.queries++;
    if (!asker->options.engine->ask(asker->resolver, lookup->endpoint, lookup->transport, &lookup->question,
                                    lookup))
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
    while ((lookup = TAILQ_FIRST(&asker->delayed)) && lookup->due_ns <= now) {
        TAILQ_REMOVE(&asker->delayed, lookup, link);
        TAILQ_INSERT_TAIL(&asker->soon, lookup, link);
    }
}

/* Sends what may fly. Returns the milliseconds after which more may, at most max_wait_ms. */
static int launch(struct asker *asker, int max_wait_ms)
{
    int64_t now = clock_monotonic_ns();
    wake_delayed(asker, now);
    send_probes(asker, now);
    for (int sent = 0; asker->in_flight < asker->options.window; sent++) {
        struct lookup_queue *queue = TAILQ_EMPTY(&asker->soon) ? &asker->ready : &asker->soon;
        struct lookup *lookup = TAILQ_FIRST(queue);
        if (!lookup)
            return max_wait_ms;
        if (health_is_out(&asker->health, lookup->endpoint))
            lookup->endpoint = health_next(&asker->health, lookup->endpoint);
        if (health_is_out(&asker->health, lookup->endpoint))
            return max_wait_ms; /* all are out: only probes go on */
        if (sent == LAUNCH_MAX)
            return 0;
        int64_t wait_ns = pacer_take(asker->options.pacer, now);
        if (wait_ns > 0) {
            int64_t wait_ms = wait_ns / 1000000 + 1;
            return wait_ms < max_wait_ms ? (int)wait_ms : max_wait_ms;
        }
        TAILQ_REMOVE(queue, lookup, link);
        lookup->tries++;
        asker->in_flight++;
        launch_one(asker, lookup, now);
    }
    return max_wait_ms;
}

void asker_run(struct asker *asker, int max_wait_ms)
{
    int wait_ms = launch(asker, max_wait_ms);
    struct lookup *delayed = TAILQ_FIRST(&asker->delayed);
    if (delayed && wait_ms > 0) {
        int64_t due_ms = (delayed->due_ns - clock_monotonic_ns()) / 1000000 + 1;
        if (due_ms < wait_ms)
            wait_ms = due_ms > 0 ? (int)due_ms : 0;
    }
    asker->options.engine->run(asker->resolver, wait_ms);
}

unsigned asker_open(const struct asker *asker)
{
    return asker->open;
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
    into->truncated += from->truncated;
    into->failed += from->failed;
    into->probes += from->probes;
    into->outages += from->outages;
    histogram_merge(&into->latency, &from->latency);
}

static void free_lookups(struct lookup_queue *queue)
{
    struct lookup *lookup;
    while ((lookup = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, lookup, link);
        free(lookup);
    }
}

void asker_free(struct asker *asker)
{
    if (!asker)
        return;
    asker->options.engine->close(asker->resolver);
    free_lookups(&asker->ready);
    free_lookups(&asker->soon);
    free_lookups(&asker->delayed);
    free_lookups(&asker->flying);
    free_lookups(&asker->spare);
    free(asker);
}
