/*
 * Sentences about a whole report, the same on the terminal, in the mail and on the page. A print
 * function writes "" if there is nothing to say, and returns the length.
 */
#ifndef REPORTS_REPORT_WORDS_H
#define REPORTS_REPORT_WORDS_H

#include "reports/report_plan.h"
#include "reports/tally.h"
#include "reports/words.h"

enum {
    HEADLINE_MAX = 160,
    ACCEPTED_MAX = GROUPED_MAX + sizeof(",  accepted"),
    HOLDS_MAX = 160,
    EXPIRED_WIDTH_MIN = 48,
    VANTAGE_SENTENCE_MAX = 256,
    SUFFIXES_MAX = 256,
    WARNINGS_MAX = 256,
    WARNINGS_NAMED = 3,
    SINCE_BASELINE_MAX = 512,
};

/* ", 5 accepted": addresses whose verdict an exception accepts. */
size_t accepted_print(char out[ACCEPTED_MAX], const struct tally *tally);
/* "241 of 256 public addresses pass (94.1 %), 5 accepted" */
size_t headline_print(char out[HEADLINE_MAX], const struct tally *tally);
/* One sentence that explains the readiness. */
const char *readiness_sentence(const struct tally *tally);
/* The sentence of a verdict; of `unanswered` what it means in a run that ended early. */
const char *verdict_sentence(enum verdict verdict, const struct tally *tally);
/* "Warnings for 12 addresses that pass: 9 generic-name-2, 2 multiple-ptr, 1 no-soa and 1 more kind"
 */
size_t warnings_print(char out[WARNINGS_MAX], const struct tally *tally);
/* Writes the findings of most of them, at most WARNINGS_NAMED, largest first, to named. Returns how
 * many kinds there are. */
unsigned warnings_largest(unsigned named[WARNINGS_NAMED], const struct tally *tally);
/* "12.5 % of the addresses have temporary errors, more than --max-unanswered 5", the reason for
 * exit code 75. most: as plan->max_unanswered. */
size_t distrust_print(char out[HEADLINE_MAX], const struct tally *tally, const double *most);
extern const char NOT_TRUSTED[];       /* before it */
extern const char RESOLVER_AT_FAULT[]; /* with plan->resolver_fault */
extern const char RESOLVER_FILTERS[];  /* with plan->resolver_filter */
/* "1 of 65,536 broke, 3 fixed since 2026-11-26"; in a report that is written again, which compares
 * nothing, what its rows say: "1 broke, 3 fixed". */
size_t since_baseline_print(char out[SINCE_BASELINE_MAX], const struct report_plan *plan,
                            const struct tally *tally);
/* Begins every report that is made from zone files. */
extern const char FROM_ZONE_FILES[];
/* "3 rows repeat an address of another row, and count again"; nothing if none does. */
size_t repeated_print(char out[HEADLINE_MAX], const struct report_plan *plan);
/* What the rows of rejected.csv are about. */
struct rejected_rows {
    uint64_t refused;   /* not audited */
    uint64_t unnamed;   /* audited without their expected name */
    uint64_t walk_ends; /* parts of walks that were not searched */
};

struct rejected_rows rejected_rows_of(const struct report_plan *plan, const struct tally *tally);
/* "3 input rows were refused and not audited; 1 expected name was not usable: see rejected.csv" */
size_t rejected_print(char out[HEADLINE_MAX], const struct report_plan *plan,
                      const struct tally *tally);

/* "Exceptions apply to 12 addresses; 3 exceptions are unused" */
size_t exceptions_hold_print(char out[HOLDS_MAX], const struct report_plan *plan,
                             const struct tally *tally);
/* "2 exceptions have expired: 198.51.100.7 no-ptr (2026-10-01) and 1 more". Names as many as fit in
 * `width` columns, at least EXPIRED_WIDTH_MIN; out holds width + 1. */
size_t exceptions_expired_print(char *out, size_t width, const struct report_plan *plan);

/* Has anything elsewhere answered a question that the run has an answer to as well? */
bool vantages_compared(const struct vantage_overview *overview, const struct tally *tally);
/* "Vantages: 12 addresses differ elsewhere; 1 of 3 vantages did not answer"; without a comparison
 * "Vantages: nothing compared". */
size_t vantages_print(char out[VANTAGE_SENTENCE_MAX], const struct report_plan *plan,
                      const struct tally *tally);
/* "Name servers: 2 of 7 zones have servers that differ; 3 servers silent, 1 lame, 0 without
 * address" */
size_t name_servers_print(char out[VANTAGE_SENTENCE_MAX], const struct report_plan *plan);
/* "Old answers: the name servers have newer ones for 3 addresses; the resolver forgets the old
 * ones by 2026-11-23T12:38:49Z" */
size_t old_answers_print(char out[VANTAGE_SENTENCE_MAX], const struct tally *tally);

/* "2023-02-09 (date of the file)"; without a list, what that means. */
size_t suffixes_print(char out[SUFFIXES_MAX], const struct report_plan *plan);

#endif
