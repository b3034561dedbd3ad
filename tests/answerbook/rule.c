/* Answers for all of IPv4 from a rule, without a file: for the bench. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/answerbook/book.h"

enum { RULE_TTL = 3600, HOST_LABEL_MAX = 24 };

/* in-addr.arpa and fleet.example in wire form. */
static const uint8_t REVERSE[] = "\7in-addr\4arpa";
static const uint8_t FLEET[] = "\5fleet\7example";

static uint64_t block_size(const struct answerbook_rule *rule)
{
    return (uint64_t)1 << (32 - rule->prefix_length);
}

bool answerbook_set_rule(struct answerbook *book, const struct answerbook_rule *rule)
{
    if (rule->names != 0 && block_size(rule) > (uint64_t)rule->names * ANSWERBOOK_SHARE_MAX) {
        return false;
    }
    book->rule = *rule;
    book->has_rule = true;
    return true;
}

bool answerbook_parse_block(struct answerbook_rule *out, const char *text)
{
    char address[INET_ADDRSTRLEN];
    struct in_addr base;
    const char *slash = strchr(text, '/');
    size_t length = slash ? (size_t)(slash - text) : 0;
    if (length == 0 || length >= sizeof address) {
        return false;
    }
    memcpy(address, text, length);
    address[length] = '\0';
    char *end = NULL;
    unsigned long bits = strtoul(slash + 1, &end, 10);
    if (inet_pton(AF_INET, address, &base) != 1 || end == slash + 1 || *end != '\0' || bits > 32) {
        return false;
    }
    out->base = ntohl(base.s_addr);
    out->prefix_length = (unsigned)bits;
    return (out->base & (block_size(out) - 1)) == 0;
}

static bool ends_in(const struct key *name, unsigned suffix, const uint8_t *wire, size_t len)
{
    return (size_t)(name->length - name->offset[suffix]) == len &&
           memcmp(name->wire + name->offset[suffix], wire, len) == 0;
}

/* Decimal digits without a leading zero, at most max; advances *at. */
static bool read_number(const uint8_t **at, const uint8_t *end, uint32_t max, uint32_t *out)
{
    const uint8_t *begin = *at;
    uint64_t number = 0;
    while (*at < end && **at >= '0' && **at <= '9' && number <= max) {
        number = number * 10 + (uint64_t)(*(*at)++ - '0');
    }
    *out = (uint32_t)number;
    return *at > begin && number <= max && (*begin != '0' || *at == begin + 1);
}

static bool in_block(const struct answerbook_rule *rule, uint32_t address)
{
    return address >= rule->base && address - rule->base <= block_size(rule) - 1;
}

/* The block that a reverse name of one to four octets means: its first address, and the octets. */
static bool read_block(const struct key *name, uint32_t *address, unsigned *octets)
{
    uint32_t value = 0;
    if (name->labels < 3 || name->labels > 6 ||
        !ends_in(name, name->labels - 2U, REVERSE, sizeof REVERSE)) {
        return false;
    }
    *octets = name->labels - 2U;
    for (unsigned i = *octets; i-- > 0;) {
        uint32_t octet = 0;
        const uint8_t *at = name->wire + name->offset[i] + 1;
        const uint8_t *end = at + at[-1];
        if (!read_number(&at, end, 255, &octet) || at != end) {
            return false;
        }
        value = value << 8 | octet;
    }
    *address = value << 8 * (4 - *octets);
    return true;
}

/* ip-a-b-c-d.fleet.example: the address; mta-n.fleet.example: the first of its addresses. */
static bool read_host(const struct answerbook_rule *rule, const struct key *name, uint32_t *address)
{
    if (name->labels != 3 || !ends_in(name, 1, FLEET, sizeof FLEET)) {
        return false;
    }
    const char *prefix = rule->names != 0 ? "mta" : "ip";
    const uint8_t *at = name->wire + 1;
    const uint8_t *end = at + name->wire[0];
    if ((size_t)(end - at) <= strlen(prefix) || memcmp(at, prefix, strlen(prefix)) != 0) {
        return false;
    }
    at += strlen(prefix);
    uint32_t value = 0;
    for (unsigned i = 0; i < (rule->names != 0 ? 1 : 4); i++) {
        uint32_t number = 0;
        if (at == end || *at++ != '-' ||
            !read_number(&at, end, rule->names != 0 ? rule->names - 1 : 255, &number)) {
            return false;
        }
        value = value << 8 | number;
    }
    if (at != end) {
        return false;
    }
    *address = rule->names != 0 ? rule->base + value : value;
    return rule->names != 0 ? value < block_size(rule) : in_block(rule, value);
}

static void put_ptr(const struct answerbook_rule *rule, uint32_t address, struct reply *reply)
{
    uint8_t record[RECORD_FIXED + 1 + HOST_LABEL_MAX + sizeof FLEET];
    char label[HOST_LABEL_MAX];
    int size = rule->names != 0
                   ? snprintf(label, sizeof label, "mta-%u", (address - rule->base) % rule->names)
                   : snprintf(label, sizeof label, "ip-%u-%u-%u-%u", address >> 24,
                              address >> 16 & 255, address >> 8 & 255, address & 255);
    size_t length = (size_t)size;
    put16(record, TYPE_PTR);
    put16(record + 2, CLASS_IN);
    put32(record + 4, RULE_TTL);
    put16(record + 8, (uint16_t)(1 + length + sizeof FLEET));
    record[RECORD_FIXED] = (uint8_t)length;
    memcpy(record + RECORD_FIXED + 1, label, length);
    memcpy(record + RECORD_FIXED + 1 + length, FLEET, sizeof FLEET);
    reply_put(reply, 0, record, RECORD_FIXED + 1 + length + sizeof FLEET);
    reply->answers++;
}

