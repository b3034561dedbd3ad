#include "io/lookup/asker_private.h"

#include <stdlib.h>

#include "audit/random.h"
#include "io/system/clock.h"

enum { ANY_STEPS = 32 }; /* of a queue, the first questions that may be chosen for a probe */

/* ---- the queues ---- */

static void init_queues(struct asker *asker)
{
    TAILQ_INIT(&asker->ready);
    TAILQ_INIT(&asker->soon);
    TAILQ_INIT(&asker->again);
    TAILQ_INIT(&asker->spare);
    TAILQ_INIT(&asker->sent);
    TAILQ_INIT(&asker->overdue);
    TAILQ_INIT(&asker->declined);
    TAILQ_INIT(&asker->spare_tries);
    for (unsigned i = 0; i < RETRY_EARLY_MAX; i++)
        TAILQ_INIT(&asker->early[i]);
}

struct open_question *question_new(struct asker *asker)
{
    struct open_question *open = TAILQ_FIRST(&asker->spare);
    if (open)
        TAILQ_REMOVE(&asker->spare, open, link);
    else
        open = malloc(sizeof(*open));
    if (!open)
        return NULL;
    open->asker = asker;
    retry_begin(&open->retry);
    open->over_tcp = asker->options.transport != TRANSPORT_UDP;
    open->probe = false;
    LIST_INIT(&open->tries);
    open->lease.entry = NULL;
    TAILQ_INIT(&open->joined);
    open->patience_ns = 0;
    open->endpoint = health_first(&asker->health);
    return open;
}

void question_leave(struct asker *asker, struct question_queue *queue, struct open_question *open)
{
    TAILQ_REMOVE(queue, open, link);
    asker->waiting -= queue == &asker->again;
}

void question_repeat(struct asker *asker, struct open_question *open)
{
    TAILQ_INSERT_TAIL(&asker->again, open, link);
    asker->waiting++;
}

void question_repeat_later(struct asker *asker, struct open_question *open, int64_t due_ns)
{
    if (delay_queue_put(&asker->delayed, due_ns, open))
        asker->waiting++;
    else
        question_repeat(asker, open); /* out of memory: repeat without the pause */
}

void asker_wake_delayed(struct asker *asker, int64_t now)
{
    struct open_question *open;
    while ((open = delay_queue_take(&asker->delayed, now)))
        TAILQ_INSERT_TAIL(&asker->again, open, link);
}

struct question_queue *asker_fresh_queue(struct asker *asker)
{
    return TAILQ_EMPTY(&asker->soon) ? &asker->ready : &asker->soon;
}

/* Repeats get every other turn and at most half of the window, and the rest where no first question
 * waits: slow names do not delay the others. */
struct question_queue *asker_next_queue(struct asker *asker)
{
    struct question_queue *fresh = asker_fresh_queue(asker);
    bool room = asker->again_in_flight < (asker->options.window + 1) / 2;
    bool repeats = TAILQ_EMPTY(fresh) || (room && asker->turn_of_repeats);
    return repeats && !TAILQ_EMPTY(&asker->again) ? &asker->again : fresh;
}

static const struct open_question *any_of(const struct question_queue *queue, uint64_t random)
{
    const struct open_question *open = TAILQ_FIRST(queue);
    for (unsigned steps = random % ANY_STEPS; open && steps > 0; steps--)
        open = TAILQ_NEXT(open, link) ? TAILQ_NEXT(open, link) : open;
    return open;
}

/* Repeats may all be of silent names, first questions may all be of one dead zone: both kinds are
 * chosen. */
const struct open_question *asker_any_waiting(struct asker *asker)
{
    uint64_t random = random_next(&asker->random);
    const struct open_question *fresh = any_of(asker_fresh_queue(asker), random >> 8);
    const struct open_question *repeat = delay_queue_any(&asker->delayed, random >> 8);
    if (!repeat)
        repeat = any_of(&asker->again, random >> 8);
    return !repeat || (fresh && random % 2 == 0) ? fresh : repeat;
}

static void free_questions(struct question_queue *queue)
{
    struct open_question *open;
    while ((open = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, open, link);
        answer_cache_drop(&open->lease);
        free_questions(&open->joined);
        free(open);
    }
}

static void free_queues(struct asker *asker)
{
    free_questions(&asker->ready);
    free_questions(&asker->soon);
    asker_wake_delayed(asker, INT64_MAX);
    delay_queue_free(&asker->delayed);
    free_questions(&asker->again);
    free_questions(&asker->spare);
}

/* ---- questions ---- */

static struct open_question *add_question(struct asker *asker, const struct question *question,
                                          const struct ipaddr *wanted, void *owner, unsigned slot)
{
    struct open_question *open = question_new(asker);
    if (!open)
        return NULL;
    dnsname_copy(&open->question.name, &question->name);
    open->question.type = question->type;
    open->has_wanted = wanted != NULL;
    if (wanted)
        open->wanted = *wanted;
    open->owner = owner;
    open->slot = slot;
    asker->open_count++;
    return open;
}

