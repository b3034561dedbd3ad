/*
 * Sentences on a report as a whole, in the same words for the terminal, the mail and the page. A
 * function that prints writes "" where there is nothing to say, and returns the length.
 */
#ifndef REPORTS_REPORT_WORDS_H
#define REPORTS_REPORT_WORDS_H

#include "reports/report_plan.h"
#include "reports/tally.h"

enum {
    HEADLINE_MAX = 160,
    HOLDS_MAX = 160,
    EXPIRED_WIDTH_MIN = 48,
    VANTAGE_SENTENCE_MAX = 160,
    SUFFIXES_MAX = 256,
};

/* "241 of 256 public addresses pass (94.1 %)" */
size_t headline_print(char out[HEADLINE_MAX], const struct tally *tally);
/* What the readiness means, one sentence. */
const char *readiness_sentence(const struct tally *tally);
/* Begins each report of answers from zone files. */
extern const char FROM_ZONE_FILES[];
/* "3 addresses need names that are in none of the zone files: name those files with --zone too" */
size_t in_no_zone_file_print(char out[HEADLINE_MAX], const struct tally *tally);

/* "Exceptions hold for 12 addresses; 3 exceptions are unused" */
size_t exceptions_hold_print(char out[HOLDS_MAX], const struct report_plan *plan,
                             const struct tally *tally);
/* "2 exceptions have expired: 198.51.100.7 no-ptr (2026-10-01) and 1 more", as many as fit in
 * `width` columns, which is EXPIRED_WIDTH_MIN or more; out holds width + 1. */
size_t exceptions_expired_print(char *out, size_t width, const struct report_plan *plan);

/* "Asked elsewhere: 12 addresses look different; 1 of 3 vantages did not answer" */
size_t vantages_print(char out[VANTAGE_SENTENCE_MAX], const struct report_plan *plan,
                      const struct tally *tally);
/* "Name servers: 2 of 7 zones differ; 3 servers silent, 1 lame" */
size_t name_servers_print(char out[VANTAGE_SENTENCE_MAX], const struct report_plan *plan);

/* "2023-02-09 (date of the file)"; without a list, what was done instead. */
size_t suffixes_print(char out[SUFFIXES_MAX], const struct report_plan *plan);

#endif
