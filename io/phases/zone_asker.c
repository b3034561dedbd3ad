#include "io/phases/zone_asker.h"

#include <limits.h>
#include <stdlib.h>

#include "io/lookup/answer_cache.h"
#include "io/phases/zone_asker_private.h"
#include "io/system/clock.h"
#include "io/system/limits.h"

/* ---- the way of a question ---- */

void zone_ask_end(struct zone_asker *asker, struct zone_ask *ask, const struct answer *answer)
{
    void *owner = ask->owner;
    unsigned slot = ask->slot;

    free(ask);
    asker->open--;
    asker->give(asker->context, owner, slot, answer);
}

/* Many names in a row may fail for good at a server that answers. */
static bool is_useless(const struct zone_server *server)
{
    return server->faults >= SERVER_FAULTS_MAX && server->bad > server->good;
}

/* Has the server the newest version of the zone, and does it answer for it? */
static bool is_usable(const struct zone *zone, const struct zone_server *server)
{
    return server->server->asker && server->has_zone && server->serial == zone->serial &&
           !is_useless(server);
}

/* The one with the fewest questions in flight; ZONE_SERVERS_MAX: none is left. */
static unsigned choose_server(struct zone *zone, unsigned tried)
{
    unsigned best = ZONE_SERVERS_MAX, least = UINT_MAX;

    zone->turn++;
    for (unsigned i = 0; i < zone->server_count; i++) {
        unsigned at = (zone->turn + i) % zone->server_count;
        const struct zone_server *server = &zone->servers[at];

        if ((tried & 1u << at) || !is_usable(zone, server))
            continue;
        unsigned open = asker_open(server->server->asker);
        if (open < least) {
            least = open;
            best = at;
        }
    }
    return best;
}

void zone_ask_route(struct zone_asker *asker, struct zone_ask *ask)
{
    unsigned at = choose_server(ask->zone, ask->tried);

    if (at == ZONE_SERVERS_MAX) {
        zone_ask_end(asker, ask, NULL);
        return;
    }
    ask->at = at;
    ask->tried |= 1u << at;
    asker->out_of_memory |= !name_server_ask(ask->zone->servers[at].server, ask);
}

/* "There is nothing", said for a zone above or beside: of this one the server says nothing. */
static bool is_of_another_zone(const struct zone *zone, const struct answer *answer)
{
    return answer_is_negative(answer) && answer->alias_count == 0 && answer->has_soa &&
           !dnsname_within(&answer->soa_zone, &zone->apex);
}

/* Copies the part of an answer that the zone of the name decides: up to the first alias. NULL: it
 * does not count. */
static const struct answer *own_part(struct zone_asker *asker, const struct zone *zone,
                                     const struct answer *answer)
{
    if (!answer->authoritative || is_of_another_zone(zone, answer) ||
        (answer_is_temporary(answer) && answer->kind != ANSWER_ALIAS_OPEN))
        return NULL;
    if (answer->alias_count == 0)
        return answer;
    asker->answer = (struct answer){.kind = ANSWER_ALIAS_OPEN,
                                    .rcode = RCODE_NOERROR,
                                    .tries = answer->tries,
                                    .ttl = answer->ttl,
                                    .authoritative = true,
                                    .alias_count = 1};
    dnsname_copy(&asker->answer.aliases[0], &answer->aliases[0]);
    return &asker->answer;
}

void zone_ask_on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct name_server *server = context;
    struct zone_asker *asker = server->of;
    struct zone_ask *ask = owner;

    (void)slot;
    LIST_REMOVE(ask, link);
    if (ask->is_soa) {
        zone_search_on_soa(asker, ask, answer);
        return;
    }
    struct zone_server *place = &ask->zone->servers[ask->at];
    const struct answer *part = own_part(asker, ask->zone, answer);
    place->faults = part ? 0 : place->faults + 1;
    *(part ? &place->good : &place->bad) += 1;
    if (part)
        zone_ask_end(asker, ask, part);
    else
        zone_ask_route(asker, ask);
}

bool zone_asker_ask(struct zone_asker *asker, const struct question *question,
                    const struct ipaddr *reverse_of, const struct ipaddr *wanted, void *owner,
                    unsigned slot)
{
    struct zone_ask *ask = malloc(sizeof(*ask));

    if (!ask)
        return false;
    *ask = (struct zone_ask){.owner = owner, .slot = slot, .has_wanted = wanted != NULL};
    if (wanted)
        ask->wanted = *wanted;
    ask->question.type = question->type;
    dnsname_copy(&ask->question.name, &question->name);
    asker->open++;
    return zone_search_begin(asker, ask, reverse_of) && !asker->out_of_memory;
}

/* ---- life ---- */

static bool open_resolver(struct zone_asker *asker, struct failure *failure)
{
    struct asker_options own = asker->resolver_options;

    own.give = zone_search_on_answer;
    own.context = asker;
    own.loss_ms = ASKER_FEW_LOSS_MS;
    own.budget = &asker->descriptors.budget;
    own.patience_ms = 0; /* a zone that is not found is asked through the resolver, with patience */
    asker->resolver = asker_new(&own, failure);
    return asker->resolver != NULL;
}

