#include "audit/packet.h"

#include <string.h>

#include "audit/answer.h"

enum {
    RECORD_FIXED = 10, /* type, class, TTL, RDLENGTH */
    SOA_FIXED = 20,    /* serial, refresh, retry, expire, minimum */
    POINTER = 0xc0,
    OFFSET = 0x3fff, /* of the two octets of a pointer */
    HOPS_MAX = 127,  /* a name has at most 127 labels, so more pointers are never needed */
};

uint16_t packet_get16(const struct packet *packet, size_t at)
{
    return (uint16_t)(packet->bytes[at] << 8 | packet->bytes[at + 1]);
}

uint32_t packet_get32(const struct packet *packet, size_t at)
{
    return (uint32_t)packet_get16(packet, at) << 16 | packet_get16(packet, at + 2);
}

size_t packet_name_end(const struct packet *packet, size_t at)
{
    while (at < packet->len) {
        uint8_t octet = packet->bytes[at];
        if (octet == 0)
            return at + 1;
        if (octet >= POINTER)
            return at + 2 <= packet->len ? at + 2 : 0;
        if (octet > DNSLABEL_MAX)
            return 0;
        at += 1 + (size_t)octet;
    }
    return 0;
}

static void spend(struct packet *packet, size_t octets)
{
    packet->work += PACKET_WORK_LABEL + (uint32_t)octets;
}

bool packet_is_spent(const struct packet *packet)
{
    return packet->work > PACKET_WORK_MAX;
}

uint16_t packet_pointer(const struct packet *packet, size_t at)
{
    return packet->bytes[at] >= POINTER ? packet_get16(packet, at) : 0;
}

/* Follows pointers from *at to a label. Each must point before `*limit`, the start of what was read
 * last: that rules out loops. */
static bool follow(struct packet *packet, size_t *at, size_t *limit, unsigned *hops)
{
    while (*at < packet->len && packet->bytes[*at] >= POINTER) {
        if (*at + 2 > packet->len || ++*hops > HOPS_MAX)
            return false;
        size_t target = packet_get16(packet, *at) & OFFSET;
        if (target < HEADER_SIZE || target >= *limit)
            return false;
        *at = *limit = target;
        spend(packet, 0);
    }
    return *at < packet->len;
}

bool packet_name(struct packet *packet, size_t at, struct dnsname *out)
{
    size_t limit = at;
    size_t from =
        at; /* labels up to `end` are copied at once, when a pointer or the root ends them */
    size_t end = at;
    size_t size = 0;
    unsigned hops = 0;

    while (!packet_is_spent(packet) && follow(packet, &at, &limit, &hops)) {
        size_t label = 1 + (size_t)packet->bytes[at];
        if (label > 1 + DNSLABEL_MAX || at + label > packet->len || size + label > DNSNAME_MAX)
            return false;
        if (at != end) {
            memcpy(out->wire + size - (end - from), packet->bytes + from, end - from);
            from = at;
        }
        spend(packet, label);
        size += label;
        end = at += label;
        if (label == 1) {
            memcpy(out->wire + size - (end - from), packet->bytes + from, end - from);
            out->length = (uint8_t)size;
            return true;
        }
    }
    return false;
}

/* Most names are the question's name in one piece, reached by at most one pointer. */
static bool is_spelled_at(const struct packet *packet, size_t at, const struct dnsname *name)
{
    size_t start = at;

    if (packet->len - at >= 2 && packet_pointer(packet, at) != 0)
        start = packet_pointer(packet, at) & OFFSET;
    return start >= HEADER_SIZE && start <= at && packet->len - start >= name->length &&
           memcmp(packet->bytes + start, name->wire, name->length) == 0;
}

bool packet_name_is(struct packet *packet, size_t at, const struct dnsname *name)
{
    struct dnsname other;

    if (!packet_is_spent(packet) && at < packet->len && is_spelled_at(packet, at, name)) {
        spend(packet, name->length);
        return true;
    }
    return packet_name(packet, at, &other) && dnsname_equal(&other, name);
}

bool packet_next(const struct packet *packet, size_t *at, struct record *out)
{
    size_t fixed = packet_name_end(packet, *at);

    if (fixed == 0 || packet->len - fixed < RECORD_FIXED)
        return false;
    out->owner = *at;
    out->type = packet_get16(packet, fixed);
    out->class = packet_get16(packet, fixed + 2);
    out->ttl = packet_get32(packet, fixed + 4);
    out->rdlen = packet_get16(packet, fixed + 8);
    out->rdata = fixed + RECORD_FIXED;
    if (packet->len - out->rdata < out->rdlen)
        return false;
    *at = out->rdata + out->rdlen;
    return true;
}

/* Are there `count` valid names at `at`, then exactly `rest` octets up to `end`? */
static bool names_fill(struct packet *packet, size_t at, unsigned count, size_t rest, size_t end)
{
    struct dnsname scratch;

    for (; count > 0; count--) {
        if (!packet_name(packet, at, &scratch))
            return false;
        at = packet_name_end(packet, at);
    }
    return at + rest == end;
}

/* Checks the RDATA of the types that are read here. Of the other types only the length is checked.
 */
static bool rdata_is_sound(struct packet *packet, const struct record *record)
{
    size_t end = record->rdata + record->rdlen;

    if (record->class != CLASS_IN)
        return true;
    switch (record->type) {
    case RR_A:
        return record->rdlen == 4;
    case RR_AAAA:
        return record->rdlen == 16;
    case RR_CNAME:
    case RR_DNAME:
    case RR_NS:
    case RR_PTR:
        return names_fill(packet, record->rdata, 1, 0, end);
    case RR_SOA:
        return names_fill(packet, record->rdata, 2, SOA_FIXED, end);
    default:
        return true;
    }
}

/* In an RRset the owners are mostly one and the same pointer. Further on in the message it leads to
 * the same name, so it is checked once. */
static bool owner_is_sound(struct packet *packet, const struct record *record)
{
    struct dnsname scratch;
    uint16_t pointer = packet_pointer(packet, record->owner);

    if (pointer != 0 && pointer == packet->sound_owner)
        return true;
    if (!packet_name(packet, record->owner, &scratch))
        return false;
    packet->sound_owner = pointer;
    return true;
}

bool packet_next_checked(struct packet *packet, size_t *at, struct record *out)
{
    return packet_next(packet, at, out) && owner_is_sound(packet, out) &&
           rdata_is_sound(packet, out);
}
