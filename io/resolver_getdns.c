/*
 * The resolver seam over getdns, with the remedies its pitfalls need; docs/lookups.md has the whole list.
 *
 * - Stub mode, one record type a request, absolute names, nothing but DNS: no search list, no hosts file, no
 * full recursion.
 * - One context for each endpoint and transport, so that getdns never chooses a resolver itself.
 * - The status getdns gives is not read (it calls SERVFAIL and NXDOMAIN by one name); the reply's own bytes
 * are handed on.
 * - Each request has a watchdog on the monotonic clock: where descriptors are short getdns can park one for
 * ever.
 */
#include "io/resolver.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "io/clock.h"
#include "io/getdns_loop.h"
#include "io/reserve.h"

enum {
    WATCHDOG_SLACK_MS = 1000,
    CONNECTION_IDLE_MS = 5000,
    TLS_BACKOFF_SECONDS = 2,
    LINKS = 2,                /* contexts of an endpoint: datagrams, stream */
    OVERHEAD_PER_ENDPOINT = 3 /* descriptors: the stream, and what getdns opens for a moment */
};

struct flight {
    struct resolver *resolver;
    void *tag;
    getdns_context *context;
    getdns_transaction_t transaction;
    int64_t deadline_ns;
    const uint8_t *truncated; /* a reply with TC, while the request is being taken back for it */
    size_t truncated_len;
    bool *broken; /* set when its stream fails; NULL for datagrams */
    bool *landed; /* set when the callback runs before getdns_general returns */
    TAILQ_ENTRY(flight) link;
};

TAILQ_HEAD(flight_queue, flight);

struct resolver {
    struct reserve *reserve; /* getdns does not survive a failed allocation */
    struct getdns_loop *loop;
    getdns_context *contexts[ENDPOINTS_MAX][LINKS];
    bool broken[ENDPOINTS_MAX]; /* streams */
    struct endpoint endpoints[ENDPOINTS_MAX];
    bool tls;
    struct flight_queue flying; /* in order of deadline */
    struct flight_queue spare;
    unsigned timeout_ms;
    bool closing;
    reply_fn *give;
    void *asker;
};

static unsigned port_of(const struct endpoint *endpoint, bool tls)
{
    return endpoint->port ? endpoint->port : tls ? DNS_TLS_PORT : DNS_PORT;
}

/* The upstream as getdns wants it: a list of one dictionary. */
static getdns_return_t set_upstream(getdns_context *context, const struct endpoint *endpoint, bool tls)
{
    char address[IPADDR_TEXT_MAX];
    char text[IPADDR_TEXT_MAX + 32];
    ipaddr_print(address, &endpoint->address);
    snprintf(text, sizeof(text), tls ? "%s#%u" : "%s@%u", address, port_of(endpoint, tls));
    getdns_dict *upstream = NULL;
    getdns_list *list = NULL;
    getdns_return_t rc = getdns_str2dict(text, &upstream);
    if (!rc && !(list = getdns_list_create()))
        rc = GETDNS_RETURN_MEMORY_ERROR;
    if (!rc)
        rc = getdns_list_set_dict(list, 0, upstream);
    if (!rc)
        rc = getdns_context_set_upstream_recursive_servers(context, list);
    getdns_list_destroy(list);
    getdns_dict_destroy(upstream);
    return rc;
}

static getdns_return_t set_transports(getdns_context *context, enum transport transport)
{
    /* A truncated reply would go on over the second of the list, were it not taken from the loop before
     * (on_truncated); what stands behind a list of one is not even set. */
    getdns_transport_list_t udp[] = {GETDNS_TRANSPORT_UDP, GETDNS_TRANSPORT_TCP};
    getdns_transport_list_t tcp[] = {GETDNS_TRANSPORT_TCP};
    getdns_transport_list_t tls[] = {GETDNS_TRANSPORT_TLS};
    switch (transport) {
    case TRANSPORT_UDP:
        return getdns_context_set_dns_transport_list(context, 2, udp);
    case TRANSPORT_TCP:
        return getdns_context_set_dns_transport_list(context, 1, tcp);
    case TRANSPORT_TLS:
        return getdns_context_set_dns_transport_list(context, 1, tls);
    }
    return GETDNS_RETURN_INVALID_PARAMETER;
}

