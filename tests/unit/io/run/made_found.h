/* What was found about an address, its facts any text, for tests that look at where it is kept. */
#ifndef TESTS_UNIT_IO_RUN_MADE_FOUND_H
#define TESTS_UNIT_IO_RUN_MADE_FOUND_H

#include "io/run/run_file.h"
#include "tests/unit/support.h"

enum { MADE_CHECKED_AT = 1795437529, MADE_ELAPSED_MS = 120, MADE_TRIES = 3 };

/* Borrows the text. */
static inline struct run_found made_found(const char *address, bool settled, const char *facts)
{
    return (struct run_found){.address = address_of(address),
                              .checked_at = MADE_CHECKED_AT,
                              .elapsed_ms = MADE_ELAPSED_MS,
                              .tries = MADE_TRIES,
                              .settled = settled,
                              .facts = (const uint8_t *)facts,
                              .length = (uint32_t)strlen(facts)};
}

#endif
