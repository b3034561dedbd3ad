/* Descriptors: every UDP question in flight needs one. */
#ifndef IO_SYSTEM_LIMITS_H
#define IO_SYSTEM_LIMITS_H

#include <stdint.h>

enum { DESCRIPTORS_RESERVED = 24 }; /* standard streams, run file, reports, inputs, and a margin */

/* Raises RLIMIT_NOFILE as far as it goes, at most to `wanted`; returns the limit then in force. */
uint64_t limits_raise_descriptors(uint64_t wanted);
/* How many questions may fly with so many descriptors, of which `overhead` are needed beside them;
 * at least 1. */
unsigned limits_window(unsigned wanted, uint64_t descriptors, unsigned overhead);

#endif
