/* Turns a correct reply into a hostile one, with one or several faults. Threads: no state. */
#ifndef TESTS_RESPONDER_MUTATE_H
#define TESTS_RESPONDER_MUTATE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/responder/faults.h"

/* Works in place on at least a header (12 octets); returns the new length, from 1 to cap. The ID
 * usually stays, so that the message passes readers that check only the ID. */
size_t mutate(uint8_t *message, size_t length, size_t cap, random_fn *random, void *state);

#endif
