/*
 * What an input row expects of the PTR names of its addresses, kept in one name, lower case:
 *     mta7.example.com       this host name
 *     *.example.com          any name below example.com
 *     mta{4}.example.com     a name for each address (audit/pattern.h)
 * No host name holds an asterisk or a brace.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_EXPECTATION_H
#define AUDIT_EXPECTATION_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

enum expectation { EXPECT_HOST, EXPECT_DOMAIN, EXPECT_PATTERN };

enum expectation expectation_of(const struct dnsname *expected);
/* Reads one of the spellings above; `.example.com` is a domain, too. The placeholders of a pattern
 * are not checked. On false *fault continues "expected host name". */
bool expectation_parse(struct dnsname *out, const char *text, size_t len, const char **fault)
    __attribute__((warn_unused_result));
/* What is expected of one address in the range that begins with `first`: a host name or a domain.
 * room: holds the name that a pattern makes. NULL: the pattern makes none; not after
 * pattern_check. */
const struct dnsname *expectation_at(struct dnsname *room, const struct dnsname *expected,
                                     const struct ipaddr *first, const struct ipaddr *address);
/* What is expected of the addresses from `part` on, as a range that begins there has it. False: a
 * pattern has no room for it; not after pattern_check. */
bool expectation_part(struct dnsname *out, const struct dnsname *expected,
                      const struct ipaddr *first, const struct ipaddr *part)
    __attribute__((warn_unused_result));
/* Is the PTR name the host name that is expected, or below the domain? Not for a pattern. */
bool expectation_is_met(const struct dnsname *expected, const struct dnsname *ptr_name);

#endif
