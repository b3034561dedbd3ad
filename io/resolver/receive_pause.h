/*
 * How long a thread may leave its sockets alone so that several replies are read at once: waking up
 * for each single reply costs more than the reply itself. The pause is a small part of the round
 * trip time, so that it adds little to it. Near resolvers get no pause, and no pause is longer than
 * it takes for enough replies to arrive. Pure.
 *
 * The round trip time is that of the faster replies: slow names say nothing about it.
 *
 * Ownership: plain value, all zero at first. Threads: one at a time. Units: nanoseconds.
 */
#ifndef IO_RESOLVER_RECEIVE_PAUSE_H
#define IO_RESOLVER_RECEIVE_PAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct receive_pause {
    int64_t round_trip_ns; /* 0: not known yet */
};

void receive_pause_note(struct receive_pause *pause, int64_t latency_ns);
/* For `awaited` replies, most of them on connections or in datagrams, after `served` replies since
 * the last wait. 0: no pause. */
int64_t receive_pause_ns(const struct receive_pause *pause, size_t awaited, bool connections,
                         unsigned served);

#endif
