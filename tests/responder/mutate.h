/* DNS messages made hostile: a reply that was right, with one thing or several things wrong.
 * Threads: no state. */
#ifndef TESTS_RESPONDER_MUTATE_H
#define TESTS_RESPONDER_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/responder/faults.h"

/* Works in place, on at least a header's 12 octets; returns the new length, which is from 1 to cap.
 * The ID mostly stays, so that the message gets past those who look at nothing else. */
size_t mutate(uint8_t *message, size_t length, size_t cap, random_fn *random, void *state);

#endif
