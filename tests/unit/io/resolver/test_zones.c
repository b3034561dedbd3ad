#include "io/resolver/zones.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/message.h"
#include "tests/unit/io/zones_of.h"

static const char REVERSE[] =
    HEAD_OF("100.51.198.in-addr.arpa.") "$ORIGIN 100.51.198.in-addr.arpa.\n"
                                        "@ NS ns1.mail.example.\n"
                                        "7 600 PTR mta7.Mail.example.\n"
                                        "8 PTR mta8.mail.example.\n8 PTR old8.mail.example.\n"
                                        "9 CNAME 9.0/28\n"
                                        "9.0/28 PTR mta9.mail.example.\n"
                                        "10 CNAME 10.sub.mail.example.\n"
                                        "11 CNAME 11.elsewhere.example.\n"
                                        "12 CNAME 13\n13 CNAME 12\n"
                                        "64/28 NS ns.customer.example.\n"
                                        "65 CNAME 65.64/28\n"
                                        "14 CNAME nowhere.mail.example.\n";
static const char FORWARD[] =
    HEAD_OF("mail.example.") "$ORIGIN mail.example.\n"
                             "@ NS ns1\nns1 A 192.0.2.53\n"
                             "mta7 A 198.51.100.7\nmta7 AAAA 2001:db8::7\nmta7 TXT \"x\"\n"
                             "a.b.c A 198.51.100.1\n"
                             "*.wild A 198.51.100.2\n"
                             "host.wild TXT \"here\"\n"
                             "x.ent.wild A 198.51.100.3\n"
                             "*.alias CNAME mta7\n"
                             "sub NS ns1.sub\n"
                             "ns1.sub A 198.51.100.53\n"
                             "renamed DNAME other\n"
                             "leaf.other A 198.51.100.4\n";

static struct zone_set *set;
static struct resolver *resolver;
static struct answer got;
static enum reply_status got_status;
static unsigned given, got_flags;
static struct question asked;

static void take(void *asker, void *tag, enum reply_status status, const uint8_t *wire, size_t len)
{
    struct ipaddr wanted = address_of("198.51.100.7");
    cr_assert_eq(asker, &given);
    cr_assert_eq(tag, &asked);
    cr_assert_geq(len, 12);
    got_flags = (unsigned)wire[2] << 8 | wire[3];
    got_status = status;
    given++;
    cr_assert_eq(message_read(wire, len, &asked, &wanted, &got), MESSAGE_OK);
}

static void open_zones(void)
{
    struct failure failure = {0};
    set = zone_set_new();
    add_zone(set, REVERSE);
    add_zone(set, FORWARD);
    struct resolver_options options = {.zones = set, .give = take, .asker = &given};
    resolver = resolver_zones.open(&options, &failure);
    cr_assert_not_null(resolver);
}

static void close_zones(void)
{
    resolver_zones.close(resolver);
    zone_set_free(set);
}

TestSuite(resolver_zones, .init = open_zones, .fini = close_zones);

static void ask(const char *name, uint16_t type)
{
    unsigned before = given;
    asked = (struct question){.name = name_of(name), .type = type};
    cr_assert(resolver_zones.ask(resolver, 0, TRANSPORT_TCP, 2000, &asked, 0, &asked));
    cr_assert_eq(given, before + 1, "each question has one reply, at once");
}

static void expect(const char *name, uint16_t type, enum answer_kind kind, enum reply_status status)
{
    ask(name, type);
    cr_expect_eq(got.kind, kind, "%s %d: kind %d", name, type, got.kind);
    cr_expect_eq(got_status, status, "%s", name);
}

static void expect_soa(const char *zone, uint32_t ttl)
{
    struct dnsname apex = name_of(zone);
    cr_expect(got.has_soa);
    cr_expect(dnsname_equal(&got.soa_zone, &apex));
    cr_expect_eq(got.ttl, ttl);
}

static void expect_host(unsigned i, const char *name)
{
    struct dnsname wanted = name_of(name);
    cr_expect(dnsname_equal(&got.records.names[i], &wanted));
}

static void expect_address(const char *text)
{
    struct ipaddr wanted = address_of(text);
    cr_expect_eq(got.total, 1);
    cr_expect(ipaddr_equal(&got.records.addresses[0], &wanted));
}

