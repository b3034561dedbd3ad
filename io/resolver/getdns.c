/*
 * The resolver seam over getdns, with the remedies its pitfalls need; docs/getdns.md has the whole
 * list.
 *
 * - Stub mode, one record type a request, absolute names, nothing but DNS: no search list, no hosts
 * file, no full recursion.
 * - One context for each connection, and one for datagrams, to each endpoint: getdns never chooses
 * a resolver itself, and opens one connection a context.
 * - The status getdns gives is not read (it calls SERVFAIL and NXDOMAIN by one name); the reply's
 * own bytes are handed on.
 * - Each request has a watchdog on the monotonic clock: where descriptors are short getdns can park
 * one for ever.
 */
#include "io/resolver/resolver.h"

#include <getdns/getdns_extra.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "io/resolver/getdns_loop.h"
#include "io/resolver/getdns_memory.h"
#include "io/resolver/tcp_connections.h"
#include "io/system/clock.h"

enum {
    WATCHDOG_SLACK_MS = 1000,
    CONNECTION_IDLE_MS = 5000,
    TLS_BACKOFF_SECONDS = 2,
    LOG_LINE_MAX = 512,
    OVERHEAD_PER_ENDPOINT = 2 /* descriptors that getdns opens for a moment */
};

/* The ways to one endpoint. */
struct upstream {
    getdns_context *datagrams; /* NULL with TLS */
    getdns_context *connections[TCP_CONNECTIONS_MAX];
    struct tcp_connections load;
    bool broken[TCP_CONNECTIONS_MAX]; /* a stream failed: see renew */
    struct endpoint endpoint;
};

struct getdns_query {
    struct resolver *resolver;
    void *tag;
    struct upstream *upstream;
    unsigned connection;     /* of the upstream, unless it is a datagram */
    getdns_context *context; /* of the upstream */
    getdns_transaction_t transaction;
    int64_t sent_ns;
    const uint8_t *reply; /* of a datagram, while it is handed on */
    size_t reply_size;
    bool *ended; /* set when the callback runs before getdns_general returns */
    TAILQ_ENTRY(getdns_query) link;
};

TAILQ_HEAD(getdns_query_queue, getdns_query);

struct resolver {
    struct getdns_memory *memory; /* getdns does not survive a failed allocation */
    struct getdns_loop *loop;
    struct upstream upstreams[ENDPOINTS_MAX];
    struct getdns_query_queue in_flight; /* as they were sent */
    struct getdns_query_queue spare;
    unsigned timeout_ms;
    const struct resolver_trust *trust;
    bool closing;
    bool tls;
    reply_fn *give;
    void *asker;
};

static unsigned port_of(const struct endpoint *endpoint, bool tls)
{
    return endpoint->port ? endpoint->port : tls ? DNS_TLS_PORT : DNS_PORT;
}

static getdns_return_t set_name(getdns_dict *upstream, const struct resolver_trust *trust)
{
    if (!trust)
        return GETDNS_RETURN_GOOD;
    getdns_bindata name = {.size = strlen(trust->name), .data = (uint8_t *)(uintptr_t)trust->name};
    return getdns_dict_set_bindata(upstream, "tls_auth_name", &name);
}

/* What getdns_str2dict makes of an address with a port, but from the reserve. */
static getdns_return_t describe(getdns_dict *upstream, const struct endpoint *endpoint, bool tls)
{
    bool v4 = endpoint->address.family == IP_V4;
    getdns_bindata address = {.size = ipaddr_octets(&endpoint->address),
                              .data = (uint8_t *)(uintptr_t)endpoint->address.bytes};
    getdns_return_t rc =
        getdns_dict_util_set_string(upstream, "address_type", v4 ? "IPv4" : "IPv6");
    if (!rc)
        rc = getdns_dict_set_bindata(upstream, "address_data", &address);
    return rc ? rc
              : getdns_dict_set_int(upstream, tls ? "tls_port" : "port", port_of(endpoint, tls));
}

