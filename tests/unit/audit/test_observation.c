#include "audit/observation.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct observation seen; /* large: one for all */

static struct dnsname name(const char *text)
{
    struct dnsname out;

    cr_assert(dnsname_from_text(&out, text, strlen(text)), "%s", text);
    return out;
}

/* Undefined fields hold rubbish, as after message_read. */
static struct answer *answer_of(enum answer_kind kind)
{
    static struct answer answer;

    memset(&answer, 0xa5, sizeof answer);
    answer.kind = kind;
    answer.rcode = 0;
    answer.extended_error = 0;
    answer.tries = 1;
    answer.ttl = 0;
    answer.ttl_spread = 0;
    answer.has_soa = false;
    answer.alias_count = 0;
    answer.total = 0;
    answer.kept = 0;
    answer.truncated = false;
    answer.holds = false;
    return &answer;
}

static struct answer *ptr_answer(void)
{
    struct answer *answer = answer_of(ANSWER_RECORDS);

    answer->ttl = 3600;
    answer->tries = 3;
    answer->total = 300;
    answer->kept = 2;
    answer->records.names[0] = name("MTA7.example.com");
    answer->records.names[1] = name("a\\.b\\000.example.com");
    answer->ttl_spread = 82800;
    answer->alias_count = 1;
    answer->aliases[0] = name("7.0-31.100.51.198.in-addr.arpa");
    return answer;
}

static struct answer *address_answer(const char *text)
{
    struct answer *answer = answer_of(ANSWER_RECORDS);

    answer->ttl = 0x7fffffff;
    answer->total = 1;
    answer->kept = 1;
    answer->holds = true;
    cr_assert(ipaddr_parse(&answer->records.addresses[0], text, strlen(text)));
    return answer;
}

static struct answer *soa_answer(enum answer_kind kind)
{
    struct answer *answer = answer_of(kind);

    answer->rcode = kind == ANSWER_NXDOMAIN ? RCODE_NXDOMAIN : 0;
    answer->ttl = 900;
    answer->has_soa = true;
    answer->soa_zone = name("example.com");
    answer->soa_mname = name("ns1.example.com");
    answer->soa_rname = name("root.example.com");
    return answer;
}

static void put_forward(struct facts_buffer *buffer, const char *host, const struct answer *answer,
                        uint16_t type)
{
    struct dnsname it = name(host);

    cr_assert(facts_put_forward(buffer, &it, answer, type));
}

static struct facts_buffer sample(void)
{
    struct facts_buffer buffer = {0};

    cr_assert(facts_put_ptr(&buffer, ptr_answer()));
    put_forward(&buffer, "mta7.example.com", address_answer("198.51.100.7"), RR_A);
    put_forward(&buffer, "mta8.example.com", soa_answer(ANSWER_NXDOMAIN), RR_A);
    put_forward(&buffer, "mta9.example.com", answer_of(ANSWER_SILENT), RR_AAAA);
    return buffer;
}

/* From an allocation of just this size, so that a sanitizer sees the first octet too far. */
static bool decode(const uint8_t *bytes, size_t len)
{
    uint8_t *exact = malloc(len + 1);

    memcpy(exact + 1, bytes, len);
    memset(&seen, 0x5a, sizeof seen);
    bool good = observation_decode(&seen, exact + 1, len);
    free(exact);
    return good;
}

static void equal(const struct dnsname *it, const char *text)
{
    char out[DNSNAME_TEXT_MAX];

    dnsname_print(out, it);
    cr_expect_str_eq(out, text);
}

