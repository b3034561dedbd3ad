#include "io/resolver/zones.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/resolver/zone_record.h"

enum {
    WIRE_MAX = 65535,
    HEADER = 12,
    FLAGS_QR_AA = 0x8400,
    CLASS_INTERNET = 1,
    POINTER = 0xc000,
    POINTER_REACH = 0x4000, /* smaller offsets fit in a compression pointer (RFC 1035 4.1.4) */
    RECORD_FIXED = 10,      /* type, class, TTL, length */
    ALIASES_MAX = ANSWER_ALIASES_MAX +
                  1, /* one more than the reader follows, so that it sees that there are more */
};

struct resolver {
    const struct zone_set *zones;
    reply_fn *give;
    void *asker;
    uint8_t wire[WIRE_MAX];
};

/* The records of one name are bounded, and so are the CNAMEs before them. */
_Static_assert(HEADER + DNSNAME_MAX + 4 + ALIASES_MAX * (2 * DNSNAME_MAX + RECORD_FIXED) +
                       ZONE_NODE_MAX + 2 * DNSNAME_MAX + RECORD_FIXED + 2 * DNSNAME_MAX + 20 <=
                   WIRE_MAX,
               "each reply fits its buffer");
_Static_assert(ZONE_RECORD_OVERHEAD == 2 + RECORD_FIXED, "a pointer and the fields of fixed size");

struct reply {
    uint8_t *wire;
    size_t at;
    size_t owner; /* offset of the current name */
    uint16_t answers, authorities;
    unsigned rcode;
};

static void put16(struct reply *reply, unsigned value)
{
    reply->wire[reply->at++] = (uint8_t)(value >> 8);
    reply->wire[reply->at++] = (uint8_t)value;
}

static void put_octets(struct reply *reply, const uint8_t *octets, size_t length)
{
    memcpy(reply->wire + reply->at, octets, length);
    reply->at += length;
}

/* Appends a record whose owner is the name at offset `owner`. Returns the offset of its RDATA. */
static size_t put_record(struct reply *reply, size_t owner, uint16_t type, uint32_t ttl,
                         const uint8_t *rdata, size_t rdlen)
{
    if (owner < POINTER_REACH)
        put16(reply, POINTER | (unsigned)owner);
    else
        put_octets(reply, reply->wire + owner, strlen((const char *)reply->wire + owner) + 1);
    put16(reply, type);
    put16(reply, CLASS_INTERNET);
    put16(reply, ttl >> 16);
    put16(reply, ttl & 0xffff);
    put16(reply, (unsigned)rdlen);
    put_octets(reply, rdata, rdlen);
    return reply->at - rdlen;
}

static unsigned put_all(struct reply *reply, size_t owner, const struct zone_record *records,
                        uint16_t type)
{
    unsigned count = 0;

    for (; records; records = zone_record_of(records->next, type), count++)
        put_record(reply, owner, type, records->ttl, records->rdata, records->rdlen);
    return count;
}

static void put_soa(struct reply *reply, const struct zone *zone, const struct dnsname *name)
{
    const struct zone_record *soa = zone_soa(zone);
    size_t apex = reply->owner + name->length - zone_apex(zone)->length;

    reply->authorities = (uint16_t)put_all(reply, apex, soa, RR_SOA);
}

/* Appends a CNAME, and makes its target the current name. */
static void follow(struct reply *reply, struct dnsname *name, const struct dnsname *target,
                   uint32_t ttl)
{
    reply->owner = put_record(reply, reply->owner, RR_CNAME, ttl, target->wire, target->length);
    reply->answers++;
    dnsname_copy(name, target);
}

/* Appends the CNAME that a DNAME implies (RFC 6672 3.1). False: the name would be too long. */
static bool follow_renaming(struct reply *reply, struct dnsname *name,
                            const struct zone_answer *found)
{
    struct dnsname target;
    uint8_t wire[2 * DNSNAME_MAX];

    memcpy(wire, name->wire, found->prefix);
    memcpy(wire + found->prefix, found->records->rdata, found->records->rdlen);
    if (!dnsname_from_wire(&target, wire, found->prefix + (size_t)found->records->rdlen))
        return false;
    follow(reply, name, &target, found->records->ttl);
    return true;
}

