/*
 * What is said of a group of fixes, on pages, in tickets and in CSV alike. Text that is made goes
 * into a buffer of the caller's.
 */
#ifndef REPORTS_FIX_WORDS_H
#define REPORTS_FIX_WORDS_H

#include "reports/fix_group.h"

/* What the sentence of a verdict leaves out for this party; begins with a blank, or "". */
const char *fix_group_remark(const struct fix_group *group, enum verdict verdict);
enum { DELEGATION_TEXT_MAX = DNSNAME_TEXT_MAX + 256 };
/* What has to be done before there is a zone for the records; only if the group's is undelegated.
 */
void fix_group_delegation(char out[DELEGATION_TEXT_MAX], const struct fix_group *group);
enum { ZONE_FAILURE_TEXT_MAX = DNSNAME_TEXT_MAX + 512 };
/* What fails in a group of FIXER_FAILING_ZONE: the whole zone, or some names in it. "": that is not
 * known. */
void fix_group_failure(char out[ZONE_FAILURE_TEXT_MAX], const struct fix_group *group);
/* "For example, the question for PTR of 7.100.51.198.in-addr.arpa came to: SERVFAIL."; "" without
 * one. */
void fix_group_example(char out[ZONE_FAILURE_TEXT_MAX], const struct fix_group *group);
enum { CONTEST_TEXT_MAX = 256 };
/* What several PTR records for one address mean; only if some are contested. */
void fix_group_contest(char out[CONTEST_TEXT_MAX], const struct fix_group *group);

#endif
