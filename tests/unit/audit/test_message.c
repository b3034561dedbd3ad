#include "audit/message.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER, AUTHORITY, ADDITIONAL, QUESTION_AT = 12 };

#define OWNER "7.100.51.198.in-addr.arpa"

static uint8_t wire[65536];
static size_t used;
static struct question question;
static struct answer answer;

static void put8(unsigned value)
{
    cr_assert(used < sizeof wire);
    wire[used++] = (uint8_t)value;
}

static void put16(unsigned value)
{
    put8(value >> 8);
    put8(value & 0xff);
}

static void put32(uint32_t value)
{
    put16(value >> 16);
    put16(value & 0xffff);
}

static struct dnsname name(const char *text)
{
    struct dnsname out;

    cr_assert(dnsname_from_text(&out, text, strlen(text)), "%s", text);
    return out;
}

static void put_name(const char *text)
{
    struct dnsname it = name(text);

    for (unsigned i = 0; i < it.length; i++)
        put8(it.wire[i]);
}

static void put_pointer(size_t target)
{
    put16(0xc000 | (unsigned)target);
}

/* Begins a reply to a question that is the same as `question`. */
static void reply(const char *owner, uint16_t type, unsigned flags)
{
    used = 0;
    question.name = name(owner);
    question.type = type;
    put16(0x1234);
    put16(0x8180 | flags);
    put16(1);
    put16(0);
    put16(0);
    put16(0);
    put_name(owner);
    put16(type);
    put16(1);
}

static void count(int section)
{
    uint8_t *at = wire + 6 + 2 * section;
    unsigned next = (unsigned)(at[0] << 8 | at[1]) + 1;

    at[0] = (uint8_t)(next >> 8);
    at[1] = (uint8_t)next;
}

/* Begins a record; returns where its RDLENGTH lies, for end_record. NULL owner: pointer to the
 * question. */
static size_t begin_record(int section, const char *owner, unsigned type, uint32_t ttl)
{
    count(section);
    if (owner == NULL)
        put_pointer(QUESTION_AT);
    else
        put_name(owner);
    put16(type);
    put16(1);
    put32(ttl);
    put16(0);
    return used - 2;
}

static void end_record(size_t at)
{
    size_t len = used - at - 2;

    wire[at] = (uint8_t)(len >> 8);
    wire[at + 1] = (uint8_t)len;
}

static void record_name(const char *owner, unsigned type, uint32_t ttl, const char *target)
{
    size_t at = begin_record(ANSWER, owner, type, ttl);

    put_name(target);
    end_record(at);
}

static void record_address(const char *owner, uint32_t ttl, const char *text)
{
    struct ipaddr address;

    cr_assert(ipaddr_parse(&address, text, strlen(text)));
    size_t at = begin_record(ANSWER, owner, address.family == IP_V4 ? RR_A : RR_AAAA, ttl);
    for (unsigned i = 0; i < ipaddr_octets(&address); i++)
        put8(address.bytes[i]);
    end_record(at);
}

static void put_soa(int section, const char *zone, uint32_t ttl, uint32_t minimum,
                    const char *mname)
{
    size_t at = begin_record(section, zone, RR_SOA, ttl);

    put_name(mname);
    put_name("host\\.master.example.net");
    for (unsigned i = 0; i < 4; i++)
        put32(1000 + i);
    put32(minimum);
    end_record(at);
}

static void record_soa(const char *zone, uint32_t ttl, uint32_t minimum)
{
    put_soa(AUTHORITY, zone, ttl, minimum, "ns1.example.net");
}

static enum message_status read_for(const char *wanted)
{
    struct ipaddr address;
    uint8_t *exact = malloc(used + 1); /* so that a sanitizer sees the first octet too far */

    memcpy(exact, wire, used);
    memset(&answer, 0x5a, sizeof answer);
    if (wanted != NULL)
        cr_assert(ipaddr_parse(&address, wanted, strlen(wanted)));
    enum message_status status =
        message_read(exact, used, &question, wanted ? &address : NULL, &answer);
    free(exact);
    return status;
}

static void reads_as(enum answer_kind kind)
{
    cr_assert(eq(int, read_for(NULL), MESSAGE_OK));
    cr_assert(eq(int, answer.kind, kind));
}

static void is_named(const struct dnsname *it, const char *text)
{
    char out[DNSNAME_TEXT_MAX];

    dnsname_print(out, it);
    cr_expect_str_eq(out, text);
}

Test(message, reads_one_ptr)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u16, answer.rcode, RCODE_NOERROR));
    cr_expect(eq(u32, answer.ttl, 3600));
    cr_expect(eq(u32, answer.total, 1));
    cr_expect(eq(u16, answer.kept, 1));
    cr_expect(eq(u16, answer.alias_count, 0));
    cr_expect(not(answer.has_soa));
    cr_expect(not(answer.holds));
    is_named(&answer.records.names[0], "mta7.example.com");
}

Test(message, compares_the_question_without_case)
{
    reply("MTA7.example.COM", RR_A, 0);
    question.name = name("mta7.EXAMPLE.com");
    record_address("mta7.example.com", 60, "198.51.100.7");
    reads_as(ANSWER_RECORDS);
}

Test(message, decompresses_names_in_rdata)
{
    reply(OWNER, RR_PTR, 0);
    size_t at = begin_record(ANSWER, NULL, RR_PTR, 60);
    put8(4);
    put8('m');
    put8('t');
    put8('a');
    put8('7');
    put_pointer(QUESTION_AT + 13); /* in-addr.arpa */
    end_record(at);
    reads_as(ANSWER_RECORDS);
    is_named(&answer.records.names[0], "mta7.in-addr.arpa");
}

Test(message, refuses_what_is_not_ours)
{
    reply(OWNER, RR_PTR, 0);
    cr_expect(eq(int, read_for(NULL), MESSAGE_OK));
    wire[2] &= 0x7f; /* QR */
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, 0x2800); /* opcode UPDATE */
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, 0);
    wire[used - 3] = RR_A;
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, 0);
    wire[used - 1] = 3; /* class CH */
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, 0);
    question.name = name("8.100.51.198.in-addr.arpa");
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, 0x0200); /* TC does not help a stranger */
    question.name = name("8.100.51.198.in-addr.arpa");
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
}

