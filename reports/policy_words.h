/* What the policy came to, in the same words for terminal and HTML. */
#ifndef REPORTS_POLICY_WORDS_H
#define REPORTS_POLICY_WORDS_H

#include "reports/report_set.h"

enum { HOLDS_MAX = 160, EXPIRED_WIDTH_MIN = 48 };

/* Each is "" where there is nothing to say (and plan->policy may be NULL); returns the length. */

/* "Exceptions hold for 12 addresses; 3 exceptions are unused" */
size_t exceptions_hold_print(char out[HOLDS_MAX], const struct report_plan *plan,
                             const struct tally *tally);
/* "2 exceptions have expired: 198.51.100.7 no-ptr (2026-10-01) and 1 more", as many as fit in
 * `width` columns, which is EXPIRED_WIDTH_MIN or more; out holds width + 1. */
size_t exceptions_expired_print(char *out, size_t width, const struct report_plan *plan);

#endif
