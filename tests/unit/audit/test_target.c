#include "audit/target.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

enum { LIMIT = 16777216 };

static void accepts(const char *item, const char *range, bool mapped)
{
    struct target target;
    struct target_reason why = {""};
    char text[IPRANGE_TEXT_MAX];

    cr_assert(target_parse(&target, item, strlen(item), LIMIT, &why), "%s: %s", item, why.text);
    iprange_print(text, &target.range);
    cr_expect_str_eq(text, range, "%s", item);
    cr_expect(eq(int, target.mapped, mapped), "%s", item);
    cr_expect(not(target.has_expected));
}

static void refuses(const char *item, const char *reason)
{
    struct target target;
    struct target_reason why = {""};

    cr_expect(not(target_parse(&target, item, strlen(item), LIMIT, &why)), "%s", item);
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

Test(target, limits_the_count)
{
    accepts("10.0.0.0/8", "10.0.0.0/8", false);
    refuses("0.0.0.0/0", "holds 4294967296 addresses, more than --max-range 16777216");
    refuses("10.0.0.0-11.0.0.0", "holds 16777217 addresses, more than --max-range 16777216");
    refuses("2001:db8::/64",
            "holds 18446744073709551616 addresses, more than --max-range 16777216");
    refuses(
        "::/0",
        "holds 340282366920938463463374607431768211456 addresses, more than --max-range 16777216");
    refuses("::ffff:0:0/96", "holds 4294967296 addresses, more than --max-range 16777216");
    refuses("::ffff:0:0/95", "holds 8589934592 addresses, more than --max-range 16777216");
}

Test(target, a_mapped_prefix_shorter_than_96_stays_ipv6)
{
    struct target target;
    struct target_reason why;
    char text[IPRANGE_TEXT_MAX];

    cr_assert(target_parse(&target, "::ffff:0:0/95", 13, (ip_count)1 << 64, &why));
    iprange_print(text, &target.range);
    cr_expect_str_eq(text, "::fffe:0:0/95");
    cr_expect(not(target.mapped));
}

Test(target, says_why_an_item_is_refused)
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
    refuses("mail.example.com", "the item is not an IP address");
    refuses("=1+1", "the item is not an IP address");
    refuses("<b>", "the item is not an IP address");
    refuses("198.51.100.7/33", "prefix length 33 is more than 32");
    refuses("2001:db8::/129", "prefix length 129 is more than 128");
    refuses("198.51.100.7/", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/024", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/-1", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/4294967320", "prefix length is not a number from 0 to 32");
    refuses("198.51.100.7/24/24", "prefix length is not a number from 0 to 32");
    refuses("2001:db8::/x", "prefix length is not a number from 0 to 128");
    refuses("198.51.100.0/255.255.255.0",
            "a mask is not understood: write it as a prefix length, like /24");
    refuses("/24", "the address of the prefix is missing");
    refuses("198.51.100/24", "the address of the prefix \"198.51.100\" is not an IP address");
    refuses("198.51.100.9-198.51.100.7",
            "the range runs backwards: 198.51.100.9 is above 198.51.100.7");
    refuses("198.51.100.9-2001:db8::1", "the range mixes IPv4 and IPv6");
    refuses("198.51.100.9-", "the end of the range is missing");
    refuses("-198.51.100.9", "the start of the range is missing");
    refuses("198.51.100.7-99", "the end of the range \"99\" is not an IP address");
    refuses("198.51.100.7-198.51.100.08", "octet 08 has a leading zero: decimal or octal?");
    refuses("1.2.3.4-1.2.3.5-1.2.3.6", "the end of the range is not an IP address");
}

Test(target, long_text_is_refused_unquoted)
{
    char item[5000];
    struct target target;
    struct target_reason why;

    memset(item, '1', sizeof item);
    cr_expect(not(target_parse(&target, item, sizeof item, LIMIT, &why)));
    cr_expect_str_eq(why.text, "the item is not an IP address");
    item[2500] = '-';
    cr_expect(not(target_parse(&target, item, sizeof item, LIMIT, &why)));
    cr_expect_str_eq(why.text, "the start of the range is not an IP address");
    cr_expect(not(target_parse(&target, "1.2.3.4\0.5", 10, LIMIT, &why)));
    cr_expect_str_eq(why.text, "the item is not an IP address");
}

static struct target with_host(const char *host, bool good, const char *reason)
{
    struct target target;
    struct target_reason why = {""};

    cr_assert(target_parse(&target, "198.51.100.7", 12, LIMIT, &why));
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

    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        struct target target = with_host(spellings[i], true, "");
        cr_assert(target.has_expected);
        dnsname_print(text, &target.expected);
        cr_expect_str_eq(text, "mta7.example.com");
    }
}

Test(target, an_empty_host_cell_is_no_expectation)
{
    cr_expect(not(with_host("", true, "").has_expected));
    cr_expect(not(with_host(" \t\r\n", true, "").has_expected));
}

Test(target, refuses_what_can_not_be_a_host_name)
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
    with_host("mail_1.example.com", false, odd);
    with_host("b\xc3\xbc"
              "cher.example",
              false, odd);
    with_host("mail example.com", false, odd);
    with_host("a\\045b.example.com", false, odd);
    with_host("a\\.b.example.com", false, odd);
    with_host("mail.example.com..", false, size);
    with_host(".mail.example.com", false, size);
    with_host("mail..example.com", false, size);
    memset(label, 'a', 64);
    strcat(label, ".example");
    with_host(label, false, size);
    with_host(label + 1, true, "");
}

Test(target, tells_items_from_header_words)
{
    static const char *const items[] = {
        "198.51.100.7", "1",   " 2001:db8::1", "::", "fe80::1%eth0", ".1.2.3",
        "10.0.0.0/8",   "a:b", "1x",           "-1", "db8/32"};
    static const char *const words[] = {"",          " ",      "ip", "address", "added",
                                        "source_ip", "host-1", "x1", "-",       "..."};

    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        cr_expect(target_looks_like_item(items[i], strlen(items[i])), "%s", items[i]);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        cr_expect(not(target_looks_like_item(words[i], strlen(words[i]))), "%s", words[i]);
}
