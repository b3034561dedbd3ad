/*
 * Names in octets that are sorted: the length, then the name, with its case. Threads: any number.
 */
#ifndef REPORTS_SORTED_NAME_H
#define REPORTS_SORTED_NAME_H

#include <string.h>

#include "audit/dnsname.h"

/* name: NULL: none, as length 0. Returns the number of octets, at most 1 + DNSNAME_MAX. */
static inline size_t sorted_name_put(uint8_t *out, const struct dnsname *name)
{
    out[0] = name ? name->length : 0;
    if (name)
        memcpy(out + 1, name->wire, name->length);
    return 1 + (size_t)out[0];
}

static inline size_t sorted_name_get(struct dnsname *out, const uint8_t *octets)
{
    out->length = octets[0];
    memcpy(out->wire, octets + 1, octets[0]);
    return 1 + (size_t)octets[0];
}

/* Are the octets the same, in case too? dnsname_equal ignores case. */
static inline bool sorted_name_equal(const struct dnsname *a, const struct dnsname *b)
{
    return a->length == b->length && memcmp(a->wire, b->wire, a->length) == 0;
}

#endif
