/*
 * The policy of the user: which findings are left out of the reports, and what is accepted. It
 * changes what counts, never what is true. It is applied to a judgement after verdict_of, so the
 * same facts can be judged again under another policy.
 *
 * Ownership: the policy borrows its exceptions. Threads: one at a time, since uses are counted.
 */
#ifndef AUDIT_POLICY_H
#define AUDIT_POLICY_H

#include "audit/exceptions.h"
#include "audit/judgement.h"

/* All zeros: everything counts. */
struct policy {
    uint32_t ignored;              /* bit per enum finding: not reported at all */
    struct exceptions *exceptions; /* sealed; NULL: none */
};

/* Is the finding left out of the reports? */
static inline bool policy_ignores(const struct policy *policy, enum finding finding)
{
    return (policy->ignored >> finding) & 1u;
}

/* Drops ignored findings, marks what is excepted, sets `worst` again, and counts the use of each
 * exception. */
void policy_apply(struct policy *policy, const struct ipaddr *address, struct judgement *judgement);

#endif
