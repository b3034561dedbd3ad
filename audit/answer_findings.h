/*
 * The findings that the answers themselves give, whatever the verdict: how they came, and how long
 * they may be kept.
 *
 * Ownership: nothing is kept. Threads: no state. Errors: none.
 */
#ifndef AUDIT_ANSWER_FINDINGS_H
#define AUDIT_ANSWER_FINDINGS_H

#include "audit/observation.h"

enum { SHORT_TTL = 60 }; /* seconds: an answer that may be kept no longer is FINDING_SHORT_TTL */

/* A bit per enum finding. confirmed: bit i says that PTR name i is confirmed. */
uint32_t answer_findings(const struct observation *seen, uint16_t confirmed);
/* A negative answer that nobody may keep (RFC 2308 5). */
bool answer_lacks_soa(const struct answer *answer);
/* The longest of the short TTLs. Of address answers only those count that confirm: how long a wrong
 * one is kept is what safe_after tells. False: none is short. */
bool answer_short_ttl(uint32_t *out, const struct observation *seen, uint16_t confirmed);

#endif
