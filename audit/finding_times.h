/*
 * How long the old state may be cached if a finding asks for a change (enum change): the time of
 * the answer plus the TTL of the records that would change. For a negative answer that is its
 * negative TTL (RFC 2308 5, at most three hours). If either of two records may change, the longer
 * TTL counts. A finding that asks for no change has no such time.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_FINDING_TIMES_H
#define AUDIT_FINDING_TIMES_H

#include "audit/judgement.h"

/* Sets timed_findings and finding_after of all findings in *out. evidence: with facts. */
void finding_times(struct judgement *out, const struct evidence *evidence);

#endif