static getdns_return_t configure(getdns_context *context, const struct endpoint *endpoint,
                                 enum transport transport)
{
    getdns_namespace_t dns_only[] = {GETDNS_NAMESPACE_DNS};
    getdns_return_t rc;
    if ((rc = getdns_context_set_resolution_type(context, GETDNS_RESOLUTION_STUB)))
        return rc;
    if ((rc = getdns_context_set_namespaces(context, 1, dns_only)))
        return rc;
    if ((rc = getdns_context_set_append_name(context, GETDNS_APPEND_NAME_NEVER)))
        return rc;
    if ((rc = set_transports(context, transport)))
        return rc;
    if ((rc = set_upstream(context, endpoint, transport == TRANSPORT_TLS)))
        return rc;
    if ((rc = getdns_context_set_edns_maximum_udp_payload_size(context, RESOLVER_UDP_PAYLOAD)))
        return rc;
    if ((rc = getdns_context_set_idle_timeout(context, CONNECTION_IDLE_MS)))
        return rc;
    if ((rc = getdns_context_set_tls_backoff_time(context, TLS_BACKOFF_SECONDS)))
        return rc;
    return GETDNS_RETURN_GOOD;
}

static bool open_context(getdns_context **out, struct resolver *resolver, const struct endpoint *endpoint,
                         enum transport transport, struct failure *failure)
{
    uint16_t port = (uint16_t)port_of(endpoint, transport == TRANSPORT_TLS);
    getdns_eventloop *loop = getdns_loop_join(resolver->loop, &endpoint->address, port);
    getdns_return_t rc =
        loop ? getdns_context_create_with_extended_memory_functions(out, 0, resolver->reserve, reserve_malloc,
                                                                    reserve_realloc, reserve_give_back)
             : GETDNS_RETURN_MEMORY_ERROR;
    if (!rc)
        rc = getdns_context_set_eventloop(*out, loop);
    if (!rc)
        rc = configure(*out, endpoint, transport);
    if (rc)
        return failure_set(failure, EXIT_TROUBLE, "getdns cannot be set up: %s",
                           getdns_get_errorstr_by_id(rc));
    return true;
}

static bool open_contexts(struct resolver *resolver, const struct resolver_options *options,
                          struct failure *failure)
{
    for (unsigned i = 0; i < options->count; i++) {
        getdns_context **links = resolver->contexts[i];
        const struct endpoint *endpoint = &options->endpoints[i];
        enum transport stream = options->tls ? TRANSPORT_TLS : TRANSPORT_TCP;
        if (!open_context(&links[TRANSPORT_TCP], resolver, endpoint, stream, failure))
            return false;
        if (!options->tls && !open_context(&links[TRANSPORT_UDP], resolver, endpoint, TRANSPORT_UDP, failure))
            return false;
    }
    return true;
}

static void close_resolver(struct resolver *resolver);
static truncated_fn on_truncated;

static struct resolver *open_resolver(const struct resolver_options *options, struct failure *failure)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));
    if (!resolver) {
        failure_set(failure, EXIT_TROUBLE, "out of memory");
        return NULL;
    }
    TAILQ_INIT(&resolver->flying);
    TAILQ_INIT(&resolver->spare);
    resolver->timeout_ms = options->timeout_ms;
    resolver->give = options->give;
    resolver->asker = options->asker;
    resolver->tls = options->tls;
    for (unsigned i = 0; i < options->count; i++)
        resolver->endpoints[i] = options->endpoints[i];
    resolver->loop = getdns_loop_new(options->strays, on_truncated);
    resolver->reserve = reserve_new();
    if (!resolver->loop || !resolver->reserve) {
        failure_set(failure, EXIT_TROUBLE, "no memory or no descriptor left for lookups");
        close_resolver(resolver);
        return NULL;
    }
    if (!open_contexts(resolver, options, failure)) {
        close_resolver(resolver);
        return NULL;
    }
    return resolver;
}

static struct flight *take_flight(struct resolver *resolver)
{
    struct flight *flight = TAILQ_FIRST(&resolver->spare);
    if (flight)
        TAILQ_REMOVE(&resolver->spare, flight, link);
    else
        flight = malloc(sizeof(*flight));
    return flight;
}

/* Hands the outcome on; the flight may be reused by a question that the receiver asks at once. */
static void land(struct flight *flight, enum reply_status status, const uint8_t *wire, size_t len)
{
    struct resolver *resolver = flight->resolver;
    void *tag = flight->tag;
    TAILQ_REMOVE(&resolver->flying, flight, link);
    TAILQ_INSERT_HEAD(&resolver->spare, flight, link);
    if (flight->landed)
        *flight->landed = true;
    if (!resolver->closing)
        resolver->give(resolver->asker, tag, status, wire, len);
}

/* The response is ours to destroy in every case, on a timeout too. */
static void on_callback(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
                        void *user, getdns_transaction_t transaction)
{
    (void)context;
    (void)transaction;
    getdns_bindata *wire = NULL;
    const struct flight *flight = user;
    if (flight->truncated)
        land(user, REPLY_BYTES, flight->truncated, flight->truncated_len);
    else if (type == GETDNS_CALLBACK_COMPLETE && response &&
             !getdns_dict_get_bindata(response, "/replies_full/0", &wire) && wire->size > 0)
        land(user, REPLY_BYTES, wire->data, wire->size);
    else {
        bool late = type == GETDNS_CALLBACK_TIMEOUT || type == GETDNS_CALLBACK_CANCEL;
        if (flight->broken && !late)
            *flight->broken = true;
        land(user, late ? REPLY_TIMEOUT : REPLY_FAILED, NULL, 0);
    }
    getdns_dict_destroy(response);
}

