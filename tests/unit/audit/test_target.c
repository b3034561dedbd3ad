#include "audit/target.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

enum { LIMIT = 16777216 };

static bool parse(struct target *out, const char *item, size_t len, struct target_reason *why)
{
    return target_parse(out, item, len, why) && target_fits(out, LIMIT, why);
}

static void accepts(const char *item, const char *range, bool mapped)
{
    struct target target;
    struct target_reason why = {""};
    char text[IPRANGE_TEXT_MAX];

    cr_assert(parse(&target, item, strlen(item), &why), "%s: %s", item, why.text);
    iprange_print(text, &target.range);
    cr_expect_str_eq(text, range, "%s", item);
    cr_expect(eq(int, target.mapped, mapped), "%s", item);
    cr_expect(not(target.has_expected));
}

static void refuses(const char *item, const char *reason)
{
    struct target target;
    struct target_reason why = {""};

    cr_expect(not(parse(&target, item, strlen(item), &why)), "%s", item);
    cr_expect_str_eq(why.text, reason, "%s: %s", item, why.text);
}

Test(target, takes_addresses)
{
    accepts("198.51.100.7", "198.51.100.7", false);
    accepts(" \t198.51.100.7\r\n", "198.51.100.7", false);
    accepts("2001:DB8:0::1", "2001:db8::1", false);
    accepts("::ffff:198.51.100.7", "198.51.100.7", true);
    accepts("::ffff:c633:6407", "198.51.100.7", true);
}

Test(target, takes_prefixes_with_and_without_host_bits)
{
    accepts("198.51.100.0/24", "198.51.100.0/24", false);
    accepts("198.51.100.7/24", "198.51.100.0/24", false);
    accepts("198.51.100.7/32", "198.51.100.7", false);
    accepts("10.1.2.3/8", "10.0.0.0/8", false);
    accepts("2001:db8::1/120", "2001:db8::/120", false);
    accepts("2001:db8::/104", "2001:db8::/104", false);
    accepts("::ffff:198.51.100.7/120", "198.51.100.0/24", true);
    accepts("::ffff:198.51.100.7/128", "198.51.100.7", true);
}

Test(target, takes_ranges)
{
    accepts("198.51.100.7-198.51.100.99", "198.51.100.7-198.51.100.99", false);
    accepts("198.51.100.7 - 198.51.100.99", "198.51.100.7-198.51.100.99", false);
    accepts("198.51.100.0-198.51.100.255", "198.51.100.0/24", false);
    accepts("198.51.100.7-198.51.100.7", "198.51.100.7", false);
    accepts("2001:db8::1-2001:db8::ff", "2001:db8::1-2001:db8::ff", false);
    accepts("::ffff:198.51.100.7-::ffff:198.51.100.9", "198.51.100.7-198.51.100.9", true);
    accepts("::ffff:198.51.100.7-198.51.100.9", "198.51.100.7-198.51.100.9", true);
    accepts("::ffff:255.255.255.255-::1:0:0:0", "::ffff:255.255.255.255-::1:0:0:0", false);
}

Test(target, takes_masks)
{
    accepts("198.51.100.7/255.255.255.0", "198.51.100.0/24", false);
    accepts("198.51.100.7/255.255.255.255", "198.51.100.7", false);
    accepts("198.51.100.9/255.255.255.248", "198.51.100.8/29", false);
    refuses("198.51.100.7/255.0.255.0",
            "the mask has a 1 after a 0: a prefix length, like /24, is clearer");
    refuses("198.51.100.7/0.0.0.255",
            "the mask has a 1 after a 0: a prefix length, like /24, is clearer");
    refuses("198.51.100.7/0.0.0.0", "holds 4294967296 addresses, more than --max-range 16777216");
    refuses("2001:db8::/255.255.255.0", "prefix length is not a number from 0 to 128");
    refuses("198.51.100.7/ffff::", "prefix length is not a number from 0 to 32");
}

Test(target, takes_the_last_octet_as_the_end_of_a_range)
{
    accepts("198.51.100.7-9", "198.51.100.7-198.51.100.9", false);
    accepts("198.51.100.7 - 255", "198.51.100.7-198.51.100.255", false);
    accepts("198.51.100.7-7", "198.51.100.7", false);
}