Test(message, needs_exactly_one_question)
{
    reply(OWNER, RR_PTR, RCODE_REFUSED);
    wire[5] = 0;
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, 0);
    wire[5] = 2;
    put_name(OWNER);
    put16(RR_PTR);
    put16(1);
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
}

/* So Unbound refuses those it does not serve. */
Test(message, an_error_may_be_a_header_alone)
{
    static const unsigned rcodes[] = {RCODE_REFUSED, RCODE_SERVFAIL, RCODE_FORMERR};
    static const enum answer_kind kinds[] = {ANSWER_REFUSED, ANSWER_SERVFAIL, ANSWER_OTHER_RCODE};

    for (unsigned i = 0; i < 3; i++) {
        reply(OWNER, RR_PTR, rcodes[i]);
        wire[5] = 0;
        used = 12;
        cr_expect(eq(int, read_for(NULL), MESSAGE_OK));
        cr_expect(eq(int, answer.kind, kinds[i]));
        cr_expect(eq(int, answer.rcode, (int)rcodes[i]));
    }
    wire[2] &= 0x7f; /* QR */
    cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    reply(OWNER, RR_PTR, RCODE_REFUSED); /* a question is announced and missing */
    used = 12;
    cr_expect(ne(int, read_for(NULL), MESSAGE_OK));
}

Test(message, a_header_alone_is_no_answer)
{
    static const unsigned rcodes[] = {RCODE_NOERROR, RCODE_NXDOMAIN};

    for (unsigned i = 0; i < 2; i++) {
        reply(OWNER, RR_PTR, rcodes[i]);
        wire[5] = 0;
        used = 12;
        cr_expect(eq(int, read_for(NULL), MESSAGE_NOT_OURS));
    }
}

Test(message, truncated_is_said_after_the_question_was_checked)
{
    reply(OWNER, RR_PTR, 0x0200);
    count(ANSWER); /* which is missing */
    cr_expect(eq(int, read_for(NULL), MESSAGE_TRUNCATED));
}

Test(message, every_cut_is_malformed)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name(NULL, RR_CNAME, 60, "7.0-31.100.51.198.in-addr.arpa");
    record_soa("100.51.198.in-addr.arpa", 3600, 900);
    size_t opt = begin_record(ADDITIONAL, ".", 41, 0);
    end_record(opt);
    cr_expect(eq(int, read_for(NULL), MESSAGE_OK));
    for (size_t whole = used; used > 0;) {
        used--;
        cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED), "%zu of %zu octets", used, whole);
    }
}

Test(message, octets_behind_the_last_record_do_no_harm_to_records)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    put32(0xffffffff);
    reads_as(ANSWER_RECORDS);
}

/* A count that lost a bit: the record is still there, but is not counted. */
Test(message, nothing_with_octets_left_over_is_malformed)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    wire[7] = 0;
    cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED));
    wire[3] |= RCODE_NXDOMAIN;
    cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED));
    wire[3] = 0x80 | RCODE_SERVFAIL;
    reads_as(ANSWER_SERVFAIL);
}

/* One bit of a type, a class, an owner: the record is another one then, and the one asked for is
 * missed. */
Test(message, nothing_beside_a_record_is_malformed)
{
    static const unsigned BITS[] = {0, 1, 3, 4,
                                    5}; /* octets of owner, type and class after the question */

    for (unsigned i = 0; i < sizeof BITS / sizeof *BITS; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            reply(OWNER, RR_PTR, 0);
            size_t at = used;
            record_name(NULL, RR_PTR, 3600, "mta7.example.com");
            wire[at + BITS[i]] ^= (uint8_t)(1u << bit);
            cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED), "octet %u, bit %u", BITS[i], bit);
        }
    }
}

Test(message, an_alias_of_somebody_else_is_no_chain)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name("8.100.51.198.in-addr.arpa", RR_CNAME, 600, "8.rev.example.com");
    cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED));
}

/* A DNAME comes with the CNAME that was made from it (RFC 6672 3.1). */
Test(message, a_dname_beside_its_cname_adds_nothing)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name("100.51.198.in-addr.arpa", RR_DNAME, 600, "rev.example.com");
    record_name(NULL, RR_CNAME, 600, "7.rev.example.com");
    reads_as(ANSWER_NXDOMAIN);
    cr_expect(eq(u16, answer.alias_count, 1));
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name(NULL, RR_CNAME, 600, "7.other.example.com");
    record_name("100.51.198.in-addr.arpa", RR_DNAME, 600, "rev.example.com");
    reads_as(ANSWER_NXDOMAIN);
    is_named(&answer.aliases[0], "7.other.example.com");
}

Test(message, a_dname_without_its_cname_makes_the_alias)
{
    reply(OWNER, RR_PTR, 0);
    record_name("51.198.in-addr.arpa", RR_DNAME, 600, "rev.example.com");
    record_name("7.100.rev.example.com", RR_PTR, 60, "mta7.example.com");
    reads_as(ANSWER_RECORDS);
    cr_assert(eq(u16, answer.alias_count, 1));
    is_named(&answer.aliases[0], "7.100.rev.example.com");
    cr_expect(eq(u32, answer.ttl, 60));
    cr_expect(eq(u32, answer_longest_ttl(&answer), 600));
    reply(OWNER, RR_PTR, 0);
    record_name("51.198.in-addr.arpa", RR_DNAME, 600, "rev.example.com");
    reads_as(ANSWER_ALIAS_OPEN);
    is_named(&answer.aliases[0], "7.100.rev.example.com");
}

