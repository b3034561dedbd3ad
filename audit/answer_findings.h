/*
 * Findings about the answers themselves, independent of the verdict: how they arrived, and how long
 * they may be cached.
 *
 * Ownership: nothing is kept. Threads: no state. Errors: none.
 */
#ifndef AUDIT_ANSWER_FINDINGS_H
#define AUDIT_ANSWER_FINDINGS_H

#include "audit/observation.h"

enum { SHORT_TTL = 60 }; /* seconds: an answer with this TTL or less is FINDING_SHORT_TTL */

/* A bit per enum finding. confirmed: bit i: PTR name i is confirmed. */
uint32_t answer_findings(const struct observation *seen, uint16_t confirmed);
/* A negative answer without SOA, which should not be cached (RFC 2308 5). */
bool answer_lacks_soa(const struct answer *answer);
/* An answer from beyond its TTL, as the resolver says (RFC 8914 4.4, 4.20). */
bool answer_is_stale(const struct answer *answer);
/* The longest of the short TTLs. Of address answers only those that confirm count: safe_after
 * covers the wrong ones. False: there is no short TTL. */
bool answer_short_ttl(uint32_t *out, const struct observation *seen, uint16_t confirmed);

#endif