Test(target, takes_octets_that_are_left_open)
{
    accepts("198.51.100.*", "198.51.100.0/24", false);
    accepts("198.51.*", "198.51.0.0/16", false);
    accepts("198.51.*.*", "198.51.0.0/16", false);
    refuses("198.*.100.7", "the item is not an IP address");
    refuses("198.51.100.7.*", "the item is not an IP address");
    accepts("198.255.*", "198.255.0.0/16", false);
    refuses("198.51.256.*", "the item is not an IP address");
    refuses("198.51.300.*", "the item is not an IP address");
    refuses("198.51.100.*.*", "the item is not an IP address");
    refuses("*", "the item is not an IP address");
    refuses("*.*.*.*", "the item is not an IP address");
    refuses("198.51.100.", "the item \"198.51.100.\" is not an IP address");
}

Test(target, takes_items_with_something_around_them)
{
    accepts("ip4:198.51.100.7", "198.51.100.7", false);
    accepts("+IP4:198.51.100.0/24", "198.51.100.0/24", false);
    accepts("ip6:2001:db8::7", "2001:db8::7", false);
    accepts("~ip6:2001:db8::/120", "2001:db8::/120", false);
    accepts("[198.51.100.7]", "198.51.100.7", false);
    accepts("[2001:db8::7]", "2001:db8::7", false);
    accepts("[IPv6:2001:db8::7]", "2001:db8::7", false);
    accepts("[2001:db8::7]:25", "2001:db8::7", false);
    accepts("[ ::ffff:198.51.100.7 ]:587", "198.51.100.7", true);
    accepts("198.51.100.7:25", "198.51.100.7", false);
    accepts("=\"198.51.100.7\"", "198.51.100.7", false);
    accepts("=\" 198.51.100.0/24 \"", "198.51.100.0/24", false);
    accepts("=\"ip4:198.51.100.7\"", "198.51.100.7", false);
    refuses("ip4:198.51.100.300", "octet 300 is more than 255");
    refuses("[198.51.100.300]", "octet 300 is more than 255");
    refuses("[mail.example.com]", "the item is a host name, not an address");
    refuses("[198.51.100.7", "the item is not an IP address");
    refuses("[198.51.100.7]x", "the item is not an IP address");
    refuses("[198.51.100.7]:", "the item is not an IP address");
    refuses("[]", "the item is not an IP address");
    refuses("[ ]", "the item is missing");
    refuses("198.51.100.7:", "the item \"198.51.100.7:\" is not an IP address");
    refuses("198.51.100.7:0", "the item \"198.51.100.7:0\" is not an IP address");
    refuses("198.51.100.7:65536", "the item \"198.51.100.7:65536\" is not an IP address");
    refuses("198.51.100.7:025", "the item \"198.51.100.7:025\" is not an IP address");
    refuses("=\"\"", "the item is missing");
    refuses("ip4:", "the item is missing");
}

Test(target, takes_reverse_names)
{
    accepts("7.100.51.198.in-addr.arpa", "198.51.100.7", false);
    accepts("7.100.51.198.IN-ADDR.ARPA.", "198.51.100.7", false);
    accepts("100.51.198.in-addr.arpa", "198.51.100.0/24", false);
    accepts("5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6.arpa",
            "2001:db8::25", false);
    accepts("0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.",
            "2001:db8::/120", false);
    refuses("300.100.51.198.in-addr.arpa", "the item is not an IP address");
    refuses("1.7.100.51.198.in-addr.arpa", "the item is not an IP address");
    refuses("07.100.51.198.in-addr.arpa", "the item is not an IP address");
    refuses("7..51.198.in-addr.arpa", "the item is not an IP address");
    refuses("g.8.b.d.0.1.0.0.2.ip6.arpa", "the item is not an IP address");
    refuses("20.01.ip6.arpa", "the item is not an IP address");
    refuses("in-addr.arpa", "the item is not an IP address");
    refuses(".in-addr.arpa", "the item is not an IP address");
    refuses("7.100.51.198.in-addr.arpa.example.com", "the item is a host name, not an address");
}

