/* From a query to the bytes of the reply. */
#include <string.h>

#include "tests/answerbook/book.h"

enum {
    HEADER = 12,
    OPT_SIZE = 11,
    RPZ_SIZE = 5 + 10 + 22, /* a SOA record with short names */
    EDE_SIZE = 6,           /* an option with nothing but a code (RFC 8914 2) */
    OPTION_EDE = 15,
    OPT_RCODE = 5,    /* offset of the upper bits of the RCODE */
    BADVERS_HIGH = 1, /* those of BADVERS, 16 */
    PLAIN_UDP_MAX = 512,
    OUR_UDP_SIZE = 1232,
    POINTER_REACH = 0x4000
};
enum { FLAG_QR = 0x8000, FLAG_AA = 0x0400, FLAG_TC = 0x0200, FLAG_RD = 0x0100, FLAG_RA = 0x0080 };

struct query {
    struct key name;
    size_t question_end;
    uint16_t flags;
    uint16_t type;
    bool has_authority; /* the name is in a zone of the book */
    bool has_edns;
    uint16_t udp_size;
    unsigned rcode; /* not NOERROR: the query itself is at fault */
};

size_t reply_put(struct reply *reply, size_t skip, const uint8_t *record, size_t len)
{
    uint8_t *out = reply->out;
    size_t owner = reply->owner_at + skip;
    size_t owner_size = 2;
    if (owner >= POINTER_REACH) {
        owner_size = strlen((const char *)out + owner) +
                     1; /* a name ends with the octet 0, and holds none */
    }
    if (reply->full || owner_size + len > reply->limit - reply->at) {
        reply->full = true;
        return 0;
    }
    if (owner < POINTER_REACH) {
        put16(out + reply->at, (uint16_t)(0xc000 | owner));
    } else {
        memcpy(out + reply->at, out + owner, owner_size);
    }
    memcpy(out + reply->at + owner_size, record, len);
    reply->at += owner_size + len;
    return reply->at - len + RECORD_FIXED;
}

/* Returns the place of the first RDATA; 0 if not all of them fit. */
static size_t put_rrset(struct reply *reply, size_t skip, const struct rrset *rrset)
{
    size_t first = 0;
    for (size_t at = 0; at < rrset->length;) {
        size_t length = RECORD_FIXED + (size_t)get16(rrset->records + at + 8);
        size_t rdata = reply_put(reply, skip, rrset->records + at, length);
        first = first != 0 ? first : rdata;
        at += length;
    }
    return reply->full ? 0 : first;
}

static unsigned negative(struct answerbook *book, const struct key *name, uint16_t type,
                         struct reply *reply)
{
    int zone = book_zone(book, name);
    if (zone < 0) {
        return book->has_rule ? rule_answer(&book->rule, name, type, reply) : ANSWER_REFUSED;
    }
    const struct node *apex = book_find(book, name, (unsigned)zone);
    if (!zone_hides_soa(apex)) {
        put_rrset(reply, name->offset[zone], node_rrset(apex, TYPE_SOA));
        reply->authorities++;
    }
    const struct node *node = book_find(book, name, 0);
    return node && node->exists ? ANSWER_NOERROR : ANSWER_NXDOMAIN;
}

/* The name servers of the zone, in the authority section. False: the name is in no zone. */
static bool put_referral(struct answerbook *book, const struct key *name, struct reply *reply)
{
    int zone = book_zone(book, name);
    if (zone < 0) {
        return false;
    }
    const struct rrset *servers = node_rrset(book_find(book, name, (unsigned)zone), TYPE_NS);
    if (servers) {
        put_rrset(reply, name->offset[zone], servers);
        reply->authorities = (uint16_t)(reply->authorities + servers->count);
    }
    return true;
}

