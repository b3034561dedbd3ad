/*
 * Which of several connections to one resolver carries the next question. They are filled one after
 * another, so that a few questions need one connection and many are spread: a resolver serves each
 * connection in one thread, and what is lost on the way holds up the questions of one connection
 * only.
 *
 * A server that takes fewer connections than there might be leaves the last ones without a reply,
 * or closes them: those are not used again.
 *
 * Ownership: plain value, streams_init. Threads: one at a time.
 */
#ifndef IO_RESOLVER_TCP_CONNECTIONS_H
#define IO_RESOLVER_TCP_CONNECTIONS_H

#include <stdbool.h>

enum {
    STREAMS_MAX = 8,   /* to one resolver, of all threads; Unbound takes ten a thread by default */
    STREAMS_FILL = 256 /* questions in flight on one before the next is used */
};

struct streams {
    unsigned usable; /* the first so many */
    unsigned load[STREAMS_MAX];
    bool proven[STREAMS_MAX]; /* has brought a reply */
};

/* count is 1 to STREAMS_MAX. */
void streams_init(struct streams *streams, unsigned count);
/* The connection for one more question, which is counted. */
unsigned streams_take(struct streams *streams);
/* The question is over. */
void streams_end(struct streams *streams, unsigned stream, bool replied);

#endif
