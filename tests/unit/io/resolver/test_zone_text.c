/* What a zone file holds. How each form of the syntax loads is compared with a server:
 * tests/zone_files. */
#include "tests/unit/io/zones_of.h"

#include <stdio.h>
#include <stdlib.h>

static const struct zone *only_zone(struct zone_set *set, const char *text)
{
    add_zone(set, text);
    cr_assert_eq(zone_set_count(set), 1);
    return zone_set_at(set, 0);
}

static const struct zone_record *found(const struct zone *zone, const char *name, uint16_t type)
{
    struct dnsname wanted = name_of(name);
    struct zone_answer answer = zone_look_up(zone, &wanted, type);

    return answer.finding == ZONE_HAS ? answer.records : NULL;
}

Test(zone_text, the_origin_makes_the_name)
{
    struct zone_set *set = zone_set_new();
    const struct zone *zone =
        only_zone(set, "$ORIGIN Mail.example.\n$TTL 1h\n"
                       "@ SOA ns1 dns ( 2026101501 ; serial\n 7200 900\n 1209600 300 )\n"
                       " NS mta7\n\n; a comment\nmta7 300 IN A 198.51.100.7\n"
                       "mta8 A 198.51.100.8");
    struct dnsname apex = name_of("mail.example");

    cr_expect(dnsname_equal(zone_apex(zone), &apex));
    cr_expect_eq(zone_serial(zone), 2026101501);
    cr_expect_eq(zone_records(zone), 4);
    cr_expect_str_eq(zone_path(zone), "test.zone");
    cr_expect_eq(found(zone, "mta7.mail.example", RR_A)->ttl, 300);
    cr_expect_eq(found(zone, "mta8.mail.example", RR_A)->ttl, 3600,
                 "of $TTL, and without a last newline");
    cr_expect_not_null(found(zone, "mail.example", RR_NS));
    zone_set_free(set);
}

Test(zone_text, without_origin_the_owner_of_the_soa_record_names_the_zone)
{
    struct zone_set *set = zone_set_new();
    const struct zone *zone =
        only_zone(set, "; no $ORIGIN\nmail.example. SOA ns1 dns 1 2 3 4 500\n@ NS mta7\n"
                       "mta7 A 198.51.100.7\nmta8.mail.example. A 198.51.100.8\n");

    cr_expect_not_null(found(zone, "mta7.mail.example", RR_A));
    cr_expect_not_null(found(zone, "mta8.mail.example", RR_A));
    cr_expect_eq(found(zone, "mta7.mail.example", RR_A)->ttl, 500, "MINIMUM, without any other");
    zone_set_free(set);
}

Test(zone_text, a_zone_may_be_named_from_outside)
{
    static const char text[] = "@ 60 SOA ns.test. dns.test. 1 2 3 4 5\n@ NS ns.test.\n"
                               "7 PTR mta7\n";
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    struct dnsname name = name_of("100.51.198.in-addr.arpa");

    cr_assert(zone_text_load(set, &name, "a", text, sizeof(text) - 1, &failure), "%s",
              failure.text);
    cr_expect_eq(found(zone_set_at(set, 0), "7.100.51.198.in-addr.arpa", RR_PTR)->ttl, 60);
    zone_set_free(set);
}

Test(zone_text, a_record_given_twice_is_one)
{
    struct zone_set *set = zone_set_new();

    cr_expect_eq(zone_records(only_zone(set, HEAD_OF("a.example.") HEAD_OF("a.example."))), 2);
    zone_set_free(set);
}

Test(zone_text, records_out_of_the_zone_are_counted_and_ignored)
{
    struct zone_set *set = zone_set_new();
    const struct zone *zone = only_zone(
        set, HEAD_OF("a.example.") "x.b.example. A 198.51.100.1\nx.c.example. A 198.51.100.2\n");
    uint64_t line;

    cr_expect_eq(zone_outside(zone, &line), 2);
    cr_expect_eq(line, 3);
    cr_expect_eq(zone_records(zone), 2);
    zone_set_free(set);
}