Test(target, keeps_the_address_of_a_prefix)
{
    struct target target;
    struct target_reason why;
    char text[IPRANGE_TEXT_MAX];

    cr_assert(target_parse(&target, "2001:db8::25/64", 15, &why));
    cr_assert(target_has_host_bits(&target));
    cr_expect(not(target_fits(&target, LIMIT, &why)));
    target_take_host(&target);
    iprange_print(text, &target.range);
    cr_expect_str_eq(text, "2001:db8::25");
    cr_expect(target_fits(&target, LIMIT, &why));
    cr_assert(target_parse(&target, "::ffff:198.51.100.7/120", 23, &why));
    target_take_host(&target);
    iprange_print(text, &target.range);
    cr_expect_str_eq(text, "198.51.100.7");
    cr_assert(target_parse(&target, "198.51.100.0/24", 15, &why));
    cr_expect(target.is_prefix && !target_has_host_bits(&target));
    cr_assert(target_parse(&target, "198.51.100.7", 12, &why));
    cr_expect(not(target.is_prefix));
}

Test(target, says_what_a_refused_item_is)
{
    refuses("https://198.51.100.7/", "the item is a URL");
    refuses("postmaster@example.com", "the item is an e-mail address");
    refuses("198.51.100.7@25", "the item is an e-mail address");
    refuses("00:1b:44:11:3a:b7", "the item is a MAC address, not an IP address");
    refuses("00-1B-44-11-3A-B7", "the item is a MAC address, not an IP address");
    refuses("00-1B-44-11-3A-G7", "the item is not an IP address");
    refuses("00:1b:44:11:3a:.7", "the item \"00:1b:44:11:3a:.7\" is not an IP address");
    refuses("mail-ip-7", "the item is not an IP address");
    refuses("mail-7.example.com", "the item is a host name, not an address");
    refuses("2026-10-01", "the item is not an IP address");
    refuses("none", "the item is missing");
    refuses("-", "the item is missing");
    refuses("\xe2\x80\x8b"
            "198.51.100.7",
            "the item holds a zero-width space (U+200B)");
    refuses("198.51.100.7\xc2\xa0", "the item holds a no-break space (U+00A0)");
    refuses("\xef\xbb\xbf"
            "198.51.100.7",
            "the item holds a byte order mark (U+FEFF)");
    refuses("198.51.100.7\xe2\x80\x93"
            "198.51.100.9",
            "the item holds a dash that is not a hyphen (U+2010 to U+2015)");
}

Test(target, limits_the_count)
{
    accepts("10.0.0.0/8", "10.0.0.0/8", false);
    refuses("0.0.0.0/0", "holds 4294967296 addresses, more than --max-range 16777216");
    refuses("10.0.0.0-11.0.0.0", "holds 16777217 addresses, more than --max-range 16777216");
    refuses("2001:db8::/64", "holds 18446744073709551616 addresses, more than --max-range "
                             "16777216: --walk finds those of a prefix that have names");
    refuses("::/0", "holds 340282366920938463463374607431768211456 addresses, more than "
                    "--max-range 16777216: --walk finds those of a prefix that have names");
    refuses("::ffff:0:0/96", "holds 4294967296 addresses, more than --max-range 16777216");
    refuses("::ffff:0:0/95", "holds 8589934592 addresses, more than --max-range 16777216: --walk "
                             "finds those of a prefix that have names");
}

Test(target, a_mapped_prefix_shorter_than_96_stays_ipv6)
{
    struct target target;
    struct target_reason why;
    char text[IPRANGE_TEXT_MAX];

    cr_assert(target_parse(&target, "::ffff:0:0/95", 13, &why));
    iprange_print(text, &target.range);
    cr_expect_str_eq(text, "::fffe:0:0/95");
    cr_expect(not(target.mapped));
}

