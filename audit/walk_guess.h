/*
 * Names that a walk (audit/walk_tree.h) makes up. Probes: names that hardly exist, to recognise a
 * server that answers all. Guesses: addresses that may well have a name, where a server denies it:
 * addresses that are often used (RFC 7707 3.1.1), and in IPv4 addresses at random, one in each of
 * equal parts.
 *
 * Pure. random: the state of a generator (audit/random.h).
 */
#ifndef AUDIT_WALK_GUESS_H
#define AUDIT_WALK_GUESS_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

/* Below the name of the block of the first `bits` bits, which end at a label. whole: the name
 * spells a whole address, if any; else that of a block, where this makes a difference. */
void walk_probe(struct dnsname *out, const struct ipaddr *address, unsigned bits, bool whole,
                uint64_t *random);
/* Does it make a difference? Then names of blocks below may all exist where those of addresses do
 * not. */
bool walk_probe_has_blocks(const struct ipaddr *address, unsigned bits);
/* How many guesses there are for a prefix: 40 of IPv6; of IPv4 8, and 8 for each /24,
 * at most 256. */
unsigned walk_guess_count(const struct iprange *prefix);
/* The i-th. It may lie outside of an IPv6 prefix. */
struct ipaddr walk_guess(const struct iprange *prefix, unsigned i, uint64_t *random);

#endif