Test(zone_text, microsoft_writes_the_age_of_records)
{
    struct zone_set *set = zone_set_new();
    const struct zone *zone =
        only_zone(set, HEAD_OF("a.example.") "m.a.example. [AGE:3670000]\t1200 A 198.51.100.1\n");

    cr_expect_eq(found(zone, "m.a.example", RR_A)->ttl, 1200);
    zone_set_free(set);
}

Test(zone_text, a_file_is_one_whole_zone)
{
    expect_broken("", "test.zone: no SOA record: this file is not a zone");
    expect_broken("; nothing\n", "test.zone: no SOA record: this file is not a zone");
    expect_broken("a.example. A 198.51.100.1\n",
                  "test.zone: no SOA record: this file is not a zone");
    expect_broken(HEAD_OF("a.example.") "\na.example. SOA x. y. 8 1 1 1 1\n",
                  "test.zone:4: a second SOA record: a zone has one");
    expect_broken(HEAD_OF("a.example.") "b.a.example. SOA x. y. 8 1 1 1 1\n",
                  "test.zone:3: a SOA record below the zone's name: is a dot missing at the end of "
                  "its owner or of $ORIGIN?");
    expect_broken("a.example. SOA x. y. 8 1 1 1 1\n",
                  "test.zone: no NS record at the zone's name: no server loads such a zone");
    expect_broken("\xef\xbb\xbf$TTL 1h\n",
                  "test.zone: the file begins with a byte order mark: save it without one");
}

Test(zone_text, name_servers_inside_the_zone_have_addresses)
{
    static const struct {
        const char *text;
        bool faulty, is_alias;
    } rows[] = {
        {HEAD_OF("a.example."), false, false},
        {HEAD_OF("a.example.") "a.example. NS ns1.a.example.\n", true, false},
        {HEAD_OF("a.example.") "a.example. NS ns1.a.example.\nns1.a.example. CNAME x.test.\n", true,
         true},
        {HEAD_OF("a.example.") "a.example. NS ns1.a.example.\nns1.a.example. AAAA 2001:db8::1\n",
         false, false},
        {HEAD_OF("a.example.") "a.example. NS ns1.b.a.example.\nb.a.example. NS x.test.\n", false,
         false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct zone_set *set = zone_set_new();
        bool is_alias;
        const struct dnsname *server = zone_faulty_server(only_zone(set, rows[i].text), &is_alias);

        cr_expect_eq(server != NULL, rows[i].faulty, "row %zu", i);
        cr_expect_eq(is_alias, rows[i].is_alias, "row %zu", i);
        zone_set_free(set);
    }
}

Test(zone_text, a_zone_has_a_name)
{
    expect_broken("@ SOA ns1 dns 1 2 3 4 5\n",
                  "test.zone:1: the zone has no name: use --zone NAME=FILE, or begin the file with "
                  "$ORIGIN");
    expect_broken("$TTL 1h\nmail.example SOA ns1 dns 1 2 3 4 5\n",
                  "test.zone:2: a SOA record below the zone's name: is a dot missing at the end of "
                  "its owner or of $ORIGIN?");
}

Test(zone_text, a_zone_is_read_once)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    static const char again[] = "\n" HEAD_OF("A.example.");

    add_zone(set, HEAD_OF("a.example."));
    cr_expect_not(zone_text_load(set, NULL, "other.zone", again, sizeof(again) - 1, &failure));
    cr_expect_str_eq(failure.text, "other.zone: the same zone as in test.zone");
    zone_set_free(set);
}