Test(observation, gives_back_what_was_put)
{
    struct facts_buffer buffer = sample();
    struct ipaddr address;

    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(eq(int, seen.ptr.kind, ANSWER_RECORDS));
    cr_expect(eq(u16, seen.ptr.tries, 3));
    cr_expect(eq(u32, seen.ptr.ttl, 3600));
    cr_expect(eq(u32, seen.ptr.ttl_spread, 82800));
    cr_expect(eq(u32, seen.ptr.total, 300));
    cr_assert(eq(u16, seen.ptr.kept, 2));
    cr_assert(eq(u16, seen.ptr.alias_count, 1));
    equal(&seen.ptr.records.names[0], "MTA7.example.com");
    equal(&seen.ptr.records.names[1], "a\\.b\\000.example.com");
    equal(&seen.ptr.aliases[0], "7.0-31.100.51.198.in-addr.arpa");
    cr_assert(eq(u32, seen.forward_count, 3));
    equal(&seen.forwards[0].host, "mta7.example.com");
    cr_assert(ipaddr_parse(&address, "198.51.100.7", 12));
    cr_expect(ipaddr_equal(&seen.forwards[0].answer.records.addresses[0], &address));
    cr_expect(seen.forwards[0].answer.holds);
    cr_expect(eq(u32, seen.forwards[0].answer.ttl, 0x7fffffff));
    const struct answer *negative = &seen.forwards[1].answer;
    cr_expect(eq(int, negative->kind, ANSWER_NXDOMAIN));
    cr_expect(eq(u16, negative->rcode, RCODE_NXDOMAIN));
    cr_expect(eq(u32, negative->ttl, 900));
    cr_assert(negative->has_soa);
    equal(&negative->soa_zone, "example.com");
    equal(&negative->soa_mname, "ns1.example.com");
    equal(&negative->soa_rname, "root.example.com");
    cr_expect(eq(int, seen.forwards[2].answer.kind, ANSWER_SILENT));
    facts_free(&buffer);
    cr_expect_null(buffer.bytes);
    cr_expect(eq(u32, buffer.length, 0));
    facts_free(&buffer);
}

Test(observation, byte_form_is_the_documented_one)
{
    static const uint8_t want[] = {
        2,   1, /* version, one forward */
        0,   3, 0,   0x90, 0x1c, 0, 0, 1, 1, 1,
        'a', 0,         /* records, 3 tries, NOERROR, TTL 3600, no alias, 1 of 1 */
        28,  1, 'a', 0, /* AAAA of a. */
        2,   1, 3,   0x84, 7,    0, 1, 0, 0, 0, /* NXDOMAIN, TTL 900, a SOA of roots */
    };
    struct facts_buffer buffer = {0};
    struct answer *answer = answer_of(ANSWER_RECORDS);

    answer->tries = 3;
    answer->ttl = 3600;
    answer->total = 1;
    answer->kept = 1;
    answer->records.names[0] = name("a");
    cr_assert(facts_put_ptr(&buffer, answer));
    answer = soa_answer(ANSWER_NXDOMAIN);
    answer->soa_zone = answer->soa_mname = answer->soa_rname = name(".");
    put_forward(&buffer, "a", answer, RR_AAAA);
    cr_assert(eq(u32, buffer.length, sizeof want));
    cr_expect(eq(int, memcmp(buffer.bytes, want, sizeof want), 0));
    facts_free(&buffer);
}

Test(observation, carries_every_kind)
{
    for (int kind = 0; kind < ANSWER_KINDS; kind++) {
        struct facts_buffer buffer = {0};
        struct answer *answer = answer_of((enum answer_kind)kind);
        answer->tries = 65535;
        cr_assert(facts_put_ptr(&buffer, answer));
        cr_assert(decode(buffer.bytes, buffer.length), "kind %d", kind);
        cr_expect(eq(int, seen.ptr.kind, kind));
        cr_expect(eq(u16, seen.ptr.tries, 65535));
        cr_expect(eq(u16, seen.ptr.kept, 0));
        cr_expect(eq(u16, seen.ptr.alias_count, 0));
        cr_expect(not(seen.ptr.has_soa));
        facts_free(&buffer);
    }
}

/* TTL 60, one alias a., spread 0 */
#define CHAIN_OF_A "\74\1\1a\0\0"

static struct answer *failure_at_alias(void)
{
    struct answer *answer = answer_of(ANSWER_SERVFAIL);

    answer->rcode = RCODE_SERVFAIL;
    answer->ttl = 60;
    answer->alias_count = 1;
    answer->aliases[0] = name("a");
    return answer;
}

Test(observation, a_failure_at_the_target_of_an_alias_takes_version_3)
{
    static const char want[] = "\3\0\23\1\2" CHAIN_OF_A; /* SERVFAIL + 16, 1 try, RCODE 2 */
    struct facts_buffer buffer = {0};

    cr_assert(facts_put_ptr(&buffer, failure_at_alias()));
    cr_assert(eq(u32, buffer.length, sizeof want - 1));
    cr_expect(eq(int, memcmp(buffer.bytes, want, sizeof want - 1), 0));
    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(eq(int, seen.ptr.kind, ANSWER_SERVFAIL));
    cr_expect(eq(u32, seen.ptr.ttl, 60));
    cr_assert(eq(u16, seen.ptr.alias_count, 1));
    equal(&seen.ptr.aliases[0], "a");
    facts_free(&buffer);
}

