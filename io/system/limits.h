/*
 * The limit of open descriptors, and the number of queries in flight that fits it for certain: one
 * descriptor for each. Over UDP they share sockets (io/resolver/udp_sockets.h) and need fewer.
 *
 * Threads: before the first one is started.
 */
#ifndef IO_SYSTEM_LIMITS_H
#define IO_SYSTEM_LIMITS_H

#include <stdint.h>

enum { DESCRIPTORS_RESERVED = 24 }; /* standard streams, run file, reports, inputs, spare */

/* Raises RLIMIT_NOFILE towards `wanted` as far as allowed; returns the limit now in force. */
uint64_t limits_raise_descriptors(uint64_t wanted);
/* The number of queries in flight, at most `wanted` and at least 1, that fit the descriptors;
 * `overhead` of those are needed for other things. */
unsigned limits_window(unsigned wanted, uint64_t descriptors, unsigned overhead);

#endif