Test(message, a_dname_says_nothing_about_its_owner_or_others)
{
    static const char *const owners[] = {OWNER, "8.100.51.198.in-addr.arpa",
                                         "1.7.100.51.198.in-addr.arpa"};

    for (unsigned i = 0; i < sizeof(owners) / sizeof(owners[0]); i++) {
        reply(OWNER, RR_PTR, 0);
        record_name(owners[i], RR_DNAME, 600, "rev.example.com");
        reads_as(ANSWER_NODATA);
        cr_expect(eq(u16, answer.alias_count, 0));
    }
}

#define LABEL "0123456789012345678901234567890123456789012345678901234567890."

Test(message, a_dname_that_makes_the_name_too_long_is_an_error)
{
    reply(OWNER, RR_PTR, 0);
    record_name("in-addr.arpa", RR_DNAME, 600, LABEL LABEL LABEL LABEL);
    reads_as(ANSWER_OTHER_RCODE);
    cr_expect(eq(u16, answer.rcode, RCODE_YXDOMAIN));
    cr_expect(eq(u16, answer.alias_count, 0));
}

Test(message, a_dname_may_loop)
{
    reply(OWNER, RR_PTR, 0);
    record_name("100.51.198.in-addr.arpa", RR_DNAME, 600, "rev.example.com");
    record_name("rev.example.com", RR_DNAME, 600, "100.51.198.in-addr.arpa");
    reads_as(ANSWER_ALIAS_LOOP);
    cr_expect(eq(u16, answer.alias_count, 2));
}

/* A PTR record whose RDATA is the given octets. */
static enum message_status read_rdata(const char *octets, size_t len)
{
    reply(OWNER, RR_PTR, 0);
    size_t at = begin_record(ANSWER, NULL, RR_PTR, 60);
    for (size_t i = 0; i < len; i++)
        put8((uint8_t)octets[i]);
    end_record(at);
    return read_for(NULL);
}

Test(message, bad_names_are_malformed)
{
    char pointer[2];

    cr_expect(eq(int, read_rdata("\1a\0", 3), MESSAGE_OK));
    cr_expect(eq(int, read_rdata("", 0), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\1a\0x", 4), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\1a", 2), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\100a\0", 3), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\200a\0", 3), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\300", 1), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\300\14", 2), MESSAGE_OK));
    cr_expect(eq(int, read_rdata("\300\13", 2), MESSAGE_MALFORMED)); /* into the header */
    cr_expect(eq(int, read_rdata("\300\0", 2), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_rdata("\377\377", 2), MESSAGE_MALFORMED)); /* beyond the end */
    size_t rdata = used - 2;
    pointer[0] = (char)(0xc0 | rdata >> 8);
    pointer[1] = (char)rdata; /* to itself */
    cr_expect(eq(int, read_rdata(pointer, 2), MESSAGE_MALFORMED));
    pointer[1] = (char)(rdata + 1);
    cr_expect(eq(int, read_rdata(pointer, 2), MESSAGE_MALFORMED));
}

Test(message, pointer_loops_end)
{
    reply(OWNER, RR_PTR, 0);
    size_t at = begin_record(ANSWER, NULL, RR_PTR, 60);
    size_t start = used;
    put8(1);
    put8('a');
    put_pointer(start); /* a label, then back to it */
    end_record(at);
    cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED));
}

/* `hops` pointers, each to the one before it. */
static enum message_status read_hops(unsigned hops)
{
    reply(OWNER, RR_PTR, 0);
    size_t at = begin_record(ANSWER, "elsewhere.example", 16, 60);
    size_t target = QUESTION_AT;
    for (unsigned i = 0; i + 1 < hops; i++) {
        size_t here = used;
        put_pointer(target);
        target = here;
    }
    end_record(at);
    at = begin_record(ANSWER, NULL, RR_PTR, 60);
    put_pointer(target);
    end_record(at);
    return read_for(NULL);
}

Test(message, pointer_hops_have_a_cap)
{
    cr_expect(eq(int, read_hops(1), MESSAGE_OK));
    cr_expect(eq(int, read_hops(127), MESSAGE_OK));
    cr_expect(eq(int, read_hops(128), MESSAGE_MALFORMED));
}

Test(message, compressed_names_hold_255_octets)
{
    for (unsigned extra = 0; extra < 2; extra++) {
        reply(OWNER, RR_PTR, 0); /* 27 octets: 255 - 27 == 228 == 3 * 64 + 36 */
        size_t at = begin_record(ANSWER, NULL, RR_PTR, 60);
        for (unsigned label = 0; label < 4; label++) {
            unsigned size = label < 3 ? 63 : 35 + extra;
            put8(size);
            while (size-- > 0)
                put8('x');
        }
        put_pointer(QUESTION_AT);
        end_record(at);
        cr_expect(eq(int, read_for(NULL), extra == 0 ? MESSAGE_OK : MESSAGE_MALFORMED));
    }
    reply(OWNER, RR_PTR, 0);
    cr_expect(eq(u8, question.name.length, 27));
}

static enum message_status read_address_of(unsigned type, unsigned octets)
{
    reply("mta7.example.com", (uint16_t)type, 0);
    size_t at = begin_record(ANSWER, NULL, type, 60);
    for (unsigned i = 0; i < octets; i++)
        put8(i);
    end_record(at);
    return read_for(NULL);
}

Test(message, bad_rdata_lengths_are_malformed)
{
    cr_expect(eq(int, read_address_of(RR_A, 4), MESSAGE_OK));
    cr_expect(eq(int, read_address_of(RR_A, 3), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_address_of(RR_A, 5), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_address_of(RR_A, 0), MESSAGE_MALFORMED));
    cr_expect(eq(int, read_address_of(RR_AAAA, 16), MESSAGE_OK));
    cr_expect(eq(int, read_address_of(RR_AAAA, 4), MESSAGE_MALFORMED));
    for (unsigned octets = 19; octets < 22; octets++) {
        reply(OWNER, RR_PTR, 0);
        size_t at = begin_record(AUTHORITY, "arpa", RR_SOA, 60);
        put16(0); /* two root names */
        for (unsigned i = 0; i < octets; i++)
            put8(0);
        end_record(at);
        cr_expect(eq(int, read_for(NULL), octets == 20 ? MESSAGE_OK : MESSAGE_MALFORMED));
    }
}

