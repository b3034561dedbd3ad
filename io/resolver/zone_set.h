/*
 * Zones in memory: names with their records, and the answer of a zone for a name (RFC 1034 4.3.2,
 * RFC 4592). Files and messages are the concern of others: io/resolver/zone_text fills the set,
 * io/resolver/zones queries it.
 *
 * Each zone has its own names, so that the records of a child zone in its parent (NS, glue) never
 * mix with those in the child's own file. Only the types that an audit asks for, or that lead to
 * other names, are stored; of a record of another type only its existence is.
 *
 * Ownership: zone_set_new / zone_set_free; zones, nodes and records belong to the set. Paths are
 * borrowed. Threads: one fills the set, then any number read it.
 */
#ifndef IO_RESOLVER_ZONE_SET_H
#define IO_RESOLVER_ZONE_SET_H

#include "audit/answer.h"

enum {
    ZONES_MAX = 1024,          /* of a set */
    ZONE_NODE_MAX = 48 * 1024, /* octets of the records of one name: they must fit into a reply */
    ZONE_RECORD_OVERHEAD =
        12, /* octets counted for a record besides its RDATA: its size with a compressed owner */
};

struct zone_set;
struct zone;
struct zone_node;

struct zone_record {
    struct zone_record *next; /* in the order of the file */
    uint32_t ttl;
    uint16_t type;
    uint16_t rdlen;
    uint8_t rdata[]; /* names are not compressed */
};

enum zone_add {
    ZONE_ADDED,
    ZONE_OUTSIDE,
    ZONE_ALIAS_AND_OTHERS,
    ZONE_TWO_ALIASES,
    ZONE_TOO_MUCH,
    ZONE_NO_MEMORY
};

struct zone_set *zone_set_new(void); /* NULL: out of memory */
void zone_set_free(struct zone_set *set);
/* Adds a zone without records. NULL: out of memory. The caller adds at most ZONES_MAX zones, each
 * apex once. */
struct zone *zone_set_add(struct zone_set *set, const struct dnsname *apex, const char *path);
unsigned zone_set_count(const struct zone_set *set);
const struct zone *zone_set_at(const struct zone_set *set, unsigned index);
/* The zone with this apex, or NULL. */
const struct zone *zone_set_find(const struct zone_set *set, const struct dnsname *apex);
/* The zone with the longest apex that the name is within, or NULL. */
const struct zone *zone_set_holding(const struct zone_set *set, const struct dnsname *name);

/* A record that the zone has already is added once (RFC 2181 5). */
enum zone_add zone_add(struct zone *zone, const struct dnsname *owner, uint16_t type, uint32_t ttl,
                       const uint8_t *rdata, uint16_t rdlen) __attribute__((warn_unused_result));
/* Notes a record of the file that is out of the zone, and so ignored. */
void zone_count_outside(struct zone *zone, uint64_t line);
/* How many, and the line of the first. */
uint64_t zone_outside(const struct zone *zone, uint64_t *first_line);
/* Notes a name server inside the zone that has no address there, or is an alias. */
void zone_note_server(struct zone *zone, const struct dnsname *server, bool is_alias);
/* The first of them, or NULL. */
const struct dnsname *zone_faulty_server(const struct zone *zone, bool *is_alias);
const struct dnsname *zone_apex(const struct zone *zone);
const char *zone_path(const struct zone *zone);
/* NULL before it is added. */
const struct zone_record *zone_soa(const struct zone *zone);
uint32_t zone_serial(const struct zone *zone); /* 0 without SOA */
uint64_t zone_records(const struct zone *zone);

/* The first record of the type in the list that begins with `record`, or NULL. */
const struct zone_record *zone_record_of(const struct zone_record *record, uint16_t type);

enum zone_finding {
    ZONE_HAS,       /* records of the type: from `records` on */
    ZONE_ALIAS,     /* a CNAME: `records` */
    ZONE_RENAMED,   /* below a DNAME, which is `records`; `prefix` octets of the name precede its
                       owner */
    ZONE_DELEGATED, /* in another zone, whose NS records are `records`; `prefix` octets of the name
                       precede its apex */
    ZONE_NODATA,
    ZONE_NXDOMAIN,
};

struct zone_answer {
    enum zone_finding finding;
    const struct zone_record *records;
    unsigned prefix;
};

/* The answer of the zone for a name within it. */
struct zone_answer zone_look_up(const struct zone *zone, const struct dnsname *name, uint16_t type);

#endif
