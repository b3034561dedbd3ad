/*
 * What a run has learned about servers that deny names of blocks (audit/cut.h): whether they lie
 * about empty non-terminals. A server that answers NODATA for such a name is honest; one whose
 * NXDOMAIN is followed by a name below lies.
 *
 * Known by zone, and a lie also by the zone's MNAME: software that lies does so in all its zones.
 * An honest answer counts for its zone alone, since anyone may write any MNAME.
 *
 * Ownership: cut_trust_new / cut_trust_free. Threads: one at a time. Memory: a bounded number of
 * names; a zone without room is unknown, and once a lie finds none, every server is a liar.
 */
#ifndef AUDIT_CUT_TRUST_H
#define AUDIT_CUT_TRUST_H

#include "audit/answer.h"

enum cut_trust_level { CUT_TRUST_UNKNOWN, CUT_TRUST_HONEST, CUT_TRUST_LIAR };

enum { CUT_TRUST_NAMES = 4096, CUT_TRUST_OFTEN = 4 /* honest answers of an honest server */ };

struct cut_trust;

/* NXDOMAIN for the name, from a zone above it: a zone does not deny its own apex, and an answer
 * without SOA names no server. With an alias, NXDOMAIN is about its target. A stale one is about an
 * earlier state. */
bool cut_trust_is_denial(const struct answer *answer, const struct dnsname *name);
/* NODATA from a zone above the name: the server knows what an empty non-terminal is. */
bool cut_trust_is_honest(const struct answer *answer, const struct dnsname *name);

struct cut_trust *cut_trust_new(void); /* NULL: out of memory */
void cut_trust_free(struct cut_trust *trust);
void cut_trust_honest(struct cut_trust *trust, const struct dnsname *zone);
void cut_trust_lied(struct cut_trust *trust, const struct dnsname *zone,
                    const struct dnsname *server);
enum cut_trust_level cut_trust_of(const struct cut_trust *trust, const struct dnsname *zone,
                                  const struct dnsname *server);
/* Lies so far: earlier cuts of a liar are to be looked at again. */
unsigned cut_trust_lies(const struct cut_trust *trust);

#endif
