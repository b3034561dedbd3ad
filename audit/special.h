/*
 * Special-purpose addresses (RFC 6890 and the IANA registries it founded): addresses that no mail
 * receiver on the Internet sees as a client. The table has the blocks that are not globally
 * reachable, multicast included.
 */
#ifndef AUDIT_SPECIAL_H
#define AUDIT_SPECIAL_H

#include "audit/ipaddr.h"

struct special_block {
    const char *prefix; /* text form, "198.51.100.0/24" */
    const char *name;   /* registry name, "Documentation (TEST-NET-2)" */
    const char *source; /* "RFC 5737" */
    bool exception; /* a more specific block that is globally reachable (192.0.0.9/32, 2001:20::/28
                       and others) */
};

/* The block that makes the address special-purpose (the most specific one decides); NULL for a
 * public address. */
const struct special_block *special_block_of(const struct ipaddr *address);
/* Is it an address of a network that the Internet does not reach: private-use, shared,
 * unique-local, link-local or loopback? */
bool special_is_inside(const struct ipaddr *address);
/* The block that packets to the address may reach: its own, or that of the IPv4 address which is
 * embedded in it (NAT64, 6to4), so that no foreign name leads to a host inside. Also counts blocks
 * that are deprecated and in no registry. NULL: a public address. */
const struct special_block *special_block_reached(const struct ipaddr *address);
/* The largest range from `from` to at most `last` in which special_block_of gives the same result
 * as for `from`. */
struct ipaddr special_run_end(const struct ipaddr *from, const struct ipaddr *last);
/* Table access for documentation and tests: NULL past the end. */
const struct special_block *special_block_at(unsigned index);

#endif