Test(target, reports_why_an_item_is_refused)
{
    refuses("", "the item is missing");
    refuses(" \t ", "the item is missing");
    refuses("fe80::1%eth0", "zone ids (like %eth0) have no meaning outside one host");
    refuses("fe80::1%eth0/64", "zone ids (like %eth0) have no meaning outside one host");
    refuses("198.51.010.7", "octet 010 has a leading zero: decimal or octal?");
    refuses("198.51.100.00", "octet 00 has a leading zero: decimal or octal?");
    refuses("198.51.100.256", "octet 256 is more than 255");
    refuses("198.51.1000.2", "octet 1000 is more than 255");
    refuses("198.51.100", "the item \"198.51.100\" is not an IP address");
    refuses("198.51.100.7.8", "the item \"198.51.100.7.8\" is not an IP address");
    refuses("2001:db8", "the item \"2001:db8\" is not an IP address");
    refuses("mail.example.com", "the item is a host name, not an address");
    refuses("=1+1", "the item is a formula");
    refuses("<b>", "the item is not an IP address");
    refuses("198.51.100.7/33", "prefix length 33 is more than 32");
    refuses("2001:db8::/129", "prefix length 129 is more than 128");
    refuses("198.51.100.7/", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/024", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/-1", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/4294967320", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/24/24", "prefix length is not a number from 0 to 32");
    refuses("2001:db8::/x", "prefix length is not a number from 0 to 128");
    refuses("/24", "the address of the prefix is missing");
    refuses("198.51.100/24", "the address of the prefix \"198.51.100\" is not an IP address");
    refuses("198.51.100.9-198.51.100.7",
            "the range runs backwards: 198.51.100.9 is above 198.51.100.7");
    refuses("198.51.100.9-2001:db8::1", "the range mixes IPv4 and IPv6");
    refuses("198.51.100.9-", "the end of the range is missing");
    refuses("-198.51.100.9", "the start of the range is missing");
    refuses("198.51.100.7-256", "the end of the range \"256\" is not an IP address");
    refuses("198.51.100.7-09", "the end of the range \"09\" is not an IP address");
    refuses("198.51.100.7-6", "the range runs backwards: 198.51.100.7 is above 198.51.100.6");
    refuses("2001:db8::7-9", "the end of the range \"9\" is not an IP address");
    refuses("198.51.100.7-198.51.100.08", "octet 08 has a leading zero: decimal or octal?");
    refuses("1.2.3.4-1.2.3.5-1.2.3.6", "the end of the range is not an IP address");
}

Test(target, long_text_is_refused_unquoted)
{
    char item[5000];
    struct target target;
    struct target_reason why;

    memset(item, '1', sizeof(item));
    cr_expect(not(parse(&target, item, sizeof(item), &why)));
    cr_expect_str_eq(why.text, "the item is not an IP address");
    item[2500] = '-';
    cr_expect(not(parse(&target, item, sizeof(item), &why)));
    cr_expect_str_eq(why.text, "the item is not an IP address");
    cr_expect(not(parse(&target, "1.2.3.4\0.5", 10, &why)));
    cr_expect_str_eq(why.text, "the item is not an IP address");
}

static struct target with_host(const char *host, bool good, const char *reason)
{
    struct target target;
    struct target_reason why = {""};

    cr_assert(parse(&target, "198.51.100.7", 12, &why));
    cr_expect(eq(int, target_expect(&target, host, strlen(host), &why), good), "%s: %s", host,
              why.text);
    cr_expect_str_eq(why.text, reason, "%s: %s", host, why.text);
    return target;
}

Test(target, takes_expected_names_in_lower_case)
{
    static const char *const spellings[] = {"MTA7.Example.COM", "mta7.example.com.",
                                            " mta7.example.com\t"};
    char text[DNSNAME_TEXT_MAX];

    for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
        struct target target = with_host(spellings[i], true, "");
        cr_assert(target.has_expected);
        dnsname_print(text, &target.expected);
        cr_expect_str_eq(text, "mta7.example.com");
    }
}

Test(target, a_cell_without_a_name_is_no_expectation)
{
    cr_expect(not(with_host("", true, "").has_expected));
    cr_expect(not(with_host(" \t\r\n", true, "").has_expected));
    cr_expect(not(with_host("-", true, "").has_expected));
    cr_expect(not(with_host(" N/A ", true, "").has_expected));
}