Test(message, negative_answers_name_the_zone)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_soa("100.51.198.in-addr.ARPA", 3600, 900);
    reads_as(ANSWER_NXDOMAIN);
    cr_expect(eq(u16, answer.rcode, RCODE_NXDOMAIN));
    cr_expect(eq(u32, answer.ttl, 900));
    cr_assert(answer.has_soa);
    is_named(&answer.soa_zone, "100.51.198.in-addr.ARPA");
    is_named(&answer.soa_mname, "ns1.example.net");
    is_named(&answer.soa_rname, "host\\.master.example.net");
    cr_expect(eq(u32, answer.total, 0));
    cr_expect(eq(u16, answer.kept, 0));
}

Test(message, a_soa_tells_its_serial)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_soa("100.51.198.in-addr.arpa", 3600, 900);
    reads_as(ANSWER_NXDOMAIN);
    cr_expect(eq(u32, answer.soa_serial, 1000));
    reply("100.51.198.in-addr.arpa", RR_SOA, 0);
    put_soa(ANSWER, NULL, 3600, 900, "ns1.example.net");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.soa_serial, 1000));
}

Test(message, authority_is_the_aa_bit)
{
    reply(OWNER, RR_PTR, 0x0400);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    reads_as(ANSWER_RECORDS);
    cr_expect(answer.authoritative);
    reply(OWNER, RR_PTR, 0);
    reads_as(ANSWER_NODATA);
    cr_expect(not(answer.authoritative));
}

static uint32_t negative_ttl(uint32_t ttl, uint32_t minimum)
{
    reply(OWNER, RR_PTR, 0);
    record_soa("100.51.198.in-addr.arpa", ttl, minimum);
    reads_as(ANSWER_NODATA);
    return answer.ttl;
}

Test(message, negative_ttl_is_the_smallest_of_three)
{
    cr_expect(eq(u32, negative_ttl(100, 900), 100));
    cr_expect(eq(u32, negative_ttl(900, 100), 100));
    cr_expect(eq(u32, negative_ttl(86400, 86400), 10800));
    cr_expect(eq(u32, negative_ttl(10801, 10800), 10800));
    cr_expect(eq(u32, negative_ttl(0x80000001, 900), 900)); /* RFC 8767 4 */
    cr_expect(eq(u32, negative_ttl(900, 0xffffffff), 900));
}

static void authority_ns(const char *zone)
{
    size_t at = begin_record(AUTHORITY, zone, RR_NS, 3600);

    put_name("ns1.example.net");
    end_record(at);
}

/* RFC 2308 2.2 */
Test(message, ns_without_soa_is_a_referral)
{
    static const char *const zones[] = {"100.51.198.in-addr.arpa", "198.in-addr.arpa", "."};

    for (unsigned i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        reply(OWNER, RR_PTR, 0);
        authority_ns(zones[i]);
        reads_as(ANSWER_REFERRAL);
        cr_expect(answer_is_temporary(&answer));
        cr_expect(eq(u32, answer.ttl, 0));
    }
    reply("mta7.example.com", RR_A, 0);
    authority_ns("example.com");
    reads_as(ANSWER_REFERRAL);
}

Test(message, an_empty_reply_without_recursion_and_authority_is_a_referral)
{
    reply(OWNER, RR_PTR, 0);
    reads_as(ANSWER_NODATA);
    wire[3] &= 0x7f; /* RA */
    reads_as(ANSWER_REFERRAL);
    record_soa("100.51.198.in-addr.arpa", 3600, 900);
    reads_as(ANSWER_NODATA);
    reply(OWNER, RR_PTR, 0x0400);
    wire[3] &= 0x7f;
    reads_as(ANSWER_NODATA);
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    wire[3] &= 0x7f;
    reads_as(ANSWER_NXDOMAIN);
}

Test(message, ns_beside_a_soa_or_from_the_zone_itself_is_nodata)
{
    reply(OWNER, RR_PTR, 0);
    authority_ns("100.51.198.in-addr.arpa");
    record_soa("100.51.198.in-addr.arpa", 3600, 900);
    reads_as(ANSWER_NODATA);
    cr_expect(answer.has_soa);
    reply(OWNER, RR_PTR, 0x0400);
    authority_ns("100.51.198.in-addr.arpa");
    reads_as(ANSWER_NODATA);
    cr_expect(not(answer.has_soa));
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    authority_ns("100.51.198.in-addr.arpa");
    reads_as(ANSWER_NXDOMAIN);
}

/* RFC 1034 5.3.3, RFC 2308 2.2 */
Test(message, an_alias_without_its_target_is_open)
{
    reply(OWNER, RR_PTR, 0x0400);
    record_name(NULL, RR_CNAME, 600, "7.rev.example.com");
    reads_as(ANSWER_ALIAS_OPEN);
    cr_expect(answer_is_temporary(&answer));
    cr_assert(eq(u16, answer.alias_count, 1));
    cr_expect(eq(u32, answer.ttl, 600));
    cr_expect(eq(u32, answer.ttl_spread, 0));
    authority_ns("example.com"); /* for the target */
    reads_as(ANSWER_ALIAS_OPEN);
    record_soa("100.51.198.in-addr.arpa", 60, 60); /* of another zone than the target's */
    reads_as(ANSWER_ALIAS_OPEN);
    cr_expect(not(answer.has_soa));
    cr_expect(eq(u32, answer.ttl, 600));
    record_soa("example.com", 60, 60);
    reads_as(ANSWER_NODATA);
}

/* It is asked for to find the alias that a failed lookup hides: its target follows. */
Test(message, an_alias_that_was_asked_for_is_open)
{
    reply(OWNER, RR_CNAME, 0);
    record_name(NULL, RR_CNAME, 600, "7.rev.example.com");
    reads_as(ANSWER_ALIAS_OPEN);
    cr_assert(eq(u16, answer.alias_count, 1));
    is_named(&answer.aliases[0], "7.rev.example.com");
    reply(OWNER, RR_CNAME, 0);
    record_soa("100.51.198.in-addr.arpa", 60, 60);
    reads_as(ANSWER_NODATA);
    cr_expect(eq(u16, answer.alias_count, 0));
}