Test(zone_text, each_fault_is_reported_with_its_line_and_reason)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        {"x CH A 198.51.100.1", "the class is not IN: CH"},
        {"x PTR \\# 4 01610001", "the RDATA is not well formed: PTR"},
        {"* NS ns1", "a wildcard cannot own an NS record (RFC 4592 4.2)"},
        {"c A 198.51.100.1", "a CNAME and other records at one name (RFC 1034 3.6.2)"},
        {"c TXT x", "a CNAME and other records at one name (RFC 1034 3.6.2)"},
        {"c CNAME e", "a second CNAME or DNAME at one name (RFC 2181 10.1, RFC 6672 2.4)"},
        {"x", "the record ends before its type"},
        {"x..y A 198.51.100.1", "the owner is not a name: x..y"},
        {"x\\256 A 198.51.100.1", "the owner is not a name: x\\256"},
        {"x PTR a\\25", "an escape is not \\X or \\DDD with DDD up to 255: PTR"},
        {"x TXT \"a", "a quote is not closed on its line"},
        {"x A 198.51.100.1 )", "a bracket is closed that was not opened"},
        {"$TTL 1.5", "$TTL is followed by something that is not a TTL: 1.5"},
        {"$TTL 4294967296", "the TTL does not fit 32 bits: 4294967296"},
        {"x 99999999999999999999999 A 198.51.100.1",
         "the TTL does not fit 32 bits: 99999999999999999999999"},
        {"x 7102w PTR a", "the TTL does not fit 32 bits: 7102w"},
        {"$TTL", "$TTL is followed by one number"},
        {"$ORIGIN a..b", "$ORIGIN is followed by something that is not a name: a..b"},
        {"$TLL 5", "this directive is unknown: $TLL"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        char text[1024], why[512];

        snprintf(text, sizeof(text), "%s$ORIGIN a.example.\nc CNAME d\nc CNAME d\n%s\n",
                 HEAD_OF("a.example."), rows[i].line);
        snprintf(why, sizeof(why), "test.zone:6: %s", rows[i].why);
        expect_broken(text, why);
    }
    expect_broken(HEAD_OF("a.example.") "x ( A 198.51.100.1\n\n",
                  "test.zone:3: a bracket is not closed");
    expect_broken(" SOA a. b. 1 2 3 4 5\n",
                  "test.zone:1: the first record has no owner: its line begins with a blank");
    expect_broken(
        "$ORIGIN a.example.\nx A 198.51.100.1\n@ SOA a. b. 1 2 3 4 5\n@ NS ns.test.\n",
        "test.zone:2: no TTL: neither the record nor $TTL nor a record before states one");
}

Test(zone_text, an_address_that_is_none_is_reported_with_its_line)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    static const char text[] = HEAD_OF("a.example.") "\n; four\nx.a.example. A 198.51.100.256\n";

    cr_expect_not(zone_text_load(set, NULL, "test.zone", text, sizeof(text) - 1, &failure));
    cr_expect_eq(strncmp(failure.text, "test.zone:5: ", 13), 0, "%s", failure.text);
    zone_set_free(set);
}

Test(zone_text, directives_that_are_not_supported)
{
    static const char WHY[] =
        "$INCLUDE and $GENERATE are not supported: write them out first, with "
        "named-compilezone -f text -F text -s full -o OUT ZONE FILE";
    char wanted[512];

    snprintf(wanted, sizeof(wanted), "test.zone:3: %s", WHY);
    expect_broken(HEAD_OF("a.example.") "$GENERATE 1-9 $ A 10.0.0.$\n", wanted);
    expect_broken(HEAD_OF("a.example.") "$include \"more.zone\"", wanted);
}

Test(zone_text, a_nul_is_no_text)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    static const char text[] = HEAD_OF("a.example.") "x.a.exam\0ple. A 198.51.100.1\n";

    cr_expect_not(zone_text_load(set, NULL, "test.zone", text, sizeof(text) - 1, &failure));
    cr_expect_str_eq(failure.text, "test.zone:3: this is not text: it holds a NUL");
    zone_set_free(set);
}

Test(zone_text, records_of_one_name_have_a_ceiling)
{
    enum { COUNT = ZONE_NODE_MAX / 16 };
    char *text = malloc(COUNT * 64 + 1024);
    char wanted[128];
    size_t used = (size_t)snprintf(text, 1024, "%s", HEAD_OF("a.example."));

    for (int i = 0; i <= COUNT; i++)
        used += (size_t)snprintf(text + used, 64, "m.a.example. A 10.0.%d.%d\n", i / 256, i % 256);
    snprintf(wanted, sizeof(wanted),
             "test.zone:%d: more than 48 KiB of records at one name: no reply would hold them",
             COUNT + 3);
    expect_broken(text, wanted);
    free(text);
}