Test(target, refuses_other_text_than_host_names)
{
    static const char odd[] =
        "expected host name holds characters other than letters, digits and inner hyphens";
    static const char size[] =
        "expected host name has an empty label, a label of more than 63 characters, or more "
        "than 253 characters in all";
    char label[80] = "";

    with_host("mail", false, "expected host name has only one label");
    with_host("localhost", false, "expected host name is a name of the local host");
    with_host("198.51.100.7", false, "expected host name is an address written as a name");
    with_host(".", false, "expected host name is the root of the DNS");
    with_host("7.100.51.198.in-addr.arpa", false, "expected host name lies below arpa");
    with_host("mail_1.example.com", false,
              "expected host name holds an underscore, which no host name has");
    with_host("b\xc3\xbc"
              "cher.example",
              false, odd);
    with_host("mail example.com", false, odd);
    with_host("a\\045b.example.com", false, odd);
    with_host("a\\.b.example.com", false, odd);
    with_host("https://mail.example.com", false, "expected host name is a URL");
    with_host("mail@example.com", false, "expected host name is an e-mail address");
    with_host("mail.example.com\xc2\xa0", false,
              "expected host name holds a no-break space (U+00A0)");
    with_host("mail.example.com..", false, size);
    with_host("..mail.example.com", false, size);
    with_host("mail..example.com", false, size);
    memset(label, 'a', 64);
    strcat(label, ".example");
    with_host(label, false, size);
    with_host(label + 1, true, "");
}

Test(target, takes_domains_and_patterns)
{
    struct target target = with_host(".mail.example.com", true, "");
    struct target_reason why;

    cr_expect(target_can_be_met(&target, &why));
    cr_expect(target_names(&target) == 0);
    target = with_host("mta{4}.example.com", true, "");
    cr_expect(target_can_be_met(&target, &why));
    cr_assert(iprange_from_prefix(&target.range, &target.range.first, 24));
    cr_expect(target_can_be_met(&target, &why));
    cr_expect(target_names(&target) == 256);
    cr_assert(iprange_from_prefix(&target.range, &target.range.first, 16));
    cr_expect_not(target_can_be_met(&target, &why));
    cr_expect_str_eq(why.text, "expected host name can make the same name for two addresses of its "
                               "row");
}

Test(target, takes_walks_of_prefixes)
{
    struct target target;
    struct target_reason why;

    accepts("walk 2001:db8::/32", "2001:db8::/32", false);
    accepts(" Walk  2001:db8::1/32 ", "2001:db8::/32", false);
    accepts("walk 198.51.100.7/16", "198.51.0.0/16", false);
    cr_assert(parse(&target, "walk ::/0", 9, &why));
    cr_expect(target.is_walk);
    cr_expect_not(target_has_host_bits(&target));
    cr_assert(parse(&target, "walk 2001:db8::1/32", 19, &why));
    cr_expect_not(target.is_prefix, "a walk is never a host with a mask");
    cr_assert(parse(&target, "2001:db8::1", 11, &why));
    cr_expect_not(target.is_walk);
    refuses("walk 2001:db8::1", "walk needs a prefix, like walk 2001:db8::/32");
    refuses("walk ", "the item is not an IP address");
    refuses("walks 2001:db8::/32", "the item is not an IP address");
}

Test(target, distinguishes_items_from_header_words)
{
    static const char *const items[] = {
        "198.51.100.7", "1",   " 2001:db8::1", "::", "fe80::1%eth0", ".1.2.3",
        "10.0.0.0/8",   "a:b", "1x",           "-1", "db8/32"};
    static const char *const words[] = {"",          " ",      "ip", "address", "added",
                                        "source_ip", "host-1", "x1", "-",       "..."};

    for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
        cr_expect(target_looks_like_item(items[i], strlen(items[i])), "%s", items[i]);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        cr_expect(not(target_looks_like_item(words[i], strlen(words[i]))), "%s", words[i]);
}

Test(target, distinguishes_names_from_other_cells)
{
    static const char *const names[] = {
        "mta7.example.com", "mta7.example.com.",           " MTA_7.example.COM", "*.example.com",
        ".example.com",     "post.m\xc3\xbcnchen.example", "mta.xn--p1ai"};
    static const char *const others[] = {"",         "mta7",       "NL",   "192.0.2.1",
                                         "0.1%",     "10/14/2026", "a.b",  "mta7.example.com x",
                                         "x.7",      "v1.2",       "com.", "bounce@example.com",
                                         "14.10.26", "a.example/"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_expect(target_looks_like_name(names[i], strlen(names[i])), "%s", names[i]);
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_expect(not(target_looks_like_name(others[i], strlen(others[i]))), "%s", others[i]);
}
