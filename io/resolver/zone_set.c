#include "io/resolver/zone_set.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_SIZE = 256 * 1024, SLOTS_AT_FIRST = 64 };

/* All memory of a set lives as long as the set, and is cut from chunks. */
struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(16) uint8_t bytes[];
};

/* A name that exists: it has records, or a name below it has (empty non-terminal, RFC 4592 2.2.2).
 */
struct zone_node {
    struct zone *zone;
    struct zone_record *first;
    struct zone_record **end; /* the link for the next record */
    uint64_t hash;
    uint32_t octets; /* of the records, see ZONE_NODE_MAX */
    bool has_alias;  /* a CNAME */
    bool has_others; /* records that may not be beside a CNAME */
    uint8_t length;
    uint8_t wire[]; /* in lower case */
};

/* Open addressing; the number of slots is a power of two, and at least half are free. */
struct name_table {
    struct zone_node **slots;
    size_t slot_count, used;
};

struct zone {
    struct zone_set *set;
    struct dnsname apex; /* in lower case */
    const char *path;
    struct zone_node *top;
    struct name_table names;
    uint64_t records;
    uint64_t outside;             /* records of the file that are out of the zone */
    uint64_t outside_line;        /* of the first of them */
    struct dnsname faulty_server; /* length 0: every one has an address */
    bool faulty_server_is_alias;
};

struct zone_set {
    struct chunk *chunks;
    struct name_table apexes;
    unsigned count;
    struct zone *zones[ZONES_MAX];
};

static void *cut(struct zone_set *set, size_t size)
{
    struct chunk *chunk = set->chunks;

    size = (size + 15) & ~(size_t)15;
    if (!chunk || size > chunk->size - chunk->used) {
        size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;
        chunk = malloc(sizeof(*chunk) + room);
        if (!chunk)
            return NULL;
        *chunk = (struct chunk){.next = set->chunks, .size = room};
        set->chunks = chunk;
    }
    void *memory = chunk->bytes + chunk->used;
    chunk->used += size;
    return memory;
}

/* ---- names ---- */

/* FNV-1a, with the high bits folded in: the names of a fleet differ little. */
static uint64_t hash_of(const uint8_t *wire, size_t length)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < length; i++)
        hash = (hash ^ wire[i]) * UINT64_C(0x100000001b3);
    return hash ^ hash >> 32;
}

static struct zone_node **slot_of(const struct name_table *table, uint64_t hash,
                                  const uint8_t *wire, size_t length)
{
    size_t i = (size_t)hash & (table->slot_count - 1);

    for (struct zone_node *node; (node = table->slots[i]); i = (i + 1) & (table->slot_count - 1)) {
        if (node->hash == hash && node->length == length && memcmp(node->wire, wire, length) == 0)
            break;
    }
    return &table->slots[i];
}

static struct zone_node *table_find(const struct name_table *table, const uint8_t *wire,
                                    size_t length)
{
    return table->slots ? *slot_of(table, hash_of(wire, length), wire, length) : NULL;
}

static bool table_grow(struct name_table *table)
{
    struct name_table larger = {.slot_count = table->slots ? table->slot_count * 2 : SLOTS_AT_FIRST,
                                .used = table->used};

    larger.slots = calloc(larger.slot_count, sizeof(larger.slots[0]));
    if (!larger.slots)
        return false;
    for (size_t i = 0; i < table->slot_count; i++) {
        struct zone_node *node = table->slots[i];
        if (node)
            *slot_of(&larger, node->hash, node->wire, node->length) = node;
    }
    free(table->slots);
    *table = larger;
    return true;
}

/* The name must not be in the table. */
static bool table_put(struct name_table *table, struct zone_node *node)
{
    if (table->used * 2 >= table->slot_count && !table_grow(table))
        return false;
    *slot_of(table, node->hash, node->wire, node->length) = node;
    table->used++;
    return true;
}

static struct zone_node *new_node(struct zone *zone, const uint8_t *wire, size_t length)
{
    struct zone_node *node = cut(zone->set, sizeof(*node) + length);

    if (!node)
        return NULL;
    *node =
        (struct zone_node){.zone = zone, .hash = hash_of(wire, length), .length = (uint8_t)length};
    node->end = &node->first;
    memcpy(node->wire, wire, length);
    return table_put(&zone->names, node) ? node : NULL;
}

/* Finds or adds a name within the zone, and the names between it and the apex. */
static struct zone_node *make_node(struct zone *zone, const struct dnsname *name)
{
    const uint8_t *wire = name->wire;
    size_t length = name->length;
    struct zone_node *node = table_find(&zone->names, wire, length);

    if (node)
        return node;
    node = new_node(zone, wire, length);
    /* The names above an existing name exist as well, up to the apex. */
    for (bool good = node != NULL; good;) {
        length -= 1u + *wire;
        wire += 1u + *wire;
        if (table_find(&zone->names, wire, length))
            return node;
        good = new_node(zone, wire, length) != NULL;
    }
    return NULL;
}

