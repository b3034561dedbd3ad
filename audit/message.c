#include "audit/message.h"

#include <string.h>

#include "audit/packet.h"

enum {
    QUESTION_FIXED = 4, /* type, class */
    POINTER_TO_QUESTION = 0xc000 | HEADER_SIZE,
    SOA_FIXED = 20, /* serial first; the names before it may be compressed */
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    MASK_OPCODE = 0x7800,
    MASK_RCODE = 0x000f,
    RR_DNAME = 39,
    RR_OPT = 41,
    RR_RRSIG = 46,
    NEGATIVE_TTL_MAX = 3 * 3600, /* RFC 2308 5 */
    TTL_MAX = 0x7fffffff,
    DISTINCT_MAX = 256,
};

/* A run of records, checked once, walked as often as needed. */
struct section {
    size_t start;
    unsigned count;
};

struct message {
    struct packet packet;
    uint16_t rcode;
    struct section answer;
    struct section authority;
    bool has_rest; /* octets behind the last record */
};

/* What the answer section holds at one owner. */
struct owned {
    bool has_records; /* of the type asked for */
    bool has_alias;
    bool conflict;
    uint32_t alias_ttl;
    struct dnsname alias; /* its target */
};

/* Compares owners with one name. Most records of a section have the same pointer for an owner. */
struct owner_test {
    const struct dnsname *name;
    uint16_t pointer; /* compared last; 0: none */
    bool same;
};

/* Records seen, to count distinct ones. The first DISTINCT_MAX distinct records are remembered, so
 * the count is exact up to there; behind it a record that is repeated may count more than once.
 * Hashes keep thousands of hostile records from being compared octet by octet. */
struct distinct {
    bool alone; /* the section has one record: there is nothing to compare */
    unsigned used;
    uint32_t hashes[DISTINCT_MAX];
    struct record records[DISTINCT_MAX];
};