/* One step of RFC 1034 4.3.2 for the current name. True: go on with another name. */
static bool answer_step(struct reply *reply, const struct zone *zone, struct dnsname *name,
                        uint16_t type, enum reply_status *status)
{
    struct dnsname target;
    struct zone_answer found = zone_look_up(zone, name, type);

    switch (found.finding) {
    case ZONE_HAS:
        reply->answers =
            (uint16_t)(reply->answers + put_all(reply, reply->owner, found.records, type));
        return false;
    case ZONE_ALIAS:
        if (!dnsname_from_wire(&target, found.records->rdata, found.records->rdlen))
            return false;
        follow(reply, name, &target, found.records->ttl);
        return true;
    case ZONE_RENAMED:
        if (follow_renaming(reply, name, &found))
            return true;
        reply->rcode = RCODE_YXDOMAIN;
        return false;
    case ZONE_DELEGATED:
        reply->authorities =
            (uint16_t)put_all(reply, reply->owner + found.prefix, found.records, RR_NS);
        *status = REPLY_NO_ZONE;
        return false;
    case ZONE_NODATA:
        put_soa(reply, zone, name);
        return false;
    case ZONE_NXDOMAIN:
        put_soa(reply, zone, name);
        reply->rcode = RCODE_NXDOMAIN;
        return false;
    }
    return false;
}

static enum reply_status answer(struct reply *reply, const struct zone_set *zones,
                                const struct question *question)
{
    struct dnsname name;
    enum reply_status status = REPLY_BYTES;
    bool more = true;

    dnsname_copy(&name, &question->name);
    while (more && reply->answers < ALIASES_MAX) {
        const struct zone *zone = zone_set_holding(zones, &name);
        if (!zone) {
            reply->rcode = reply->answers == 0 ? RCODE_REFUSED : RCODE_NOERROR;
            return REPLY_NO_ZONE;
        }
        more = answer_step(reply, zone, &name, question->type, &status);
    }
    return status;
}

static void begin(struct reply *reply, const struct question *question)
{
    reply->at = reply->owner = HEADER;
    put_octets(reply, question->name.wire, question->name.length);
    put16(reply, question->type);
    put16(reply, CLASS_INTERNET);
}

static size_t finish(struct reply *reply)
{
    size_t length = reply->at;

    reply->at = 0;
    put16(reply, 0); /* no transport, no ID */
    put16(reply, FLAGS_QR_AA | reply->rcode);
    put16(reply, 1);
    put16(reply, reply->answers);
    put16(reply, reply->authorities);
    put16(reply, 0);
    return length;
}

static bool ask(struct resolver *resolver, unsigned endpoint, enum transport transport,
                unsigned timeout_ms, const struct question *question, unsigned repeats, void *tag)
{
    (void)endpoint, (void)transport, (void)timeout_ms, (void)repeats;
    struct reply reply = {.wire = resolver->wire};
    begin(&reply, question);
    enum reply_status status = answer(&reply, resolver->zones, question);
    size_t length = finish(&reply);
    resolver->give(resolver->asker, tag, status, resolver->wire, length);
    return true;
}

static void run(struct resolver *resolver, int max_wait_ms)
{
    (void)resolver, (void)max_wait_ms; /* ask has answered every question */
}

static struct resolver *open_resolver(const struct resolver_options *options,
                                      struct failure *failure)
{
    struct resolver *resolver = malloc(sizeof(*resolver));

    if (!resolver) {
        failure_out_of_memory(failure);
        return NULL;
    }
    resolver->zones = options->zones;
    resolver->give = options->give;
    resolver->asker = options->asker;
    return resolver;
}

static void close_resolver(struct resolver *resolver)
{
    free(resolver);
}

static unsigned overhead(const struct resolver_options *options)
{
    (void)options;
    return 0;
}

const struct resolver_engine resolver_zones = {.name = "zone files, libzscanner",
                                               .version = zone_parser_version,
                                               .open = open_resolver,
                                               .ask = ask,
                                               .run = run,
                                               .close = close_resolver,
                                               .overhead = overhead};
