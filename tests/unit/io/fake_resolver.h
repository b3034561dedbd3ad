/*
 * A resolver that answers from a script, in place of io/resolver/getdns.c: the test program defines
 * resolver_network, so the linker does not take getdns from the archive.
 *
 * With FAKE_CLOCK defined before this header, time is simulated: it moves only while the resolver
 * waits, so an outage of two minutes takes no time. Without it the real clock runs, and several
 * threads may have a resolver each; the script must then be thread-safe.
 */
#ifndef TESTS_UNIT_IO_FAKE_RESOLVER_H
#define TESTS_UNIT_IO_FAKE_RESOLVER_H

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "io/resolver/resolver.h"
#include "io/system/clock.h"
#include "tests/unit/support.h"

enum { FAKE_WIRE_MAX = 2048 };

enum fake_act {
    FAKE_BYTES,
    FAKE_SILENCE,     /* until the timeout; until delay_ms if set, as when the wall clock jumps */
    FAKE_MISMATCH,    /* the same, but datagrams come that do not match the query */
    FAKE_NO_EDNS,     /* the server refuses EDNS */
    FAKE_FAILURE,     /* the transport fails */
    FAKE_CLOSED,      /* the connection ends after replies to other queries */
    FAKE_UNREACHABLE, /* the query does not reach the resolver */
    FAKE_REFUSAL,     /* ask returns false */
};

struct fake_query {
    unsigned endpoint;
    enum transport transport;
    unsigned timeout_ms;
    const struct question *question;
    unsigned repeats;
    int64_t at_ns;
    const struct endpoint *to;
};

struct fake_reply {
    enum fake_act act;
    bool inside; /* reply from within ask */
    bool twice;  /* the engine sends the query a second time */
    unsigned delay_ms;
    size_t len;
    uint8_t wire[FAKE_WIRE_MAX];
};

/* Set by each test: writes the reply to a query. The reply begins as silence. */
static void (*fake_script)(const struct fake_query *query, struct fake_reply *reply);
static atomic_uint fake_in_flight, fake_in_flight_max;
static unsigned fake_tcp_room; /* queries in flight over TCP at most; 0: any number */
static atomic_uint fake_over_tcp;

struct fake_open {
    struct fake_open *next;
    void *tag;
    bool over_tcp;
    int64_t due_ns;
    struct fake_reply reply;
};

struct resolver {
    struct resolver_options options;
    struct fake_open *open;
};

#ifdef FAKE_CLOCK
#include "tests/unit/io/fake_clock.h"

static inline void fake_wait_until(int64_t ns)
{
    if (ns > fake_now_ns)
        fake_now_ns = ns;
}
#else
enum { FAKE_MS = 1000000 };

static inline void fake_wait_until(int64_t ns)
{
    int64_t left = ns - clock_monotonic_ns();
    struct timespec pause = {.tv_sec = left / 1000 / FAKE_MS, .tv_nsec = left % (1000 * FAKE_MS)};
    if (left > 0)
        nanosleep(&pause, NULL);
}
#endif

static inline struct resolver *fake_resolver_open(const struct resolver_options *options,
                                                  struct failure *failure)
{
    (void)failure;
    struct resolver *resolver = calloc(1, sizeof(*resolver));
    cr_assert_not_null(resolver);
    resolver->options = *options;
    return resolver;
}

static inline void fake_give(struct resolver *resolver, struct fake_open *open)
{
    static const enum reply_status STATUSES[] = {[FAKE_BYTES] = REPLY_BYTES,
                                                 [FAKE_SILENCE] = REPLY_TIMEOUT,
                                                 [FAKE_MISMATCH] = REPLY_UNBELIEVABLE,
                                                 [FAKE_NO_EDNS] = REPLY_NO_EDNS,
                                                 [FAKE_FAILURE] = REPLY_FAILED,
                                                 [FAKE_CLOSED] = REPLY_CLOSED,
                                                 [FAKE_UNREACHABLE] = REPLY_UNREACHABLE};
    enum reply_status status = STATUSES[open->reply.act];
    bool bytes = status == REPLY_BYTES;
    fake_in_flight--;
    fake_over_tcp -= open->over_tcp;
    resolver->options.give(resolver->options.asker, open->tag, status,
                           bytes ? open->reply.wire : NULL, bytes ? open->reply.len : 0);
    free(open);
}

