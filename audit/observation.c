#include "audit/observation.h"

#include <string.h>

#include "audit/observation_form.h"

/* Each step of reading returns whether the bytes were valid. */
struct facts_reader {
    const uint8_t *at;
    size_t left;
    uint8_t version;
};

static bool get_octets(struct facts_reader *reader, uint8_t *out, size_t len)
{
    if (reader->left < len)
        return false;
    memcpy(out, reader->at, len);
    reader->at += len;
    reader->left -= len;
    return true;
}

static bool get_octet(struct facts_reader *reader, uint8_t max, uint8_t *out)
{
    return get_octets(reader, out, 1) && *out <= max;
}

static bool get_flag(struct facts_reader *reader, bool *out)
{
    uint8_t octet;

    if (!get_octet(reader, 1, &octet))
        return false;
    *out = octet == 1;
    return true;
}

static bool get_number(struct facts_reader *reader, uint32_t max, uint32_t *out)
{
    uint64_t value = 0;
    uint8_t octet;
    unsigned shift = 0;

    do {
        if (shift == 7 * NUMBER_MAX || reader->left == 0)
            return false;
        octet = *reader->at++;
        reader->left--;
        value |= (uint64_t)(octet & 0x7f) << shift;
        shift += 7;
    } while (octet > 0x7f);
    *out = (uint32_t)value;
    return value <= max && (octet > 0 || shift == 7); /* a last octet of 0 is a longer spelling */
}

static bool get_short(struct facts_reader *reader, uint16_t *out)
{
    uint32_t number;

    if (!get_number(reader, UINT16_MAX, &number))
        return false;
    *out = (uint16_t)number;
    return true;
}

/* The length of the whole wire-form name at the start of the bytes; 0: there is no such name (RFC
 * 1035 3.1). */
static size_t name_size(const uint8_t *at, size_t left)
{
    size_t size = 0;

    while (size < left && size < DNSNAME_MAX && at[size] != 0) {
        if (at[size] > DNSLABEL_MAX)
            return 0;
        size += 1 + (size_t)at[size];
    }
    return size < left && size < DNSNAME_MAX ? size + 1 : 0;
}

static bool get_name(struct facts_reader *reader, struct dnsname *out)
{
    size_t size = name_size(reader->at, reader->left);

    if (size == 0 || !dnsname_from_wire(out, reader->at, size))
        return false;
    reader->at += size;
    reader->left -= size;
    return true;
}

static bool get_names(struct facts_reader *reader, struct dnsname *out, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!get_name(reader, &out[i]))
            return false;
    }
    return true;
}

static bool get_addresses(struct facts_reader *reader, struct ipaddr *out, unsigned count,
                          size_t octets)
{
    uint8_t bytes[16];

    for (unsigned i = 0; i < count; i++) {
        if (!get_octets(reader, bytes, octets) || !ipaddr_from_octets(&out[i], bytes, octets))
            return false;
    }
    return true;
}

/* A version without the spread has 0. */
static bool get_spread(struct facts_reader *reader, unsigned aliases, uint32_t *out)
{
    *out = 0;
    return aliases == 0 || reader->version < SPREAD_SINCE || get_number(reader, UINT32_MAX, out);
}

static bool get_chain(struct facts_reader *reader, struct answer *out)
{
    uint8_t count;

    if (!get_number(reader, UINT32_MAX, &out->ttl) ||
        !get_octet(reader, ANSWER_ALIASES_MAX, &count))
        return false;
    out->alias_count = count;
    return get_names(reader, out->aliases, count) && get_spread(reader, count, &out->ttl_spread) &&
           out->ttl_spread <= UINT32_MAX - out->ttl;
}

static bool get_soa(struct facts_reader *reader, struct answer *out)
{
    if (!get_flag(reader, &out->has_soa))
        return false;
    return !out->has_soa ||
           (get_name(reader, &out->soa_zone) && get_name(reader, &out->soa_mname) &&
            get_name(reader, &out->soa_rname));
}

static bool get_records(struct facts_reader *reader, struct answer *out, uint16_t type)
{
    uint8_t kept;

    if (!get_flag(reader, &out->holds) || !get_number(reader, UINT32_MAX, &out->total) ||
        !get_octet(reader, type == RR_PTR ? ANSWER_NAMES_MAX : ANSWER_ADDRESSES_MAX, &kept) ||
        kept > out->total)
        return false;
    out->kept = kept;
    if (type == RR_PTR)
        return get_names(reader, out->records.names, kept);
    return get_addresses(reader, out->records.addresses, kept, type == RR_A ? 4 : 16);
}

static unsigned kinds_of(uint8_t version)
{
    if (version < FLAGS_SINCE)
        return KINDS_BEFORE;
    return version < ERRORS_SINCE ? KINDS_OF_3 : ANSWER_KINDS;
}

