/*
 * How long the old state may be remembered where a finding asks for a change (enum change): the
 * time of the answer and the TTL of the records that would have to change, of a negative answer its
 * negative TTL (RFC 2308 5, three hours at most). Where either of two records may change, the
 * longer TTL counts. A finding that asks for no change has no such time.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_FINDING_TIMES_H
#define AUDIT_FINDING_TIMES_H

#include "audit/judgement.h"

/* Sets timed_findings and finding_after of the findings there are; evidence: with facts. */
void finding_times(struct judgement *out, const struct evidence *evidence);

#endif
