/*
 * A pattern gives each address of a range its own host name:
 *     {1} {2} {3} {4}   the octets of an IPv4 address, in decimal
 *     {n} {n:3}         the place in the range, from 1; with zeros before it up to three digits
 *     {n+256} {n:3+256} the place and 256, for a range that continues another one
 *     {ip}              the address with dashes: 198-51-100-7; IPv6 in full form:
 *                       2001-0db8-0000-0000-0000-0000-0000-0007
 *     {hex}             its octets in hexadecimal, without separators
 * A pattern is kept as a name whose labels hold the placeholders as written. No host name holds a
 * brace, so the two cannot be mistaken for each other.
 *
 * Ownership: plain values. Threads: no state. Errors: false; faults are texts that live for ever
 * and continue "expected host name", like "has an unknown placeholder".
 */
#ifndef AUDIT_PATTERN_H
#define AUDIT_PATTERN_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

/* Is it a pattern, or an attempt at one? */
bool pattern_is(const struct dnsname *name);
/* Does it make a host name of its own for each address of the range? An ambiguous pattern, like
 * {3}{4}, is tried on every address of a small range and refused for a large one. */
bool pattern_check(const struct dnsname *pattern, const struct iprange *range, const char **fault)
    __attribute__((warn_unused_result));
/* The name of one address in the range that begins with `first`. False: it makes no name; not after
 * pattern_check. */
bool pattern_name(struct dnsname *out, const struct dnsname *pattern, const struct ipaddr *first,
                  const struct ipaddr *address) __attribute__((warn_unused_result));
/* The pattern that gives the addresses from `part` on the names that `pattern` gives them in the
 * range that begins with `first`. False: no name has room for it; not after pattern_check. */
bool pattern_part(struct dnsname *out, const struct dnsname *pattern, const struct ipaddr *first,
                  const struct ipaddr *part) __attribute__((warn_unused_result));

#endif
