/*
 * In place of io/resolver/getdns.c: answers from an answerbook within the process. Replies with
 * another ID are dropped, as getdns does; everything else reaches the checks of the program.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/resolver/resolver.h"
#include "io/system/clock.h"
#include "tests/answerbook/query.h"
#include "tests/scripted/stage.h"

enum { NS_PER_MS = 1000000 };

/* A query whose outcome is known and waits for its time. */
struct pending {
    int64_t due_ns;
    uint64_t number; /* of two at one time, the older one comes first */
    void *tag;
    enum reply_status status;
    size_t length;
    uint8_t wire[];
};

struct resolver {
    struct resolver_options options;
    struct role roles[ENDPOINTS_MAX];
    bool without_edns[ENDPOINTS_MAX]; /* it has refused EDNS */
    uint64_t asked;
    struct pending **heap; /* the soonest at the root */
    size_t count;
    size_t capacity;
    uint8_t scratch[ANSWERBOOK_REPLY_MAX];
};

static bool before(const struct pending *a, const struct pending *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->number < b->number;
}

static bool heap_push(struct resolver *resolver, struct pending *pending)
{
    if (resolver->count == resolver->capacity) {
        size_t capacity = resolver->capacity ? resolver->capacity * 2 : 64;
        struct pending **heap = realloc(resolver->heap, capacity * sizeof(*heap));
        if (!heap) {
            return false;
        }
        resolver->heap = heap;
        resolver->capacity = capacity;
    }
    size_t at = resolver->count++;
    for (; at > 0 && before(pending, resolver->heap[(at - 1) / 2]); at = (at - 1) / 2) {
        resolver->heap[at] = resolver->heap[(at - 1) / 2];
    }
    resolver->heap[at] = pending;
    return true;
}

static struct pending *heap_pop(struct resolver *resolver)
{
    struct pending *soonest = resolver->heap[0];
    struct pending *last = resolver->heap[--resolver->count];
    size_t at = 0;
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < resolver->count &&
            before(resolver->heap[child + 1], resolver->heap[child])) {
            child++;
        }
        if (child >= resolver->count || !before(resolver->heap[child], last)) {
            break;
        }
        resolver->heap[at] = resolver->heap[child];
        at = child;
    }
    resolver->heap[at] = last;
    return soonest;
}

static struct resolver *open_resolver(const struct resolver_options *options,
                                      struct failure *failure)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));
    if (!resolver) {
        failure_out_of_memory(failure);
        return NULL;
    }
    resolver->options = *options;
    for (unsigned i = 0; i < options->count; i++) {
        if (!stage_cast(&resolver->roles[i], &options->endpoints[i], i, failure)) {
            free(resolver);
            return NULL;
        }
    }
    return resolver;
}

struct outcome {
    enum reply_status status;
    size_t length;
    unsigned wait_ms;
    bool now;
};

/* FORMERR, NOTIMP, or an OPT record at the end with BADVERS. */
static bool refuses_edns(const uint8_t *reply, size_t length)
{
    unsigned rcode = reply[3] & 15;
    return rcode == 1 || rcode == 4 ||
           (rcode == 0 && length > 23 && reply[11] == 1 && reply[length - 6] == 1);
}

