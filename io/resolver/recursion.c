#include "io/resolver/recursion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "io/resolver/getdns_calls.h"
#include "io/resolver/recursion_context.h"
#include "io/resolver/recursion_loop.h"
#include "io/resolver/timer_wheel.h"
#include "io/system/clock.h"
#include "io/system/printable.h"

enum {
    OVERHEAD = 1 + RECURSION_TCP_MAX, /* one for epoll */
    WHY_MAX = 256,
    HEADER = 12,
    QUESTION_REST = 4, /* type and class */
    FLAGS_QR_RD = 0x81,
    FLAG_RA = 0x80,
    CLASS_INTERNET = 1,
    ABANDONED_MORE = 1024,
};

struct recursion_query {
    struct resolver *resolver;
    void *tag;
    struct timer timer; /* runs while it is open */
    bool abandoned;     /* its time has ended, but libunbound still works on it */
    bool ended;         /* in libunbound */
    uint8_t *wire;      /* of the reply; NULL: SERVFAIL */
    size_t length;
    struct question question;
    TAILQ_ENTRY(recursion_query) link;
};

TAILQ_HEAD(recursion_query_queue, recursion_query);

struct resolver {
    struct recursion_loop *loop;
    struct ub_ctx *context;
    struct timer_wheel timers;
    struct recursion_query_queue open; /* libunbound works on them; abandoned ones too */
    struct recursion_query_queue done; /* their replies wait for the next run */
    struct recursion_query_queue spare;
    unsigned open_count;
    unsigned open_max;
    reply_fn *give;
    void *asker;
    char why[WHY_MAX]; /* the last reply that did not validate; "": none */
};

/* ---- replies ---- */

static void spare(struct resolver *resolver, struct recursion_query *query)
{
    free(query->wire);
    query->wire = NULL;
    TAILQ_INSERT_HEAD(&resolver->spare, query, link);
}

static void leave_open(struct resolver *resolver, struct recursion_query *query)
{
    timer_wheel_stop(&query->timer);
    TAILQ_REMOVE(&resolver->open, query, link);
    resolver->open_count--;
}

/* Called by libunbound, from the loop, from within ub_resolve_event, and when the context is
 * deleted. The packet is libunbound's, which may use its buffer for the next question: so the reply
 * is passed on later. */
static void on_result(void *user, int rcode, void *packet, int length, int secure, char *why_bogus,
                      int was_ratelimited)
{
    enum { BOGUS = 1 };
    struct recursion_query *query = user;
    struct resolver *resolver = query->resolver;

    (void)was_ratelimited;
    query->ended = true;
    if (secure == BOGUS)
        printable_text(resolver->why, sizeof(resolver->why), why_bogus ? why_bogus : "?",
                       why_bogus ? strlen(why_bogus) : 1);
    leave_open(resolver, query);
    if (query->abandoned) {
        spare(resolver, query);
        return;
    }
    if (rcode == 0 && secure != BOGUS && packet && length >= HEADER)
        query->wire = malloc((size_t)length);
    if (query->wire) {
        memcpy(query->wire, packet, (size_t)length);
        query->wire[3] |= FLAG_RA;
        query->length = (size_t)length;
    }
    TAILQ_INSERT_TAIL(&resolver->done, query, link);
}

/* The reply of a resolver that could not find the answer. Returns its length. */
static size_t put_servfail(uint8_t wire[HEADER + DNSNAME_MAX + QUESTION_REST],
                           const struct question *question)
{
    static const uint8_t header[HEADER] = {[2] = FLAGS_QR_RD, FLAG_RA | RCODE_SERVFAIL, 0, 1};
    size_t at = HEADER + question->name.length;

    memcpy(wire, header, HEADER);
    memcpy(wire + HEADER, question->name.wire, question->name.length);
    wire[at++] = (uint8_t)(question->type >> 8);
    wire[at++] = (uint8_t)question->type;
    wire[at++] = 0;
    wire[at++] = CLASS_INTERNET;
    return at;
}

