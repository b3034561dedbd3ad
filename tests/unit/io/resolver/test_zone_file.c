#include "tests/unit/io/zones_of.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

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

Test(zone_file, the_origin_makes_the_name)
{
    struct zone_set *set = zone_set_new();
    const struct zone *zone =
        only_zone(set, "$ORIGIN Mail.example.\n$TTL 1h\n"
                       "@ SOA ns1 dns ( 2026101501 ; serial\n 7200 900\n 1209600 300 )\n"
                       " NS ns1\n\n; a comment\nmta7 300 IN A 198.51.100.7\n"
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

Test(zone_file, the_owner_of_the_soa_is_the_origin_where_none_is_told)
{
    struct zone_set *set = zone_set_new();
    const struct zone *zone =
        only_zone(set, "; no $ORIGIN\nmail.example. SOA ns1 dns 1 2 3 4 500\n@ NS ns1\n"
                       "mta7 A 198.51.100.7\nmta8.mail.example. A 198.51.100.8\n");
    cr_expect_not_null(found(zone, "mta7.mail.example", RR_A));
    cr_expect_not_null(found(zone, "mta8.mail.example", RR_A));
    cr_expect_eq(found(zone, "mta7.mail.example", RR_A)->ttl, 500, "without $TTL the SOA tells it");
    cr_expect_eq(found(zone, "mail.example", RR_NS)->rdlen, sizeof "\3ns1\4mail\7example");
    zone_set_free(set);
}

Test(zone_file, the_same_soa_again_is_no_second_one)
{
    struct zone_set *set = zone_set_new();
    cr_expect_eq(zone_records(only_zone(
                     set, SOA_OF("a.example.") "a.example. NS b.example.\n" SOA_OF("a.example."))),
                 2, "as zone transfers end");
    zone_set_free(set);
}

Test(zone_file, a_file_must_be_one_zone)
{
    expect_broken("", "test.zone: the file is empty: it is no zone");
    expect_broken("; nothing\n", "test.zone: there is no SOA record in this file: it is no zone");
    expect_broken("a.example. A 198.51.100.1\n",
                  "test.zone: there is no SOA record in this file: it is no zone");
    expect_broken(SOA_OF("a.example.") SOA_OF("b.example."),
                  "test.zone:2: a second SOA, of another zone: a file holds one zone");
    expect_broken(SOA_OF("a.example.") "\na.example. SOA x. y. 8 1 1 1 1\n",
                  "test.zone:3: a second SOA: a zone has one");
    expect_broken(SOA_OF("a.example.") "x.a.example. A 198.51.100.1\nx.b.example. A 198.51.100.2\n",
                  "test.zone:3: the record is out of the zone: is a dot missing or too much at a "
                  "name's end?");
}

Test(zone_file, a_zone_must_have_a_name)
{
    expect_broken("@ SOA ns1 dns 1 2 3 4 5\n",
                  "test.zone:1: the zone has no name: begin the file with $ORIGIN, "
                  "or write the owner of the SOA in full");
    expect_broken("$TTL 1h\nmail.example SOA ns1 dns 1 2 3 4 5\n",
                  "test.zone:2: the owner of the SOA is not absolute: write it with a dot at its "
                  "end, or begin "
                  "the file with $ORIGIN");
}

Test(zone_file, a_zone_is_read_once)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    static const char again[] = "\n" SOA_OF("A.example.");
    add_zone(set, SOA_OF("a.example."));
    cr_expect_not(zone_text_load(set, "other.zone", again, sizeof again - 1, &failure));
    cr_expect_str_eq(failure.text, "other.zone:2: this zone was read from test.zone already");
    zone_set_free(set);
}

Test(zone_file, records_that_cannot_be)
{
    static const struct {
        const char *line, *why;
    } rows[] = {
        {"x CH A 198.51.100.1", "the class is not IN"},
        {"x A \\# 3 010203", "Packet size overflow"},
        {"x PTR \\# 2 0161", "Label length overflow"},
        {"* NS ns1", "a wildcard cannot own NS, DNAME or SOA (RFC 4592 4)"},
        {"*.y DNAME ns1", "a wildcard cannot own NS, DNAME or SOA (RFC 4592 4)"},
        {"c A 198.51.100.1", "a CNAME and other records at one name (RFC 1034 3.6.2)"},
        {"c TXT x", "a CNAME and other records at one name (RFC 1034 3.6.2)"},
        {"c CNAME e", "a second CNAME at one name (RFC 2181 10.1)"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[512], why[512];
        snprintf(text, sizeof text, "%s$ORIGIN a.example.\nc CNAME d\nc CNAME d\n%s\n",
                 SOA_OF("a.example."), rows[i].line);
        snprintf(why, sizeof why, "test.zone:5: %s", rows[i].why);
        expect_broken(text, why);
    }
}

Test(zone_file, what_the_parser_refuses_is_told_with_its_line)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    static const char text[] = SOA_OF("a.example.") "\n; three\nx.a.example. A 198.51.100.256\n";
    cr_expect_not(zone_text_load(set, "test.zone", text, sizeof text - 1, &failure));
    cr_expect_eq(strncmp(failure.text, "test.zone:4: ", 13), 0, "%s", failure.text);
    zone_set_free(set);
}

Test(zone_file, directives_that_are_not_supported)
{
    static const char WHY[] =
        "$INCLUDE and $GENERATE are not supported: write them out first, with "
        "named-compilezone -f text -F text -s full -o OUT ZONE FILE";
    char wanted[512];
    snprintf(wanted, sizeof wanted, "test.zone:2: %s", WHY);
    expect_broken(SOA_OF("a.example.") "$GENERATE 1-9 $ A 10.0.0.$\n", wanted);
    expect_broken(SOA_OF("a.example.") "$include \"more.zone\"", wanted);
}

Test(zone_file, a_nul_is_no_text)
{
    struct failure failure = {0};
    struct zone_set *set = zone_set_new();
    static const char text[] = SOA_OF("a.example.") "x.a.exam\0ple. A 198.51.100.1\n";
    cr_expect_not(zone_text_load(set, "test.zone", text, sizeof text - 1, &failure));
    cr_expect_str_eq(failure.text, "test.zone:2: this is no text: it holds a NUL");
    zone_set_free(set);
}

Test(zone_file, records_of_one_name_have_a_ceiling)
{
    enum { COUNT = ZONE_NODE_MAX / 16 };
    char *text = malloc(COUNT * 64 + 1024);
    char wanted[128];
    size_t used = (size_t)snprintf(text, 1024, "%s", SOA_OF("a.example."));
    for (int i = 0; i <= COUNT; i++)
        used += (size_t)snprintf(text + used, 64, "m.a.example. A 10.0.%d.%d\n", i / 256, i % 256);
    snprintf(wanted, sizeof wanted,
             "test.zone:%d: more than 48 KiB of records at one name: no reply would hold them",
             COUNT + 2);
    expect_broken(text, wanted);
    free(text);
}

static void write_file(char *path, const char *text, bool packed)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    gzFile file = gzdopen(fd, packed ? "wb" : "wbT");
    cr_assert_eq(gzwrite(file, text, (unsigned)strlen(text)), (int)strlen(text));
    cr_assert_eq(gzclose(file), Z_OK);
}

Test(zone_file, files_are_read_whole_and_unpacked)
{
    struct failure failure = {0};
    char plain[] = "/tmp/zone.XXXXXX", packed[] = "/tmp/zone.XXXXXX", other[] = "/tmp/zone.XXXXXX";
    uint64_t one = 0, two = 0, three = 0;
    struct zone_set *set = zone_set_new(), *again = zone_set_new(), *third = zone_set_new();
    write_file(plain, SOA_OF("a.example."), false);
    write_file(packed, SOA_OF("a.example."), true);
    write_file(other, SOA_OF("a.example.") "; changed\n", false);
    cr_expect(zone_file_load(set, plain, &one, &failure), "%s", failure.text);
    cr_expect(zone_file_load(again, packed, &two, &failure), "%s", failure.text);
    cr_expect(zone_file_load(third, other, &three, &failure), "%s", failure.text);
    cr_expect_eq(one, two);
    cr_expect_neq(one, three);
    cr_expect_not(zone_file_load(set, "/nonexistent/zone", &one, &failure));
    cr_expect_str_eq(failure.text, "cannot open \"/nonexistent/zone\": No such file or directory");
    unlink(plain), unlink(packed), unlink(other);
    zone_set_free(set), zone_set_free(again), zone_set_free(third);
}