/* The descriptors of the resolver, and those that the rest of the program needs, are kept for them.
 */
static void plan_descriptors(struct zone_asker *asker)
{
    const struct asker_options *resolver = &asker->resolver_options;
    struct descriptors *plan = &asker->descriptors;
    const struct resolver_options server = {.count = 1, .connections = 1};
    const struct resolver_options all = {.endpoints = resolver->endpoints,
                                         .count = resolver->endpoint_count,
                                         .connections = resolver->streams};
    unsigned kept = resolver->endpoint_count * UDP_SOCKETS_OWN + resolver->engine->overhead(&all);

    plan->each = UDP_SOCKETS_OWN + resolver_network.overhead(&server);
    unsigned wanted = SERVERS_MAX * plan->each + resolver->window / LIMITS_SHARE;
    uint64_t limit = limits_raise_descriptors((uint64_t)DESCRIPTORS_RESERVED + kept + wanted);
    plan->planned = limits_window(wanted, limit, kept);
    asker->servers_max =
        plan->planned / plan->each < SERVERS_MAX ? plan->planned / plan->each : SERVERS_MAX;
    name_servers_share_sockets(asker);
}

struct zone_asker *zone_asker_new(const struct asker_options *resolver,
                                  const struct name_server_options *options, zone_answer_fn *give,
                                  void *context, struct failure *failure)
{
    struct zone_asker *asker = calloc(1, sizeof(*asker));

    if (!asker) {
        failure_out_of_memory(failure);
        return NULL;
    }
    asker->resolver_options = *resolver;
    asker->options = options;
    asker->give = give;
    asker->context = context;
    plan_descriptors(asker);
    LIST_INIT(&asker->searched);
    LIST_INIT(&asker->searches);
    asker->keys = calloc(KEYS_SIZE, sizeof(asker->keys[0]));
    asker->cache = answer_cache_new();
    if (!asker->keys || !asker->cache) {
        failure_out_of_memory(failure);
        zone_asker_free(asker);
        return NULL;
    }
    if (!open_resolver(asker, failure)) {
        zone_asker_free(asker);
        return NULL;
    }
    return asker;
}

/* Runs one asker. Adds to *moved if a query was sent, or a reply came. */
static void run_one(struct asker *one, int wait_ms, bool *moved)
{
    const struct asker_counts *counts = asker_counts(one);
    uint64_t before = counts->queries + counts->questions + counts->latency.count;

    asker_run(one, wait_ms);
    *moved |= counts->queries + counts->questions + counts->latency.count != before;
}

/* Each asker waits in its own loop, so all are polled, and one of them waits a millisecond. */
static bool poll_all(struct zone_asker *asker, int wait_ms)
{
    bool moved = false;
    unsigned waiting = asker->turn++;

    if (asker_open(asker->resolver) > 0)
        run_one(asker->resolver, 0, &moved);
    for (unsigned i = 0; i < asker->server_count; i++) {
        struct name_server *server = asker->servers[(waiting + i) % asker->server_count];

        if (!server->asker || asker_open(server->asker) == 0)
            continue;
        run_one(server->asker, wait_ms, &moved);
        wait_ms = 0;
        if (asker_is_out(server->asker) || asker_is_refused(server->asker))
            name_server_leave_out(server);
    }
    if (wait_ms > 0)
        run_one(asker->resolver, wait_ms, &moved);
    return moved;
}

bool zone_asker_run(struct zone_asker *asker, int max_wait_ms)
{
    int64_t until_ns = clock_monotonic_ns() + (int64_t)max_wait_ms * 1000000;
    bool moved = poll_all(asker, 0);

    while (!moved && asker->open > 0 && clock_monotonic_ns() < until_ns)
        moved = poll_all(asker, 1);
    zone_search_decide(asker);
    name_servers_return(asker);
    return !asker->out_of_memory;
}

unsigned zone_asker_open(const struct zone_asker *asker)
{
    return asker->open;
}

bool zone_asker_gave_up(const struct zone_asker *asker)
{
    return asker_gave_up(asker->resolver);
}

const struct asker_counts *zone_asker_counts(struct zone_asker *asker)
{
    asker->counts = asker->gone;
    asker_counts_merge(&asker->counts, asker_counts(asker->resolver));
    for (unsigned i = 0; i < asker->server_count; i++) {
        if (asker->servers[i]->asker) {
            struct asker_counts counts = *asker_counts(asker->servers[i]->asker);
            counts.resolvers.count = 0;
            asker_counts_merge(&asker->counts, &counts);
        }
    }
    return &asker->counts;
}

void zone_asker_free(struct zone_asker *asker)
{
    if (!asker)
        return;
    for (unsigned i = 0; i < asker->server_count; i++)
        name_server_free(asker->servers[i]);
    asker_free(asker->resolver);
    answer_cache_free(asker->cache);
    zone_search_free(asker);
    free(asker);
}