Test(message, an_error_beside_an_alias_is_about_its_target)
{
    static const unsigned rcodes[] = {RCODE_SERVFAIL, RCODE_REFUSED, RCODE_NOTIMP};

    for (unsigned i = 0; i < sizeof(rcodes) / sizeof(rcodes[0]); i++) {
        reply(OWNER, RR_PTR, rcodes[i]);
        record_name(NULL, RR_CNAME, 600, "7.rev.example.com");
        reads_as(ANSWER_ALIAS_OPEN);
        cr_expect(eq(u16, answer.alias_count, 1));
        record_name("7.rev.example.com", RR_PTR, 600, "mta7.example.com");
        cr_assert(eq(int, read_for(NULL), MESSAGE_OK));
        cr_expect(eq(u16, answer.alias_count, 0), "with records the whole reply is in doubt");
        cr_expect(answer.kind != ANSWER_RECORDS && answer.kind != ANSWER_ALIAS_OPEN);
    }
}

static enum answer_kind truncated_for(const char *wanted)
{
    cr_assert(eq(int, read_for(wanted), MESSAGE_TRUNCATED));
    return answer.kind;
}

Test(message, records_of_a_truncated_reply_are_proof)
{
    reply(OWNER, RR_PTR, 0x0200);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    cr_expect(eq(int, truncated_for(NULL), ANSWER_RECORDS));
    cr_expect(answer.truncated);
    cr_expect(eq(u16, answer.kept, 1));
    count(ANSWER); /* a record that is missing */
    cr_expect(eq(int, truncated_for(NULL), ANSWER_RECORDS));
    put16(0xc00c); /* or cut */
    cr_expect(eq(int, truncated_for(NULL), ANSWER_RECORDS));
    cr_expect(eq(u16, answer.kept, 1));
    reply("mta7.example.com", RR_A, 0x0200);
    record_address(NULL, 60, "198.51.100.7");
    cr_expect(eq(int, truncated_for("198.51.100.7"), ANSWER_RECORDS));
    cr_expect(answer.holds && answer.truncated);
}

Test(message, what_a_truncated_reply_lacks_is_unknown)
{
    reply("mta7.example.com", RR_A, 0x0200);
    record_address(NULL, 60, "198.51.100.8");
    cr_expect(eq(int, truncated_for("198.51.100.7"), ANSWER_TRUNCATED));
    cr_expect(eq(u32, answer.total, 0));
    reply(OWNER, RR_PTR, 0x0200);
    cr_expect(eq(int, truncated_for(NULL), ANSWER_TRUNCATED));
    record_soa("100.51.198.in-addr.arpa", 60, 60);
    cr_expect(eq(int, truncated_for(NULL), ANSWER_TRUNCATED));
    cr_expect(not(answer.has_soa));
    reply(OWNER, RR_PTR, 0x0200 | RCODE_NXDOMAIN);
    cr_expect(eq(int, truncated_for(NULL), ANSWER_TRUNCATED));
    reply(OWNER, RR_PTR, 0x0200);
    authority_ns("100.51.198.in-addr.arpa");
    cr_expect(eq(int, truncated_for(NULL), ANSWER_TRUNCATED));
    reply(OWNER, RR_PTR, 0x0200);
    record_name(NULL, RR_CNAME, 600, "7.rev.example.com");
    cr_expect(eq(int, truncated_for(NULL), ANSWER_ALIAS_OPEN));
    reply(OWNER, RR_PTR, 0x0200 | RCODE_SERVFAIL);
    cr_expect(eq(int, truncated_for(NULL), ANSWER_SERVFAIL));
}

Test(message, negative_without_a_fitting_soa)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    reads_as(ANSWER_NXDOMAIN);
    cr_expect(not(answer.has_soa));
    cr_expect(eq(u32, answer.ttl, 0));
    reply(OWNER, RR_PTR, 0);
    record_soa("8.100.51.198.in-addr.arpa", 3600, 900); /* a neighbour */
    reads_as(ANSWER_NODATA);
    cr_expect(not(answer.has_soa));
    record_soa("198.in-addr.arpa", 3600, 800);
    reads_as(ANSWER_NODATA);
    cr_assert(answer.has_soa);
    is_named(&answer.soa_zone, "198.in-addr.arpa");
    cr_expect(eq(u32, answer.ttl, 800));
}

Test(message, soa_beside_records_is_not_looked_at)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    record_soa("100.51.198.in-addr.arpa", 60, 60);
    reads_as(ANSWER_RECORDS);
    cr_expect(not(answer.has_soa));
    cr_expect(eq(u32, answer.ttl, 3600));
}

Test(message, reads_the_soa_that_was_asked_for)
{
    reply("100.51.198.in-addr.arpa", RR_SOA, 0);
    put_soa(ANSWER, "51.198.in-addr.arpa", 100, 60, "ns.above.example"); /* of another owner */
    put_soa(ANSWER, NULL, 86400, 60, "ns1.example.net");
    put_soa(ANSWER, NULL, 86400, 60, "ns2.example.net"); /* a zone has one */
    put_soa(AUTHORITY, "198.in-addr.arpa", 50, 50, "ns.above.example");
    reads_as(ANSWER_RECORDS);
    cr_assert(answer.has_soa);
    is_named(&answer.soa_zone, "100.51.198.in-addr.arpa");
    is_named(&answer.soa_mname, "ns1.example.net");
    is_named(&answer.soa_rname, "host\\.master.example.net");
    cr_expect(eq(u32, answer.ttl, 86400), "the negative TTL is not meant");
    cr_expect(eq(u32, answer.total, 1));
    cr_expect(eq(u16, answer.kept, 0));
}

