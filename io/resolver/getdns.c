/*
 * The resolver interface over getdns, with remedies for its pitfalls (docs/getdns.md has the whole
 * list):
 *
 * - For each endpoint there is one context per TCP connection and one for UDP. So getdns never
 *   chooses a resolver itself, and each context opens one connection.
 * - The status that getdns reports is ignored (SERVFAIL and NXDOMAIN have the same one); the bytes
 *   of the reply are passed on.
 * - A server that refuses EDNS gets queries without it (RFC 6891 7).
 * - A watchdog on the monotonic clock ends each request: without free descriptors getdns can hold
 *   one for ever.
 */
#include "io/resolver/resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/queue.h>

#include "io/resolver/edns.h"
#include "io/resolver/getdns_setup.h"
#include "io/resolver/tcp_connections.h"
#include "io/system/clock.h"

enum {
    SIZES = 31, /* that queries announce which repeat a question */
    WATCHDOG_SLACK_MS = 1000,
    OVERHEAD_PER_ENDPOINT = 2 /* descriptors that getdns opens briefly */
};

/* One endpoint and its contexts. */
struct upstream {
    getdns_context *udp; /* NULL with TLS */
    getdns_context *connections[TCP_CONNECTIONS_MAX];
    struct tcp_connections load;
    bool without_edns; /* the server refuses it */
    struct endpoint endpoint;
};

struct getdns_query {
    struct resolver *resolver;
    void *tag;
    struct upstream *upstream;
    struct tcp_place place;  /* on the upstream's connections, unless it goes over UDP */
    getdns_context *context; /* of the upstream */
    getdns_transaction_t transaction;
    int64_t sent_ns;
    bool anew; /* it needs a new connection */
    bool has_edns;
    enum reply_status outcome; /* if the request times out or is cancelled */
    const uint8_t *reply;      /* from a datagram, while it is passed on */
    size_t reply_size;
    bool *ended; /* set when the callback runs before getdns_general returns */
    TAILQ_ENTRY(getdns_query) link;
};

TAILQ_HEAD(getdns_query_queue, getdns_query);

struct resolver {
    struct getdns_setup setup;
    struct upstream upstreams[ENDPOINTS_MAX];
    struct getdns_query_queue in_flight; /* in the order of sending */
    struct getdns_query_queue spare;
    unsigned timeout_ms;
    bool closing;
    bool tls;
    bool iterative;
    getdns_dict *extensions; /* of each query; NULL: none */
    getdns_dict *repeating;  /* of a query that repeats a question; NULL: none was sent yet */
    unsigned first_size;     /* of those: the number of the first */
    reply_fn *give;
    void *asker;
};

static bool is_over_udp(const struct getdns_query *query)
{
    return query->context == query->upstream->udp;
}

/* Errors of the way to the resolver, as opposed to a lack of descriptors or a closed connection. */
static enum reply_status failure_of(int error)
{
    switch (error) {
    case EACCES:
    case EPERM: /* a packet filter */
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ECONNREFUSED:
    case EADDRNOTAVAIL: /* no source address */
    case EAGAIN:        /* no free port */
        return REPLY_UNREACHABLE;
    default:
        return REPLY_FAILED;
    }
}

/* True: the reply refuses EDNS, and all further queries to the server go without. */
static bool learn_no_edns(const struct getdns_query *query, const uint8_t *wire, size_t len)
{
    struct upstream *upstream = query->upstream;

    if (!query->has_edns || !edns_is_refused(wire, len))
        return false;
    if (upstream->udp && getdns_setup_without_edns(upstream->udp))
        return false;
    for (unsigned i = 0; i < TCP_CONNECTIONS_MAX && upstream->connections[i]; i++) {
        if (getdns_setup_without_edns(upstream->connections[i]))
            return false;
    }
    upstream->without_edns = true;
    return true;
}

/* A server closes at once what it does not serve. If no connection comes about, getdns gives it up
 * after four fifths of the timeout. */
static bool has_waited(const struct getdns_query *query)
{
    int64_t half_ns = (int64_t)query->resolver->timeout_ms * 1000000 / 2;

    return clock_coarse_ns() - query->sent_ns >= half_ns;
}

/* The outcome of a query on a connection. */
static enum reply_status leave_connection(const struct getdns_query *query,
                                          enum reply_status status)
{
    enum tcp_outcome outcome = status == REPLY_BYTES    ? TCP_REPLY
                               : status != REPLY_FAILED ? TCP_NO_REPLY
                               : has_waited(query)      ? TCP_CLOSED_LATE
                                                        : TCP_CLOSED;

