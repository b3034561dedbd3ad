/* clang-format off */
/*
 * The byte form of an observation, version 4. Numbers are unsigned LEB128 (seven bits an octet,
 * lowest first; the top bit means that more octets follow), in the shortest spelling, below 2^32.
 * Names are in uncompressed wire form, root label included.
 *
 *     observation  version (octet, see below), number of forwards (octet, 0 to 18), PTR answer,
 *                  forwards
 *     forward      type (octet: 1 A, 28 AAAA), host (name), answer
 *     answer       kind and flags (octet), tries (number), then the parts of the kind in this order
 *
 *     kind                        parts
 *      0 records                  rcode, chain, records
 *      1 NODATA                   rcode, chain, SOA
 *      2 NXDOMAIN                 rcode, chain, SOA
 *      3 SERVFAIL                 rcode
 *      4 REFUSED                  rcode
 *      5 other RCODE              rcode
 *      6 alias loop               rcode, chain
 *      7 alias chain too long     rcode, chain
 *      8 alias conflict           rcode, chain
 *      9 no believable reply
 *     10 silence
 *     11 in no zone file          chain
 *     12 referral                             (since version 3)
 *     13 truncated reply                      (since version 3)
 *     14 alias without its target rcode, chain (since version 3; not in a finished observation)
 *     15 filtered by the resolver rcode        (since version 4)
 *
 *     flag (added to the kind, since version 3)
 *     16 a chain follows the other parts, of a kind that has none; it has at least one alias: the
 *        answer is about its last target
 *     32 truncated: there are more records than these; of kind 0 only
 *     64 the INFO-CODE of an extended error (RFC 8914; number, not 0) follows all other parts, of a
 *        kind that has an rcode (since version 4)
 *
 *     rcode        number
 *     chain        TTL (number), count of aliases (octet, 0 to 16), their targets (names); if there
 *                  are any, the longest TTL of a part of the answer less that TTL (number; since
 *                  version 2)
 *     SOA          0 (octet), or 1 (octet), zone, MNAME, RNAME (names)
 *     records      1 if it holds the audited address, else 0 (octet); total (number); kept (octet);
 *                  the kept records: names for PTR (0 to 10), 4 octets each for A and 16 for AAAA
 *                  (0 to 16)
 *
 * Nothing follows the last forward. An observation is written in version 2, unless it has a kind or
 * flag of a later version, so that older programs read what they can. Version 1 is still read.
 */
/* clang-format on */
#ifndef AUDIT_OBSERVATION_FORM_H
#define AUDIT_OBSERVATION_FORM_H

#include "audit/answer.h"

enum {
    FORM_VERSION = 4,     /* the newest one */
    PLAIN_VERSION = 2,    /* of what needs no later one */
    FLAGS_SINCE = 3,      /* the version that added flags, and kinds from KINDS_BEFORE on */
    KINDS_BEFORE = 12,    /* kinds of earlier versions are below */
    ERRORS_SINCE = 4,     /* the version that added FLAG_ERROR, and kinds from KINDS_OF_3 on */
    KINDS_OF_3 = 15,      /* kinds of version 3 are below */
    SPREAD_SINCE = 2,     /* the version that added the spread of TTLs */
    VERSION_AT = 0,       /* offset of the version */
    FORWARD_COUNT_AT = 1, /* offset of the number of forwards */
    NUMBER_MAX = 5,       /* octets */
};

enum { KIND_MASK = 15, FLAG_CHAIN = 16, FLAG_TRUNCATED = 32, FLAG_ERROR = 64 };

enum part { PART_RCODE = 1, PART_CHAIN = 2, PART_SOA = 4, PART_RECORDS = 8 };

/* The parts of an answer of each kind. */
extern const uint8_t observation_parts[ANSWER_KINDS];

#endif
