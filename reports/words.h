/* Numbers and phrases for people, the same in every report. */
#ifndef REPORTS_WORDS_H
#define REPORTS_WORDS_H

#include <stddef.h>
#include <stdint.h>

#include "audit/answer.h"

enum { GROUPED_MAX = 32, SHARE_MAX = 40 };

/* "262,144"; returns the length. */
size_t grouped_print(char out[GROUPED_MAX], uint64_t number);
/* "94.1 %", rounded down, so that 100.0 % means all; "0.0 %" if whole is 0. */
size_t share_print(char out[SHARE_MAX], uint64_t part, uint64_t whole);
/* "" for 1, otherwise "s" or "es". */
const char *plural_s(uint64_t count);
const char *plural_es(uint64_t count);
enum { DOMAIN_TEXT_MAX = DNSNAME_TEXT_MAX + 8 };
/* "below example.com", of an expected domain (audit/expectation.h); returns the length. */
size_t domain_print(char out[DOMAIN_TEXT_MAX], const struct dnsname *expected);
/* What an unsuccessful answer amounts to: "does not exist", "SERVFAIL". */
const char *answer_shortfall(enum answer_kind kind);
enum { SHORTFALL_MAX = 128 };
/* The same with the RCODE, if the words leave it open, and with the extended error of the answer,
 * if it is not one with records: "NOTIMP", "SERVFAIL, EDE 6 (DNSSEC Bogus)". Returns `out`. */
const char *answer_shortfall_print(char out[SHORTFALL_MAX], enum answer_kind kind, uint16_t rcode,
                                   uint16_t extended_error);
/* What an extended error of a failed lookup says about the fault: a sentence after a blank, or "".
 */
const char *extended_error_remark(uint16_t code);
/* What may be wrong with a zone besides name servers that are dead or do not serve it, to follow
 * these words: ", or its DNSSEC signatures do not validate"; "" for nothing. */
const char *answer_other_cause(enum answer_kind kind);

#endif