    return tcp_connections_end(&query->upstream->load, query->place, outcome) ? REPLY_CLOSED
                                                                              : status;
}

/* Passes the outcome on. The receiver may ask a question at once, which may reuse the query. */
static void end_query(struct getdns_query *query, enum reply_status status, const uint8_t *wire,
                      size_t len)
{
    struct resolver *resolver = query->resolver;
    void *tag = query->tag;

    if (!is_over_udp(query))
        status = leave_connection(query, status);
    TAILQ_REMOVE(&resolver->in_flight, query, link);
    TAILQ_INSERT_HEAD(&resolver->spare, query, link);
    if (query->ended)
        *query->ended = true;
    if (status == REPLY_BYTES && learn_no_edns(query, wire, len))
        status = REPLY_NO_EDNS;
    if (status == REPLY_BYTES)
        getdns_loop_note_latency(resolver->setup.loop, clock_coarse_ns() - query->sent_ns);
    if (!resolver->closing)
        resolver->give(resolver->asker, tag, status, wire, len);
}

/* The response must be destroyed in every case, after a timeout too. */
static void on_callback(getdns_context *context, getdns_callback_type_t type, getdns_dict *response,
                        void *user, getdns_transaction_t transaction)
{
    (void)context, (void)transaction;
    struct getdns_query *query = user;
    getdns_bindata *wire = NULL;

    if (type == GETDNS_CALLBACK_TIMEOUT || type == GETDNS_CALLBACK_CANCEL)
        end_query(query, query->outcome, query->reply, query->reply_size);
    else if (type == GETDNS_CALLBACK_COMPLETE && response &&
             !getdns_dict_get_bindata(response, "/replies_full/0", &wire) && wire->size > 0)
        end_query(query, REPLY_BYTES, wire->data, wire->size);
    else
        end_query(query, failure_of(getdns_loop_take_connect_error(query->resolver->setup.loop)),
                  NULL, 0);
    getdns_dict_destroy(response);
}

/* Ends a query before getdns does, by cancelling its request, with the outcome that is set. A
 * request that getdns no longer knows has no callback. */
static void cancel(struct getdns_query *query)
{
    if (getdns_cancel_callback(query->context, query->transaction))
        end_query(query, query->outcome, query->reply, query->reply_size);
}

/* Takes a reply before getdns reads it. Half of the cost of a lookup is the dictionary that getdns
 * builds from a reply, and while it builds it, it trusts length fields that a stranger wrote. None
 * of the dictionary is needed. */
static void on_replied(void *tag, const uint8_t *reply, size_t size)
{
    struct getdns_query *query = tag;

    query->outcome = REPLY_BYTES;
    query->reply = reply;
    query->reply_size = size;
    cancel(query);
}

static void on_failed(void *tag, int error)
{
    struct getdns_query *query = tag;

    query->outcome = failure_of(error);
    cancel(query);
}

static void on_mismatched(void *tag)
{
    struct getdns_query *query = tag;

    query->outcome = REPLY_UNBELIEVABLE;
}

static const struct getdns_loop_hooks LOOP_HOOKS = {on_replied, on_failed, on_mismatched};

static unsigned connection_count(const struct resolver_options *options)
{
    unsigned count = options->connections < 1 ? 1 : options->connections;

    return count < TCP_CONNECTIONS_MAX ? count : TCP_CONNECTIONS_MAX;
}

static bool open_upstream(struct resolver *resolver, struct upstream *upstream,
                          const struct resolver_options *options, struct failure *failure)
{
    enum transport transport = options->tls ? TRANSPORT_TLS : TRANSPORT_TCP;
    unsigned count = connection_count(options);
    bool good = true;

    tcp_connections_init(&upstream->load, count);
    for (unsigned i = 0; good && i < count; i++)
        good = getdns_setup_context(&upstream->connections[i], &resolver->setup,
                                    &upstream->endpoint, transport, failure);
    if (good && !options->tls)
        good = getdns_setup_context(&upstream->udp, &resolver->setup, &upstream->endpoint,
                                    TRANSPORT_UDP, failure);
    return good;
}

/* NULL: out of memory. */
static getdns_dict *make_extensions(const struct resolver *resolver)
{
    getdns_dict *extensions = getdns_dict_create_with_extended_memory_functions(
        resolver->setup.memory, getdns_memory_malloc, getdns_memory_realloc,
        getdns_memory_give_back);

    if (extensions && resolver->iterative && getdns_dict_set_int(extensions, "/header/rd", 0)) {
        getdns_dict_destroy(extensions);
        return NULL;
    }
    return extensions;
}