/* The receiver may ask a question at once. */
static void give_done(struct resolver *resolver)
{
    uint8_t servfail[HEADER + DNSNAME_MAX + QUESTION_REST];
    struct recursion_query_queue done = TAILQ_HEAD_INITIALIZER(done);
    struct recursion_query *query;

    TAILQ_CONCAT(&done, &resolver->done, link);
    while ((query = TAILQ_FIRST(&done))) {
        TAILQ_REMOVE(&done, query, link);
        const uint8_t *wire = query->wire ? query->wire : servfail;
        size_t length = query->wire ? query->length : put_servfail(servfail, &query->question);
        resolver->give(resolver->asker, query->tag, REPLY_BYTES, wire, length);
        spare(resolver, query);
    }
}

/* libunbound goes on: the next try joins its work, or finds the answer in the cache. */
static void end_overdue(struct resolver *resolver)
{
    int64_t now = clock_monotonic_ns();
    struct timer *timer;

    while ((timer = timer_wheel_fired(&resolver->timers, now))) {
        struct recursion_query *query =
            (struct recursion_query *)((char *)timer - offsetof(struct recursion_query, timer));
        query->abandoned = true;
        resolver->give(resolver->asker, query->tag, REPLY_TIMEOUT, NULL, 0);
    }
}

/* ---- questions ---- */

static struct recursion_query *begin_query(struct resolver *resolver, void *tag,
                                           const struct question *question, unsigned timeout_ms)
{
    struct recursion_query *query = TAILQ_FIRST(&resolver->spare);

    if (query)
        TAILQ_REMOVE(&resolver->spare, query, link);
    else
        query = malloc(sizeof(*query));
    if (!query)
        return NULL;
    *query = (struct recursion_query){.resolver = resolver, .tag = tag};
    query->question.type = question->type;
    dnsname_copy(&query->question.name, &question->name);
    timer_wheel_start(&resolver->timers, &query->timer,
                      clock_monotonic_ns() + (int64_t)timeout_ms * 1000000);
    TAILQ_INSERT_TAIL(&resolver->open, query, link);
    resolver->open_count++;
    return query;
}

/* libunbound's calls of sockets must not be taken for those of getdns
 * (io/resolver/getdns_interposed.c). */
static struct getdns_sockets *enter(void)
{
    return getdns_sockets_enter(NULL);
}

static void leave(struct getdns_sockets *before)
{
    getdns_sockets_enter(before);
}

static bool ask(struct resolver *resolver, unsigned endpoint, enum transport transport,
                unsigned timeout_ms, const struct question *question, unsigned repeats, void *tag)
{
    (void)endpoint, (void)transport, (void)repeats;
    char name[DNSNAME_TEXT_MAX];
    struct recursion_query *query = begin_query(resolver, tag, question, timeout_ms);

    if (!query)
        return false;
    dnsname_print_absolute(name, &question->name);
    struct getdns_sockets *before = enter();
    int error = ub_resolve_event(resolver->context, name, question->type, CLASS_INTERNET, query,
                                 on_result, NULL);
    leave(before);
    if (error == 0 || query->ended)
        return true;
    leave_open(resolver, query);
    spare(resolver, query);
    return false;
}

/* What libunbound still works on, abandoned questions included, is bounded: their number is its
 * memory. */
static bool has_room(const struct resolver *resolver, unsigned endpoint)
{
    (void)endpoint;
    return resolver->open_count < resolver->open_max;
}

static void run(struct resolver *resolver, int max_wait_ms)
{
    int wait_ms = timer_wheel_wait_ms(&resolver->timers, clock_monotonic_ns(), max_wait_ms);
    struct getdns_sockets *before = enter();

    recursion_loop_run(resolver->loop, TAILQ_EMPTY(&resolver->done) ? wait_ms : 0);
    leave(before);
    give_done(resolver);
    end_overdue(resolver);
}

/* ---- life ---- */