Test(resolver_zones, records_of_the_name)
{
    expect("7.100.51.198.in-addr.arpa", RR_PTR, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.total, 1);
    cr_expect_eq(got.ttl, 600);
    expect_host(0, "mta7.mail.example");
    cr_expect_eq(got_flags, 0x8400, "a reply, authoritative, NOERROR");
    expect("MTA7.MAIL.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect(got.holds);
    expect_address("198.51.100.7");
    expect("mta7.mail.example", RR_AAAA, ANSWER_RECORDS, REPLY_BYTES);
    expect_address("2001:db8::7");
}

Test(resolver_zones, several_records_in_the_order_of_the_file)
{
    expect("8.100.51.198.in-addr.arpa", RR_PTR, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.total, 2);
    expect_host(0, "mta8.mail.example");
    expect_host(1, "old8.mail.example");
}

Test(resolver_zones, a_missing_name_is_nxdomain_with_the_soa)
{
    expect("200.100.51.198.in-addr.arpa", RR_PTR, ANSWER_NXDOMAIN, REPLY_BYTES);
    expect_soa("100.51.198.in-addr.arpa", 300);
    cr_expect_eq(got_flags, 0x8403);
    expect("below.mta7.mail.example", RR_A, ANSWER_NXDOMAIN, REPLY_BYTES);
}

Test(resolver_zones, a_missing_type_is_nodata)
{
    expect("mta7.mail.example", RR_PTR, ANSWER_NODATA, REPLY_BYTES);
    expect_soa("mail.example", 300);
}

Test(resolver_zones, an_empty_non_terminal_exists)
{
    expect("b.c.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    expect("c.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    expect("x.b.c.mail.example", RR_A, ANSWER_NXDOMAIN, REPLY_BYTES);
}

Test(resolver_zones, the_apex_has_soa_and_ns)
{
    expect("mail.example", RR_SOA, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect(got.has_soa);
    expect("mail.example", RR_NS, ANSWER_RECORDS, REPLY_BYTES);
    expect_host(1, "ns1.mail.example");
    expect("deep.mta7.mail.example", RR_SOA, ANSWER_NXDOMAIN, REPLY_BYTES);
    expect_soa("mail.example", 300);
}

Test(resolver_zones, wildcards_as_rfc_4592_has_them)
{
    expect("any.wild.mail.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    expect_address("198.51.100.2");
    expect("two.labels.wild.mail.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    expect("any.wild.mail.example", RR_AAAA, ANSWER_NODATA, REPLY_BYTES);
    expect("host.wild.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    /* An existing name between them is the closest encloser, and has no wildcard (RFC 4592 2.2.1).
     */
    expect("y.host.wild.mail.example", RR_A, ANSWER_NXDOMAIN, REPLY_BYTES);
    expect("y.ent.wild.mail.example", RR_A, ANSWER_NXDOMAIN, REPLY_BYTES);
    expect("ent.wild.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    expect("wild.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    expect("*.wild.mail.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    expect("any.alias.mail.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.alias_count, 1);
    expect_address("198.51.100.7");
}

Test(resolver_zones, chains_are_followed_through_all_zones)
{
    expect("9.100.51.198.in-addr.arpa", RR_PTR, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.alias_count, 1);
    expect_host(0, "mta9.mail.example");
    expect("14.100.51.198.in-addr.arpa", RR_PTR, ANSWER_NXDOMAIN, REPLY_BYTES);
    expect_soa("mail.example", 300);
    cr_expect_eq(got.alias_count, 1);
    expect("12.100.51.198.in-addr.arpa", RR_PTR, ANSWER_ALIAS_LOOP, REPLY_BYTES);
}

Test(resolver_zones, a_name_in_no_zone_is_refused)
{
    expect("elsewhere.example", RR_A, ANSWER_REFUSED, REPLY_NO_ZONE);
    expect("example", RR_A, ANSWER_REFUSED, REPLY_NO_ZONE);
    expect("xmail.example", RR_A, ANSWER_REFUSED, REPLY_NO_ZONE);
}

Test(resolver_zones, a_chain_that_leaves_the_zones_is_told_as_far_as_it_goes)
{
    struct dnsname end = name_of("11.elsewhere.example");
    expect("11.100.51.198.in-addr.arpa", RR_PTR, ANSWER_ALIAS_OPEN, REPLY_NO_ZONE);
    cr_expect_eq(got.alias_count, 1);
    cr_expect(dnsname_equal(&got.aliases[0], &end));
    cr_expect_not(got.has_soa);
}

Test(resolver_zones, what_is_delegated_is_in_no_zone_until_it_is_loaded)
{
    expect("sub.mail.example", RR_A, ANSWER_NODATA, REPLY_NO_ZONE);
    expect("sub.mail.example", RR_NS, ANSWER_NODATA, REPLY_NO_ZONE);
    expect("ns1.sub.mail.example", RR_A, ANSWER_NODATA, REPLY_NO_ZONE);
    expect("10.100.51.198.in-addr.arpa", RR_PTR, ANSWER_ALIAS_OPEN, REPLY_NO_ZONE);
    expect("65.100.51.198.in-addr.arpa", RR_PTR, ANSWER_ALIAS_OPEN, REPLY_NO_ZONE);
    add_zone(set, HEAD_OF("sub.mail.example.") "10.sub.mail.example. PTR mta10.mail.example.\n");
    expect("sub.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    expect_soa("sub.mail.example", 300);
    expect("ns1.sub.mail.example", RR_A, ANSWER_NXDOMAIN, REPLY_BYTES);
    expect("10.100.51.198.in-addr.arpa", RR_PTR, ANSWER_RECORDS, REPLY_BYTES);
    expect_host(0, "mta10.mail.example");
}

Test(resolver_zones, dname_renames_what_is_below_it)
{
    expect("leaf.renamed.mail.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.alias_count, 1);
    expect_address("198.51.100.4");
    expect("renamed.mail.example", RR_A, ANSWER_NODATA, REPLY_BYTES);
    char label[64];
    memset(label, 'x', sizeof label - 1);
    label[63] = '\0';
    char name[256];
    snprintf(name, sizeof name, "%s.%s.%s.%.38s.renamed.mail.example", label, label, label, label);
    expect(name, RR_A, ANSWER_NXDOMAIN, REPLY_BYTES);
    add_zone(
        set,
        HEAD_OF(
            "far.example.") "far.example. DNAME a-much-longer-name-than-before.mail.example.\n");
    snprintf(name, sizeof name, "%s.%s.%s.%.38s.far.example", label, label, label, label);
    expect(name, RR_A, ANSWER_OTHER_RCODE, REPLY_BYTES);
    cr_expect_eq(got.rcode, 6, "YXDOMAIN");
}

Test(resolver_zones, a_long_chain_is_seen_to_be_too_long)
{
    char text[8192];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", HEAD_OF("long.example."));
    for (int i = 0; i < 30; i++)
        used += (size_t)snprintf(text + used, sizeof text - used,
                                 "c%d.long.example. CNAME c%d.long.example.\n", i, i + 1);
    snprintf(text + used, sizeof text - used, "c30.long.example. A 198.51.100.7\n");
    add_zone(set, text);
    expect("c0.long.example", RR_A, ANSWER_ALIAS_LONG, REPLY_BYTES);
    expect("c14.long.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.alias_count, 16);
    expect("c13.long.example", RR_A, ANSWER_ALIAS_LONG, REPLY_BYTES);
}

/* The largest reply there can be: compression reaches only its beginning. */
Test(resolver_zones, as_many_records_as_a_name_may_have)
{
    enum { RECORD = 12 + 4, COUNT = ZONE_NODE_MAX / RECORD };
    char *text = malloc(COUNT * 64 + 1024);
    size_t used = (size_t)snprintf(text, 1024, "%s", HEAD_OF("many.example."));
    for (int i = 0; i < COUNT; i++)
        used +=
            (size_t)snprintf(text + used, 64, "m.many.example. A 10.0.%d.%d\n", i / 256, i % 256);
    add_zone(set, text);
    free(text);
    expect("m.many.example", RR_A, ANSWER_RECORDS, REPLY_BYTES);
    cr_expect_eq(got.total, COUNT);
}