/* A query that repeats a question announces another size: its octets differ from those of the ones
 * before, and mostly from those of an earlier run. */
static getdns_dict *extensions_of(struct resolver *resolver, const struct getdns_query *query,
                                  unsigned repeats)
{
    static const char size[] = "/add_opt_parameters/maximum_udp_payload_size";

    if (repeats == 0 || !query->has_edns)
        return resolver->extensions;
    if (!resolver->repeating)
        resolver->repeating = make_extensions(resolver);
    if (!resolver->repeating ||
        getdns_dict_set_int(resolver->repeating, size,
                            RESOLVER_UDP_PAYLOAD - 1 - (resolver->first_size + repeats) % SIZES))
        return resolver->extensions;
    return resolver->repeating;
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
    resolver->give = options->give;
    resolver->asker = options->asker;
    resolver->tls = options->tls;
    resolver->iterative = options->iterative;
    resolver->first_size = (unsigned)(clock_monotonic_ns() / 1000 % SIZES);
    resolver->setup = (struct getdns_setup){
        .memory = getdns_memory_new(), .loop = getdns_loop_new(), .trust = options->trust};
    if (!resolver->setup.loop || !resolver->setup.memory ||
        (options->iterative && !(resolver->extensions = make_extensions(resolver)))) {
        failure_set(failure, EXIT_TROUBLE, "no memory or no descriptor left for lookups");
        close_resolver(resolver);
        return NULL;
    }
    getdns_loop_count_strays(resolver->setup.loop, options->strays);
    getdns_loop_count_repeats(resolver->setup.loop, options->repeats);
    getdns_loop_limit_sockets(resolver->setup.loop, options->sockets);
    getdns_loop_share_sockets(resolver->setup.loop, options->budget);
    getdns_loop_set_hooks(resolver->setup.loop, &LOOP_HOOKS);
    for (unsigned i = 0; i < options->count; i++) {
        resolver->upstreams[i].endpoint = options->endpoints[i];
        if (!open_upstream(resolver, &resolver->upstreams[i], options, failure)) {
            close_resolver(resolver);
            return NULL;
        }
    }
    return resolver;
}

/* A connection that broke in the middle of a message leaves getdns in the middle of it: getdns
 * would read the data of the next connection as the rest of that message, and no further connection
 * of the context would work. Setting the upstream again starts afresh; requests in flight keep the
 * old one. */
static bool open_anew(struct resolver *resolver, const struct getdns_query *query)
{
    return getdns_setup_upstream(query->context, &resolver->setup, &query->upstream->endpoint,
                                 resolver->tls) == GETDNS_RETURN_GOOD;
}

/* A query in the queue of those in flight; NULL: out of memory. */
static struct getdns_query *begin_query(struct resolver *resolver, struct upstream *upstream,
                                        enum transport transport, void *tag)
{
    struct getdns_query *query = TAILQ_FIRST(&resolver->spare);

    if (query)
        TAILQ_REMOVE(&resolver->spare, query, link);
    else
        query = malloc(sizeof(*query));
    if (!query)
        return NULL;
    *query = (struct getdns_query){.resolver = resolver,
                                   .tag = tag,
                                   .upstream = upstream,
                                   .context = upstream->udp,
                                   .sent_ns = clock_coarse_ns(),
                                   .has_edns = !upstream->without_edns,
                                   .outcome = REPLY_TIMEOUT};
    if (transport != TRANSPORT_UDP) {
        query->place = tcp_connections_take(&upstream->load, &query->anew);
        query->context = upstream->connections[query->place.connection];
    }
    TAILQ_INSERT_TAIL(&resolver->in_flight, query, link);
    return query;
}

/* The query ends without a callback. */
static void drop_query(struct getdns_query *query)
{
    struct resolver *resolver = query->resolver;

    if (!is_over_udp(query))
        (void)tcp_connections_end(&query->upstream->load, query->place, TCP_CLOSED);
    TAILQ_REMOVE(&resolver->in_flight, query, link);
    TAILQ_INSERT_HEAD(&resolver->spare, query, link);
}