Test(message, reads_the_soa_at_the_end_of_a_chain)
{
    reply("mta7.example.com", RR_SOA, 0);
    record_name(NULL, RR_CNAME, 60, "rev.example.net");
    put_soa(ANSWER, "rev.example.net", 3600, 60, "ns1.example.net");
    reads_as(ANSWER_RECORDS);
    cr_assert(answer.has_soa);
    is_named(&answer.soa_zone, "rev.example.net");
}

Test(message, a_name_below_the_apex_has_the_soa_of_its_zone)
{
    reply("100.51.198.in-addr.arpa", RR_SOA, 0);
    record_soa("51.198.in-addr.arpa", 3600, 900);
    reads_as(ANSWER_NODATA);
    cr_assert(answer.has_soa);
    is_named(&answer.soa_zone, "51.198.in-addr.arpa");
}

Test(message, reads_name_servers_up_to_the_cap)
{
    char text[32];

    reply("100.51.198.in-addr.arpa", RR_NS, 0);
    for (unsigned i = 0; i < 13; i++) {
        snprintf(text, sizeof text, "ns%u.example.net", i);
        record_name(NULL, RR_NS, 300, text);
    }
    record_name(NULL, RR_NS, 300, "NS0.example.net");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.total, 13), "case does not count");
    cr_expect(eq(u16, answer.kept, ANSWER_NAMES_MAX));
    cr_expect(not(answer.has_soa));
    is_named(&answer.records.names[0], "ns0.example.net");
    is_named(&answer.records.names[9], "ns9.example.net");
}

Test(message, rdata_of_name_servers_is_checked)
{
    reply("100.51.198.in-addr.arpa", RR_NS, 0);
    record_name(NULL, RR_NS, 300, "ns1.example.net");
    wire[used - 1] = 1; /* the root label becomes a label that runs out of the message */
    cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED));
}

Test(message, walks_the_chain_in_any_order)
{
    reply(OWNER, RR_PTR, 0);
    record_name("7.b.example", RR_PTR, 500, "mta7.example.com");
    record_name("7.0-31.100.51.198.in-addr.arpa", RR_CNAME, 400, "7.B.example");
    record_name(NULL, RR_CNAME, 600, "7.0-31.100.51.198.in-addr.arpa");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.ttl, 400));
    cr_expect(eq(u32, answer_longest_ttl(&answer), 600));
    cr_assert(eq(u16, answer.alias_count, 2));
    is_named(&answer.aliases[0], "7.0-31.100.51.198.in-addr.arpa");
    is_named(&answer.aliases[1], "7.B.example");
    is_named(&answer.records.names[0], "mta7.example.com");
}

Test(message, ignores_unrelated_owners_and_classes)
{
    reply("mta7.example.com", RR_A, 0);
    record_address("other.example.com", 60, "198.51.100.7");
    record_name("other.example.com", RR_CNAME, 60, "mta7.example.com");
    size_t at = begin_record(ANSWER, NULL, RR_A, 60);
    wire[at - 5] = 3; /* class CH */
    put32(0xc6336407);
    end_record(at);
    cr_expect(eq(int, read_for("198.51.100.7"), MESSAGE_MALFORMED));
    record_address(NULL, 60, "198.51.100.8");
    cr_assert(eq(int, read_for("198.51.100.7"), MESSAGE_OK));
    cr_expect(eq(int, answer.kind, ANSWER_RECORDS));
    cr_expect(not(answer.holds));
    cr_expect(eq(u32, answer.total, 1));
    cr_expect(eq(u16, answer.alias_count, 0));
}

Test(message, the_rcode_speaks_of_the_end_of_the_chain)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name(NULL, RR_CNAME, 600, "7.rev.example.com");
    record_soa("100.51.198.in-addr.arpa", 700, 700); /* not of the zone at the end */
    record_soa("rev.example.com", 800, 800);
    reads_as(ANSWER_NXDOMAIN);
    cr_expect(eq(u16, answer.alias_count, 1));
    is_named(&answer.soa_zone, "rev.example.com");
    cr_expect(eq(u32, answer.ttl, 600));
    cr_expect(eq(u32, answer_longest_ttl(&answer), 800));
    wire[3] &= 0xf0;
    reads_as(ANSWER_NODATA);
    cr_expect(eq(u16, answer.alias_count, 1));
}

Test(message, a_record_may_outlive_the_alias_that_led_to_it)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_CNAME, 60, "7.rev.example.com");
    record_name("7.rev.example.com", RR_PTR, 86400, "old.example.com");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.ttl, 60));
    cr_expect(eq(u32, answer_longest_ttl(&answer), 86400));
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name(NULL, RR_CNAME, 86400, "7.rev.example.com"); /* without SOA */
    reads_as(ANSWER_NXDOMAIN);
    cr_expect(eq(u32, answer.ttl, 0));
    cr_expect(eq(u32, answer_longest_ttl(&answer), 86400));
}

Test(message, nxdomain_beside_records_is_malformed)
{
    reply(OWNER, RR_PTR, RCODE_NXDOMAIN);
    record_name(NULL, RR_PTR, 3600, "mta7.example.com");
    cr_expect(eq(int, read_for(NULL), MESSAGE_MALFORMED));
}

Test(message, finds_alias_loops)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_CNAME, 60, "A.example");
    record_name("a.example", RR_CNAME, 50, "b.example");
    record_name("b.example", RR_CNAME, 70, "a.EXAMPLE");
    reads_as(ANSWER_ALIAS_LOOP);
    cr_expect(eq(u16, answer.alias_count, 3));
    cr_expect(eq(u32, answer.ttl, 50));
    reply("a.example", RR_A, 0);
    record_name(NULL, RR_CNAME, 60, "A.example"); /* to itself */
    reads_as(ANSWER_ALIAS_LOOP);
    cr_expect(eq(u16, answer.alias_count, 1));
}