bool asker_ask(struct asker *asker, const struct question *question, const struct ipaddr *wanted,
               void *owner, unsigned slot)
{
    struct open_question *open = add_question(asker, question, wanted, owner, slot);
    if (open)
        TAILQ_INSERT_TAIL(&asker->ready, open, link);
    return open != NULL;
}

bool asker_ask_soon(struct asker *asker, const struct question *question,
                    const struct ipaddr *wanted, void *owner, unsigned slot)
{
    struct open_question *open = add_question(asker, question, wanted, owner, slot);
    if (open)
        TAILQ_INSERT_TAIL(&asker->soon, open, link);
    return open != NULL;
}

/* ---- life ---- */

static bool open_resolver(struct asker *asker, struct failure *failure)
{
    const struct asker_options *options = &asker->options;
    struct resolver_options seam = {.endpoints = options->endpoints,
                                    .count = options->endpoint_count,
                                    .tls = options->transport == TRANSPORT_TLS,
                                    .iterative = options->iterative || options->without_rd,
                                    .connections = options->streams,
                                    .sockets = options->sockets,
                                    .budget = options->budget,
                                    .trust = options->trust,
                                    .timeout_ms = options->timeout_ms,
                                    .zones = options->zones,
                                    .roots = options->roots,
                                    .window = options->window,
                                    .give = asker_on_reply,
                                    .asker = asker,
                                    .strays = &asker->counts.strays,
                                    .repeats = &asker->repeats};
    asker->resolver = options->engine->open(&seam, failure);
    return asker->resolver != NULL;
}

void asker_options_ask_servers(struct asker_options *options)
{
    if (!options->roots)
        return;
    options->engine = &resolver_network;
    options->roots = NULL;
    options->transport = TRANSPORT_UDP;
}

struct asker *asker_new(const struct asker_options *options, struct failure *failure)
{
    int64_t now = clock_monotonic_ns();
    struct asker *asker = calloc(1, sizeof(*asker));
    if (!asker) {
        failure_out_of_memory(failure);
        return NULL;
    }
    asker->options = *options;
    asker->random = options->seed;
    init_queues(asker);
    asker->policy =
        (struct retry_policy){options->timeout_ms, options->tries, options->patience_ms};
    dead_zones_init(&asker->dead_zones, random_next(&asker->random));
    loss_timeout_init(&asker->loss_timeout, options->timeout_ms, options->loss_ms, now);
    health_init(&asker->health, options->endpoint_count, now);
    /* Zone files are no resolver. */
    asker->counts.resolvers.count = options->zones ? 0 : options->endpoint_count;
    for (unsigned i = 0; i < asker->counts.resolvers.count; i++)
        asker->counts.resolvers.of[i].endpoint = options->endpoints[i];
    if (!open_resolver(asker, failure)) {
        free(asker);
        return NULL;
    }
    pace_share_join(&asker->share, options->shared_pace, now);
    return asker;
}

/* The engine has sent them already, so the rate limit makes the queries after them wait. */
static void count_repeats(struct asker *asker)
{
    for (; asker->repeats > 0; asker->repeats--) {
        asker->counts.queries++;
        rate_limit_charge(asker->options.rate_limit, clock_monotonic_ns());
    }
}

void asker_run(struct asker *asker, int max_wait_ms)
{
    int wait_ms = asker_launch(asker, max_wait_ms);
    if (asker->delayed.count > 0 && wait_ms > 0) {
        int64_t due_ms =
            (delay_queue_next_ns(&asker->delayed) - clock_monotonic_ns()) / 1000000 + 1;
        if (due_ms < wait_ms)
            wait_ms = due_ms > 0 ? (int)due_ms : 0;
    }
    asker->options.engine->run(asker->resolver, wait_ms);
    count_repeats(asker);
    if (asker->open_count == 0) /* it may be the last call */
        pace_share_sync(&asker->share, clock_monotonic_ns());
}

unsigned asker_open(const struct asker *asker)
{
    return asker->open_count;
}

unsigned asker_waiting(const struct asker *asker)
{
    return asker->health.out < asker->health.count ? asker->waiting : 0;
}

bool asker_is_out(const struct asker *asker)
{
    return asker->health.out == asker->health.count;
}

bool asker_is_refused(const struct asker *asker)
{
    return refusals_are_all(&asker->refusals, clock_monotonic_ns());
}

bool asker_gave_up(const struct asker *asker)
{
    return health_none_up_ms(&asker->health, clock_monotonic_ns()) >= ASKER_PATIENCE_MS;
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
    into->unserved_zones += from->unserved_zones;
    into->served_zones += from->served_zones;
    histogram_merge(&into->latency, &from->latency);
    resolvers_counts_merge(&into->resolvers, &from->resolvers);
}

void asker_free(struct asker *asker)
{
    if (!asker)
        return;
    asker->options.engine->close(asker->resolver);
    asker_free_tries(asker);
    pace_share_leave(&asker->share, clock_monotonic_ns());
    free_queues(asker);
    free(asker);
}
