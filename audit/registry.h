/*
 * Reverse zones of registries: they hold delegations of address blocks, and no PTR records. A
 * negative answer from such a zone means that the block has no reverse zone yet; its holder must
 * get one.
 *
 * Threads: no state.
 */
#ifndef AUDIT_REGISTRY_H
#define AUDIT_REGISTRY_H

#include "audit/dnsname.h"

/* mname: primary server of the zone; NULL: not known. A zone as short as those of registries, but
 * with a server of its own, belongs to the holder of a large block. */
bool registry_has_zone(const struct dnsname *zone, const struct dnsname *mname);
/* Is it an empty zone for special-purpose addresses, by its SOA? Resolvers have these built in
 * (RFC 6303 3), and the servers of AS112 have them for all networks (RFC 7534, RFC 7535). They
 * never hold a record. */
bool registry_is_empty_zone(const struct dnsname *mname, const struct dnsname *rname);

#endif