static void chain_of(unsigned links)
{
    char from[32] = "a0.example";
    char to[32];

    reply(from, RR_A, 0);
    for (unsigned i = 0; i < links; i++) {
        (void)snprintf(to, sizeof to, "a%u.example", i + 1);
        record_name(from, RR_CNAME, 60, to);
        memcpy(from, to, sizeof from);
    }
    record_address(from, 60, "198.51.100.7");
}

Test(message, follows_16_aliases)
{
    chain_of(16);
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u16, answer.alias_count, 16));
    is_named(&answer.aliases[15], "a16.example");
    chain_of(17);
    reads_as(ANSWER_ALIAS_LONG);
    cr_expect(eq(u16, answer.alias_count, 16));
    cr_expect(eq(u32, answer.total, 0));
    chain_of(500);
    reads_as(ANSWER_ALIAS_LONG);
}

Test(message, two_aliases_at_one_owner_are_a_conflict)
{
    reply("a.example", RR_A, 0);
    record_name(NULL, RR_CNAME, 60, "b.example");
    record_name(NULL, RR_CNAME, 60, "B.example"); /* a duplicate does not count */
    record_address("b.example", 60, "198.51.100.7");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u16, answer.alias_count, 1));
    record_name(NULL, RR_CNAME, 60, "c.example");
    reads_as(ANSWER_ALIAS_CONFLICT);
    cr_expect(eq(u16, answer.alias_count, 0));
}

Test(message, records_are_preferred_to_an_alias_at_their_owner)
{
    reply("a.example", RR_A, 0);
    record_name(NULL, RR_CNAME, 5, "b.example");
    record_name(NULL, RR_CNAME, 5, "c.example");
    record_address(NULL, 60, "198.51.100.7");
    record_address("b.example", 60, "198.51.100.8");
    cr_assert(eq(int, read_for("198.51.100.8"), MESSAGE_OK));
    cr_expect(eq(int, answer.kind, ANSWER_RECORDS));
    cr_expect(eq(u32, answer.total, 1));
    cr_expect(eq(u32, answer.ttl, 60));
    cr_expect(eq(u16, answer.alias_count, 0));
    cr_expect(not(answer.holds));
}

Test(message, duplicates_count_once)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 60, "mta7.example.com");
    record_name(NULL, RR_PTR, 30, "MTA7.example.com");
    record_name(NULL, RR_PTR, 60, "mta8.example.com");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.total, 2));
    cr_expect(eq(u16, answer.kept, 2));
    cr_expect(eq(u32, answer.ttl, 30));
    is_named(&answer.records.names[0], "mta7.example.com");
    is_named(&answer.records.names[1], "mta8.example.com");
    reply("mta7.example.com", RR_A, 0);
    record_address(NULL, 60, "198.51.100.7");
    record_address(NULL, 60, "198.51.100.7");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.total, 1));
}

Test(message, keeps_ten_names_and_counts_all)
{
    char text[32];

    reply(OWNER, RR_PTR, 0);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 256; i++) {
            (void)snprintf(text, sizeof text, "mta%u.example.com", i);
            record_name(NULL, RR_PTR, 60, text);
        }
    }
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.total, 256));
    cr_expect(eq(u16, answer.kept, 10));
    is_named(&answer.records.names[9], "mta9.example.com");
}

Test(message, compares_all_of_thousands_of_addresses)
{
    reply("mta7.example.com", RR_A, 0);
    for (unsigned i = 0; i < 4000; i++) {
        size_t at = begin_record(ANSWER, NULL, RR_A, 60);
        put32(0x0a000000 + i);
        end_record(at);
    }
    cr_assert(eq(int, read_for("10.0.15.159"), MESSAGE_OK)); /* the last one */
    cr_expect(answer.holds);
    cr_expect(eq(u32, answer.total, 4000));
    cr_expect(eq(u16, answer.kept, 16));
    cr_assert(eq(int, read_for("10.0.15.160"), MESSAGE_OK));
    cr_expect(not(answer.holds));
    cr_assert(eq(int, read_for("a00::"), MESSAGE_OK)); /* begins with the octets of the first one */
    cr_expect(not(answer.holds));
}

Test(message, reads_aaaa)
{
    reply("mta7.example.com", RR_AAAA, 0);
    record_address(NULL, 60, "2001:db8::7");
    cr_assert(eq(int, read_for("2001:db8::7"), MESSAGE_OK));
    cr_expect(answer.holds);
    struct ipaddr want;
    cr_assert(ipaddr_parse(&want, "2001:db8::7", 11));
    cr_expect(ipaddr_equal(&want, &answer.records.addresses[0]));
    cr_assert(eq(int, read_for("32.1.13.184"), MESSAGE_OK));
    cr_expect(not(answer.holds));
}

Test(message, maps_rcodes)
{
    static const struct {
        unsigned rcode;
        enum answer_kind kind;
    } rows[] = {
        {RCODE_NOERROR, ANSWER_NODATA},     {RCODE_FORMERR, ANSWER_OTHER_RCODE},
        {RCODE_SERVFAIL, ANSWER_SERVFAIL},  {RCODE_NXDOMAIN, ANSWER_NXDOMAIN},
        {RCODE_NOTIMP, ANSWER_OTHER_RCODE}, {RCODE_REFUSED, ANSWER_REFUSED},
        {15, ANSWER_OTHER_RCODE},
    };

    for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
        reply(OWNER, RR_PTR, rows[i].rcode);
        reads_as(rows[i].kind);
        cr_expect(eq(u16, answer.rcode, rows[i].rcode));
        cr_expect(eq(u16, answer.alias_count, 0));
        cr_expect(eq(u32, answer.ttl, 0));
    }
}

Test(message, edns_widens_the_rcode)
{
    reply(OWNER, RR_PTR, 0);
    end_record(begin_record(ADDITIONAL, ".", 41, 0x01000000)); /* BADVERS */
    reads_as(ANSWER_OTHER_RCODE);
    cr_expect(eq(u16, answer.rcode, 16));
    reply(OWNER, RR_PTR, 0);
    end_record(begin_record(ADDITIONAL, ".", 41, 0x00008000)); /* DO alone */
    reads_as(ANSWER_NODATA);
    reply(OWNER, RR_PTR, 0);
    end_record(begin_record(ADDITIONAL, "x", 41, 0x01000000)); /* not at the root: no OPT */
    reads_as(ANSWER_NODATA);
}

