#include <stdlib.h>

#include "audit/special.h"
#include "io/phases/zone_asker_private.h"
#include "io/system/clock.h"

static bool may_be_asked(const struct zone_asker *asker, const struct endpoint *endpoint)
{
    return (asker->options->allow_special || !special_block_reached(&endpoint->address)) &&
           endpoint_has_route(endpoint);
}

/* Name servers do not offer DNS over TLS. */
static bool open_asker(struct name_server *server)
{
    struct failure ignored = {0};
    struct asker_options own = server->of->resolver_options;

    asker_options_ask_servers(&own);
    own.iterative = true;
    own.endpoints = &server->endpoint;
    own.endpoint_count = 1;
    if (own.transport == TRANSPORT_TLS)
        own.transport = TRANSPORT_UDP;
    own.streams = 1;
    own.sockets = 0;
    own.budget = &server->of->descriptors.budget;
    own.trust = NULL;
    own.tries = SERVER_TRIES;
    own.loss_ms = ASKER_FEW_LOSS_MS;
    own.patience_ms = 0;
    own.rate_limit = &server->rate_limit;
    own.shared_pace = &server->shared_pace;
    own.cache = server->of->cache;
    own.seed = (uint64_t)clock_monotonic_ns();
    own.give = zone_ask_on_answer;
    own.context = server;
    server->asker = asker_new(&own, &ignored);
    return server->asker != NULL;
}

static struct name_server *open_server(struct zone_asker *asker, const struct endpoint *endpoint)
{
    struct name_server *server = calloc(1, sizeof(*server));

    if (!server)
        return NULL;
    server->of = asker;
    server->endpoint = *endpoint;
    LIST_INIT(&server->asks);
    rate_limit_init(&server->rate_limit, asker->options->rate);
    shared_pace_init(&server->shared_pace, 1, clock_monotonic_ns());
    if (!open_asker(server)) {
        free(server);
        return NULL;
    }
    asker->servers[asker->server_count++] = server;
    name_servers_share_sockets(asker);
    return server;
}

void name_servers_share_sockets(struct zone_asker *asker)
{
    struct descriptors *plan = &asker->descriptors;
    unsigned unopened = asker->servers_max - asker->server_count;

    plan->budget.most = plan->planned - asker->servers_max * plan->each + unopened * plan->each / 2;
}

static bool is_full(const struct zone_asker *asker, bool few)
{
    const struct descriptors *plan = &asker->descriptors;
    unsigned used = asker->server_count * plan->each + plan->budget.open;

    return asker->server_count >= asker->servers_max / (few ? 2 : 1) ||
           used + plan->each > plan->planned;
}

struct name_server *name_server_at(struct zone_asker *asker, const struct ipaddr *address, bool few,
                                   bool *full)
{
    const struct endpoint endpoint = {
        .address = *address, .port = asker->options->port ? asker->options->port : DNS_PORT};

    for (unsigned i = 0; i < asker->server_count; i++) {
        if (ipaddr_equal(&asker->servers[i]->endpoint.address, address))
            return asker->servers[i]->asker ? asker->servers[i] : NULL;
    }
    if (!may_be_asked(asker, &endpoint))
        return NULL;
    *full = is_full(asker, few);
    return *full ? NULL : open_server(asker, &endpoint);
}

bool name_server_ask(struct name_server *server, struct zone_ask *ask)
{
    LIST_INSERT_HEAD(&server->asks, ask, link);
    return asker_ask(server->asker, &ask->question, ask->has_wanted ? &ask->wanted : NULL, ask, 0);
}

/* The counts of name servers are not those of resolvers. */
static void keep_counts(struct name_server *server)
{
    struct asker_counts counts = *asker_counts(server->asker);

    counts.resolvers.count = 0;
    asker_counts_merge(&server->of->gone, &counts);
}

static void close_asker(struct name_server *server)
{
    keep_counts(server);
    asker_free(server->asker);
    server->asker = NULL;
}

void name_server_leave_out(struct name_server *server)
{
    struct zone_ask *ask;

    close_asker(server);
    server->again_ns = clock_monotonic_ns() + (int64_t)LEFT_OUT_MS * 1000000;
    while ((ask = LIST_FIRST(&server->asks))) {
        LIST_REMOVE(ask, link);
        if (ask->is_soa)
            zone_search_on_soa(server->of, ask, NULL);
        else
            zone_ask_route(server->of, ask);
    }
}

void name_servers_return(struct zone_asker *asker)
{
    int64_t now = clock_monotonic_ns();

    for (unsigned i = 0; i < asker->server_count; i++) {
        struct name_server *server = asker->servers[i];

        if (server->asker || now < server->again_ns)
            continue;
        shared_pace_init(&server->shared_pace, 1, now);
        if (open_asker(server))
            zone_search_again(asker, server);
        else
            asker->out_of_memory = true;
    }
}

void name_server_free(struct name_server *server)
{
    struct zone_ask *ask;

    if (server->asker)
        close_asker(server);
    while ((ask = LIST_FIRST(&server->asks))) {
        LIST_REMOVE(ask, link);
        free(ask);
    }
    free(server);
}
