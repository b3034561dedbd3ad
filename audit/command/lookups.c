#include "audit/command/lookups.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/command/confine.h"
#include "io/lookup/answer_cache.h"
#include "io/resolver/tcp_connections.h"
#include "io/resolver/tls_ca.h"
#include "io/resolver/zones.h"
#include "io/system/clock.h"
#include "io/system/limits.h"
#include "io/system/say.h"

static bool choose_resolvers(struct resolving *resolving, const struct options *options,
                             struct failure *failure)
{
    struct asker_options *asker = &resolving->asker;
    asker->endpoints = resolving->endpoints;
    asker->endpoint_count = options->resolver_count;
    memcpy(resolving->endpoints, options->resolvers, sizeof(resolving->endpoints));
    if (options->resolver_count == 0 &&
        !endpoint_system(RESOLV_CONF, resolving->endpoints, &asker->endpoint_count, failure))
        return false;
    bool loopback = true;
    for (unsigned i = 0; i < asker->endpoint_count; i++)
        loopback = loopback && endpoint_is_loopback(&resolving->endpoints[i]);
    resolving->rate = options->has_rate ? options->rate : loopback ? 0 : RATE_DEFAULT_REMOTE;
    return true;
}

/* With --tls-name only a resolver that proves its name is asked (RFC 8310 5); else it is at least
 * said. */
static bool choose_trust(struct resolving *resolving, const struct options *options,
                         struct failure *failure)
{
    if (options->transport == TRANSPORT_TLS && !options->tls_name && !options->quiet)
        say("TLS without --tls-name hides the questions, but nobody proves to be the resolver");
    if (!options->tls_name)
        return true;
    resolving->trust =
        (struct resolver_trust){.name = options->tls_name, .ca_file = options->tls_ca};
    resolving->asker.trust = &resolving->trust;
    return !options->tls_ca || trust_check(options->tls_ca, failure);
}

static unsigned choose_threads(const struct options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return options->threads ? options->threads : cores > 0 ? (unsigned)cores : 1;
}

/* Beside datagrams a connection is for what is too long for them. */
static unsigned choose_streams(const struct options *options, unsigned threads)
{
    return options->transport == TRANSPORT_UDP || threads > STREAMS_MAX ? 1 : STREAMS_MAX / threads;
}

/* Threads and window, as far as cores and descriptors carry them. */
static void choose_size(struct resolving *resolving, const struct options *options)
{
    struct asker_options *asker = &resolving->asker;
    unsigned threads = choose_threads(options);
    asker->streams = choose_streams(options, threads);
    struct resolver_options seam = {
        .endpoints = asker->endpoints, .count = asker->endpoint_count, .streams = asker->streams};
    unsigned each = asker->engine->overhead(&seam);
    uint64_t wanted =
        (uint64_t)options->concurrency + DESCRIPTORS_RESERVED + (uint64_t)each * threads;
    uint64_t got = limits_raise_descriptors(wanted);
    while (threads > 1 && limits_window(UINT32_MAX, got, each * threads) < 4 * threads)
        threads--;
    resolving->threads = threads;
    asker->window = limits_window(options->concurrency, got, each * threads);
    if (asker->window < options->concurrency && !options->quiet)
        say("the limit of %llu open files allows %u lookups in flight, not %u",
            (unsigned long long)got, asker->window, options->concurrency);
}

static void set_pace(struct resolving *resolving, const struct options *options)
{
    rate_limit_init(&resolving->rate_limit, resolving->rate);
    resolving->asker.rate_limit = &resolving->rate_limit;
    resolving->asker.timeout_ms = options->timeout_ms;
}

bool resolving_prepare(struct resolving *resolving, const struct options *options,
                       struct failure *failure)
{
    struct asker_options *asker = &resolving->asker;
    if (options->zone_count > 0)
        return true; /* nobody is asked */
    asker->engine = &resolver_network;
    if (!choose_resolvers(resolving, options, failure) ||
        !choose_trust(resolving, options, failure))
        return false;
    choose_size(resolving, options);
    set_pace(resolving, options);
    asker->transport = options->transport;
    asker->tries = options->tries;
    asker->patience_ms = options->patience_s * 1000;
    asker->shared_pace = &resolving->shared_pace;
    asker->cache = resolving->cache = answer_cache_new();
    return asker->cache || failure_out_of_memory(failure);
}

/* Zone files stand for one resolver that answers at once and says the same each time. */
static bool begin_zones(struct resolving *resolving, const struct options *options,
                        struct failure *failure)
{
    struct asker_options *asker = &resolving->asker;
    if (!planned_load(&resolving->planned, options, failure))
        return false;
    asker->engine = &resolver_zones;
    asker->zones = resolving->planned.zones;
    asker->endpoints = resolving->endpoints;
    asker->endpoint_count = 1;
    asker->transport = TRANSPORT_TCP; /* no reply is cut */
    asker->tries = 1;
    asker->window = options->concurrency;
    resolving->threads = choose_threads(options);
    set_pace(resolving, options);
    return true;
}

bool resolving_begin(struct resolving *resolving, const struct options *options,
                     struct failure *failure)
{
    if (options->zone_count > 0)
        return begin_zones(resolving, options, failure);
    if (!asker_probe(&resolving->asker, failure))
        return false;
    shared_pace_init(&resolving->shared_pace, resolving->asker.endpoint_count,
                     clock_monotonic_ns());
    return true;
}

static void describe_resolvers(const struct resolving *resolving, const struct options *options,
                               struct run_record *record)
{
    size_t used = 0;
    record->resolvers[0] = '\0';
    for (unsigned i = 0; i < resolving->asker.endpoint_count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        endpoint_print(text, &resolving->endpoints[i]);
        used += (size_t)snprintf(record->resolvers + used, sizeof(record->resolvers) - used, "%s%s",
                                 i ? ", " : "", text);
    }
    const char *name = options->tls_name;
    snprintf(record->transport, sizeof(record->transport), "%s%s%s",
             transport_key(options->transport), name ? ", as " : "", name ? name : "");
}

void resolving_describe(const struct resolving *resolving, const struct options *options,
                        struct run_record *record)
{
    const struct resolver_engine *engine = resolving->asker.engine;
    planned_describe(&resolving->planned, record);
    if (!resolving->planned.zones)
        describe_resolvers(resolving, options, record);
    snprintf(record->engine, sizeof(record->engine), "%s %s", engine->name, engine->version());
    record->concurrency = resolving->asker.window;
    record->threads = resolving->threads;
    record->rate = resolving->rate;
    record->timeout_ms = options->timeout_ms;
    record->tries = options->tries;
}

void resolving_describe_pace(struct resolving *resolving, struct run_record *record)
{
    if (resolving->planned.zones) /* how fast memory is tells nothing of the DNS */
        record->counts.latency = (struct histogram){0};
    else
        record->pace = shared_pace_settled(&resolving->shared_pace);
}

void resolving_forget(struct resolving *resolving)
{
    answer_cache_free(resolving->cache);
    resolving->cache = resolving->asker.cache = NULL;
}

void resolving_close(struct resolving *resolving)
{
    planned_free(&resolving->planned);
    resolving_forget(resolving);
}