static inline bool fake_resolver_ask(struct resolver *resolver, unsigned endpoint,
                                     enum transport transport, unsigned timeout_ms,
                                     const struct question *question, unsigned repeats, void *tag)
{
    struct fake_open *open = calloc(1, sizeof(*open));
    struct fake_query query = {endpoint,
                               transport,
                               timeout_ms,
                               question,
                               repeats,
                               clock_monotonic_ns(),
                               &resolver->options.endpoints[endpoint]};
    cr_assert_not_null(open);
    cr_assert_lt(endpoint, resolver->options.count);
    cr_assert_eq(resolver->options.tls, transport == TRANSPORT_TLS);
    open->reply.act = FAKE_SILENCE;
    open->tag = tag;
    open->over_tcp = transport != TRANSPORT_UDP;
    fake_script(&query, &open->reply);
    if (open->reply.twice && resolver->options.repeats)
        ++*resolver->options.repeats;
    if (open->reply.act == FAKE_REFUSAL) {
        free(open);
        return false;
    }
    fake_over_tcp += open->over_tcp;
    unsigned now = ++fake_in_flight;
    for (unsigned most = fake_in_flight_max; now > most;)
        if (atomic_compare_exchange_weak(&fake_in_flight_max, &most, now))
            break;
    if (open->reply.inside) {
        fake_give(resolver, open);
        return true;
    }
    bool waits = open->reply.act == FAKE_SILENCE || open->reply.act == FAKE_MISMATCH;
    if (open->reply.delay_ms >= timeout_ms || (waits && open->reply.delay_ms == 0)) {
        open->reply.act = waits ? open->reply.act : FAKE_SILENCE;
        open->reply.delay_ms = timeout_ms;
    }
    open->due_ns = query.at_ns + (int64_t)open->reply.delay_ms * FAKE_MS;
    open->next = resolver->open;
    resolver->open = open;
    return true;
}

/* Takes out the reply due first, if it is due by by_ns. */
static inline struct fake_open *fake_due(struct resolver *resolver, int64_t by_ns)
{
    struct fake_open **first = NULL;
    for (struct fake_open **at = &resolver->open; *at; at = &(*at)->next) {
        if ((*at)->due_ns <= by_ns && (!first || (*at)->due_ns < (*first)->due_ns))
            first = at;
    }
    if (!first)
        return NULL;
    struct fake_open *open = *first;
    *first = open->next;
    return open;
}

static inline void fake_resolver_run(struct resolver *resolver, int max_wait_ms)
{
    cr_assert_geq(max_wait_ms, 0, "an engine would wait for ever");
    int64_t end_ns = clock_monotonic_ns() + (int64_t)max_wait_ms * FAKE_MS;
    struct fake_open *open = fake_due(resolver, end_ns);
    fake_wait_until(open ? open->due_ns : end_ns);
    for (int64_t now_ns = clock_monotonic_ns(); open; open = fake_due(resolver, now_ns))
        fake_give(resolver, open);
}

static inline void fake_resolver_close(struct resolver *resolver)
{
    for (struct fake_open *open; (open = resolver->open);) {
        resolver->open = open->next;
        fake_over_tcp -= open->over_tcp;
        free(open);
        fake_in_flight--;
    }
    free(resolver);
}

static inline const char *fake_resolver_version(void)
{
    return "1";
}

static inline unsigned fake_resolver_overhead(const struct resolver_options *options)
{
    return options->count;
}