Test(observation, the_version_is_the_lowest_that_holds_all_answers)
{
    struct facts_buffer buffer = {0};

    cr_assert(facts_put_ptr(&buffer, ptr_answer()));
    put_forward(&buffer, "a.example.com", address_answer("198.51.100.7"), RR_A);
    cr_expect(eq(u8, buffer.bytes[0], 2));
    put_forward(&buffer, "b.example.com", answer_of(ANSWER_TRUNCATED), RR_A);
    cr_expect(eq(u8, buffer.bytes[0], 3));
    put_forward(&buffer, "c.example.com", address_answer("198.51.100.8"), RR_A);
    cr_expect(eq(u8, buffer.bytes[0], 3));
    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(eq(u32, seen.ptr.ttl_spread, 82800), "chains are spelled alike in both");
    cr_expect(eq(int, seen.forwards[1].answer.kind, ANSWER_TRUNCATED));
    facts_free(&buffer);
}

Test(observation, an_extended_error_takes_version_4_and_comes_last)
{
    static const char want[] = "\4\0\123\1\2" CHAIN_OF_A "\6"; /* SERVFAIL + 16 + 64, EDE 6 */
    struct facts_buffer buffer = {0};
    struct answer *answer = failure_at_alias();

    answer->extended_error = 6;
    cr_assert(facts_put_ptr(&buffer, answer));
    cr_assert(eq(u32, buffer.length, sizeof want - 1));
    cr_expect(eq(int, memcmp(buffer.bytes, want, sizeof want - 1), 0));
    put_forward(&buffer, "b.example.com", answer_of(ANSWER_TRUNCATED), RR_A);
    cr_expect(eq(u8, buffer.bytes[0], 4), "a later answer of version 3 does not lower it");
    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(eq(u16, seen.ptr.extended_error, 6));
    cr_expect(eq(u16, seen.forwards[0].answer.extended_error, 0));
    facts_free(&buffer);
}

Test(observation, an_extended_error_stays_with_any_kind_that_has_an_rcode)
{
    for (int kind = 0; kind < ANSWER_KINDS; kind++) {
        struct facts_buffer buffer = {0};
        struct answer *answer = answer_of((enum answer_kind)kind);
        bool has_rcode = kind != ANSWER_UNBELIEVABLE && kind != ANSWER_SILENT &&
                         kind != ANSWER_NO_ZONE && kind != ANSWER_REFERRAL &&
                         kind != ANSWER_TRUNCATED;

        answer->extended_error = 65535;
        cr_assert(facts_put_ptr(&buffer, answer));
        cr_assert(decode(buffer.bytes, buffer.length), "kind %d", kind);
        cr_expect(eq(u16, seen.ptr.extended_error, has_rcode ? 65535 : 0), "kind %d", kind);
        facts_free(&buffer);
    }
}

Test(observation, carries_that_records_are_missing)
{
    struct facts_buffer buffer = {0};
    struct answer *answer = ptr_answer();

    answer->truncated = true;
    cr_assert(facts_put_ptr(&buffer, answer));
    cr_expect(eq(u8, buffer.bytes[0], 3));
    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(seen.ptr.truncated);
    cr_expect(eq(u16, seen.ptr.kept, 2));
    facts_free(&buffer);
}

Test(observation, carries_ipv6_addresses)
{
    struct facts_buffer buffer = {0};
    struct ipaddr address;

    cr_assert(facts_put_ptr(&buffer, ptr_answer()));
    put_forward(&buffer, "mta7.example.com", address_answer("2001:db8::7"), RR_AAAA);
    cr_assert(decode(buffer.bytes, buffer.length));
    cr_assert(ipaddr_parse(&address, "2001:db8::7", 11));
    cr_expect(ipaddr_equal(&seen.forwards[0].answer.records.addresses[0], &address));
    facts_free(&buffer);
}

Test(observation, refuses_every_cut_and_any_tail)
{
    struct facts_buffer buffer = sample();
    uint8_t longer[1024];

    for (uint32_t len = 0; len < buffer.length; len++)
        cr_expect(not(decode(buffer.bytes, len)), "%u of %u octets", len, buffer.length);
    memcpy(longer, buffer.bytes, buffer.length);
    longer[buffer.length] = 0;
    cr_expect(not(decode(longer, buffer.length + 1)));
    facts_free(&buffer);
}

