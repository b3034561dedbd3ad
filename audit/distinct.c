#include "audit/distinct.h"

#include <string.h>

static uint32_t hash_octets(const uint8_t *octets, size_t len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ octets[i]) * 16777619u;
    return hash;
}

static bool same_rdata(struct packet *packet, const struct record *a, const struct record *b,
                       const struct dnsname *name)
{
    if (name)
        return packet_name_is(packet, a->rdata, name);
    return a->rdlen == b->rdlen &&
           memcmp(packet->bytes + a->rdata, packet->bytes + b->rdata, b->rdlen) == 0;
}

bool distinct_add(struct distinct *distinct, struct packet *packet, const struct record *record,
                  const struct dnsname *name)
{
    if (distinct->alone)
        return true;
    uint32_t hash =
        name ? dnsname_hash(name) : hash_octets(packet->bytes + record->rdata, record->rdlen);

    for (unsigned i = 0; i < distinct->used; i++) {
        if (distinct->hashes[i] == hash && same_rdata(packet, &distinct->records[i], record, name))
            return false;
    }
    if (distinct->used < DISTINCT_MAX) {
        distinct->hashes[distinct->used] = hash;
        distinct->records[distinct->used++] = *record;
    }
    return true;
}
