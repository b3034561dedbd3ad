#include "audit/message.h"

#include <string.h>

#include "audit/alias_chain.h"
#include "audit/distinct.h"
#include "audit/extended_error.h"
#include "audit/opt_record.h"
#include "audit/packet.h"

enum {
    QUESTION_FIXED = 4, /* type, class */
    POINTER_TO_QUESTION = 0xc000 | HEADER_SIZE,
    SOA_FIXED = 20, /* serial first; the names before it may be compressed */
    FLAG_QR = 0x8000,
    FLAG_AA = 0x0400,
    FLAG_TC = 0x0200,
    FLAG_RA = 0x0080,
    MASK_OPCODE = 0x7800,
    MASK_RCODE = 0x000f,
    RR_RRSIG = 46,
    NEGATIVE_TTL_MAX = 3 * 3600, /* RFC 2308 5 */
    TTL_MAX = 7 * 24 * 3600,     /* RFC 8767 4 */
};

/* Records that were checked once, and are read as often as needed. */
struct section {
    size_t start;
    unsigned count;
};

struct message {
    struct packet packet;
    uint16_t rcode;
    uint16_t extended_error;
    struct section answer;
    struct section authority;
    bool truncated;  /* TC is set */
    bool recursive;  /* RA is set */
    bool has_policy; /* a SOA in the additional section: that of a response policy zone (RPZ) */
    bool has_rest;   /* octets after the last record */
};

/* The answer section at one owner. */
struct owned {
    bool has_records; /* of the type asked for */
    bool has_alias;
    bool conflict; /* two different aliases */
    bool too_long; /* the DNAME makes a name of more than 255 octets */
    bool is_dname; /* the alias is made from a DNAME above the owner */
    uint32_t alias_ttl;
    struct dnsname alias; /* its target */
};

/* Compares owners with one name. Most records of a section have the same pointer for an owner. */
struct owner_test {
    const struct dnsname *name;
    uint16_t pointer; /* compared last; 0: none */
    bool same;
};