/* The upstream as getdns wants it: a list of one dictionary. */
static getdns_return_t set_upstream(struct resolver *resolver, getdns_context *context,
                                    const struct endpoint *endpoint, bool tls)
{
    getdns_dict *upstream = getdns_dict_create_with_extended_memory_functions(
        resolver->memory, getdns_memory_malloc, getdns_memory_realloc, getdns_memory_give_back);
    getdns_list *list = getdns_list_create_with_extended_memory_functions(
        resolver->memory, getdns_memory_malloc, getdns_memory_realloc, getdns_memory_give_back);
    getdns_return_t rc = upstream && list ? GETDNS_RETURN_GOOD : GETDNS_RETURN_MEMORY_ERROR;
    if (!rc)
        rc = describe(upstream, endpoint, tls);
    if (!rc)
        rc = set_name(upstream, resolver->trust);
    if (!rc)
        rc = getdns_list_set_dict(list, 0, upstream);
    if (!rc)
        rc = getdns_context_set_upstream_recursive_servers(context, list);
    getdns_list_destroy(list);
    getdns_dict_destroy(upstream);
    return rc;
}

/* A truncated reply must come to us, who ask again over the stream's own context: where getdns goes
 * on by itself and that takes too long, it closes the stream's descriptor once for each question
 * that waited, and with it whatever has got that number since, in any thread. It looks into the
 * place behind the end of its list for what to go on with (1.6.0): so a longer list is set first,
 * which leaves UDP there, and that it does not go on with. */
static getdns_return_t set_udp_alone(getdns_context *context)
{
    getdns_transport_list_t first[] = {GETDNS_TRANSPORT_TCP, GETDNS_TRANSPORT_UDP};
    getdns_transport_list_t udp[] = {GETDNS_TRANSPORT_UDP};
    getdns_return_t rc = getdns_context_set_dns_transport_list(context, 2, first);
    return rc ? rc : getdns_context_set_dns_transport_list(context, 1, udp);
}

static getdns_return_t set_transports(getdns_context *context, enum transport transport)
{
    getdns_transport_list_t tcp[] = {GETDNS_TRANSPORT_TCP};
    getdns_transport_list_t tls[] = {GETDNS_TRANSPORT_TLS};
    switch (transport) {
    case TRANSPORT_UDP:
        return set_udp_alone(context);
    case TRANSPORT_TCP:
        return getdns_context_set_dns_transport_list(context, 1, tcp);
    case TRANSPORT_TLS:
        return getdns_context_set_dns_transport_list(context, 1, tls);
    }
    return GETDNS_RETURN_INVALID_PARAMETER;
}

/* getdns tells only its log why it believes no certificate: ... : Verify failed : TLS - ...
 * "hostname mismatch". */
static __attribute__((format(printf, 4, 0))) void on_log(void *user, uint64_t system,
                                                         getdns_loglevel_type level,
                                                         const char *format, va_list arguments)
{
    (void)system, (void)level;
    const struct resolver_trust *trust = user;
    char line[LOG_LINE_MAX];
    vsnprintf(line, sizeof(line), format, arguments);
    char *why = strstr(line, "Verify failed") ? strchr(line, '"') : NULL;
    if (!why || !trust->refused)
        return;
    why[1 + strcspn(why + 1, "\"")] = '\0';
    trust->refused(trust->context, why + 1);
}

/* Strict: a connection to a server that does not prove who it is is closed before a question is
 * written. */
static getdns_return_t set_trust(getdns_context *context, const struct resolver_trust *trust)
{
    getdns_return_t rc =
        getdns_context_set_tls_authentication(context, GETDNS_AUTHENTICATION_REQUIRED);
    if (!rc && trust->ca_file)
        rc = getdns_context_set_tls_ca_file(context, trust->ca_file);
    if (!rc)
        rc = getdns_context_set_logfunc(context, (void *)(uintptr_t)trust,
                                        GETDNS_LOG_UPSTREAM_STATS, GETDNS_LOG_ERR, on_log);
    return rc;
}

