/*
 * The seam to the DNS: one question over one transport to one of the given resolvers, once. No
 * retry, no judgement: whatever bytes come back are handed on, and whoever asked checks them
 * (audit/message.h).
 *
 * What answers is an engine, a table of functions chosen when the program runs. resolver_network
 * asks the resolvers; io/resolver/getdns.c has it, and the tests link a scripted one in its place.
 * resolver_zones answers from zone files (io/resolver/zones.h).
 *
 * Ownership: open / close; a resolver belongs to the engine that opened it, and only that one knows
 * what is in it. Close only outside callbacks; questions still open are dropped without a callback.
 * Threads: one resolver per thread; open them one after another before the threads start. Units:
 * milliseconds. Errors: open tells *failure; everything else is a reply status.
 */
#ifndef IO_RESOLVER_RESOLVER_H
#define IO_RESOLVER_RESOLVER_H

#include <stdint.h>

#include "audit/answer.h"
#include "io/system/endpoint.h"

struct resolver;
struct zone_set;

enum {
    RESOLVER_UDP_PAYLOAD = 1232
}; /* EDNS buffer size: no fragments on any path (DNS flag day 2020) */

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS };

enum reply_status {
    REPLY_BYTES,       /* wire[0..len) came back */
    REPLY_TIMEOUT,     /* nothing came back in time */
    REPLY_FAILED,      /* the transport failed (connection closed or refused, no descriptor) */
    REPLY_UNREACHABLE, /* the query did not reach the resolver: this host could not send it (no
                          route, link down, a filter), or the resolver's host refused it. This shows
                          nothing about the question */
    REPLY_NO_ZONE,     /* bytes, as far as they go: the name, or the end of its chain, is in no zone
                          that the engine has. It will never be: only an engine without a network says
                          so */
};

/* Called from run, or from within ask. wire is valid during the call. */
typedef void reply_fn(void *asker, void *tag, enum reply_status status, const uint8_t *wire,
                      size_t len);

/* Who a resolver must prove to be before a question is sent to it over TLS (RFC 8310, strict
 * profile). */
struct resolver_trust {
    const char *name;    /* in its certificate */
    const char *ca_file; /* certificates of the authorities; NULL: those of the system */
    /* A resolver has not proved it; why: words for people. NULL: nobody wants to know. */
    void (*refused)(void *context, const char *why);
    void *context;
};

struct resolver_options {
    const struct endpoint *endpoints;
    unsigned count;
    bool tls;                           /* TRANSPORT_TLS will be asked for, and nothing else */
    unsigned connections;               /* connections to each endpoint at most; 0: one */
    const struct resolver_trust *trust; /* outlives the resolver; NULL: TLS only encrypts */
    unsigned timeout_ms;                /* of one question, the longest that is asked for */
    const struct zone_set *zones;       /* what resolver_zones answers from; NULL for others */
    reply_fn *give;
    void *asker; /* first argument of give */
    uint64_t
        *strays; /* added to: datagrams that were no reply to a question under way; may be NULL */
};

/* Sends one question, and waits at most timeout_ms for its reply. give is called exactly once for
 * it, unless the resolver is closed first. False: it could not be sent at all (give is not called).
 */
typedef bool ask_fn(struct resolver *resolver, unsigned endpoint, enum transport transport,
                    unsigned timeout_ms, const struct question *question, void *tag)
    __attribute__((warn_unused_result));

struct resolver_engine {
    const char *name; /* "getdns" */
    const char *(*version)(void);
    /* NULL with *failure set. */
    struct resolver *(*open)(const struct resolver_options *options, struct failure *failure);
    ask_fn *ask;
    /* Waits at most max_wait_ms for something to happen and serves it. */
    void (*run)(struct resolver *resolver, int max_wait_ms);
    /* NULL is allowed. */
    void (*close)(struct resolver *resolver);
    /* Descriptors one thread's resolver needs beside one per question in flight. */
    unsigned (*overhead)(const struct resolver_options *options);
};

extern const struct resolver_engine resolver_network;

#endif