static bool are_possible(uint8_t kind, uint8_t flags, uint8_t version)
{
    uint8_t others = flags & (FLAG_CHAIN | FLAG_TRUNCATED);

    if (flags & FLAG_ERROR && (version < ERRORS_SINCE || !(observation_parts[kind] & PART_RCODE)))
        return false;
    if (others == FLAG_TRUNCATED)
        return kind == ANSWER_RECORDS;
    return others == 0 || (others == FLAG_CHAIN && !(observation_parts[kind] & PART_CHAIN));
}

static bool get_kind(struct facts_reader *reader, uint8_t *kind, uint8_t *flags)
{
    uint8_t octet;

    if (!get_octet(reader, KIND_MASK | FLAG_CHAIN | FLAG_TRUNCATED | FLAG_ERROR, &octet))
        return false;
    *kind = octet & KIND_MASK;
    *flags = octet & (FLAG_CHAIN | FLAG_TRUNCATED | FLAG_ERROR);
    return *kind < kinds_of(reader->version) &&
           (*flags == 0 ||
            (reader->version >= FLAGS_SINCE && are_possible(*kind, *flags, reader->version)));
}

/* Parts that the kind does not have are zero. */
static bool get_answer(struct facts_reader *reader, struct answer *out, uint16_t type)
{
    uint8_t kind, flags;

    if (!get_kind(reader, &kind, &flags) || !get_short(reader, &out->tries))
        return false;
    unsigned parts = observation_parts[kind] | (flags & FLAG_CHAIN ? PART_CHAIN : 0);
    out->kind = (enum answer_kind)kind;
    answer_clear(out);
    out->truncated = flags & FLAG_TRUNCATED;
    return (!(parts & PART_RCODE) || get_short(reader, &out->rcode)) &&
           (!(parts & PART_CHAIN) || get_chain(reader, out)) &&
           (!(flags & FLAG_CHAIN) || out->alias_count > 0) &&
           (!(parts & PART_SOA) || get_soa(reader, out)) &&
           (!(parts & PART_RECORDS) || get_records(reader, out, type)) &&
           (!(flags & FLAG_ERROR) ||
            (get_short(reader, &out->extended_error) && out->extended_error != 0));
}

static bool get_forward(struct facts_reader *reader, struct forward *out)
{
    uint8_t type;

    return get_octet(reader, RR_AAAA, &type) && (type == RR_A || type == RR_AAAA) &&
           get_name(reader, &out->host) && get_answer(reader, &out->answer, type);
}

static bool get_version(struct facts_reader *reader)
{
    return get_octet(reader, FORM_VERSION, &reader->version) && reader->version > 0;
}

bool observation_decode(struct observation *out, const uint8_t *bytes, size_t len)
{
    struct facts_reader reader = {.at = bytes, .left = len};
    uint8_t count;

    if (!get_version(&reader) || !get_octet(&reader, OBSERVATION_FORWARDS_MAX, &count) ||
        !get_answer(&reader, &out->ptr, RR_PTR))
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (!get_forward(&reader, &out->forwards[i]))
            return false;
    }
    out->forward_count = count;
    return reader.left == 0;
}

static bool skip_names(struct facts_reader *reader, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        size_t size = name_size(reader->at, reader->left);
        if (size == 0)
            return false;
        reader->at += size;
        reader->left -= size;
    }
    return true;
}

/* Skips the head of an answer with records, up to its names. */
static bool skip_head(struct facts_reader *reader, uint8_t *kept)
{
    uint32_t number;
    uint8_t aliases;
    bool holds;

    return get_number(reader, UINT16_MAX, &number) && get_number(reader, UINT32_MAX, &number) &&
           get_octet(reader, ANSWER_ALIASES_MAX, &aliases) && skip_names(reader, aliases) &&
           get_spread(reader, aliases, &number) && get_flag(reader, &holds) &&
           get_number(reader, UINT32_MAX, &number) && get_octet(reader, ANSWER_NAMES_MAX, kept);
}

bool ptr_names_begin(struct ptr_names *out, const uint8_t *bytes, size_t len)
{
    struct facts_reader reader = {.at = bytes, .left = len};
    uint32_t tries;
    uint8_t forwards;
    uint8_t kind, flags;
    uint8_t kept = 0;

    if (!get_version(&reader) || !get_octet(&reader, OBSERVATION_FORWARDS_MAX, &forwards) ||
        !get_kind(&reader, &kind, &flags) || !get_number(&reader, UINT16_MAX, &tries) ||
        (kind == ANSWER_RECORDS && !skip_head(&reader, &kept)))
        return false;
    *out = (struct ptr_names){reader.at, reader.left, kept};
    return true;
}

size_t ptr_names_next(struct ptr_names *names, const uint8_t **wire)
{
    size_t size = name_size(names->at, names->left);

    *wire = names->at;
    names->at += size;
    names->left -= size;
    names->count--;
    return size;
}

const struct answer *observation_forward(const struct observation *observation,
                                         const struct dnsname *host)
{
    for (unsigned i = 0; i < observation->forward_count; i++) {
        if (dnsname_equal(&observation->forwards[i].host, host))
            return &observation->forwards[i].answer;
    }
    return NULL;
}
