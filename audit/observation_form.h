/*
 * The byte form, version 2. Numbers are unsigned LEB128 (seven bits an octet, lowest first, the top
 * bit says that more follow), in the shortest spelling, below 2^32. Names are uncompressed wire
 * form, root label included.
 *
 *     observation  version (octet, 2) · number of forwards (octet, 0 to 18) · answer to PTR ·
 * forwards forward      type (octet: 1 A, 28 AAAA) · host (name) · answer answer       kind (octet)
 * · tries (number) · parts, which ones the kind says kinds        0 records: rcode, chain, records
 * 6 alias loop: rcode, chain 1 NODATA: rcode, chain, SOA          7 alias chain too long: rcode,
 * chain 2 NXDOMAIN: rcode, chain, SOA        8 alias conflict: rcode, chain 3 SERVFAIL: rcode 9 no
 * believable reply: nothing 4 REFUSED: rcode                    10 silence: nothing 5 other RCODE:
 * rcode                 11 in no zone file: chain rcode        number chain        TTL (number) ·
 * count of aliases (octet, 0 to 16) · their targets (names) · if there are any: how much longer
 * than that a part of it may be kept (number; not in version 1) SOA          0 (octet), or 1
 * (octet) · zone, MNAME, RNAME (names) records      holds the audited address (octet, 0 or 1) ·
 * total (number) · kept (octet) · the kept ones: names for PTR (0 to 10), 4 octets each for A, 16
 * octets each for AAAA (0 to 16)
 *
 * Nothing follows the last forward. Each observation has one spelling in a version. Version 1 is
 * still read.
 */
#ifndef AUDIT_OBSERVATION_FORM_H
#define AUDIT_OBSERVATION_FORM_H

#include "audit/observation.h"

enum {
    FORM_VERSION = 2,
    SPREAD_SINCE = 2,     /* the version that brought the spread of TTLs */
    FORWARD_COUNT_AT = 1, /* where the number of forwards lies */
    NUMBER_MAX = 5,
};

enum part { PART_RCODE = 1, PART_CHAIN = 2, PART_SOA = 4, PART_RECORDS = 8 };

/* Which parts an answer of a kind has. */
extern const uint8_t observation_parts[ANSWER_KINDS];

#endif
