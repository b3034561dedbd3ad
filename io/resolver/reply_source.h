/*
 * Finds resolvers that reply from another address or port than the one they are asked at: a host
 * with several addresses, or one after a router that translates addresses. The sockets of a run are
 * connected and never receive such replies (RFC 5452 9.1). The replies are not used: they explain a
 * silence to the user.
 *
 * Ownership: plain values. Threads: one at a time.
 */
#ifndef IO_RESOLVER_REPLY_SOURCE_H
#define IO_RESOLVER_REPLY_SOURCE_H

#include "audit/answer.h"
#include "io/system/endpoint.h"

struct reply_source {
    bool found; /* a reply came, and not from the endpoint */
    struct endpoint from;
};

enum {
    REPLY_SOURCE_WAIT_MS = 1000, /* long enough for a resolver far away */
    REPLY_SOURCE_TEXT_MAX = 2 * ENDPOINT_TEXT_MAX + 100,
};
/* "192.0.2.53 replies from 192.0.2.99@53, which was not asked: ..."; "" if none was found. Returns
 * the length. */
size_t reply_source_print(char out[REPLY_SOURCE_TEXT_MAX], const struct endpoint *asked,
                          const struct reply_source *source);
/* Sends the question once over UDP to each endpoint, from unconnected sockets, and waits at most
 * wait_ms for replies with its ID and question. sources has `count` elements, at most
 * ENDPOINTS_MAX. */
void reply_source_find(const struct endpoint *endpoints, unsigned count,
                       const struct question *question, unsigned wait_ms,
                       struct reply_source *sources);

#endif