/* ---- the set ---- */

struct zone_set *zone_set_new(void)
{
    return calloc(1, sizeof(struct zone_set));
}

void zone_set_free(struct zone_set *set)
{
    if (!set)
        return;
    for (unsigned i = 0; i < set->count; i++)
        free(set->zones[i]->names.slots);
    for (struct chunk *next, *chunk = set->chunks; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    free(set->apexes.slots);
    free(set);
}

struct zone *zone_set_add(struct zone_set *set, const struct dnsname *apex, const char *path)
{
    struct zone *zone = cut(set, sizeof(*zone));

    if (!zone)
        return NULL;
    memset(zone, 0, sizeof(*zone));
    zone->set = set;
    zone->path = path;
    dnsname_copy(&zone->apex, apex);
    dnsname_lower(&zone->apex);
    set->zones[set->count++] = zone;
    zone->top = new_node(zone, zone->apex.wire, zone->apex.length);
    return zone->top && table_put(&set->apexes, zone->top) ? zone : NULL;
}

unsigned zone_set_count(const struct zone_set *set)
{
    return set->count;
}

const struct zone *zone_set_at(const struct zone_set *set, unsigned index)
{
    return set->zones[index];
}

static void lower_copy(struct dnsname *out, const struct dnsname *name)
{
    dnsname_copy(out, name);
    dnsname_lower(out);
}

const struct zone *zone_set_find(const struct zone_set *set, const struct dnsname *apex)
{
    struct dnsname name;

    lower_copy(&name, apex);
    const struct zone_node *node = table_find(&set->apexes, name.wire, name.length);
    return node ? node->zone : NULL;
}

const struct zone *zone_set_holding(const struct zone_set *set, const struct dnsname *name)
{
    struct dnsname lowered;

    lower_copy(&lowered, name);
    const uint8_t *wire = lowered.wire;
    for (size_t left = lowered.length; left > 0; left -= 1u + *wire, wire += 1u + *wire) {
        const struct zone_node *node = table_find(&set->apexes, wire, left);
        if (node)
            return node->zone;
    }
    return NULL;
}

/* ---- one zone ---- */

const struct dnsname *zone_apex(const struct zone *zone)
{
    return &zone->apex;
}

const char *zone_path(const struct zone *zone)
{
    return zone->path;
}

const struct zone_record *zone_record_of(const struct zone_record *record, uint16_t type)
{
    while (record && record->type != type)
        record = record->next;
    return record;
}

const struct zone_record *zone_soa(const struct zone *zone)
{
    return zone_record_of(zone->top->first, RR_SOA);
}

uint32_t zone_serial(const struct zone *zone)
{
    const struct zone_record *soa = zone_soa(zone);

    if (!soa)
        return 0;
    const uint8_t *at =
        soa->rdata + soa->rdlen - 20; /* SERIAL is the first of five numbers (RFC 1035 3.3.13) */
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

uint64_t zone_records(const struct zone *zone)
{
    return zone->records;
}

static bool is_kept(uint16_t type)
{
    return type == RR_A || type == RR_NS || type == RR_CNAME || type == RR_SOA || type == RR_PTR ||
           type == RR_AAAA || type == RR_DNAME;
}

/* KEY, RRSIG and NSEC may be beside a CNAME (RFC 4034 3, 4; RFC 2181 10.1). */
static bool may_be_beside_alias(uint16_t type)
{
    return type == 25 || type == 46 || type == 47;
}

/* Names are equal without regard to case (RFC 4343); other data has no letters to fold. */
static bool same_data(const struct zone_record *record, const uint8_t *rdata, uint16_t rdlen)
{
    struct dnsname one, other;

    if (record->rdlen != rdlen)
        return false;
    if (record->type == RR_A || record->type == RR_AAAA || record->type == RR_SOA)
        return memcmp(record->rdata, rdata, rdlen) == 0;
    return dnsname_from_wire(&one, record->rdata, rdlen) &&
           dnsname_from_wire(&other, rdata, rdlen) && dnsname_equal(&one, &other);
}

/* No other data beside a CNAME, and no second CNAME or DNAME (RFC 1034 3.6.2, RFC 6672 2.4). */
static enum zone_add check_alias(struct zone_node *node, uint16_t type)
{
    bool single = type == RR_CNAME || type == RR_DNAME;

    if (single && zone_record_of(node->first, type))
        return ZONE_TWO_ALIASES;
    if (type == RR_CNAME)
        node->has_alias = true;
    else if (!may_be_beside_alias(type))
        node->has_others = true;
    return node->has_alias && node->has_others ? ZONE_ALIAS_AND_OTHERS : ZONE_ADDED;
}

/* The record of the type with the same data; else NULL, and *ttl is that of the RRset if there is
 * one: its records have one TTL (RFC 2181 5.2). */
static const struct zone_record *find_same(const struct zone_node *node, uint16_t type,
                                           const uint8_t *rdata, uint16_t rdlen, uint32_t *ttl)
{
    const struct zone_record *record = zone_record_of(node->first, type);

    for (; record; record = zone_record_of(record->next, type)) {
        if (same_data(record, rdata, rdlen))
            return record;
        *ttl = record->ttl;
    }
    return NULL;
}

static enum zone_add keep_record(struct zone_node *node, uint16_t type, uint32_t ttl,
                                 const uint8_t *rdata, uint16_t rdlen)
{
    node->octets += ZONE_RECORD_OVERHEAD + rdlen;
    if (node->octets > ZONE_NODE_MAX)
        return ZONE_TOO_MUCH;
    struct zone_record *record = cut(node->zone->set, sizeof(*record) + rdlen);
    if (!record)
        return ZONE_NO_MEMORY;
    *record = (struct zone_record){.ttl = ttl, .type = type, .rdlen = rdlen};
    memcpy(record->rdata, rdata, rdlen);
    *node->end = record;
    node->end = &record->next;
    return ZONE_ADDED;
}

enum zone_add zone_add(struct zone *zone, const struct dnsname *owner, uint16_t type, uint32_t ttl,
                       const uint8_t *rdata, uint16_t rdlen)
{
    struct dnsname name;

    lower_copy(&name, owner);
    if (!dnsname_within(&name, &zone->apex))
        return ZONE_OUTSIDE;
    struct zone_node *node = make_node(zone, &name);
    if (!node)
        return ZONE_NO_MEMORY;
    if (is_kept(type) && find_same(node, type, rdata, rdlen, &ttl))
        return ZONE_ADDED;
    enum zone_add added = check_alias(node, type);
    if (added != ZONE_ADDED)
        return added;
    zone->records++;
    return is_kept(type) ? keep_record(node, type, ttl, rdata, rdlen) : ZONE_ADDED;
}

void zone_count_outside(struct zone *zone, uint64_t line)
{
    if (zone->outside++ == 0)
        zone->outside_line = line;
}

uint64_t zone_outside(const struct zone *zone, uint64_t *first_line)
{
    *first_line = zone->outside_line;
    return zone->outside;
}

void zone_note_server(struct zone *zone, const struct dnsname *server, bool is_alias)
{
    if (zone->faulty_server.length > 0)
        return;
    dnsname_copy(&zone->faulty_server, server);
    zone->faulty_server_is_alias = is_alias;
}

const struct dnsname *zone_faulty_server(const struct zone *zone, bool *is_alias)
{
    *is_alias = zone->faulty_server_is_alias;
    return zone->faulty_server.length > 0 ? &zone->faulty_server : NULL;
}

/* ---- lookup ---- */

static struct zone_answer answer_of(const struct zone_node *node, uint16_t type)
{
    const struct zone_record *records = zone_record_of(node->first, type);

    if (records)
        return (struct zone_answer){.finding = ZONE_HAS, .records = records};
    records = zone_record_of(node->first, RR_CNAME);
    if (records)
        return (struct zone_answer){.finding = ZONE_ALIAS, .records = records};
    return (struct zone_answer){.finding = ZONE_NODATA};
}

/* The answer for a name that does not exist: from the wildcard of its closest encloser (RFC
 * 4592 3.3.1). */
static struct zone_answer wildcard_answer(const struct zone *zone, const struct zone_node *encloser,
                                          uint16_t type)
{
    uint8_t wire[2 + DNSNAME_MAX] = {1, '*'};

    memcpy(wire + 2, encloser->wire, encloser->length);
    const struct zone_node *node = table_find(&zone->names, wire, 2u + encloser->length);
    return node ? answer_of(node, type) : (struct zone_answer){.finding = ZONE_NXDOMAIN};
}

struct zone_answer zone_look_up(const struct zone *zone, const struct dnsname *name, uint16_t type)
{
    struct dnsname lowered;
    uint8_t starts[DNSNAME_MAX / 2 + 1]; /* offsets of the labels before the apex */
    unsigned labels = 0;

    lower_copy(&lowered, name);
    unsigned end = lowered.length - zone->apex.length;
    for (unsigned at = 0; at < end; at += 1u + lowered.wire[at])
        starts[labels++] = (uint8_t)at;
    const struct zone_node *node = zone->top;
    unsigned prefix = end; /* octets of the name that precede the name of `node` */
    while (labels-- > 0) {
        const struct zone_record *renaming = zone_record_of(node->first, RR_DNAME);
        if (renaming)
            return (struct zone_answer){
                .finding = ZONE_RENAMED, .records = renaming, .prefix = prefix};
        const struct zone_node *below = table_find(&zone->names, lowered.wire + starts[labels],
                                                   (size_t)(lowered.length - starts[labels]));
        if (!below)
            return wildcard_answer(zone, node, type);
        node = below;
        prefix = starts[labels];
        const struct zone_record *cut_off = zone_record_of(node->first, RR_NS);
        if (cut_off)
            return (struct zone_answer){
                .finding = ZONE_DELEGATED, .records = cut_off, .prefix = prefix};
    }
    return answer_of(node, type);
}
