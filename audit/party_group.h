/*
 * Which zones are one party. A party is who can act, so zones of one operator are one party:
 *
 * - zones of one provider of --providers, whatever the DNS says;
 * - zones that are not delegated yet, if they are in the same undelegated block;
 * - zones with the same contact (RNAME of the SOA) and the same primary server (MNAME);
 * - zones with the same contact and the same set of name servers;
 * - zones without a usable contact and with the same set of name servers.
 *
 * Zones of host names must also have the same registrable domain: a DNS hoster operates the zones
 * of many owners, and none of them may learn the names of the others. A contact or primary server
 * that many unrelated zones have by default ("localhost", the root, a name below .invalid) says
 * nothing.
 *
 * Ownership: plain values; names belong to the caller. Threads: no state.
 */
#ifndef AUDIT_PARTY_GROUP_H
#define AUDIT_PARTY_GROUP_H

#include "audit/dnsname.h"

/* What is known about who operates a zone. */
struct zone_operator {
    unsigned kind;                /* zones of different kinds are never one party */
    unsigned provider;            /* number of the provider; 0: none */
    const struct dnsname *block;  /* not delegated: the block without a zone; NULL: delegated */
    const struct dnsname *domain; /* the registrable domain of host names; NULL: none */
    const struct dnsname *mname;  /* NULL: unknown; likewise rname */
    const struct dnsname *rname;
    const struct dnsname *const *servers; /* sorted with party_group_sort_servers */
    unsigned server_count;                /* 0: unknown */
    unsigned server_total;                /* may be more than are given */
};

/* Puts the names in an order in which equal sets are equal lists. */
void party_group_sort_servers(const struct dnsname **servers, unsigned count);
/* parties[i]: the lowest index of a zone of the same party as zone i. False: out of memory. */
bool party_group(const struct zone_operator *zones, unsigned count, unsigned *parties)
    __attribute__((warn_unused_result));
/* The highest name below `above` that is on the way to `zone` and that a registry may delegate to
 * one holder: at most a /16 for IPv4 and a /32 for IPv6, else the zone itself. `above` is the zone
 * that answered instead of `zone`: it proves that no name between them is delegated. */
void party_group_block(struct dnsname *out, const struct dnsname *zone,
                       const struct dnsname *above);

#endif