/* A TTL with the top bit set counts as 0 (RFC 2181 8). */
static uint32_t ttl_of(uint32_t wire_ttl)
{
    return wire_ttl > TTL_MAX ? 0 : wire_ttl;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* The upper bits of the RCODE (RFC 6891 6.1.3). */
static void read_opt(struct message *message, const struct record *record)
{
    if (record->type == RR_OPT && message->packet.bytes[record->owner] == 0)
        message->rcode = (uint16_t)((message->rcode & MASK_RCODE) | record->ttl >> 24 << 4);
}

static bool check_section(struct packet *packet, size_t *at, unsigned count, struct section *out)
{
    struct record record;

    out->start = *at;
    out->count = count;
    for (; count > 0; count--) {
        if (!packet_next_checked(packet, at, &record))
            return false;
    }
    return true;
}

/* All records behind the question. */
static bool check_sections(struct message *message, size_t at)
{
    struct packet *packet = &message->packet;
    struct record record;

    if (!check_section(packet, &at, packet_get16(packet, 6), &message->answer) ||
        !check_section(packet, &at, packet_get16(packet, 8), &message->authority))
        return false;
    for (unsigned count = packet_get16(packet, 10); count > 0; count--) {
        if (!packet_next_checked(packet, &at, &record))
            return false;
        read_opt(message, &record);
    }
    message->has_rest = at < packet->len;
    return true;
}

/* Header and question; *end is set behind them. */
static enum message_status check_question(struct packet *packet, const struct question *question,
                                          size_t *end)
{
    struct dnsname name;

    if (packet->len < HEADER_SIZE)
        return MESSAGE_MALFORMED;
    unsigned flags = packet_get16(packet, 2);
    if ((flags & FLAG_QR) == 0 || (flags & MASK_OPCODE) != 0 || packet_get16(packet, 4) != 1)
        return MESSAGE_NOT_OURS;
    bool same = packet_name_is(packet, HEADER_SIZE, &question->name);
    if (!same && !packet_name(packet, HEADER_SIZE, &name))
        return MESSAGE_MALFORMED;
    packet->sound_owner = POINTER_TO_QUESTION;
    *end = packet_name_end(packet, HEADER_SIZE);
    if (packet->len - *end < QUESTION_FIXED)
        return MESSAGE_MALFORMED;
    if (!same || packet_get16(packet, *end) != question->type ||
        packet_get16(packet, *end + 2) != CLASS_IN)
        return MESSAGE_NOT_OURS;
    *end += QUESTION_FIXED;
    return (flags & FLAG_TC) != 0 ? MESSAGE_TRUNCATED : MESSAGE_OK;
}

/* One alias more at the owner: the same again, or a conflict. */
static void note_alias(struct packet *packet, const struct record *record, struct owned *owned)
{
    uint32_t ttl = ttl_of(record->ttl);

    if (owned->has_alias) {
        owned->alias_ttl = smaller(owned->alias_ttl, ttl);
        owned->conflict |= !packet_name_is(packet, record->rdata, &owned->alias);
        return;
    }
    owned->alias_ttl = ttl;
    owned->has_alias = packet_name(packet, record->rdata, &owned->alias);
}

static bool owner_is(struct packet *packet, const struct record *record, struct owner_test *test)
{
    uint16_t pointer = packet_pointer(packet, record->owner);

    if (pointer == 0 || pointer != test->pointer) {
        test->pointer = pointer;
        test->same = packet_name_is(packet, record->owner, test->name);
    }
    return test->same;
}

static void look_up(struct message *message, const struct dnsname *owner, uint16_t type,
                    struct owned *owned)
{
    struct owner_test test = {.name = owner};
    struct record record;
    size_t at = message->answer.start;

    owned->has_records = false;
    owned->has_alias = false;
    owned->conflict = false;
    for (unsigned i = 0; i < message->answer.count && packet_next(&message->packet, &at, &record);
         i++) {
        if (record.class != CLASS_IN || (record.type != type && record.type != RR_CNAME) ||
            !owner_is(&message->packet, &record, &test))
            continue;
        if (record.type == type)
            owned->has_records = true;
        else
            note_alias(&message->packet, &record, owned);
    }
}

static bool on_chain(const struct answer *answer, const struct question *question,
                     const struct dnsname *name)
{
    if (dnsname_equal(name, &question->name))
        return true;
    for (unsigned i = 0; i + 1 < answer->alias_count; i++) {
        if (dnsname_equal(name, &answer->aliases[i]))
            return true;
    }
    return false;
}

/* One part more, the first or one behind aliases: a cache asks again when the first part has gone,
 * and has forgotten all when the last has. */
static void add_ttl(struct answer *out, uint32_t ttl)
{
    uint32_t longest = answer_longest_ttl(out);

    out->ttl = out->alias_count == 0 ? ttl : smaller(out->ttl, ttl);
    out->ttl_spread = (longest > ttl ? longest : ttl) - out->ttl;
}

/* Takes the alias as the next link of the chain. False, and the kind says why: the chain cannot go
 * on. */
static bool add_alias(const struct question *question, const struct owned *owned,
                      struct answer *out)
{
    add_ttl(out, owned->alias_ttl);
    if (owned->conflict) {
        out->kind = ANSWER_ALIAS_CONFLICT;
        return false;
    }
    if (out->alias_count == ANSWER_ALIASES_MAX) {
        out->kind = ANSWER_ALIAS_LONG;
        return false;
    }
    struct dnsname *target = &out->aliases[out->alias_count++];
    dnsname_copy(target, &owned->alias);
    if (on_chain(out, question, target)) {
        out->kind = ANSWER_ALIAS_LOOP;
        return false;
    }
    return true;
}

static uint32_t hash_octets(const uint8_t *octets, size_t len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ octets[i]) * 16777619u;
    return hash;
}

/* `name` is the record's RDATA where that is a name, else NULL. */
static bool same_rdata(struct packet *packet, const struct record *a, const struct record *b,
                       const struct dnsname *name)
{
    if (name != NULL)
        return packet_name_is(packet, a->rdata, name);
    return a->rdlen == b->rdlen &&
           memcmp(packet->bytes + a->rdata, packet->bytes + b->rdata, b->rdlen) == 0;
}