/* Makes the getdns request of a query. A request takes the timeout that its context has then. */
static getdns_return_t request(struct resolver *resolver, struct getdns_query *query,
                               unsigned timeout_ms, const struct question *question,
                               unsigned repeats, getdns_transaction_t *transaction)
{
    char name[DNSNAME_TEXT_MAX];
    getdns_return_t rc = getdns_context_set_timeout(query->context, timeout_ms);

    dnsname_print_absolute(name, &question->name);
    if (!rc && query->anew && !open_anew(resolver, query))
        rc = GETDNS_RETURN_MEMORY_ERROR;
    getdns_loop_tag(resolver->setup.loop, query);
    if (!rc)
        rc = getdns_general(query->context, name, question->type,
                            extensions_of(resolver, query, repeats), query, transaction,
                            on_callback);
    getdns_loop_tag(resolver->setup.loop, NULL);
    return rc;
}

static bool send_query(struct resolver *resolver, unsigned endpoint, enum transport transport,
                       unsigned timeout_ms, const struct question *question, unsigned repeats,
                       void *tag)
{
    struct getdns_query *query =
        begin_query(resolver, &resolver->upstreams[endpoint], transport, tag);
    getdns_transaction_t transaction = 0;
    bool ended = false;

    if (!query)
        return false;
    query->ended = &ended;
    (void)getdns_loop_take_connect_error(resolver->setup.loop);
    getdns_return_t rc = request(resolver, query, timeout_ms, question, repeats, &transaction);
    if (ended)
        return true;
    query->ended = NULL;
    query->transaction = transaction;
    if (!rc)
        return true;
    enum reply_status status = failure_of(getdns_loop_take_connect_error(resolver->setup.loop));
    if (status == REPLY_UNREACHABLE)
        end_query(query, status, NULL, 0);
    else
        drop_query(query);
    return status == REPLY_UNREACHABLE;
}

/* The caller may be in a callback of another resolver of this thread. */
static bool ask(struct resolver *resolver, unsigned endpoint, enum transport transport,
                unsigned timeout_ms, const struct question *question, unsigned repeats, void *tag)
{
    struct getdns_sockets *before = getdns_loop_enter(resolver->setup.loop);
    bool good = send_query(resolver, endpoint, transport, timeout_ms, question, repeats, tag);

    getdns_loop_leave(before);
    return good;
}

static bool has_room(const struct resolver *resolver, unsigned endpoint)
{
    return tcp_connections_have_room(&resolver->upstreams[endpoint].load);
}

static void run(struct resolver *resolver, int max_wait_ms)
{
    struct getdns_query *query;

    getdns_loop_run(resolver->setup.loop, max_wait_ms);
    if (TAILQ_EMPTY(&resolver->in_flight))
        return;
    int64_t longest_ns = (int64_t)(resolver->timeout_ms + WATCHDOG_SLACK_MS) * 1000000;
    int64_t overdue_ns = clock_coarse_ns() - longest_ns;
    while ((query = TAILQ_FIRST(&resolver->in_flight)) && query->sent_ns < overdue_ns)
        cancel(query);
}

static void close_resolver(struct resolver *resolver)
{
    struct getdns_query *query;

    if (!resolver)
        return;
    resolver->closing = true;
    if (resolver->setup.loop)
        getdns_loop_enter(resolver->setup.loop);
    while ((query = TAILQ_FIRST(&resolver->in_flight)))
        cancel(query);
    for (unsigned i = 0; i < ENDPOINTS_MAX; i++) {
        getdns_context_destroy(resolver->upstreams[i].udp);
        for (unsigned j = 0; j < TCP_CONNECTIONS_MAX; j++)
            getdns_context_destroy(resolver->upstreams[i].connections[j]);
    }
    getdns_dict_destroy(resolver->extensions);
    getdns_dict_destroy(resolver->repeating);
    getdns_loop_free(resolver->setup.loop);
    while ((query = TAILQ_FIRST(&resolver->spare))) {
        TAILQ_REMOVE(&resolver->spare, query, link);
        free(query);
    }
    getdns_memory_free(resolver->setup.memory);
    free(resolver);
}

static unsigned overhead(const struct resolver_options *options)
{
    return 1 + options->count * (connection_count(options) + OVERHEAD_PER_ENDPOINT);
}

const struct resolver_engine resolver_network = {.name = "getdns",
                                                 .version = getdns_get_version,
                                                 .linking = FCRDNS_GETDNS,
                                                 .open = open_resolver,
                                                 .ask = ask,
                                                 .run = run,
                                                 .close = close_resolver,
                                                 .overhead = overhead,
                                                 .shares_sockets = true,
                                                 .has_room = has_room,
                                                 .find_sources = reply_source_find};