static getdns_return_t configure(struct resolver *resolver, getdns_context *context,
                                 const struct endpoint *endpoint, enum transport transport)
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
    if ((rc = set_upstream(resolver, context, endpoint, transport == TRANSPORT_TLS)))
        return rc;
    if (transport == TRANSPORT_TLS && resolver->trust && (rc = set_trust(context, resolver->trust)))
        return rc;
    if ((rc = getdns_context_set_edns_maximum_udp_payload_size(context, RESOLVER_UDP_PAYLOAD)))
        return rc;
    if ((rc = getdns_context_set_idle_timeout(context, CONNECTION_IDLE_MS)))
        return rc;
    if ((rc = getdns_context_set_tls_backoff_time(context, TLS_BACKOFF_SECONDS)))
        return rc;
    return GETDNS_RETURN_GOOD;
}

static bool open_context(getdns_context **out, struct resolver *resolver,
                         const struct endpoint *endpoint, enum transport transport,
                         struct failure *failure)
{
    uint16_t port = (uint16_t)port_of(endpoint, transport == TRANSPORT_TLS);
    getdns_eventloop *loop = getdns_loop_join(resolver->loop, &endpoint->address, port);
    getdns_return_t rc = loop ? getdns_context_create_with_extended_memory_functions(
                                    out, 0, resolver->memory, getdns_memory_malloc,
                                    getdns_memory_realloc, getdns_memory_give_back)
                              : GETDNS_RETURN_MEMORY_ERROR;
    if (!rc)
        rc = getdns_context_set_eventloop(*out, loop);
    if (!rc)
        rc = configure(resolver, *out, endpoint, transport);
    if (rc)
        return failure_set(failure, EXIT_TROUBLE, "getdns cannot be set up: %s",
                           getdns_get_errorstr_by_id(rc));
    return true;
}

/* Hands the outcome on; the flight may be reused by a question that the receiver asks at once. */
static void end_query(struct getdns_query *query, enum reply_status status, const uint8_t *wire,
                      size_t len)
{
    struct resolver *resolver = query->resolver;
    void *tag = query->tag;
    if (query->context != query->upstream->datagrams) {
        tcp_connections_end(&query->upstream->load, query->connection, status == REPLY_BYTES);
        query->upstream->broken[query->connection] |= status == REPLY_FAILED;
    }
    TAILQ_REMOVE(&resolver->in_flight, query, link);
    TAILQ_INSERT_HEAD(&resolver->spare, query, link);
    if (query->ended)
        *query->ended = true;
    if (status == REPLY_BYTES)
        getdns_loop_note_latency(resolver->loop, clock_coarse_ns() - query->sent_ns);
    if (!resolver->closing)
        resolver->give(resolver->asker, tag, status, wire, len);
}

/* The response is ours to destroy in every case, on a timeout too. */
static void on_callback(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
                        void *user, getdns_transaction_t transaction)
{
    (void)context;
    (void)transaction;
    struct getdns_query *query = user;
    getdns_bindata *wire = NULL;
    if (query->reply)
        end_query(query, REPLY_BYTES, query->reply, query->reply_size);
    else if (type == GETDNS_CALLBACK_COMPLETE && response &&
             !getdns_dict_get_bindata(response, "/replies_full/0", &wire) && wire->size > 0)
        end_query(query, REPLY_BYTES, wire->data, wire->size);
    else
        end_query(query,
                  type == GETDNS_CALLBACK_TIMEOUT || type == GETDNS_CALLBACK_CANCEL ? REPLY_TIMEOUT
                                                                                    : REPLY_FAILED,
                  NULL, 0);
    getdns_dict_destroy(response);
}

/* Half of what a lookup costs is the dictionary that getdns makes of a reply, and it trusts lengths
 * in it that a stranger wrote. Nothing of it is wanted, so the request is taken back as soon as its
 * reply is there. One that getdns does not know any more has its reply all the same. */
