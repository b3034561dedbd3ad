/* What asking elsewhere came to, in the same words for terminal and mail. */
#ifndef REPORTS_VANTAGE_WORDS_H
#define REPORTS_VANTAGE_WORDS_H

#include "reports/report_set.h"

enum { VANTAGE_WORDS_MAX = 160 };

/* Each is "" where there is nothing to say; returns the length. */

/* "Asked elsewhere: 12 addresses look different; 1 of 3 vantages did not answer" */
size_t vantages_print(char out[VANTAGE_WORDS_MAX], const struct report_plan *plan,
                      const struct tally *tally);
/* "Name servers: 2 of 7 zones differ; 3 servers silent, 1 lame" */
size_t name_servers_print(char out[VANTAGE_WORDS_MAX], const struct report_plan *plan);

#endif
