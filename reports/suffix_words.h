/* Which public suffix list names were judged by: the same words in each report. */
#ifndef REPORTS_SUFFIX_WORDS_H
#define REPORTS_SUFFIX_WORDS_H

#include "reports/report_set.h"

enum { SUFFIX_WORDS_MAX = 512 };

/* "2023-02-09 (date of the file): /usr/share/publicsuffix/public_suffix_list.dafsa". The path may hold any
 * octets. */
size_t suffix_words_print(char out[SUFFIX_WORDS_MAX], const struct report_plan *plan);

#endif