/* The DNAME of a name above, as an old server answers it: alone. False: no name has one. */
static bool put_dname(struct answerbook *book, const struct key *name, struct reply *reply)
{
    for (unsigned i = 1; i <= name->labels; i++) {
        const struct node *above = book_find(book, name, i);
        const struct rrset *dname = above ? node_rrset(above, TYPE_DNAME) : NULL;
        if (dname) {
            put_rrset(reply, name->offset[i], dname);
            reply->answers = (uint16_t)(reply->answers + dname->count);
            return true;
        }
    }
    return false;
}

static unsigned effect_rcode(const struct effect *effect)
{
    return effect_has(effect, ACTION_SERVFAIL)   ? ANSWER_SERVFAIL
           : effect_has(effect, ACTION_NXDOMAIN) ? ANSWER_NXDOMAIN
           : effect_has(effect, ACTION_REFUSED)  ? ANSWER_REFUSED
           : effect_has(effect, ACTION_NOTIMP)   ? ANSWER_NOTIMP
           : effect_has(effect, ACTION_FORMERR)  ? ANSWER_FORMERR
                                                 : ANSWER_NOERROR;
}

static bool seen_before(const struct node *const *seen, unsigned count, const struct node *node)
{
    for (unsigned i = 0; i < count; i++) {
        if (seen[i] == node) {
            return true;
        }
    }
    return false;
}

/* The name with its aliases, RCODE as result. A loop ends where it closes, with what was seen (many
 * servers do so). */
static unsigned resolve(struct answerbook *book, const struct query *query, unsigned meets,
                        struct effect *effect, struct reply *reply)
{
    struct key name = query->name;
    const struct node *seen[ALIASES_CAP];
    for (unsigned hops = 0;; hops++) {
        unsigned rcode = effect_rcode(effect);
        if (rcode != ANSWER_NOERROR || effect_has(effect, ACTION_EMPTY) ||
            effect_has(effect, ACTION_BADVERS)) {
            return rcode;
        }
        if (effect_has(effect, ACTION_REFERRAL)) {
            return put_referral(book, &name, reply) ? ANSWER_NOERROR : ANSWER_REFUSED;
        }
        const struct node *node = book_find(book, &name, 0);
        const struct rrset *wanted = node ? node_rrset(node, query->type) : NULL;
        if (wanted) {
            put_rrset(reply, 0, wanted);
            reply->answers = (uint16_t)(reply->answers + wanted->count);
            return ANSWER_NOERROR;
        }
        const struct rrset *alias = node ? node_rrset(node, TYPE_CNAME) : NULL;
        if (!alias && put_dname(book, &name, reply)) {
            return ANSWER_NOERROR;
        }
        if (!alias) {
            return negative(book, &name, query->type, reply);
        }
        if (hops == ALIASES_CAP || seen_before(seen, hops, node)) {
            return ANSWER_NOERROR;
        }
        seen[hops] = node;
        reply->owner_at = put_rrset(reply, 0, alias);
        reply->answers = (uint16_t)(reply->answers + alias->count);
        if (reply->full || effect_has(effect, ACTION_ALIAS_ONLY) ||
            key_read(&name, reply->out + reply->owner_at, reply->at - reply->owner_at) == 0) {
            return ANSWER_NOERROR;
        }
        effect_of(book, &name, query->type, meets, effect);
    }
}

static void read_edns(struct query *out, const uint8_t *wire, size_t len)
{
    const uint8_t *opt = wire + out->question_end;
    if (get16(wire + 10) == 0 || len - out->question_end < OPT_SIZE || opt[0] != 0 ||
        get16(opt + 1) != TYPE_OPT) {
        return;
    }
    out->has_edns = true;
    out->udp_size = get16(opt + 3);
}

