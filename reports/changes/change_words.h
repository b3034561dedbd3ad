/* Sentences about a comparison, the same in the mail, on the page and on the terminal. A print
 * function writes "" if there is nothing to say, and returns the length. */
#ifndef REPORTS_CHANGES_CHANGE_WORDS_H
#define REPORTS_CHANGES_CHANGE_WORDS_H

#include "reports/changes/change_set.h"

enum { CHANGE_WORDS_MAX = RECORD_TEXT_MAX + 512 };

/* "3 of 65,536 broke, 12 fixed since 2026-11-26" */
size_t change_headline_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job,
                             const struct change_tally *tally);
/* "fcrdns: 3 of 65,536 broke, 12 fixed since 2026-11-26"; of the parts of it as many as fit in
 * `columns`, below CHANGE_WORDS_MAX. */
size_t change_subject_print(char out[CHANGE_WORDS_MAX], size_t columns,
                            const struct compare_job *job, const struct change_tally *tally);
/* Can the new side be trusted? If not, "12.5 % of the addresses have temporary errors". */
size_t change_distrust_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job,
                             const struct change_tally *tally);
/* "Before: fleet.csv, audited from 2026-11-26T02:00:00Z, 65,536 rows" */
size_t change_side_print(char out[CHANGE_WORDS_MAX], const char *title, const struct side_job *side,
                         uint64_t rows);
/* "The old side is not complete: it did not ask 12 of its addresses" */
size_t change_incomplete_print(char out[CHANGE_WORDS_MAX], const char *which,
                               const struct side_job *side, uint64_t not_asked);
/* "3 rows were found broken, and not when they were asked again" */
size_t change_unconfirmed_print(char out[CHANGE_WORDS_MAX], const struct change_tally *tally);
/* What is special about the old side. */
size_t change_note_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job);
/* "Zone files before, the published DNS now" */
size_t change_sources_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job);

#endif
