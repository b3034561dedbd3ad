/* Numbers and phrases for people: terminal and HTML say the same thing in the same words. */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include <stddef.h>

#include "reports/tally.h"

enum { GROUPED_MAX = 32, SHARE_MAX = 40, HEADLINE_MAX = 160 };

/* "262,144"; returns the length. */
size_t grouped_print(char out[GROUPED_MAX], uint64_t number);
/* "94.1 %", rounded down, so that 100.0 % means all of them; "0.0 %" of nothing. */
size_t share_print(char out[SHARE_MAX], uint64_t part, uint64_t whole);
/* "241 of 256 public addresses pass (94.1 %)" */
size_t headline_print(char out[HEADLINE_MAX], const struct tally *tally);
/* "" for 1, "s" otherwise; "es" likewise */
const char *plural_s(uint64_t count);
const char *plural_es(uint64_t count);
/* What an answer came to where that is not what one hoped for: "does not exist", "SERVFAIL". */
const char *answer_shortfall(enum answer_kind kind);
/* What a reader of a report from zone files must know before all else. */
extern const char FROM_ZONE_FILES[];
/* "3 addresses need names that are in none of the zone files: name those files with --zone too"; ""
 * for none
 */
size_t in_no_zone_file_print(char out[HEADLINE_MAX], const struct tally *tally);
/* What the readiness means, one sentence. */
const char *readiness_sentence(const struct tally *tally);

#endif
