/* Numbers and phrases for people: every report says the same thing in the same words. */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "audit/answer.h"

enum { GROUPED_MAX = 32, SHARE_MAX = 40 };

/* "262,144"; returns the length. */
size_t grouped_print(char out[GROUPED_MAX], uint64_t number);
/* "94.1 %", rounded down, so that 100.0 % means all of them; "0.0 %" of nothing. */
size_t share_print(char out[SHARE_MAX], uint64_t part, uint64_t whole);
/* "" for 1, "s" otherwise; "es" likewise */
const char *plural_s(uint64_t count);
const char *plural_es(uint64_t count);
/* What an answer came to where that is not what one hoped for: "does not exist", "SERVFAIL". */
const char *answer_shortfall(enum answer_kind kind);

#endif