/* RFC 8767 4: capped at seven days, the top bit included. */
static uint32_t ttl_of(uint32_t wire_ttl)
{
    return wire_ttl < TTL_MAX ? wire_ttl : TTL_MAX;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* False: a record does not fit the bytes. In a truncated message the section ends before it. */
static bool check_section(struct message *message, size_t *at, unsigned count, struct section *out)
{
    struct record record;

    out->start = *at;
    for (out->count = 0; out->count < count; out->count++) {
        if (!packet_next_checked(&message->packet, at, &record))
            return false;
    }
    return true;
}

/* All records after the question. False: the message is malformed. */
static bool check_sections(struct message *message, size_t at)
{
    struct packet *packet = &message->packet;
    struct record record;

    if (!check_section(message, &at, packet_get16(packet, 6), &message->answer) ||
        !check_section(message, &at, packet_get16(packet, 8), &message->authority))
        return message->truncated;
    for (unsigned count = packet_get16(packet, 10); count > 0; count--) {
        if (!packet_next_checked(packet, &at, &record))
            return message->truncated;
        opt_record_read(packet, &record, &message->rcode, &message->extended_error);
        message->has_policy |= record.type == RR_SOA && record.class == CLASS_IN;
    }
    message->has_rest = at < packet->len;
    return true;
}

/* Checks header and question; *end is set to their end. */
static enum message_status check_question(struct message *message, const struct question *question,
                                          size_t *end)
{
    struct packet *packet = &message->packet;
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
    message->rcode = flags & MASK_RCODE;
    message->truncated = (flags & FLAG_TC) != 0;
    message->recursive = (flags & FLAG_RA) != 0;
    return MESSAGE_OK;
}

/* One more CNAME at the owner: a repetition, or a conflict. */
static void note_alias(struct packet *packet, const struct record *record, struct owned *owned)
{
    uint32_t ttl = ttl_of(record->ttl);

    if (owned->has_alias && !owned->is_dname) {
        owned->alias_ttl = smaller(owned->alias_ttl, ttl);
        owned->conflict |= !packet_name_is(packet, record->rdata, &owned->alias);
        return;
    }
    owned->is_dname = false;
    owned->too_long = false;
    owned->alias_ttl = ttl;
    owned->has_alias = packet_name(packet, record->rdata, &owned->alias);
}

/* A DNAME above the owner makes an alias of it, unless its CNAME is there too (RFC 6672 2.2). */
static void note_dname(struct packet *packet, const struct record *record,
                       const struct dnsname *owner, struct owned *owned)
{
    struct dnsname from, to;

    if (owned->has_alias || !packet_name(packet, record->owner, &from) ||
        from.length >= owner->length || !dnsname_within(owner, &from) ||
        !packet_name(packet, record->rdata, &to))
        return;
    owned->has_alias = true;
    owned->is_dname = true;
    owned->alias_ttl = ttl_of(record->ttl);
    owned->too_long = !dnsname_move(&owned->alias, owner, &from, &to);
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

    owned->has_records = owned->has_alias = false;
    owned->conflict = owned->too_long = owned->is_dname = false;
    for (unsigned i = 0; i < message->answer.count && packet_next(&message->packet, &at, &record);
         i++) {
        if (record.class != CLASS_IN)
            continue;
        if (record.type == RR_DNAME)
            note_dname(&message->packet, &record, owner, owned);
        else if ((record.type == type || record.type == RR_CNAME) &&
                 owner_is(&message->packet, &record, &test)) {
            if (record.type == RR_CNAME)
                note_alias(&message->packet, &record, owned);
            else
                owned->has_records = true;
        }
    }
}

/* Appends the alias to the chain. False: the chain ends here, and the kind says why. */
static bool add_alias(const struct question *question, const struct owned *owned,
                      struct answer *out)
{
    alias_chain_add_ttl(out, owned->alias_ttl);
    if (owned->conflict) {
        out->kind = ANSWER_ALIAS_CONFLICT;
        return false;
    }
    if (owned->too_long) {
        out->kind = ANSWER_OTHER_RCODE;
        out->rcode = RCODE_YXDOMAIN;
        return false;
    }
    return alias_chain_add(out, &question->name, &owned->alias);
}

static void add_name(struct packet *packet, const struct record *record, struct distinct *distinct,
                     struct answer *out)
{
    struct dnsname scratch;
    bool room = out->kept < ANSWER_NAMES_MAX;
    /* cppcheck-suppress uninitvar ; packet_name fills it */
    struct dnsname *name = room ? &out->records.names[out->kept] : &scratch;

    if (!packet_name(packet, record->rdata, name) || !distinct_add(distinct, packet, record, name))
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
    if (!distinct_add(distinct, packet, record, NULL))
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

/* A zone has one SOA (RFC 1035 5.2): the first of several counts. */
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
    alias_chain_add_ttl(out, ttl);
}

/* The negative TTL (RFC 2308 5). */
static uint32_t negative_ttl(const struct packet *packet, const struct record *soa)
{
    uint32_t minimum = packet_get32(packet, soa->rdata + soa->rdlen - 4);

    return smaller(smaller(ttl_of(soa->ttl), ttl_of(minimum)), NEGATIVE_TTL_MAX);
}

/* The authority section of a reply without records. */
struct authority {
    bool has_soa; /* of any zone */
    bool has_ns;
    uint32_t ttl; /* the negative TTL; 0 without a fitting SOA */
};

/* Reads the SOA of the zone that holds `end` (RFC 2308 2). The SOA of another zone proves nothing.
 */
static void read_authority(struct message *message, const struct dnsname *end,
                           struct authority *authority, struct answer *out)
{
    struct packet *packet = &message->packet;
    struct dnsname zone;
    struct record record;
    size_t at = message->authority.start;

    *authority = (struct authority){0};
    for (unsigned i = 0; i < message->authority.count && packet_next(packet, &at, &record); i++) {
        if (record.class != CLASS_IN)
            continue;
        authority->has_ns |= record.type == RR_NS;
        if (record.type != RR_SOA)
            continue;
        authority->has_soa = true;
        if (!out->has_soa && packet_name(packet, record.owner, &zone) &&
            dnsname_within(end, &zone) && take_soa(packet, &record, out))
            authority->ttl = negative_ttl(packet, &record);
    }
}

/* The kind of a reply without records (RFC 2308 2). NODATA has a SOA, or no NS; a server that has
 * the zone (AA) is believed without either. One that neither has the zone nor recurses (RA) knows
 * nothing. The RCODE is about the end of the chain (RFC 6604 3), but NOERROR may also mean that the
 * server does not have the target of the last alias. */
static enum answer_kind kind_of_nothing(const struct answer *answer,
                                        const struct authority *authority, bool recursive)
{
    if (answer->rcode == RCODE_NXDOMAIN)
        return ANSWER_NXDOMAIN;
    if (answer->alias_count > 0 && !answer->has_soa)
        return ANSWER_ALIAS_OPEN;
    if (authority->has_soa || answer->authoritative)
        return ANSWER_NODATA;
    return authority->has_ns || !recursive ? ANSWER_REFERRAL : ANSWER_NODATA;
}

/* A reply without records must hold nothing but the chain (RFC 2308 2). Other records, or octets
 * after the last record, show that it was damaged: a changed count, owner or type would otherwise
 * turn records into their absence. Where records were found such octets do no harm. */
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
                        !alias_chain_has(answer, &question->name, &owner)))
            return false;
    }
    return !message->has_rest;
}

