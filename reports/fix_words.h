/*
 * Sentences about parties and their zones, the same in pages, tickets and CSV. Buffers belong to
 * the caller. Threads: no state.
 */
#ifndef REPORTS_FIX_WORDS_H
#define REPORTS_FIX_WORDS_H

#include "reports/fix_party.h"

/* What the sentence of a verdict omits for this party; starts with a blank, or "". pairs: some of
 * the addresses need a PTR record and an address record. unnamed: some of them have no host name
 * yet. */
const char *fix_remark(enum fixer who, enum verdict verdict, bool pairs, bool unnamed);
/* Why the address record comes before the PTR record. */
#define FORWARD_FIRST                                                                          \
    "Some providers refuse a PTR record before its host name resolves to the address, and an " \
    "address that passes under its present name would fail meanwhile."
enum { PARTY_NAME_MAX = DNSNAME_TEXT_MAX + PROVIDER_TEXT_MAX };
/* Who the party is: the provider of --providers; the zone, if it has one; else its contact, a name
 * server, or the block without a zone. Any octets may be in it. Returns the length. */
size_t fix_party_name(char out[PARTY_NAME_MAX], const struct fix_party *party);
enum { DELEGATION_TEXT_MAX = DNSNAME_TEXT_MAX + 256 };
/* What must happen before the records have a zone; for undelegated zones only. */
void fix_group_delegation(char out[DELEGATION_TEXT_MAX], const struct fix_group *group);
enum { ZONE_FAILURE_TEXT_MAX = DNSNAME_TEXT_MAX + 512 };
/* Says whether the whole zone fails or only some names, FIXER_FAILING_ZONE only; "" if unknown. */
void fix_group_failure(char out[ZONE_FAILURE_TEXT_MAX], const struct fix_group *group);
/* "For example, the PTR query for 7.100.51.198.in-addr.arpa failed: SERVFAIL, EDE 6 (DNSSEC Bogus).
 * ..."; "" without an example. */
void fix_group_example(char out[ZONE_FAILURE_TEXT_MAX], const struct fix_group *group);
enum { CONTEST_TEXT_MAX = 256 };
/* Explains addresses inside networks; only if a host name has no others. */
void fix_party_inside(char out[CONTEST_TEXT_MAX], const struct fix_party *party);
/* Explains several PTR records for one address; only if some are contested. */
void fix_party_contest(char out[CONTEST_TEXT_MAX], const struct fix_party *party);

#endif