/* A stream that broke in the middle of a message leaves getdns in the middle of it: what comes over the next
 * one would be read as its rest. A new upstream begins anew; requests in flight keep the old one. */
static bool mend(struct resolver *resolver, unsigned endpoint)
{
    getdns_context *context = resolver->contexts[endpoint][TRANSPORT_TCP];
    if (resolver->broken[endpoint] && set_upstream(context, &resolver->endpoints[endpoint], resolver->tls))
        return false;
    resolver->broken[endpoint] = false;
    return true;
}

/* Whoever asked decides what to do about it; getdns is not asked to go on. */
static void on_truncated(void *tag, const uint8_t *wire, size_t len)
{
    struct flight *flight = tag;
    flight->truncated = wire;
    flight->truncated_len = len;
    (void)!getdns_cancel_callback(flight->context, flight->transaction);
}

static bool ask(struct resolver *resolver, unsigned endpoint, enum transport transport, unsigned timeout_ms,
                const struct question *question, void *tag)
{
    bool landed = false;
    int64_t patience_ns = (int64_t)(resolver->timeout_ms + WATCHDOG_SLACK_MS) * 1000000;
    bool stream = transport != TRANSPORT_UDP;
    if (stream && !mend(resolver, endpoint))
        return false;
    struct flight *flight = take_flight(resolver);
    if (!flight)
        return false;
    *flight = (struct flight){.resolver = resolver,
                              .tag = tag,
                              .context = resolver->contexts[endpoint][stream ? TRANSPORT_TCP : TRANSPORT_UDP],
                              .deadline_ns = clock_monotonic_ns() + patience_ns,
                              .broken = stream ? &resolver->broken[endpoint] : NULL,
                              .landed = &landed};
    TAILQ_INSERT_TAIL(&resolver->flying, flight, link);
    char name[DNSNAME_TEXT_MAX];
    dnsname_print_absolute(name, &question->name);
    getdns_transaction_t transaction = 0;
    getdns_loop_tag(resolver->loop, flight);
    /* A request takes the timeout that its context has when it is made. */
    getdns_return_t rc = getdns_context_set_timeout(flight->context, timeout_ms);
    if (!rc)
        rc = getdns_general(flight->context, name, question->type, NULL, flight, &transaction, on_callback);
    if (landed)
        return true;
    flight->landed = NULL;
    flight->transaction = transaction;
    if (rc) {
        TAILQ_REMOVE(&resolver->flying, flight, link);
        TAILQ_INSERT_HEAD(&resolver->spare, flight, link);
    }
    return !rc;
}

/* A request that getdns has lost sight of is taken back; if it does not even know it, it has still landed. */
static void recall(struct resolver *resolver, struct flight *flight)
{
    if (getdns_cancel_callback(flight->context, flight->transaction) &&
        TAILQ_FIRST(&resolver->flying) == flight)
        land(flight, REPLY_TIMEOUT, NULL, 0);
}

static void run(struct resolver *resolver, int max_wait_ms)
{
    getdns_loop_run(resolver->loop, max_wait_ms);
    struct flight *flight = TAILQ_FIRST(&resolver->flying);
    if (!flight)
        return;
    int64_t now = clock_monotonic_ns();
    while ((flight = TAILQ_FIRST(&resolver->flying)) && flight->deadline_ns < now)
        recall(resolver, flight);
}

static void free_flights(struct flight_queue *queue)
{
    struct flight *flight;
    while ((flight = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, flight, link);
        free(flight);
    }
}

static void close_resolver(struct resolver *resolver)
{
    if (!resolver)
        return;
    resolver->closing = true;
    struct flight *flight;
    while ((flight = TAILQ_FIRST(&resolver->flying)))
        recall(resolver, flight);
    for (unsigned i = 0; i < ENDPOINTS_MAX; i++)
        for (unsigned j = 0; j < LINKS; j++)
            getdns_context_destroy(resolver->contexts[i][j]);
    getdns_loop_free(resolver->loop);
    free_flights(&resolver->spare);
    reserve_free(resolver->reserve);
    free(resolver);
}

static unsigned overhead(const struct resolver_options *options)
{
    return 1 + options->count * OVERHEAD_PER_ENDPOINT;
}

const struct resolver_engine resolver_network = {.name = "getdns",
                                                 .version = getdns_get_version,
                                                 .open = open_resolver,
                                                 .ask = ask,
                                                 .run = run,
                                                 .close = close_resolver,
                                                 .overhead = overhead};