static void claim(void *tag, const uint8_t *reply, size_t size)
{
    struct getdns_query *query = tag;
    query->reply = reply;
    query->reply_size = size;
    if (getdns_cancel_callback(query->context, query->transaction))
        end_query(query, REPLY_BYTES, reply, size);
}

static unsigned connection_count(const struct resolver_options *options)
{
    return options->connections < 1                     ? 1
           : options->connections < TCP_CONNECTIONS_MAX ? options->connections
                                                        : TCP_CONNECTIONS_MAX;
}

static bool open_contexts(struct resolver *resolver, const struct resolver_options *options,
                          struct failure *failure)
{
    enum transport stream = options->tls ? TRANSPORT_TLS : TRANSPORT_TCP;
    bool good = true;
    for (unsigned i = 0; good && i < options->count; i++) {
        struct upstream *upstream = &resolver->upstreams[i];
        const struct endpoint *endpoint = &options->endpoints[i];
        upstream->endpoint = *endpoint;
        tcp_connections_init(&upstream->load, connection_count(options));
        for (unsigned j = 0; good && j < connection_count(options); j++)
            good = open_context(&upstream->connections[j], resolver, endpoint, stream, failure);
        if (good && !options->tls)
            good = open_context(&upstream->datagrams, resolver, endpoint, TRANSPORT_UDP, failure);
    }
    return good;
}

static void close_resolver(struct resolver *resolver);

static struct resolver *open_resolver(const struct resolver_options *options,
                                      struct failure *failure)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));
    if (!resolver) {
        failure_out_of_memory(failure);
        return NULL;
    }
    TAILQ_INIT(&resolver->in_flight);
    TAILQ_INIT(&resolver->spare);
    resolver->timeout_ms = options->timeout_ms;
    resolver->trust = options->trust;
    resolver->give = options->give;
    resolver->asker = options->asker;
    resolver->tls = options->tls;
    resolver->memory = getdns_memory_new();
    resolver->loop = getdns_loop_new();
    if (!resolver->loop || !resolver->memory) {
        failure_set(failure, EXIT_TROUBLE, "no memory or no descriptor left for lookups");
        close_resolver(resolver);
        return NULL;
    }
    getdns_loop_count_strays(resolver->loop, options->strays);
    getdns_loop_claim_datagrams(resolver->loop, claim);
    if (!open_contexts(resolver, options, failure)) {
        close_resolver(resolver);
        return NULL;
    }
    return resolver;
}

static struct getdns_query *take_query(struct resolver *resolver)
{
    struct getdns_query *query = TAILQ_FIRST(&resolver->spare);
    if (query)
        TAILQ_REMOVE(&resolver->spare, query, link);
    else
        query = malloc(sizeof(*query));
    return query;
}

/* A stream that broke in the middle of a message leaves getdns in the middle of it: what comes over
 * the next one would be read as its rest, and no stream of this context would work again. A new
 * upstream begins anew; requests in flight keep the old one. */
static bool renew(struct resolver *resolver, struct upstream *upstream, unsigned connection)
{
    if (upstream->broken[connection] && set_upstream(resolver, upstream->connections[connection],
                                                     &upstream->endpoint, resolver->tls))
        return false;
    upstream->broken[connection] = false;
    return true;
}