/* False: not a query, so it gets no reply. */
static bool query_read(struct query *out, const uint8_t *wire, size_t len)
{
    if (len < HEADER || (wire[2] & 0x80)) {
        return false;
    }
    out->flags = get16(wire + 2);
    out->has_edns = false;
    out->has_authority = false;
    out->udp_size = PLAIN_UDP_MAX;
    out->question_end = HEADER;
    out->rcode = ANSWER_FORMERR;
    if ((out->flags & 0x7800) != 0) {
        out->rcode = ANSWER_NOTIMP;
        return true;
    }
    size_t name = key_read(&out->name, wire + HEADER, len - HEADER);
    if (get16(wire + 4) != 1 || get16(wire + 6) != 0 || get16(wire + 8) != 0 || name == 0 ||
        len - HEADER - name < 4) {
        return true;
    }
    out->type = get16(wire + HEADER + name);
    out->rcode = get16(wire + HEADER + name + 2) == CLASS_IN ? ANSWER_NOERROR : ANSWER_REFUSED;
    out->question_end = HEADER + name + 4;
    read_edns(out, wire, len);
    return true;
}

static void put_opt(struct reply *reply)
{
    uint8_t *opt = reply->out + reply->at;
    memset(opt, 0, OPT_SIZE);
    put16(opt + 1, TYPE_OPT);
    put16(opt + 3, OUR_UDP_SIZE);
    reply->at += OPT_SIZE;
    if (reply->has_ede) {
        put16(opt + OPT_SIZE - 2, EDE_SIZE);
        put16(opt + OPT_SIZE, OPTION_EDE);
        put16(opt + OPT_SIZE + 2, 2);
        put16(opt + OPT_SIZE + 4, reply->ede);
        reply->at += EDE_SIZE;
    }
}

/* The SOA of a response policy zone, rpz. */
static void put_rpz(struct reply *reply)
{
    static const uint8_t soa[] = {3, 'r', 'p', 'z', 0, 0, 6, 0, 1, 0, 0, 0, 60, 0, 22};
    memset(reply->out + reply->at, 0, RPZ_SIZE);
    memcpy(reply->out + reply->at, soa, sizeof soa);
    reply->at += RPZ_SIZE;
}

static void finish(struct reply *reply, const struct query *query, unsigned rcode)
{
    uint16_t flags = (uint16_t)(FLAG_QR | FLAG_RA | (query->flags & (0x7800 | FLAG_RD)) | rcode);
    if (query->has_authority && (rcode == ANSWER_NOERROR || rcode == ANSWER_NXDOMAIN)) {
        flags |= FLAG_AA;
    }
    if (reply->full) {
        flags |= FLAG_TC;
        reply->at = query->question_end;
        reply->answers = reply->authorities = 0;
    }
    bool has_rpz = reply->has_rpz && !reply->full;
    if (has_rpz) {
        put_rpz(reply);
    }
    if (query->has_edns) {
        put_opt(reply);
    }
    put16(reply->out + 2, flags);
    put16(reply->out + 4, query->question_end > HEADER);
    put16(reply->out + 6, reply->answers);
    put16(reply->out + 8, reply->authorities);
    put16(reply->out + 10, (uint16_t)(query->has_edns + has_rpz));
}

/* Random but for the ID, so that it gets past those who look at nothing else. */
static size_t garbage(uint8_t *out, uint64_t seed)
{
    uint64_t random = seed | 1;
    size_t length = HEADER + seed % 64;
    for (size_t i = 2; i < length; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        out[i] = (uint8_t)(random >> 56);
    }
    return length;
}

