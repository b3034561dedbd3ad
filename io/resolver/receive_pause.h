/*
 * How long a thread may look away from its sockets so that more replies come at a time: to wake up
 * for each single one costs more than the reply itself. A small part of the way that a reply takes,
 * so that what a resolver far away does is slowed as little, and nothing where the resolver is
 * near; no longer than until enough have come. Pure.
 *
 * The way is what the faster replies take: slow names say nothing of it.
 *
 * Ownership: plain value, all zero at the beginning. Threads: one at a time.
 */
#ifndef IO_RESOLVER_RECEIVE_PAUSE_H
#define IO_RESOLVER_RECEIVE_PAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct receive_pause {
    int64_t way_ns; /* 0: not known yet */
};

void receive_pause_note(struct receive_pause *pause, int64_t latency_ns);
/* `awaited` replies, most of them on connections or in datagrams, `served` since the last wait. 0:
 * no pause.
 */
int64_t receive_pause_ns(const struct receive_pause *pause, size_t awaited, bool streams,
                         unsigned served);

#endif