static bool send_query(struct resolver *resolver, unsigned endpoint, enum transport transport,
                       unsigned timeout_ms, const struct question *question, void *tag)
{
    struct getdns_query *query = take_query(resolver);
    if (!query)
        return false;
    bool ended = false;
    struct upstream *upstream = &resolver->upstreams[endpoint];
    *query = (struct getdns_query){.resolver = resolver,
                                   .tag = tag,
                                   .upstream = upstream,
                                   .context = upstream->datagrams,
                                   .sent_ns = clock_coarse_ns(),
                                   .ended = &ended};
    if (transport != TRANSPORT_UDP) {
        query->connection = tcp_connections_take(&upstream->load);
        query->context = upstream->connections[query->connection];
    }
    TAILQ_INSERT_TAIL(&resolver->in_flight, query, link);
    char name[DNSNAME_TEXT_MAX];
    dnsname_print_absolute(name, &question->name);
    getdns_transaction_t transaction = 0;
    /* A request takes the timeout that its context has when it is made. */
    getdns_return_t rc = getdns_context_set_timeout(query->context, timeout_ms);
    if (!rc && query->context != upstream->datagrams &&
        !renew(resolver, upstream, query->connection))
        rc = GETDNS_RETURN_MEMORY_ERROR;
    getdns_loop_tag(resolver->loop, query);
    if (!rc)
        rc = getdns_general(query->context, name, question->type, NULL, query, &transaction,
                            on_callback);
    getdns_loop_tag(resolver->loop, NULL);
    if (ended)
        return true;
    query->ended = NULL;
    query->transaction = transaction;
    if (rc) {
        if (query->context != upstream->datagrams)
            tcp_connections_end(&upstream->load, query->connection, false);
        TAILQ_REMOVE(&resolver->in_flight, query, link);
        TAILQ_INSERT_HEAD(&resolver->spare, query, link);
    }
    return !rc;
}

/* A reply of another resolver of this thread may be on its way to whoever asks. */
static bool ask(struct resolver *resolver, unsigned endpoint, enum transport transport,
                unsigned timeout_ms, const struct question *question, void *tag)
{
    struct getdns_sockets *before = getdns_loop_enter(resolver->loop);
    bool good = send_query(resolver, endpoint, transport, timeout_ms, question, tag);
    getdns_loop_leave(before);
    return good;
}

/* A request that getdns has lost sight of is taken back; if it does not even know it, it has still
 * landed. */
static void cancel(struct resolver *resolver, struct getdns_query *query)
{
    if (getdns_cancel_callback(query->context, query->transaction) &&
        TAILQ_FIRST(&resolver->in_flight) == query)
        end_query(query, REPLY_TIMEOUT, NULL, 0);
}

static void run(struct resolver *resolver, int max_wait_ms)
{
    getdns_loop_run(resolver->loop, max_wait_ms);
    struct getdns_query *query = TAILQ_FIRST(&resolver->in_flight);
    if (!query)
        return;
    int64_t patience_ns = (int64_t)(resolver->timeout_ms + WATCHDOG_SLACK_MS) * 1000000;
    int64_t overdue_ns = clock_coarse_ns() - patience_ns;
    while ((query = TAILQ_FIRST(&resolver->in_flight)) && query->sent_ns < overdue_ns)
        cancel(resolver, query);
}

static void free_queries(struct getdns_query_queue *queue)
{
    struct getdns_query *query;
    while ((query = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, query, link);
        free(query);
    }
}

static void close_resolver(struct resolver *resolver)
{
    if (!resolver)
        return;
    resolver->closing = true;
    if (resolver->loop)
        getdns_loop_enter(resolver->loop);
    struct getdns_query *query;
    while ((query = TAILQ_FIRST(&resolver->in_flight)))
        cancel(resolver, query);
    for (unsigned i = 0; i < ENDPOINTS_MAX; i++) {
        getdns_context_destroy(resolver->upstreams[i].datagrams);
        for (unsigned j = 0; j < TCP_CONNECTIONS_MAX; j++)
            getdns_context_destroy(resolver->upstreams[i].connections[j]);
    }
    getdns_loop_free(resolver->loop);
    free_queries(&resolver->spare);
    getdns_memory_free(resolver->memory);
    free(resolver);
}

static unsigned overhead(const struct resolver_options *options)
{
    return 1 + options->count * (connection_count(options) + OVERHEAD_PER_ENDPOINT);
}

const struct resolver_engine resolver_network = {.name = "getdns",
                                                 .version = getdns_get_version,
                                                 .open = open_resolver,
                                                 .ask = ask,
                                                 .run = run,
                                                 .close = close_resolver,
                                                 .overhead = overhead};
