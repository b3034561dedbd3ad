/*
 * Reverse zones of registries: those that hold delegations of address blocks, and nobody's PTR
 * records. Where one of them says that there is nothing, the block has no reverse zone yet, and its
 * holder must get one.
 *
 * Threads: no state.
 */
#ifndef AUDIT_REGISTRY_H
#define AUDIT_REGISTRY_H

#include "audit/dnsname.h"

/* mname: primary server of the zone; NULL: not known. A zone that is as short as those of
 * registries but has a server of its own is that of the holder of a large block. */
bool registry_has_zone(const struct dnsname *zone, const struct dnsname *mname);

#endif
