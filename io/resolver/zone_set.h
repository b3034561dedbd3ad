/*
 * Zones as master files tell them, in memory: names with their records, and what a zone says of a
 * name (RFC 1034 4.3.2, RFC 4592). Knows no file and no message: io/resolver/zone_file fills it,
 * io/resolver/zones asks.
 *
 * Each zone has names of its own, so that what a parent zone tells of a child (its NS, glue) never
 * mixes with what the child's own file tells. Only the types that an audit asks for or that lead
 * elsewhere are kept; of others it is known that they exist.
 *
 * Ownership: zone_set_new / zone_set_free; zones, nodes and records belong to the set. Paths are
 * borrowed. Threads: filled by one, then read by any number.
 */
#ifndef IO_RESOLVER_ZONE_SET_H
#define IO_RESOLVER_ZONE_SET_H

#include "audit/answer.h"

enum {
    ZONES_MAX = 1024,          /* of a set */
    ZONE_NODE_MAX = 48 * 1024, /* octets of the records of one name: they must fit into a reply */
    ZONE_RECORD_OVERHEAD =
        12, /* of these octets, beside the RDATA: what a record takes with a short owner */
};
enum { RR_DNAME = 39 }; /* never asked for, but it leads elsewhere (RFC 6672) */

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
/* A zone without records. NULL: out of memory. The caller keeps below ZONES_MAX, and each apex
 * apart. */
struct zone *zone_set_add(struct zone_set *set, const struct dnsname *apex, const char *path);
unsigned zone_set_count(const struct zone_set *set);
const struct zone *zone_set_at(const struct zone_set *set, unsigned index);
/* The zone with this apex; NULL: none. */
const struct zone *zone_set_find(const struct zone_set *set, const struct dnsname *apex);
/* The closest zone that the name is in, by its apex; NULL: none. */
const struct zone *zone_set_holding(const struct zone_set *set, const struct dnsname *name);

enum zone_add zone_add(struct zone *zone, const struct dnsname *owner, uint16_t type, uint32_t ttl,
                       const uint8_t *rdata, uint16_t rdlen) __attribute__((warn_unused_result));
const struct dnsname *zone_apex(const struct zone *zone);
const char *zone_path(const struct zone *zone);
/* NULL until one was added. */
const struct zone_record *zone_soa(const struct zone *zone);
uint32_t zone_serial(const struct zone *zone); /* 0 without SOA */
uint64_t zone_records(const struct zone *zone);

/* The next record of the type, from `record` on; NULL: none. */
const struct zone_record *zone_record_of(const struct zone_record *record, uint16_t type);

enum zone_finding {
    ZONE_HAS,     /* records of the type: from `records` on */
    ZONE_ALIAS,   /* a CNAME: `records` */
    ZONE_RENAMED, /* below a DNAME, which is `records`; `prefix` octets of the name stand before its
                     owner */
    ZONE_DELEGATED, /* another zone's: its NS from `records` on; `prefix` octets stand before that
                     * zone's apex
                     */
    ZONE_NODATA,
    ZONE_NXDOMAIN,
};

struct zone_answer {
    enum zone_finding finding;
    const struct zone_record *records;
    unsigned prefix;
};

/* What the zone says of a name in it. */
struct zone_answer zone_look_up(const struct zone *zone, const struct dnsname *name, uint16_t type);

#endif
