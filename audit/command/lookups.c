#include "audit/command/lookups.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "audit/command/confine.h"
#include "io/lookup/answer_cache.h"
#include "io/lookup/probe_question.h"
#include "io/phases/collect.h"
#include "io/resolver/recursion.h"
#include "io/resolver/tcp_connections.h"
#include "io/resolver/tls_ca.h"
#include "io/resolver/zones.h"
#include "io/system/clock.h"
#include "io/system/limits.h"
#include "io/system/say.h"
#include "io/system/text_list.h"

enum { SOCKETS_SPREAD = 16 }; /* of each thread: its first queries are spread over sockets */

static bool use_system_resolvers(struct lookups *lookups, bool quiet, struct failure *failure)
{
    unsigned scoped;
    if (!endpoint_system(RESOLV_CONF, lookups->endpoints, &lookups->asker.endpoint_count, &scoped,
                         failure))
        return false;
    if (scoped > 0 && !quiet)
        say("%s: %u nameserver%s with an interface (such as fe80::53%%eth0) %s skipped: such "
            "addresses are not supported",
            RESOLV_CONF, scoped, scoped == 1 ? "" : "s", scoped == 1 ? "is" : "are");
    return true;
}

static bool choose_resolvers(struct lookups *lookups, const struct options *options,
                             const struct earlier_run *resumed, struct failure *failure)
{
    struct asker_options *asker = &lookups->asker;
    asker->endpoints = lookups->endpoints;
    asker->endpoint_count = options->resolver_count;
    memcpy(lookups->endpoints, options->resolvers, sizeof(lookups->endpoints));
    if (earlier_resolvers_wanted(options) &&
        !earlier_resolvers_find(lookups->endpoints, &asker->endpoint_count, resumed, options,
                                failure))
        return false;
    if (asker->endpoint_count == 0 && !use_system_resolvers(lookups, options->quiet, failure))
        return false;
    lookups->rate = options->has_rate
                        ? options->rate
                        : collect_default_rate(lookups->endpoints, asker->endpoint_count);
    if (options->shard.count > 0 && !options->rate_per_shard && lookups->rate > 0)
        lookups->rate = (lookups->rate + options->shard.count - 1) / options->shard.count;
    return true;
}

/* The engine asks over UDP and TCP as it must; to the asker it is a stream, on which nothing is
 * lost and nothing truncated. */
static bool choose_recursion(struct lookups *lookups, const struct options *options,
                             struct failure *failure)
{
    struct asker_options *asker = &lookups->asker;

    if (!options_recurse(options))
        return true;
    asker->engine = &resolver_recursion;
    asker->roots = &lookups->roots;
    asker->transport = TRANSPORT_TCP;
    return root_data_load(&lookups->roots, options->root_hints, options->trust_anchor, failure);
}

/* With --tls-name, only a resolver that proves its name is asked (RFC 8310 5). Without it, a
 * message says so. */
static bool choose_trust(struct lookups *lookups, const struct options *options,
                         struct failure *failure)
{
    if (options->transport == TRANSPORT_TLS && !options->tls_name && !options->quiet)
        say("TLS without --tls-name encrypts the questions, but does not prove who answers them");
    if (!options->tls_name)
        return true;
    lookups->trust = (struct resolver_trust){.name = options->tls_name, .ca_file = options->tls_ca};
    lookups->asker.trust = &lookups->trust;
    return !options->tls_ca || tls_ca_check(options->tls_ca, failure);
}

static unsigned choose_threads(const struct options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return options->threads ? options->threads : cores > 0 ? (unsigned)cores : 1;
}

/* With UDP, a connection only carries the answers that are too long for a datagram. */
static unsigned choose_streams(const struct options *options, unsigned threads)
{
    return options->transport == TRANSPORT_UDP || threads > TCP_CONNECTIONS_MAX
               ? 1
               : TCP_CONNECTIONS_MAX / threads;
}

/* The sockets of one thread to one resolver, so that the others and the reserve keep theirs. */
static unsigned choose_sockets(const struct asker_options *asker, uint64_t descriptors,
                               unsigned overhead, unsigned threads)
{
    unsigned all = limits_window(UINT16_MAX, descriptors, overhead);
    unsigned each = all / (threads * asker->endpoint_count);

    return each > 0 ? each : 1;
}

/* Queries on a connection need no socket of their own: none are spread. */
static unsigned choose_spread(const struct asker_options *asker, unsigned threads)
{
    return asker->transport == TRANSPORT_UDP ? SOCKETS_SPREAD * threads : 0;
}

/* Threads and window, as far as cores and descriptors allow. */
static void choose_size(struct lookups *lookups, const struct options *options)
{
    struct asker_options *asker = &lookups->asker;
    unsigned threads = choose_threads(options);
    asker->streams = choose_streams(options, threads);
    struct resolver_options seam = {.endpoints = asker->endpoints,
                                    .count = asker->endpoint_count,
                                    .connections = asker->streams};
    unsigned each = asker->engine->overhead(&seam);
    uint64_t wanted =
        (uint64_t)options->concurrency + DESCRIPTORS_RESERVED + (uint64_t)each * threads;
    uint64_t got = limits_raise_descriptors(wanted);
    while (threads > 1 && limits_window(UINT32_MAX, got, each * threads) < 4 * threads)
        threads--;
    lookups->threads = threads;
    if (asker->engine->shares_sockets) {
        asker->sockets = choose_sockets(asker, got, each * threads, threads);
        asker->window = limits_shared_window(options->concurrency, got, each * threads,
                                             choose_spread(asker, threads));
    } else {
        asker->window = limits_window(options->concurrency, got, each * threads);
    }
    if (asker->window < options->concurrency && !options->quiet)
        say("the limit of %llu open files allows %u lookups in flight, not %u",
            (unsigned long long)got, asker->window, options->concurrency);
}

