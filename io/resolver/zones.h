/*
 * The resolver seam over zone files: answers as a server would that is authoritative for all zones
 * of the set, and follows CNAMEs from one to another. Nothing is sent, nothing waits: each reply
 * comes from within ask, and endpoints, transports and timeouts mean nothing.
 *
 * options.zones must be set. Threads: each resolver is one thread's; the set is shared and only
 * read.
 */
#ifndef IO_RESOLVER_ZONES_H
#define IO_RESOLVER_ZONES_H

#include "io/resolver/resolver.h"
#include "io/resolver/zone_set.h"

extern const struct resolver_engine resolver_zones;

#endif