/* True if the record was not there before. */
static bool is_new(struct distinct *distinct, struct packet *packet, const struct record *record,
                   const struct dnsname *name)
{
    if (distinct->alone)
        return true;
    uint32_t hash = name != NULL ? dnsname_hash(name)
                                 : hash_octets(packet->bytes + record->rdata, record->rdlen);

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

static void add_name(struct packet *packet, const struct record *record, struct distinct *distinct,
                     struct answer *out)
{
    struct dnsname scratch;
    bool room = out->kept < ANSWER_NAMES_MAX;
    /* cppcheck-suppress uninitvar ; packet_name fills it */
    struct dnsname *name = room ? &out->records.names[out->kept] : &scratch;

    if (!packet_name(packet, record->rdata, name) || !is_new(distinct, packet, record, name))
        return;
    out->total++;
    if (room)
        out->kept++;
}

static void add_address(struct packet *packet, const struct record *record,
                        const struct ipaddr *wanted, struct distinct *distinct, struct answer *out)
{
    const uint8_t *octets = packet->bytes + record->rdata;

    if (wanted != NULL && ipaddr_octets(wanted) == record->rdlen &&
        memcmp(wanted->bytes, octets, record->rdlen) == 0)
        out->holds = true;
    if (!is_new(distinct, packet, record, NULL))
        return;
    out->total++;
    if (out->kept < ANSWER_ADDRESSES_MAX && (record->type == RR_A || record->type == RR_AAAA) &&
        ipaddr_from_octets(&out->records.addresses[out->kept], octets, record->rdlen))
        out->kept++;
}

/* Zone and mailbox of a SOA record. */
static bool take_soa(struct packet *packet, const struct record *record, struct answer *out)
{
    size_t rname = packet_name_end(packet, record->rdata);

    out->has_soa = packet_name(packet, record->owner, &out->soa_zone) &&
                   packet_name(packet, record->rdata, &out->soa_mname) &&
                   packet_name(packet, rname, &out->soa_rname);
    out->soa_serial = packet_get32(packet, record->rdata + record->rdlen - SOA_FIXED);
    return out->has_soa;
}

/* A zone has one SOA (RFC 1035 5.2): of several the first one stands. */
static void add_soa(struct packet *packet, const struct record *record, struct answer *out)
{
    if (out->total == 0 && take_soa(packet, record, out))
        out->total = 1;
}

static void collect(struct message *message, const struct dnsname *owner, uint16_t type,
                    const struct ipaddr *wanted, struct answer *out)
{
    struct packet *packet = &message->packet;
    struct owner_test test = {.name = owner};
    struct distinct distinct;
    struct record record;
    uint32_t ttl = TTL_MAX;
    size_t at = message->answer.start;

    distinct.used = 0;
    distinct.alone = message->answer.count == 1;
    for (unsigned i = 0; i < message->answer.count && packet_next(packet, &at, &record); i++) {
        if (record.class != CLASS_IN || record.type != type || !owner_is(packet, &record, &test))
            continue;
        ttl = smaller(ttl, ttl_of(record.ttl));
        if (type == RR_SOA)
            add_soa(packet, &record, out);
        else if (type == RR_PTR || type == RR_NS)
            add_name(packet, &record, &distinct, out);
        else
            add_address(packet, &record, wanted, &distinct, out);
    }
    add_ttl(out, ttl);
}

/* How long "there is nothing" may be remembered (RFC 2308 5). */
static uint32_t negative_ttl(const struct packet *packet, const struct record *soa)
{
    uint32_t minimum = packet_get32(packet, soa->rdata + soa->rdlen - 4);

    return smaller(smaller(ttl_of(soa->ttl), ttl_of(minimum)), NEGATIVE_TTL_MAX);
}

/* The SOA of the zone that says so (RFC 2308 2): one of a zone that does not hold `end` proves
 * nothing. */
static void collect_soa(struct message *message, const struct dnsname *end, struct answer *out)
{
    struct packet *packet = &message->packet;
    struct dnsname zone;
    struct record record;
    uint32_t ttl = 0;
    size_t at = message->authority.start;

    for (unsigned i = 0; i < message->authority.count && packet_next(packet, &at, &record); i++) {
        if (record.class == CLASS_IN && record.type == RR_SOA &&
            packet_name(packet, record.owner, &zone) && dnsname_within(end, &zone) &&
            take_soa(packet, &record, out)) {
            ttl = negative_ttl(packet, &record);
            break;
        }
    }
    add_ttl(out, ttl);
}

/* A reply that says "there is nothing" must hold nothing but the chain (RFC 2308 2). Other records,
 * or octets that the counts leave over, show that it was damaged: a count, an owner or a type that
 * changed on its way would else turn records into their absence. Where records were found such
 * octets do no harm. */
static bool holds_nothing(struct message *message, const struct question *question,
                          const struct answer *answer)
{
    struct dnsname owner;
    struct record record;
    size_t at = message->answer.start;

    for (unsigned i = 0; i < message->answer.count && packet_next(&message->packet, &at, &record);
         i++) {
        bool beside = record.type == RR_DNAME || record.type == RR_RRSIG;
        if (!beside && (record.class != CLASS_IN || record.type != RR_CNAME ||
                        !packet_name(&message->packet, record.owner, &owner) ||
                        !on_chain(answer, question, &owner)))
            return false;
    }
    return !message->has_rest;
}

/* Follows the chain to its end and reads what is there. The RCODE speaks of the end of the chain
 * (RFC 6604 3). False: the reply contradicts itself. */
static bool read_answer(struct message *message, const struct question *question,
                        const struct ipaddr *wanted, struct answer *out)
{
    const struct dnsname *owner = &question->name;
    struct owned owned;

    look_up(message, owner, question->type, &owned);
    while (!owned.has_records && owned.has_alias) {
        if (!add_alias(question, &owned, out))
            return true;
        owner = &out->aliases[out->alias_count - 1];
        look_up(message, owner, question->type, &owned);
    }
    if (message->rcode == RCODE_NOERROR && owned.has_records) {
        out->kind = ANSWER_RECORDS;
        collect(message, owner, question->type, wanted, out);
        return true;
    }
    out->kind = message->rcode == RCODE_NXDOMAIN ? ANSWER_NXDOMAIN : ANSWER_NODATA;
    collect_soa(message, owner, out);
    return holds_nothing(message, question, out);
}

/* An error from a server that sends nothing but the header, as Unbound does to those that it does
 * not serve (access-control: refuse). */
static bool is_bare_error(const struct packet *packet)
{
    if (packet->len != HEADER_SIZE)
        return false;
    unsigned flags = packet_get16(packet, 2);
    bool counts = packet_get16(packet, 4) | packet_get16(packet, 6) | packet_get16(packet, 8) |
                  packet_get16(packet, 10);
    unsigned rcode = flags & MASK_RCODE;
    return (flags & FLAG_QR) != 0 && (flags & MASK_OPCODE) == 0 && !counts &&
           rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN;
}

static enum answer_kind kind_of_error(uint16_t rcode)
{
    if (rcode == RCODE_SERVFAIL)
        return ANSWER_SERVFAIL;
    return rcode == RCODE_REFUSED ? ANSWER_REFUSED : ANSWER_OTHER_RCODE;
}

static void read_bare_error(const struct packet *packet, struct answer *out)
{
    answer_clear(out);
    out->rcode = packet_get16(packet, 2) & MASK_RCODE;
    out->kind = kind_of_error(out->rcode);
}

enum message_status message_read(const uint8_t *wire, size_t len, const struct question *question,
                                 const struct ipaddr *wanted, struct answer *out)
{
    struct message message = {.packet = {.bytes = wire, .len = len}};
    size_t at = 0;

    if (is_bare_error(&message.packet)) {
        read_bare_error(&message.packet, out);
        return MESSAGE_OK;
    }
    enum message_status status = check_question(&message.packet, question, &at);

    if (status != MESSAGE_OK)
        return status;
    message.rcode = packet_get16(&message.packet, 2) & MASK_RCODE;
    if (!check_sections(&message, at))
        return MESSAGE_MALFORMED;
    answer_clear(out);
    out->rcode = message.rcode;
    out->authoritative = (packet_get16(&message.packet, 2) & FLAG_AA) != 0;
    if (message.rcode == RCODE_NOERROR || message.rcode == RCODE_NXDOMAIN)
        status = read_answer(&message, question, wanted, out) ? MESSAGE_OK : MESSAGE_MALFORMED;
    else
        out->kind = kind_of_error(message.rcode);
    return packet_is_spent(&message.packet) ? MESSAGE_MALFORMED : status;
}