static void set_pace(struct lookups *lookups, const struct options *options)
{
    rate_limit_init(&lookups->rate_limit, lookups->rate);
    lookups->asker.rate_limit = &lookups->rate_limit;
    lookups->asker.timeout_ms = options->timeout_ms;
}

bool lookups_prepare(struct lookups *lookups, const struct options *options,
                     const struct earlier_run *resumed, struct failure *failure)
{
    struct asker_options *asker = &lookups->asker;
    if (options->zone_count > 0)
        return true;
    asker->engine = &resolver_network;
    asker->transport = options->transport;
    if (!choose_resolvers(lookups, options, resumed, failure) ||
        !choose_trust(lookups, options, failure) || !choose_recursion(lookups, options, failure))
        return false;
    choose_size(lookups, options);
    set_pace(lookups, options);
    asker->tries = options->tries;
    asker->patience_ms = options->patience_s * 1000;
    asker->shared_pace = &lookups->shared_pace;
    asker->cache = lookups->cache = answer_cache_new();
    return asker->cache || failure_out_of_memory(failure);
}

/* Zone files act as one resolver that answers at once and always the same. */
static bool begin_zones(struct lookups *lookups, const struct options *options,
                        struct failure *failure)
{
    struct asker_options *asker = &lookups->asker;
    if (!zone_files_load(&lookups->zone_files, options, failure))
        return false;
    asker->engine = &resolver_zones;
    asker->zones = lookups->zone_files.zones;
    asker->endpoints = lookups->endpoints;
    asker->endpoint_count = 1;
    asker->transport = TRANSPORT_TCP; /* no reply is truncated */
    asker->tries = 1;
    asker->window = options->concurrency;
    lookups->threads = choose_threads(options);
    set_pace(lookups, options);
    return true;
}

bool lookups_begin(struct lookups *lookups, const struct options *options,
                   const struct probe_sample *of_run, struct failure *failure)
{
    if (options->zone_count > 0)
        return begin_zones(lookups, options, failure);
    if (lookups->asker.roots
            ? !recursion_probe(&lookups->roots, options->timeout_ms * options->tries, failure)
            : !asker_probe(&lookups->asker, of_run, failure))
        return false;
    shared_pace_init(&lookups->shared_pace, lookups->asker.endpoint_count, clock_monotonic_ns());
    return true;
}

static void describe_resolvers(const struct lookups *lookups, const struct options *options,
                               struct run_record *record)
{
    record->resolvers[0] = '\0';
    for (unsigned i = 0; i < lookups->asker.endpoint_count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        endpoint_print_asked(text, &lookups->endpoints[i]);
        text_list_add(record->resolvers, sizeof(record->resolvers), ", ", text);
    }
    if (lookups->asker.roots) {
        char roots[RECORD_TEXT_MAX];
        snprintf(roots, sizeof(roots), "(root hints %s)", lookups->roots.hints_path);
        text_list_add(record->resolvers, sizeof(record->resolvers), " ", roots);
    }
    options_print_transport(record->transport, sizeof(record->transport), options);
}

void lookups_describe(const struct lookups *lookups, const struct options *options,
                      struct run_record *record)
{
    const struct resolver_engine *engine = lookups->asker.engine;
    zone_files_describe(&lookups->zone_files, record);
    if (!lookups->zone_files.zones)
        describe_resolvers(lookups, options, record);
    snprintf(record->engine, sizeof(record->engine), "%s %s", engine->name, engine->version());
    record->concurrency = lookups->asker.window;
    record->threads = lookups->threads;
    record->rate = lookups->rate;
    record->timeout_ms = options->timeout_ms;
    record->tries = options->tries;
}

void lookups_describe_pace(struct lookups *lookups, struct run_record *record)
{
    if (lookups->zone_files.zones) /* the speed of memory says nothing about the DNS */
        record->counts.latency = (struct histogram){0};
    else
        record->pace = shared_pace_settled(&lookups->shared_pace);
}

/* Returns their number. */
static unsigned find_silent(struct endpoint out[ENDPOINTS_MAX],
                            const struct resolvers_counts *counts, bool gave_up)
{
    unsigned count = 0;
    for (unsigned i = 0; i < counts->count; i++) {
        if (gave_up || resolver_counts_mostly_silent(&counts->of[i]))
            out[count++] = counts->of[i].endpoint;
    }
    return count;
}

void lookups_describe_sources(struct lookups *lookups, bool gave_up, struct run_record *record)
{
    const struct asker_options *asker = &lookups->asker;
    struct reply_source sources[ENDPOINTS_MAX];
    struct endpoint silent[ENDPOINTS_MAX];
    struct question question;
    unsigned count = find_silent(silent, &record->counts.resolvers, gave_up);
    record->reply_sources[0] = '\0';
    if (count == 0 || asker->transport != TRANSPORT_UDP || !asker->engine->find_sources)
        return;
    probe_question(&question, PROBE_LOOPBACK);
    asker->engine->find_sources(silent, count, &question, REPLY_SOURCE_WAIT_MS, sources);
    for (unsigned i = 0; i < count; i++) {
        char text[REPLY_SOURCE_TEXT_MAX];
        if (reply_source_print(text, &silent[i], &sources[i]) > 0)
            text_list_add(record->reply_sources, sizeof(record->reply_sources), "; ", text);
    }
}

void lookups_drop_cache(struct lookups *lookups)
{
    answer_cache_free(lookups->cache);
    lookups->cache = lookups->asker.cache = NULL;
}

void lookups_close(struct lookups *lookups)
{
    zone_files_free(&lookups->zone_files);
    lookups_drop_cache(lookups);
}