Test(message, a_ttl_is_believed_for_a_week)
{
    static const uint32_t ttls[][2] = {{604799, 604799},
                                       {604801, 604800},
                                       {0x7fffffff, 604800},
                                       {0x80000000, 604800},
                                       {0xffffffff, 604800}};

    for (unsigned i = 0; i < sizeof(ttls) / sizeof(ttls[0]); i++) {
        reply(OWNER, RR_PTR, 0);
        record_name(NULL, RR_PTR, ttls[i][0], "mta7.example.com");
        reads_as(ANSWER_RECORDS);
        cr_expect(eq(u32, answer.ttl, ttls[i][1]), "%u", ttls[i][0]);
    }
}

/* An opaque record with a chain of one-label names, each the one before with a label more; gives
 * the last. */
static size_t put_deep_name(unsigned labels)
{
    size_t at = begin_record(ANSWER, "elsewhere.example", 16, 60);
    size_t deepest = used;

    put_name("x");
    for (unsigned i = 1; i < labels; i++) {
        size_t here = used;
        put8(1);
        put8('a');
        put_pointer(deepest);
        deepest = here;
    }
    end_record(at);
    return deepest;
}

/* Records of as many different owners as two pointers are, in turns. */
static void fill_with_addresses_of(const size_t owners[2], unsigned records)
{
    for (unsigned i = 0; i < records; i++) {
        count(ANSWER);
        put_pointer(owners[i % 2]);
        put16(RR_A);
        put16(1);
        put32(60);
        put16(4);
        put32(0x0a000000 + i);
    }
}

/* Work has a ceiling: reading 64 KB for each of 17 links of a chain took 47 ms. */
Test(message, names_that_cost_too_much_are_malformed)
{
    for (unsigned records = 100; records <= 4000; records += 3900) {
        chain_of(16);
        size_t deep = put_deep_name(110);
        size_t owners[2] = {deep, deep - 4};
        fill_with_addresses_of(owners, records);
        cr_expect(
            eq(int, read_for("198.51.100.7"), records == 100 ? MESSAGE_OK : MESSAGE_MALFORMED));
    }
}

/* What an honest server may send is never refused for its cost, however much of it there is. */
Test(message, thousands_of_names_below_a_long_one_are_read)
{
    reply("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa", RR_PTR, 0);
    unsigned names = 0;
    for (; used + 18 <= 65535; names++) {
        size_t at = begin_record(ANSWER, NULL, RR_PTR, 60);
        put8(3);
        put8('a' + names % 26);
        put8('a' + names / 26 % 26);
        put8('a' + names / 26 / 26);
        put_pointer(QUESTION_AT);
        end_record(at);
    }
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, names, 3635));
    cr_expect(eq(u32, answer.total, names));
    cr_expect(eq(u16, answer.kept, ANSWER_NAMES_MAX));
}

/* Octets that differ in the bit of upper and lower case are other names, unless they are
 * letters. */
Test(message, only_letters_have_case)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 60, "a@b.example");
    record_name(NULL, RR_PTR, 60, "a`b.example");
    record_name(NULL, RR_PTR, 60, "A@B.example");
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u32, answer.total, 2));
}

/* An OPT record with one extended error. */
static void put_extended_error(unsigned code)
{
    size_t at = begin_record(ADDITIONAL, ".", 41, 0);

    put16(15);
    put16(2);
    put16(code);
    end_record(at);
}

Test(message, what_a_resolver_filters_is_no_answer)
{
    for (unsigned rcode = 0; rcode <= RCODE_REFUSED; rcode++) {
        reply("mta7.example.com", RR_A, rcode);
        if (rcode == RCODE_NOERROR)
            record_address(NULL, 60, "0.0.0.0");
        else
            record_soa("example.com", 900, 300);
        put_extended_error(15);
        reads_as(ANSWER_FILTERED);
        cr_expect(eq(u16, answer.rcode, (uint16_t)rcode));
        cr_expect(eq(u16, answer.extended_error, 15));
        cr_expect(eq(u32, answer.total, 0));
        cr_expect(not(answer.has_soa));
    }
}

Test(message, the_soa_of_a_policy_beside_an_answer_shows_a_filter)
{
    reply("mta7.example.com", RR_A, RCODE_NXDOMAIN);
    put_soa(ADDITIONAL, "rpz.local", 60, 60, "localhost");
    reads_as(ANSWER_FILTERED);
    cr_expect(eq(u16, answer.rcode, RCODE_NXDOMAIN));
    cr_expect(not(answer.has_soa));
    reply("mta7.example.com", RR_A, 0);
    record_address(NULL, 60, "192.0.2.80");
    put_soa(ADDITIONAL, "rpz.local", 60, 60, "localhost");
    reads_as(ANSWER_FILTERED);
    wire[3] &= 0x7f; /* RA: a name server has no policy for its own zone */
    reads_as(ANSWER_RECORDS);
}

Test(message, other_extended_errors_change_no_answer)
{
    reply(OWNER, RR_PTR, 0);
    record_name(NULL, RR_PTR, 60, "mta7.example.com");
    put_extended_error(3);
    reads_as(ANSWER_RECORDS);
    cr_expect(eq(u16, answer.extended_error, 3));
    reply(OWNER, RR_PTR, RCODE_SERVFAIL);
    put_extended_error(6);
    put_extended_error(22);
    reads_as(ANSWER_SERVFAIL);
    cr_expect(eq(u16, answer.extended_error, 22), "of two OPT records the heavier code");
    reply(OWNER, RR_PTR, RCODE_SERVFAIL);
    end_record(begin_record(ADDITIONAL, ".", 41, 0));
    reads_as(ANSWER_SERVFAIL);
    cr_expect(eq(u16, answer.extended_error, 0));
}
