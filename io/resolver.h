/*
 * The seam to the DNS: one question over one transport to one of the given resolvers, once. No retry, no
 * judgement: whatever bytes come back are handed on, and whoever asked checks them (audit/message.h). Another
 * engine can stand behind this header; the tests link a scripted one.
 *
 * Ownership: resolver_open / resolver_close. Close only outside callbacks; questions still open are dropped
 * without a callback. Threads: one resolver per thread; open them one after another before the threads start.
 * Units: milliseconds. Errors: open tells *failure; everything else is a reply status.
 */
#ifndef IO_RESOLVER_H
#define IO_RESOLVER_H

#include <stdint.h>

#include "audit/answer.h"
#include "io/endpoint.h"

struct resolver;

enum { RESOLVER_UDP_PAYLOAD = 1232 }; /* EDNS buffer size: no fragments on any path (DNS flag day 2020) */

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS };

enum reply_status {
    REPLY_BYTES,   /* wire[0..len) came back */
    REPLY_TIMEOUT, /* nothing came back in time */
    REPLY_FAILED,  /* the transport failed (connection closed or refused, no descriptor) */
};

/* Called from resolver_run, or from within resolver_ask. wire is valid during the call. */
typedef void reply_fn(void *asker, void *tag, enum reply_status status, const uint8_t *wire, size_t len);

struct resolver_options {
    const struct endpoint *endpoints;
    unsigned count;
    bool tls;            /* TRANSPORT_TLS will be asked for, and nothing else */
    unsigned timeout_ms; /* of one question */
    reply_fn *give;
    void *asker; /* first argument of give */
};

struct resolver *resolver_open(const struct resolver_options *options, struct failure *failure);
/* Sends one question. give is called exactly once for it, unless the resolver is closed first.
 * False: it could not be sent at all (give is not called). */
bool resolver_ask(struct resolver *resolver, unsigned endpoint, enum transport transport,
                  const struct question *question, void *tag) __attribute__((warn_unused_result));
/* Waits at most max_wait_ms for something to happen and serves it. */
void resolver_run(struct resolver *resolver, int max_wait_ms);
void resolver_close(struct resolver *resolver);
/* Name and version of the engine: "getdns", "1.6.0". */
const char *resolver_engine(void);
const char *resolver_engine_version(void);
/* Descriptors one thread's resolver needs beside one per question in flight. */
unsigned resolver_overhead(const struct resolver_options *options);

#endif
