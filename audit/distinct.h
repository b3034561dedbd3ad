/*
 * Counts the distinct records of an RRset (RFC 2181 5.2). The first DISTINCT_MAX distinct records
 * are remembered, so the count is exact up to there; beyond that a repeated record may count again.
 * Hashes keep thousands of hostile records from being compared octet by octet.
 *
 * Ownership: plain value; begin with `used` 0 and `alone` set. Threads: no state.
 */
#ifndef AUDIT_DISTINCT_H
#define AUDIT_DISTINCT_H

#include "audit/packet.h"

enum { DISTINCT_MAX = 256 };

struct distinct {
    bool alone; /* the section has one record: there is nothing to compare */
    unsigned used;
    uint32_t hashes[DISTINCT_MAX];
    struct record records[DISTINCT_MAX];
};

/* `name`: the record's RDATA if that is a name, else NULL. True: the record is new. */
bool distinct_add(struct distinct *distinct, struct packet *packet, const struct record *record,
                  const struct dnsname *name);

#endif
