/*
 * Counts distinct names, 16 octets for each. Two names with the same 64-bit hash count as one,
 * which is to be expected once in some billions of names.
 *
 * Ownership: begin with zeros; name_counter_free. Threads: one at a time.
 */
#ifndef REPORTS_NAME_COUNTER_H
#define REPORTS_NAME_COUNTER_H

#include "audit/dnsname.h"

struct name_counter {
    uint64_t count;
    size_t places;    /* of the table, a power of two; 0: no table yet */
    uint64_t *hashes; /* 0: free */
};

/* False: out of memory. */
bool name_counter_add(struct name_counter *counter, const struct dnsname *name)
    __attribute__((warn_unused_result));
void name_counter_free(struct name_counter *counter);

#endif