static bool open_context(struct resolver *resolver, const struct resolver_options *options,
                         struct failure *failure)
{
    resolver->loop = recursion_loop_new();
    if (!resolver->loop)
        return failure_set(failure, EXIT_TROUBLE, "no memory or no descriptor left for lookups");
    struct getdns_sockets *before = enter();
    resolver->context = recursion_context_new(recursion_loop_base(resolver->loop), options->roots,
                                              options->window, failure);
    leave(before);
    return resolver->context != NULL;
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
    TAILQ_INIT(&resolver->open);
    TAILQ_INIT(&resolver->done);
    TAILQ_INIT(&resolver->spare);
    timer_wheel_init(&resolver->timers, clock_monotonic_ns());
    resolver->give = options->give;
    resolver->asker = options->asker;
    resolver->open_max = 4 * options->window + ABANDONED_MORE;
    if (!open_context(resolver, options, failure)) {
        close_resolver(resolver);
        return NULL;
    }
    return resolver;
}

static void free_queries(struct recursion_query_queue *queue)
{
    struct recursion_query *query;

    while ((query = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, query, link);
        free(query->wire);
        free(query);
    }
}

static void close_resolver(struct resolver *resolver)
{
    struct getdns_sockets *before = enter();

    if (resolver) {
        ub_ctx_delete(resolver->context); /* calls back for what is open */
        recursion_loop_free(resolver->loop);
        free_queries(&resolver->open);
        free_queries(&resolver->done);
        free_queries(&resolver->spare);
    }
    free(resolver);
    leave(before);
}

static unsigned overhead(const struct resolver_options *options)
{
    (void)options;
    return OVERHEAD;
}

const struct resolver_engine resolver_recursion = {.name = "libunbound",
                                                   .version = ub_version,
                                                   .open = open_resolver,
                                                   .ask = ask,
                                                   .run = run,
                                                   .close = close_resolver,
                                                   .overhead = overhead,
                                                   .has_room = has_room};

/* ---- the probe ---- */

struct probe {
    bool replied;
    bool good;
};

static void on_probe(void *context, void *tag, enum reply_status status, const uint8_t *wire,
                     size_t length)
{
    struct probe *probe = context;

    (void)tag;
    probe->replied = true;
    probe->good = status == REPLY_BYTES && length > HEADER && (wire[3] & 0x0f) == RCODE_NOERROR;
}

static bool describe_silence(const struct root_data *roots, unsigned wait_ms,
                             struct failure *failure)
{
    if (!recursion_context_has_way(roots))
        return failure_set(failure, EXIT_TRY_LATER,
                           "recursion in the process: this host has no route to any root server "
                           "of %s; nothing was asked and nothing was written. Check the network, "
                           "or name a resolver with -r",
                           roots->hints_path);
    return failure_set(failure, EXIT_TRY_LATER,
                       "recursion in the process: no root server of %s answers (probed for at most "
                       "%.1f s); nothing was written. A network that allows DNS only to its own "
                       "resolvers needs one of them, with -r",
                       roots->hints_path, wait_ms / 1000.0);
}

bool recursion_probe(const struct root_data *roots, unsigned wait_ms, struct failure *failure)
{
    enum { STEP_MS = 50, WINDOW = 1, TYPE_NS = 2 };
    struct probe probe = {0};
    struct resolver_options options = {
        .roots = roots, .window = WINDOW, .give = on_probe, .asker = &probe};
    struct question question = {.name = {.length = 1, .wire = {0}}, .type = TYPE_NS};
    struct resolver *resolver = open_resolver(&options, failure);

    if (!resolver)
        return false;
    bool asked = ask(resolver, 0, TRANSPORT_UDP, wait_ms, &question, 0, NULL);
    while (asked && !probe.replied)
        run(resolver, STEP_MS);
    if (!probe.good && resolver->why[0])
        failure_set(failure, EXIT_TRY_LATER,
                    "recursion in the process: the root zone is not signed as the trust anchor in "
                    "%s says (%s); nothing was written. Check that file, the clock, and who "
                    "answers for the root servers",
                    roots->anchor_path, resolver->why);
    else if (!probe.good)
        describe_silence(roots, wait_ms, failure);
    close_resolver(resolver);
    return probe.good;
}