static void put_addresses(const struct answerbook_rule *rule, uint32_t first, struct reply *reply)
{
    uint64_t step = rule->names != 0 ? rule->names : block_size(rule);
    uint64_t end = (uint64_t)rule->base + block_size(rule);
    uint8_t record[RECORD_FIXED + 4];
    put16(record, TYPE_A);
    put16(record + 2, CLASS_IN);
    put32(record + 4, RULE_TTL);
    put16(record + 8, 4);
    for (uint64_t address = first; address < end; address += step) {
        put32(record + RECORD_FIXED, (uint32_t)address);
        reply_put(reply, 0, record, sizeof record);
        reply->answers++;
    }
}

/* The zone is the name without its first `skip` octets; its MNAME is the same name. */
static void put_soa_of(size_t skip, struct reply *reply)
{
    uint8_t record[RECORD_FIXED + 3 + 20] = {0};
    put16(record, TYPE_SOA);
    put16(record + 2, CLASS_IN);
    put32(record + 4, RULE_TTL);
    put16(record + 8, 23);
    put16(record + RECORD_FIXED, (uint16_t)(0xc000 | (reply->owner_at + skip)));
    put32(record + RECORD_FIXED + 3, 1);
    put32(record + RECORD_FIXED + 3 + 16, RULE_TTL);
    reply_put(reply, skip, record, sizeof record);
    reply->authorities++;
}

/* The zone is the last two labels of the name. */
static void put_soa(const struct key *name, struct reply *reply)
{
    put_soa_of(name->offset[name->labels > 2 ? name->labels - 2 : 0], reply);
}

/* ---- the tree of blocks ---- */

enum { OF_BLOCKS = 1, OF_ZONES, OF_NAMES };

static bool is_chosen(const struct answerbook_rule *rule, unsigned what, uint32_t number,
                      uint64_t share)
{
    uint64_t z = rule->seed * UINT64_C(0x9e3779b97f4a7c15) + ((uint64_t)what << 32 | number);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return ((z ^ (z >> 31)) >> 32) < share;
}

static bool small_block_exists(const struct answerbook_rule *rule, uint32_t first)
{
    return in_block(rule, first) && (!rule->tree || is_chosen(rule, OF_BLOCKS, first, rule->exist));
}

static bool block_exists(const struct answerbook_rule *rule, uint32_t first, unsigned octets)
{
    uint64_t size = (uint64_t)1 << 8 * (4 - octets);
    if (octets == 4) {
        return in_block(rule, first) && small_block_exists(rule, first & ~UINT32_C(255));
    }
    for (uint64_t at = 0; at < size; at += 256) {
        if (small_block_exists(rule, first + (uint32_t)at)) {
            return true;
        }
    }
    return false;
}

static void put_zone(const struct answerbook_rule *rule, const struct key *name, uint32_t first,
                     unsigned octets, struct reply *reply)
{
    bool has_zone = octets > 2 && block_exists(rule, first & ~UINT32_C(0xffff), 2);
    unsigned labels = !rule->tree || octets < 2 ? 2 : has_zone ? 4 : 3;
    put_soa_of(name->offset[name->labels - labels], reply);
}

/* Of a block that exists: NODATA, or what its server makes of it. */
static unsigned block_rcode(const struct answerbook_rule *rule, uint32_t first, unsigned octets)
{
    uint32_t zone = octets > 2 ? first & ~UINT32_C(0xffff) : first & ~UINT32_C(0xffffff);
    bool lies = octets > 1 && is_chosen(rule, OF_ZONES, zone + octets, rule->lie);
    return lies ? ANSWER_NXDOMAIN : ANSWER_NOERROR;
}

static unsigned answer_block(const struct answerbook_rule *rule, const struct key *name,
                             uint16_t type, struct reply *reply, uint32_t first, unsigned octets)
{
    bool exists = block_exists(rule, first, octets);
    if (octets == 4 && exists && type == TYPE_PTR) {
        put_ptr(rule, first, reply);
        return ANSWER_NOERROR;
    }
    if (octets < 4 && is_chosen(rule, OF_NAMES, first + octets, rule->servfail)) {
        return ANSWER_SERVFAIL;
    }
    put_zone(rule, name, first, octets, reply);
    return !exists       ? ANSWER_NXDOMAIN
           : octets == 4 ? ANSWER_NOERROR
                         : block_rcode(rule, first, octets);
}

unsigned rule_answer(const struct answerbook_rule *rule, const struct key *name, uint16_t type,
                     struct reply *reply)
{
    uint32_t address = 0;
    unsigned octets = 0;
    if (read_block(name, &address, &octets)) {
        return answer_block(rule, name, type, reply, address, octets);
    }
    if (!read_host(rule, name, &address)) {
        put_soa(name, reply);
        return ANSWER_NXDOMAIN;
    }
    if (type == TYPE_A) {
        put_addresses(rule, address, reply);
    } else {
        put_soa(name, reply);
    }
    return ANSWER_NOERROR;
}
