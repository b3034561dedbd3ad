/* What the files of the pattern share (audit/pattern.h). */
#ifndef AUDIT_PATTERN_PRIVATE_H
#define AUDIT_PATTERN_PRIVATE_H

#include "audit/pattern.h"
#include "audit/placeholder.h"

/* The name of an address with this place, from 1. False: it makes no name. */
bool pattern_expand(struct dnsname *out, const struct dnsname *pattern,
                    const struct ipaddr *address, ip_count place)
    __attribute__((warn_unused_result));

#endif
