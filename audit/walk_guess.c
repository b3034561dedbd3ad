#include "audit/walk_guess.h"

#include <stdio.h>
#include <string.h>

#include "audit/random.h"

enum { V4_BITS = 32, V6_BITS = 128 };
enum {
    DENSE_BITS = 20, /* addresses below a node, as bits, that never all exist */
    BLOCK_BITS = 32, /* blocks below a node, likewise */
};
enum { SAMPLES_OF_24 = 8, SAMPLES_MAX = 256, ADDRESSES_OF_24 = 256 };

/* The second /64 of a /48 and the like, and the second /48 of a /32: an octet and its value. */
static const struct subnet {
    uint8_t octet, value;
} SUBNETS[] = {{7, 0}, {7, 1}, {7, 2}, {7, 0x10}, {5, 1}};

/* ::1 and the like: the last two octets. */
static const uint16_t HOSTS[] = {0x1, 0x2, 0x3, 0xa, 0x10, 0x25, 0x53, 0x100};

enum {
    SUBNET_COUNT = sizeof(SUBNETS) / sizeof(SUBNETS[0]),
    HOST_COUNT = sizeof(HOSTS) / sizeof(HOSTS[0]),
};

/* ---- probes ---- */

/* The name of a random block of 2^host_bits addresses, inside the block of the first `bits` bits.
 */
static void random_block(struct dnsname *out, const struct ipaddr *block, unsigned bits,
                         unsigned host_bits, uint64_t *random)
{
    struct ipaddr address = *block;

    for (unsigned bit = bits; bit < V6_BITS; bit += 4) {
        uint8_t nibble = (uint8_t)(random_next(random) >> 32 & 15);
        address.bytes[bit / 8] |= (uint8_t)(bit % 8 == 0 ? nibble << 4 : nibble);
    }
    ipaddr_block_name(out, &address, host_bits);
}

/* A label that no address has, before the name of the node. */
static void no_address_name(struct dnsname *out, const struct ipaddr *address, unsigned bits,
                            uint64_t *random)
{
    char label[24];
    struct dnsname name;
    unsigned number = (unsigned)(random_next(random) >> 32);
    int length = snprintf(label, sizeof(label), "walk-%08x", number);

    ipaddr_block_name(&name, address, (address->family == IP_V4 ? V4_BITS : V6_BITS) - bits);
    out->wire[0] = (uint8_t)length;
    memcpy(out->wire + 1, label, (size_t)length);
    memcpy(out->wire + 1 + length, name.wire, name.length);
    out->length = (uint8_t)(1 + length + name.length);
}

/* Below few addresses all may have records, and in IPv4 below many: there the probe is a name that
 * spells no address. */
bool walk_probe_has_blocks(const struct ipaddr *address, unsigned bits)
{
    return address->family == IP_V6 && bits + BLOCK_BITS < V6_BITS;
}

void walk_probe(struct dnsname *out, const struct ipaddr *address, unsigned bits, bool whole,
                uint64_t *random)
{
    bool is_block = !whole && walk_probe_has_blocks(address, bits);

    if (address->family == IP_V6 && bits + DENSE_BITS <= V6_BITS)
        random_block(out, address, bits, is_block ? V6_BITS - bits - BLOCK_BITS : 0, random);
    else
        no_address_name(out, address, bits, random);
}

/* ---- guesses ---- */

static unsigned samples_of(const struct iprange *prefix)
{
    ip_count samples = iprange_count(prefix) / ADDRESSES_OF_24 * SAMPLES_OF_24;

    return samples < SAMPLES_OF_24 ? SAMPLES_OF_24
           : samples > SAMPLES_MAX ? SAMPLES_MAX
                                   : (unsigned)samples;
}

unsigned walk_guess_count(const struct iprange *prefix)
{
    return prefix->first.family == IP_V4 ? HOST_COUNT + samples_of(prefix)
                                         : SUBNET_COUNT * HOST_COUNT;
}

struct ipaddr walk_guess(const struct iprange *prefix, unsigned i, uint64_t *random)
{
    struct ipaddr out = prefix->first;
    const struct subnet *subnet = &SUBNETS[i / HOST_COUNT % SUBNET_COUNT];
    uint16_t host = HOSTS[i % HOST_COUNT];

    if (out.family == IP_V4 && i < HOST_COUNT) {
        out.bytes[3] |= (uint8_t)host;
        return out;
    }
    if (out.family == IP_V4) {
        ip_count size = iprange_count(prefix) / samples_of(prefix);
        ip_count at = (i - HOST_COUNT) * size + random_next(random) % size;
        return ipaddr_from_number(IP_V4, ipaddr_number(&out) + at);
    }
    out.bytes[subnet->octet] |= subnet->value;
    out.bytes[14] |= (uint8_t)(host >> 8);
    out.bytes[15] |= (uint8_t)host;
    return out;
}