/* False: the reply contradicts itself. */
static bool read_nothing(struct message *message, const struct question *question,
                         const struct dnsname *end, struct answer *out)
{
    struct authority authority;

    read_authority(message, end, &authority, out);
    out->kind = kind_of_nothing(out, &authority, message->recursive);
    if (answer_is_negative(out))
        alias_chain_add_ttl(out, authority.ttl);
    return message->truncated || holds_nothing(message, question, out);
}

static enum answer_kind kind_of_error(uint16_t rcode)
{
    if (rcode == RCODE_SERVFAIL)
        return ANSWER_SERVFAIL;
    return rcode == RCODE_REFUSED ? ANSWER_REFUSED : ANSWER_OTHER_RCODE;
}

/* An error after an alias is about the target of the alias, not about its owner. Beside records it
 * is about the whole reply. */
static void read_error(struct answer *out, bool has_records)
{
    if (out->alias_count > 0 && !has_records) {
        out->kind = ANSWER_ALIAS_OPEN;
        return;
    }
    out->alias_count = 0;
    out->ttl = out->ttl_spread = 0;
    out->kind = kind_of_error(out->rcode);
}

/* Follows the chain to its end and reads what is there. False: the reply contradicts itself. */
static bool read_answer(struct message *message, const struct question *question,
                        const struct ipaddr *wanted, struct answer *out)
{
    const struct dnsname *end = &question->name;
    struct owned owned;

    look_up(message, end, question->type, &owned);
    while (!owned.has_records && owned.has_alias) {
        if (!add_alias(question, &owned, out))
            return true;
        end = &out->aliases[out->alias_count - 1];
        look_up(message, end, question->type, &owned);
    }
    if (message->rcode != RCODE_NOERROR && message->rcode != RCODE_NXDOMAIN) {
        read_error(out, owned.has_records);
        return true;
    }
    if (message->rcode == RCODE_NXDOMAIN || !owned.has_records)
        return read_nothing(message, question, end, out);
    out->kind = ANSWER_RECORDS;
    collect(message, end, question->type, wanted, out);
    return true;
}

/* Records missing from a truncated reply are unknown, never absent. Records present are proof. */
static void settle_truncated(const struct ipaddr *wanted, struct answer *out)
{
    bool proof = out->kind == ANSWER_RECORDS && (!wanted || out->holds);

    if (proof) {
        out->truncated = true;
    } else if (out->kind == ANSWER_RECORDS) {
        out->kind = ANSWER_TRUNCATED;
        out->total = 0;
        out->kept = 0;
    } else if (answer_is_negative(out) || out->kind == ANSWER_REFERRAL) {
        out->kind = out->alias_count > 0 ? ANSWER_ALIAS_OPEN : ANSWER_TRUNCATED;
        out->has_soa = false;
    }
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

/* Does the resolver say that it withholds or forges the answer? */
static bool is_filtered(const struct message *message)
{
    return extended_error_class(message->extended_error) == EXTENDED_FILTERED ||
           (message->has_policy && message->recursive);
}

enum message_status message_read(const uint8_t *wire, size_t len, const struct question *question,
                                 const struct ipaddr *wanted, struct answer *out)
{
    struct message message = {.packet = {.bytes = wire, .len = len}};
    bool for_address = question->type == RR_A || question->type == RR_AAAA;
    size_t at = 0;

    if (is_bare_error(&message.packet)) {
        answer_clear(out);
        out->rcode = packet_get16(&message.packet, 2) & MASK_RCODE;
        out->kind = kind_of_error(out->rcode);
        return MESSAGE_OK;
    }
    enum message_status status = check_question(&message, question, &at);

    if (status != MESSAGE_OK)
        return status;
    if (!check_sections(&message, at))
        return MESSAGE_MALFORMED;
    answer_clear(out);
    out->rcode = message.rcode;
    out->extended_error = message.extended_error;
    if (is_filtered(&message)) {
        out->kind = ANSWER_FILTERED;
        return MESSAGE_OK;
    }
    out->authoritative = (packet_get16(&message.packet, 2) & FLAG_AA) != 0;
    if (!read_answer(&message, question, wanted, out) || packet_is_spent(&message.packet))
        return MESSAGE_MALFORMED;
    if (!message.truncated)
        return MESSAGE_OK;
    settle_truncated(for_address ? wanted : NULL, out);
    return MESSAGE_TRUNCATED;
}
