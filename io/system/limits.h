/*
 * The limit of open descriptors, and the number of queries in flight that fits it: one descriptor
 * for each, or fewer where they share sockets (io/resolver/udp_sockets.h).
 *
 * Threads: before the first one is started.
 */
#ifndef IO_SYSTEM_LIMITS_H
#define IO_SYSTEM_LIMITS_H

#include <stdint.h>

enum {
    DESCRIPTORS_RESERVED = 24, /* standard streams, run file, reports, inputs, spare */
    LIMITS_SHARE = 8,
};

/* Raises RLIMIT_NOFILE towards `wanted` as far as allowed; returns the limit now in force. */
uint64_t limits_raise_descriptors(uint64_t wanted);
/* The number of queries in flight, at most `wanted` and at least 1, that fit the descriptors;
 * `overhead` of those are needed for other things. */
unsigned limits_window(unsigned wanted, uint64_t descriptors, unsigned overhead);
/* The same where LIMITS_SHARE queries or more share a socket, beyond `spread` that have one each.
 * With 4,000 queries in flight and half of them lost, two threads had at most 126 descriptors. */
unsigned limits_shared_window(unsigned wanted, uint64_t descriptors, unsigned overhead,
                              unsigned spread);

#endif