/* Makes an honest reply one that must not be believed. */
static size_t forge(uint8_t *out, size_t len, const struct query *query,
                    const struct effect *effect)
{
    if (effect_has(effect, ACTION_GARBAGE)) {
        return garbage(out, query->name.hash[0]);
    }
    if (effect_has(effect, ACTION_BADID)) {
        out[0] ^= 0x55;
    }
    if (effect_has(effect, ACTION_NOTREPLY)) {
        out[2] &= 0x7f;
    }
    if (effect_has(effect, ACTION_BADQUESTION) && query->name.labels > 0) {
        out[HEADER + 1] = out[HEADER + 1] == 'x' ? 'y' : 'x';
    }
    if (effect_has(effect, ACTION_WRONGCLASS)) {
        put16(out + query->question_end - 2, CLASS_CH);
    }
    if (effect_has(effect, ACTION_MALFORMED)) {
        put16(out + 6, (uint16_t)(get16(out + 6) + 7));
    }
    if (effect_has(effect, ACTION_BADVERS) && query->has_edns) {
        out[len - OPT_SIZE + OPT_RCODE] = BADVERS_HIGH;
    }
    if (effect_has(effect, ACTION_CUTRECORD)) {
        len -= query->has_edns ? OPT_SIZE + 2 : 2;
    }
    if (effect_has(effect, ACTION_TC_ALWAYS)) {
        put16(out + 2, get16(out + 2) | FLAG_TC);
    }
    if (effect_has(effect, ACTION_NORA)) {
        out[3] &= 0x7f;
    }
    if (effect_has(effect, ACTION_HEADER)) {
        memset(out + 4, 0, HEADER - 4);
        return HEADER;
    }
    if (effect_has(effect, ACTION_NOQUESTION) && len >= query->question_end) {
        size_t question = query->question_end - HEADER;
        put16(out + 4, 0);
        memmove(out + HEADER, out + query->question_end, len - query->question_end);
        len -= question;
    }
    return len;
}

static size_t udp_limit(const struct query *query, size_t cap)
{
    size_t limit = query->udp_size > PLAIN_UDP_MAX ? query->udp_size : PLAIN_UDP_MAX;
    return limit < cap ? limit : cap;
}

size_t answerbook_reply(struct answerbook *book, const uint8_t *query_wire, size_t len,
                        bool over_tcp, uint8_t *out, size_t cap, struct behaviour *how)
{
    struct query query;
    struct effect effect = {0};
    *how = (struct behaviour){0};
    if (cap < PLAIN_UDP_MAX || !query_read(&query, query_wire, len)) {
        how->drop = true;
        return 0;
    }
    size_t limit = over_tcp ? (cap < ANSWERBOOK_REPLY_MAX ? cap : ANSWERBOOK_REPLY_MAX)
                            : udp_limit(&query, cap);
    struct reply reply = {
        .out = out, .at = query.question_end, .limit = limit - OPT_SIZE, .owner_at = HEADER};
    memcpy(out, query_wire, query.question_end);
    if (query.rcode != ANSWER_NOERROR) {
        finish(&reply, &query, query.rcode);
        return reply.at;
    }
    unsigned meets = (over_tcp ? OVER_TCP : OVER_UDP) | (query.has_edns ? WITH_EDNS : 0u) |
                     (query.flags & FLAG_RD ? WITH_RD : 0u);
    effect_of(book, &query.name, query.type, meets, &effect);
    *how = (struct behaviour){.drop = effect_has(&effect, ACTION_DROP),
                              .close = effect_has(&effect, ACTION_CLOSE),
                              .now = effect_has(&effect, ACTION_NOW),
                              .delay_ms = effect.delay_ms};
    if (how->drop || how->close) {
        return 0;
    }
    query.has_authority = book_zone(book, &query.name) >= 0 && !effect_has(&effect, ACTION_NOAA);
    struct effect at_name = effect;
    reply.full = effect_has(&effect, ACTION_TC);
    reply.has_ede = effect_has(&effect, ACTION_EDE);
    reply.ede = effect.ede;
    reply.has_rpz = effect_has(&effect, ACTION_RPZ);
    reply.limit -= (reply.has_ede ? EDE_SIZE : 0) + (reply.has_rpz ? RPZ_SIZE : 0);
    unsigned rcode = reply.full ? ANSWER_NOERROR : resolve(book, &query, meets, &at_name, &reply);
    query.has_authority &= reply.answers > 0 || !effect_has(&at_name, ACTION_REFERRAL);
    /* A server that does not know EDNS sends no OPT record. */
    query.has_edns &= rcode != ANSWER_FORMERR && rcode != ANSWER_NOTIMP;
    finish(&reply, &query, rcode);
    return forge(out, reply.at, &query, &effect);
}