static inline bool fake_resolver_has_room(const struct resolver *resolver, unsigned endpoint)
{
    (void)resolver, (void)endpoint;
    return fake_tcp_room == 0 || fake_over_tcp < fake_tcp_room;
}

/* Where the replies of all endpoints come from; port 0: no reply comes. */
static struct endpoint fake_source;

static inline void fake_resolver_find_sources(const struct endpoint *asked, unsigned count,
                                              const struct question *question, unsigned wait_ms,
                                              struct reply_source *sources)
{
    (void)asked, (void)question, (void)wait_ms;
    for (unsigned i = 0; i < count; i++)
        sources[i] = (struct reply_source){.found = fake_source.port != 0, .from = fake_source};
}

const struct resolver_engine resolver_network = {.name = "fake",
                                                 .version = fake_resolver_version,
                                                 .open = fake_resolver_open,
                                                 .ask = fake_resolver_ask,
                                                 .run = fake_resolver_run,
                                                 .close = fake_resolver_close,
                                                 .overhead = fake_resolver_overhead,
                                                 .has_room = fake_resolver_has_room,
                                                 .find_sources = fake_resolver_find_sources};

/* ---- replies ---- */

static inline void fake_put(struct fake_reply *reply, const void *octets, size_t len)
{
    cr_assert_leq(reply->len + len, FAKE_WIRE_MAX);
    memcpy(reply->wire + reply->len, octets, len);
    reply->len += len;
}

static inline void fake_put16(struct fake_reply *reply, unsigned value)
{
    uint8_t octets[] = {(uint8_t)(value >> 8), (uint8_t)value};
    fake_put(reply, octets, 2);
}

/* Header and question, no records: NODATA without SOA, or an error. */
static inline void fake_rcode(struct fake_reply *reply, const struct question *question,
                              enum rcode rcode)
{
    reply->act = FAKE_BYTES;
    reply->len = 0;
    fake_put16(reply, 0x1234);
    fake_put16(reply, 0x8180u | rcode);
    fake_put16(reply, 1);
    for (unsigned i = 0; i < 3; i++)
        fake_put16(reply, 0);
    fake_put(reply, question->name.wire, question->name.length);
    fake_put16(reply, question->type);
    fake_put16(reply, 1);
}

/* Adds an answer record at the name of the question. */
static inline void fake_record(struct fake_reply *reply, const struct question *question,
                               const void *rdata, size_t len)
{
    fake_put16(reply, 0xc00c);
    fake_put16(reply, question->type);
    fake_put16(reply, 1);
    fake_put16(reply, 0);
    fake_put16(reply, 600);
    fake_put16(reply, (unsigned)len);
    fake_put(reply, rdata, len);
    reply->wire[7]++;
}

static inline void fake_ptr(struct fake_reply *reply, const struct question *question,
                            const char *host)
{
    struct dnsname name = name_of(host);
    fake_rcode(reply, question, RCODE_NOERROR);
    fake_record(reply, question, name.wire, name.length);
}

static inline void fake_address(struct fake_reply *reply, const struct question *question,
                                const struct ipaddr *address)
{
    fake_rcode(reply, question, RCODE_NOERROR);
    fake_record(reply, question, address->bytes, ipaddr_octets(address));
}

/* TC is set: ask again over TCP. */
static inline void fake_truncated(struct fake_reply *reply, const struct question *question)
{
    fake_rcode(reply, question, RCODE_NOERROR);
    reply->wire[2] |= 2;
}

/* One answer record is announced and missing. */
static inline void fake_malformed(struct fake_reply *reply, const struct question *question)
{
    fake_rcode(reply, question, RCODE_NOERROR);
    reply->wire[7] = 1;
}

/* A good answer to another question. */
static inline void fake_stray(struct fake_reply *reply)
{
    struct question other = {.name = name_of("stray.example"), .type = RR_A};
    struct ipaddr address = address_of("192.0.2.1");
    fake_address(reply, &other, &address);
}

#endif
