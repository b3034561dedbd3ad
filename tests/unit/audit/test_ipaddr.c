#include "audit/ipaddr.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "audit/dnsname.h"

static struct ipaddr addr(const char *text)
{
    struct ipaddr out;

    cr_assert(ipaddr_parse(&out, text, strlen(text)), "%s", text);
    return out;
}

static struct iprange block(const char *text, unsigned length)
{
    struct ipaddr address = addr(text);
    struct iprange out;

    cr_assert(iprange_from_prefix(&out, &address, length), "%s/%u", text, length);
    return out;
}

static void prints_as(const char *text, const char *canonical)
{
    char out[IPADDR_TEXT_MAX];
    struct ipaddr address = addr(text);
    size_t len = ipaddr_print(out, &address);

    cr_expect_str_eq(out, canonical);
    cr_expect(eq(sz, len, strlen(canonical)));
}

Test(ipaddr, prints_the_canonical_form)
{
    static const char *const pairs[][2] = {
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"198.51.100.7", "198.51.100.7"},
        {"10.100.99.1", "10.100.99.1"},
        {"::", "::"},
        {"::1", "::1"},
        {"1::", "1::"},
        {"0:0:0:0:0:0:0:0", "::"},
        {"2001:DB8::A", "2001:db8::a"},
        {"2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"},
        {"2001:db8:0:1:1:1:1:1",
         "2001:db8:0:1:1:1:1:1"}, /* one zero group stays (RFC 5952 4.2.2) */
        {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
        {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},       /* the longest run */
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, /* the first of equals */
        {"1:0:0:2:3:4:0:0", "1::2:3:4:0:0"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},
        {"::FFFF:c000:201", "::ffff:192.0.2.1"},
        {"::192.0.2.1", "::c000:201"}, /* IPv4-compatible is long deprecated: no IPv4 tail */
        {"::1:0", "::1:0"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"1000:100:10:1:fff:ff0:f00:f", "1000:100:10:1:fff:ff0:f00:f"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        prints_as(pairs[i][0], pairs[i][1]);
}

Test(ipaddr, refuses_what_is_no_address)
{
    static const char *const bad[] = {
        "",
        " ",
        "1",
        "1.2.3",
        "1.2.3.",
        ".1.2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        "1..2.3",
        "256.1.1.1",
        "1.2.3.256",
        "1.2.3.1000",
        "01.2.3.4",
        "1.2.3.04",
        "00.0.0.0",
        "1.2.3.4 ",
        " 1.2.3.4",
        "+1.2.3.4",
        "-1.2.3.4",
        "0x1.2.3.4",
        "1.2.3.a",
        "1.2.3.4/24",
        "3232235777",
        "1,2,3,4",
        ":",
        ":::",
        "1:2",
        "::1::",
        "1::2::3",
        "12345::",
        "::00001",
        "::g",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7:8::",
        "::1.2.3",
        "::1.2.3.04",
        "::1.2.3.256",
        "1.2.3.4::",
        "fe80::1%eth0",
        "fe80::1%1",
        "[::1]",
        "::1/64",
        "::1 ",
        " ::1",
        "1:2:3:4:5:6:7:1.2.3.4",
        ":1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:",
        "::ffff:1.2.3.4.5",
    };
    struct ipaddr out;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect(not(ipaddr_parse(&out, bad[i], strlen(bad[i]))), "%s", bad[i]);
}

Test(ipaddr, takes_no_octet_behind_the_length_and_none_less)
{
    struct ipaddr out;

    cr_assert(ipaddr_parse(&out, "192.0.2.123", 10));
    cr_expect(eq(u8, out.bytes[3], 12));
    cr_assert(ipaddr_parse(&out, "::12", 3));
    cr_expect(eq(u8, out.bytes[15], 1));
    cr_expect(not(ipaddr_parse(&out, "192.0.2.1\0", 10)));
    cr_expect(not(ipaddr_parse(&out, "::1\0", 4)));
    cr_expect(not(ipaddr_parse(&out, "::1\0garbage", 11)));
}

Test(ipaddr, reads_every_octet_value)
{
    char text[IPADDR_TEXT_MAX];
    struct ipaddr in = addr("0.0.0.0");
    struct ipaddr out;

    for (unsigned value = 0; value < 256; value++) {
        memset(in.bytes, (int)value, 4);
        size_t len = ipaddr_print(text, &in);
        cr_assert(ipaddr_parse(&out, text, len));
        cr_expect(ipaddr_equal(&in, &out));
    }
}

Test(ipaddr, leaves_the_rest_of_an_ipv4_address_zero)
{
    struct ipaddr out;
    static const uint8_t zero[12];

    memset(&out, 0xaa, sizeof out);
    cr_assert(ipaddr_parse(&out, "198.51.100.7", 12));
    cr_expect(eq(int, memcmp(out.bytes + 4, zero, 12), 0));
    cr_expect(eq(u8, out.family, IP_V4));
}

Test(ipaddr, orders_families_then_numbers)
{
    struct ipaddr a = addr("255.255.255.255");
    struct ipaddr b = addr("::");
    struct ipaddr c = addr("::1");
    struct ipaddr d = addr("9.0.0.0");

    cr_expect(lt(int, ipaddr_compare(&a, &b), 0));
    cr_expect(gt(int, ipaddr_compare(&b, &a), 0));
    cr_expect(lt(int, ipaddr_compare(&b, &c), 0));
    cr_expect(lt(int, ipaddr_compare(&d, &a), 0));
    cr_expect(eq(int, ipaddr_compare(&c, &c), 0));
    struct ipaddr v4_zero = addr("0.0.0.0");
    cr_expect(not(ipaddr_equal(&v4_zero, &b)));
}

static void next_is(const char *text, const char *following)
{
    struct ipaddr address = addr(text);
    struct ipaddr want = addr(following);

    cr_assert(ipaddr_next(&address));
    cr_expect(ipaddr_equal(&address, &want), "%s", text);
}

Test(ipaddr, steps_with_carry_to_the_last_one)
{
    next_is("0.0.0.0", "0.0.0.1");
    next_is("10.0.0.255", "10.0.1.0");
    next_is("10.255.255.255", "11.0.0.0");
    next_is("2001:db8::ffff", "2001:db8::1:0");
    next_is("::ffff:ffff:ffff:ffff", "0:0:0:1::");
    struct ipaddr last = addr("255.255.255.255");
    struct ipaddr same = last;
    cr_expect(not(ipaddr_next(&last)));
    cr_expect(ipaddr_equal(&last, &same));
    last = same = addr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    cr_expect(not(ipaddr_next(&last)));
    cr_expect(ipaddr_equal(&last, &same));
}

Test(ipaddr, unmaps_only_mapped_addresses)
{
    struct ipaddr address = addr("::ffff:198.51.100.7");
    struct ipaddr v4 = addr("198.51.100.7");
    struct ipaddr compatible = addr("::198.51.100.7");

    cr_expect(ipaddr_unmap(&address));
    cr_expect(ipaddr_equal(&address, &v4));
    cr_expect(not(ipaddr_unmap(&v4)));
    cr_expect(not(ipaddr_unmap(&compatible)));
}

Test(ipaddr, comes_from_wire_octets)
{
    static const uint8_t octets[17] = {192, 0, 2, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
    struct ipaddr out;
    struct ipaddr v4 = addr("192.0.2.1");
    struct ipaddr v6 = addr("c000:201:506:708:90a:b0c:d0e:f10");

    cr_assert(ipaddr_from_octets(&out, octets, 4));
    cr_expect(ipaddr_equal(&out, &v4));
    cr_expect(eq(sz, ipaddr_octets(&out), 4));
    cr_assert(ipaddr_from_octets(&out, octets, 16));
    cr_expect(ipaddr_equal(&out, &v6));
    cr_expect(eq(sz, ipaddr_octets(&out), 16));
    static const size_t wrong[] = {0, 3, 5, 15, 17};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        cr_expect(not(ipaddr_from_octets(&out, octets, wrong[i])));
}

static void reverses_to(const char *text, const char *name)
{
    struct ipaddr address = addr(text);
    struct dnsname reverse;
    struct dnsname want;
    char out[DNSNAME_TEXT_MAX];

    ipaddr_reverse_name(&reverse, &address);
    dnsname_print_absolute(out, &reverse);
    cr_expect_str_eq(out, name);
    cr_assert(dnsname_from_text(&want, name, strlen(name)));
    cr_expect(eq(u8, want.length, reverse.length));
    cr_expect(dnsname_equal(&want, &reverse));
}

Test(ipaddr, has_a_reverse_name)
{
    reverses_to("198.51.100.7", "7.100.51.198.in-addr.arpa.");
    reverses_to("0.10.255.99", "99.255.10.0.in-addr.arpa.");
    reverses_to("2001:db8::567:89ab",
                "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.");
}

static void range_prints_as(const char *first, const char *last, const char *text)
{
    struct iprange range = {addr(first), addr(last)};
    char out[IPRANGE_TEXT_MAX];
    size_t len = iprange_print(out, &range);

    cr_expect_str_eq(out, text);
    cr_expect(eq(sz, len, strlen(text)));
}

Test(iprange, prints_the_shortest_true_form)
{
    range_prints_as("198.51.100.7", "198.51.100.7", "198.51.100.7");
    range_prints_as("198.51.100.6", "198.51.100.7", "198.51.100.6/31");
    range_prints_as("198.51.100.7", "198.51.100.8", "198.51.100.7-198.51.100.8");
    range_prints_as("198.51.100.0", "198.51.100.255", "198.51.100.0/24");
    range_prints_as("198.51.100.0", "198.51.100.254", "198.51.100.0-198.51.100.254");
    range_prints_as("198.51.100.128", "198.51.101.127", "198.51.100.128-198.51.101.127");
    range_prints_as("0.0.0.0", "255.255.255.255", "0.0.0.0/0");
    range_prints_as("128.0.0.0", "255.255.255.255", "128.0.0.0/1");
    range_prints_as("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0");
    range_prints_as("8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "8000::/1");
    range_prints_as("2001:db8::", "2001:db8::ff", "2001:db8::/120");
    range_prints_as("2001:db8::1", "2001:db8::2", "2001:db8::1-2001:db8::2");
    range_prints_as(
        "1000:1000:1000:1000:1000:1000:1000:1000", "2000:1000:1000:1000:1000:1000:1000:1000",
        "1000:1000:1000:1000:1000:1000:1000:1000-2000:1000:1000:1000:1000:1000:1000:1000");
}

static void counts(const char *text, unsigned length, const char *count)
{
    struct iprange range = block(text, length);
    char out[IP_COUNT_TEXT_MAX];
    size_t len = ip_count_print(out, iprange_count(&range));

    cr_expect_str_eq(out, count);
    cr_expect(eq(sz, len, strlen(count)));
}

Test(iprange, counts_exactly)
{
    counts("198.51.100.7", 32, "1");
    counts("198.51.100.7", 24, "256");
    counts("0.0.0.0", 0, "4294967296");
    counts("2001:db8::", 64, "18446744073709551616");
    counts("::", 1, "170141183460469231731687303715884105728");
    counts("::", 0, "340282366920938463463374607431768211456");
    counts("::", 128, "1");
}

Test(iprange, clears_host_bits_at_any_length)
{
    range_prints_as("198.51.100.7", "198.51.100.7", "198.51.100.7");
    struct iprange range = block("198.51.100.77", 27);
    char out[IPRANGE_TEXT_MAX];
    iprange_print(out, &range);
    cr_expect_str_eq(out, "198.51.100.64/27");
    range = block("2001:db8:ffff:ffff::1", 37);
    iprange_print(out, &range);
    cr_expect_str_eq(out, "2001:db8:f800::/37");
    struct ipaddr address = addr("255.255.255.255");
    struct ipaddr zero = addr("0.0.0.0");
    struct ipaddr network = ipaddr_network(&address, 0);
    cr_expect(ipaddr_equal(&network, &zero));
    network = ipaddr_network(&address, 32);
    cr_expect(ipaddr_equal(&network, &address));
}

Test(iprange, refuses_too_long_a_prefix)
{
    struct ipaddr v4 = addr("198.51.100.7");
    struct ipaddr v6 = addr("2001:db8::1");
    struct iprange out;

    cr_expect(not(iprange_from_prefix(&out, &v4, 33)));
    cr_expect(not(iprange_from_prefix(&out, &v6, 129)));
    cr_expect(iprange_from_prefix(&out, &v6, 128));
}

Test(iprange, contains_its_ends_and_nothing_beside)
{
    struct iprange range = block("198.51.100.0", 24);
    struct ipaddr inside = addr("198.51.100.255");
    struct ipaddr below = addr("198.51.99.255");
    struct ipaddr above = addr("198.51.101.0");
    struct ipaddr v6 = addr("c633:6400::");

    cr_expect(iprange_contains(&range, &range.first));
    cr_expect(iprange_contains(&range, &inside));
    cr_expect(not(iprange_contains(&range, &below)));
    cr_expect(not(iprange_contains(&range, &above)));
    cr_expect(not(iprange_contains(&range, &v6)));
}
