/* Which public suffix list names were judged by: the same words in each report. */
#ifndef REPORTS_SUFFIX_WORDS_H
#define REPORTS_SUFFIX_WORDS_H

#include "reports/report_set.h"

enum { SUFFIX_WORDS_MAX = 80 };

/* "2023-02-09 (date of the file)"; without a list, what was done instead. Returns the length. */
size_t suffix_words_print(char out[SUFFIX_WORDS_MAX], const struct report_plan *plan);

#endif