static bool decode_form(const char *octets, size_t len)
{
    return decode((const uint8_t *)octets, len);
}

#define DECODES(octets) decode_form(octets, sizeof octets - 1)

Test(observation, flags_have_one_spelling)
{
    cr_expect(DECODES("\3\0\23\1\2" CHAIN_OF_A));
    cr_expect(not(DECODES("\2\0\23\1\2" CHAIN_OF_A)), "a flag of version 3");
    cr_expect(not(DECODES("\3\0\23\1\2\74\0")), "a chain without aliases");
    cr_expect(not(DECODES("\3\0\26\1\2" CHAIN_OF_A)), "a loop has a chain without the flag");
    cr_expect(not(DECODES("\3\0\43\1\2")), "a truncated SERVFAIL");
    cr_expect(DECODES("\4\0\103\1\2\6")); /* SERVFAIL, EDE 6 */
    cr_expect(not(DECODES("\3\0\103\1\2\6")), "a flag of version 4");
    cr_expect(not(DECODES("\4\0\103\1\2\0")), "EDE 0");
    cr_expect(not(DECODES("\4\0\103\1\2\200\200\4")), "EDE 65536");
    cr_expect(not(DECODES("\4\0\112\1\6")), "an extended error without an RCODE");
    cr_expect(not(DECODES("\4\0\203\1\2")), "an unknown flag");
    cr_expect(DECODES("\4\0\140\1\0\74\0\0\1\1\1a\0\3")); /* truncated, EDE 3 */
    cr_expect(DECODES("\3\0\14\1"));                      /* a referral */
    cr_expect(not(DECODES("\2\0\14\1")), "a kind of version 3");
    cr_expect(DECODES("\4\0\17\1\3")); /* filtered */
    cr_expect(not(DECODES("\3\0\17\1\3")), "a kind of version 4");
    cr_expect(DECODES("\3\0\40\1\0\74\0\0\1\1\1a\0")); /* records, truncated */
    cr_expect(seen.ptr.truncated);
    cr_expect(not(DECODES("\3\0\60\1\0\74\0\0\1\1\1a\0")), "both flags");
}

Test(observation, refuses_what_is_not_sound)
{
    cr_expect(DECODES("\1\0\12\1")); /* silence */
    cr_expect(not(DECODES("\0\0\12\1")), "version 0");
    cr_expect(DECODES("\2\0\12\1"));
    cr_expect(DECODES("\3\0\12\1"));
    cr_expect(DECODES("\4\0\12\1"));
    cr_expect(not(DECODES("\5\0\12\1")), "version 5");
    cr_expect(DECODES("\1\0\6\1\0\74\1\1a\0")); /* a loop: TTL 60, alias a. */
    cr_expect(eq(u32, seen.ptr.ttl_spread, 0));
    cr_expect(not(DECODES("\2\0\6\1\0\74\1\1a\0")), "spread missing");
    cr_expect(DECODES("\2\0\6\1\0\74\1\1a\0\36"));
    cr_expect(eq(u32, answer_longest_ttl(&seen.ptr), 90));
    cr_expect(not(DECODES("\2\0\6\1\0\74\1\1a\0\377\377\377\377\17")), "more than 2^32 in all");
    cr_expect(not(DECODES("\1\1\12\1")), "one forward too few");
    cr_expect(not(DECODES("\1\0\13\1")), "no such kind");
    cr_expect(not(DECODES("\1\0\12\201\0")), "a longer spelling of 1");
    cr_expect(not(DECODES("\1\0\12\200\200\4")), "65536 tries");
    cr_expect(DECODES("\1\0\12\377\377\3"));
    cr_expect(DECODES("\1\0\6\1\0\377\377\377\377\17\0")); /* TTL 2^32 - 1 */
    cr_expect(not(DECODES("\1\0\6\1\0\200\200\200\200\20\0")), "TTL 2^32");
    cr_expect(not(DECODES("\1\0\6\1\0\200\200\200\200\200\1\0")), "six octets");
    cr_expect(DECODES("\1\0\1\1\0\0\0\1\0\0\0")); /* SOA of roots */
    cr_expect(not(DECODES("\1\0\1\1\0\0\0\2\0\0\0")), "flag 2");
    cr_expect(not(DECODES("\1\0\1\1\0\0\0\1\0\0")), "RNAME missing");
    cr_expect(DECODES("\1\0\0\1\0\0\0\0\1\1\1a\0")); /* one PTR name */
    cr_expect(not(DECODES("\1\0\0\1\0\0\0\0\0\1\1a\0")), "kept above total");
    cr_expect(not(DECODES("\1\0\0\1\0\0\0\0\1\1\100a\0")), "label of 64");
    cr_expect(not(DECODES("\1\0\0\1\0\0\0\0\1\1\300\14")), "pointer");
    cr_expect(not(DECODES("\1\0\0\1\0\0\21")), "17 aliases");
    cr_expect(not(DECODES("\1\0\0\1\0\0\0\0\13\13\0\0\0\0\0\0\0\0\0\0\0")), "11 names");
    cr_expect(DECODES("\1\0\0\1\0\0\0\0\12\12\0\0\0\0\0\0\0\0\0\0"));
    cr_expect(DECODES("\1\1\12\1\1\1a\0\0\1\0\0\0\1\1\1\1\2\3\4")); /* A */
    cr_expect(not(DECODES("\1\1\12\1\2\1a\0\0\1\0\0\0\1\1\1\1\2\3\4")), "type NS");
    cr_expect(not(DECODES("\1\1\12\1\34\1a\0\0\1\0\0\0\1\1\1\1\2\3\4")), "AAAA of four octets");
    cr_expect(not(DECODES("\1\23\12\1")), "19 forwards");
}

