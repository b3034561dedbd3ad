/*
 * The resolver interface over zone files. It answers as a server that is authoritative for all
 * zones of the set, and follows CNAMEs from one zone to another. Nothing is sent: each reply is
 * given from within ask. Endpoints, transports and timeouts are ignored.
 *
 * options.zones must be set, and outlives the resolver. Threads: one per resolver; they share the
 * set, which is read only.
 */
#ifndef IO_RESOLVER_ZONES_H
#define IO_RESOLVER_ZONES_H

#include "io/resolver/resolver.h"
#include "io/resolver/zone_set.h"

extern const struct resolver_engine resolver_zones;

#endif