/* The outcome of a query; reply octets in resolver->scratch. */
static struct outcome decide(struct resolver *resolver, unsigned endpoint, bool over_tcp,
                             unsigned timeout_ms, const struct question *question)
{
    uint8_t query[QUERY_MAX];
    struct behaviour how;
    const struct outcome failed = {.status = REPLY_FAILED};
    const struct outcome silence = {.status = REPLY_TIMEOUT, .wait_ms = timeout_ms};
    uint16_t id = (uint16_t)(0x1234 + resolver->asked);
    const struct role *role = &resolver->roles[endpoint];
    bool has_edns = !resolver->without_edns[endpoint];
    switch (stage_state(role, clock_monotonic_ns())) {
    case STAGE_UNREACHABLE:
        return (struct outcome){.status = REPLY_UNREACHABLE};
    case STAGE_SILENT:
        return over_tcp ? failed : silence;
    case STAGE_ALIVE:
        break;
    }
    size_t length = query_write(query, id, question->name.wire, question->name.length,
                                question->type, has_edns ? RESOLVER_UDP_PAYLOAD : 0);
    if (resolver->options.iterative) {
        query[2] = 0; /* no RD */
    }
    length = answerbook_reply(role->book, query, length, over_tcp, resolver->scratch,
                              sizeof(resolver->scratch), &how);
    if (how.close) {
        return failed;
    }
    if (length == 0 || how.delay_ms >= timeout_ms ||
        memcmp(resolver->scratch, query, sizeof(id)) != 0) {
        return silence;
    }
    resolver->without_edns[endpoint] |= has_edns && refuses_edns(resolver->scratch, length);
    if (has_edns && resolver->without_edns[endpoint]) {
        return (struct outcome){.status = REPLY_NO_EDNS, .now = how.now};
    }
    return (struct outcome){
        .status = REPLY_BYTES, .length = length, .wait_ms = how.delay_ms, .now = how.now};
}

static bool ask(struct resolver *resolver, unsigned endpoint, enum transport transport,
                unsigned timeout_ms, const struct question *question, unsigned repeats, void *tag)
{
    (void)repeats;
    resolver->asked++;
    struct outcome outcome =
        decide(resolver, endpoint, transport != TRANSPORT_UDP, timeout_ms, question);
    struct pending *pending = malloc(sizeof(*pending) + outcome.length);
    if (!pending) {
        return false;
    }
    pending->due_ns = clock_monotonic_ns() + (int64_t)outcome.wait_ms * NS_PER_MS;
    pending->number = resolver->asked;
    pending->tag = tag;
    pending->status = outcome.status;
    pending->length = outcome.length;
    memcpy(pending->wire, resolver->scratch, outcome.length);
    if (outcome.now) {
        /* The copy is given, since the callback may ask again and write to scratch. */
        resolver->options.give(resolver->options.asker, tag, pending->status, pending->wire,
                               pending->length);
        free(pending);
        return true;
    }
    if (!heap_push(resolver, pending)) {
        free(pending);
        return false;
    }
    return true;
}

static void wait_for_soonest(const struct resolver *resolver, int max_wait_ms)
{
    int64_t wait_ns = (int64_t)max_wait_ms * NS_PER_MS;
    if (resolver->count > 0) {
        int64_t until_ns = resolver->heap[0]->due_ns - clock_monotonic_ns();
        wait_ns = until_ns < wait_ns ? until_ns : wait_ns;
    }
    if (wait_ns > 0) {
        struct timespec pause = {.tv_sec = wait_ns / 1000000000, .tv_nsec = wait_ns % 1000000000};
        nanosleep(&pause, NULL);
    }
}

/* Queries sent from within callbacks wait for the next call. */
static void run(struct resolver *resolver, int max_wait_ms)
{
    wait_for_soonest(resolver, max_wait_ms);
    int64_t now_ns = clock_monotonic_ns();
    while (resolver->count > 0 && resolver->heap[0]->due_ns <= now_ns) {
        struct pending *pending = heap_pop(resolver);
        resolver->options.give(resolver->options.asker, pending->tag, pending->status,
                               pending->wire, pending->length);
        free(pending);
    }
}

static void close_resolver(struct resolver *resolver)
{
    if (!resolver) {
        return;
    }
    for (size_t i = 0; i < resolver->count; i++) {
        free(resolver->heap[i]);
    }
    free(resolver->heap);
    free(resolver);
}

static const char *version(void)
{
    return "1";
}

static unsigned overhead(const struct resolver_options *options)
{
    (void)options;
    return 0;
}

const struct resolver_engine resolver_network = {.name = "scripted",
                                                 .version = version,
                                                 .open = open_resolver,
                                                 .ask = ask,
                                                 .run = run,
                                                 .close = close_resolver,
                                                 .overhead = overhead};