Test(observation, the_largest_answers_fit)
{
    struct facts_buffer buffer = {0};
    struct answer *answer = answer_of(ANSWER_RECORDS);
    char text[DNSNAME_MAX];
    char host[DNSNAME_MAX + 8];

    memset(text, 'x', sizeof text);
    text[61] = text[123] = text[185] = '.';
    text[247] = '\0';
    answer->total = UINT32_MAX;
    answer->ttl = UINT32_MAX / 2;
    answer->ttl_spread = UINT32_MAX / 2;
    answer->tries = UINT16_MAX;
    answer->kept = ANSWER_NAMES_MAX;
    answer->alias_count = ANSWER_ALIASES_MAX;
    for (unsigned i = 0; i < ANSWER_ALIASES_MAX; i++)
        answer->aliases[i] = name(text);
    for (unsigned i = 0; i < ANSWER_NAMES_MAX; i++)
        answer->records.names[i] = name(text);
    cr_assert(facts_put_ptr(&buffer, answer));
    answer->kind = ANSWER_NXDOMAIN;
    answer->has_soa = true;
    answer->soa_zone = answer->soa_mname = answer->soa_rname = name(text);
    for (unsigned i = 0; i < OBSERVATION_FORWARDS_MAX; i++) {
        (void)snprintf(host, sizeof host, "%c.%s", 'a' + (char)i, text);
        put_forward(&buffer, host, answer, RR_A);
    }
    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(eq(u32, seen.forward_count, OBSERVATION_FORWARDS_MAX));
    cr_expect(seen.forwards[17].answer.has_soa);
    facts_free(&buffer);
}

Test(observation, is_unchanged_when_the_ceiling_is_met)
{
    struct facts_buffer buffer = {0};
    struct answer *answer = answer_of(ANSWER_NODATA);
    struct dnsname host = name("mta7.example.com");
    uint32_t before;

    for (unsigned i = 0; i < 254; i++)
        host.wire[i] = i % 2 == 0 ? 1 : 'x';
    host.wire[254] = 0;
    host.length = 255;
    answer->alias_count = ANSWER_ALIASES_MAX;
    for (unsigned i = 0; i < ANSWER_ALIASES_MAX; i++)
        answer->aliases[i] = host;
    cr_assert(facts_put_ptr(&buffer, answer));
    do
        before = buffer.length;
    while (facts_put_forward(&buffer, &host, answer, RR_A));
    cr_expect(eq(u32, buffer.length, before));
    cr_expect(lt(u32, FACTS_MAX - before, 17 * 255 + 20));
    cr_expect(eq(u8, buffer.bytes[1], (before - 4088) / 4342));
    facts_free(&buffer);
}

Test(observation, finds_a_forward_by_name)
{
    struct facts_buffer buffer = sample();
    struct dnsname asked = name("MTA8.example.com");
    struct dnsname other = name("mta.example.com");

    cr_assert(decode(buffer.bytes, buffer.length));
    cr_expect(observation_forward(&seen, &asked) == &seen.forwards[1].answer);
    cr_expect_null(observation_forward(&seen, &other));
    facts_free(&buffer);
}
