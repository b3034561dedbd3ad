/*
 * The failed lookup that explains the verdict dns-error.
 *
 * Ownership: `answer` points into the observation. Threads: no state.
 */
#ifndef AUDIT_FAILED_LOOKUP_H
#define AUDIT_FAILED_LOOKUP_H

#include "audit/observation.h"

struct failed_lookup {
    const struct answer *answer;
    struct question question; /* the one that failed: after aliases, that for the last target */
};

/* The PTR lookup; else that of a PTR name which meets the expectation (audit/expectation.h; NULL:
 * none), else of any PTR name, else of another name. If several of them failed, the first one whose
 * zone may be at fault. PTR names are in the same order each time, forward answers are not. False:
 * no lookup failed. */
bool failed_lookup_find(struct failed_lookup *out, const struct ipaddr *address,
                        const struct observation *seen, const struct dnsname *expected)
    __attribute__((warn_unused_result));
/* The failed lookup of the addresses of `host`. */
void failed_lookup_of_host(struct failed_lookup *out, const struct ipaddr *address,
                           const struct dnsname *host, const struct answer *answer);

#endif
