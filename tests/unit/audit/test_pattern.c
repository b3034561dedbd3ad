#include "audit/pattern.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#include "audit/target.h"
#include "tests/unit/support.h"

static struct iprange range_of(const char *text)
{
    struct target target;
    struct target_reason why;

    cr_assert(target_parse(&target, text, strlen(text), &why), "%s: %s", text, why.text);
    return target.range;
}

static void makes(const char *pattern, const char *range_text, const char *address_text,
                  const char *expected)
{
    struct dnsname name = name_of(pattern), made;
    struct iprange range = range_of(range_text);
    struct ipaddr address = address_of(address_text);
    const char *fault = "";
    char text[DNSNAME_TEXT_MAX];

    cr_assert(pattern_check(&name, &range, &fault), "%s of %s: %s", pattern, range_text, fault);
    cr_assert(pattern_name(&made, &name, &range.first, &address), "%s", pattern);
    dnsname_print(text, &made);
    cr_expect_str_eq(text, expected, "%s: %s", pattern, text);
}

static void refuses(const char *pattern, const char *range_text, const char *reason)
{
    struct dnsname name = name_of(pattern);
    struct iprange range = range_of(range_text);
    const char *fault = "";

    cr_expect_not(pattern_check(&name, &range, &fault), "%s of %s", pattern, range_text);
    cr_expect_str_eq(fault, reason, "%s of %s: %s", pattern, range_text, fault);
}

#define SAME "makes the same name for two addresses of its row"
#define CAN_BE_SAME "can make the same name for two addresses of its row"
#define UNKNOWN \
    "has an unknown placeholder (known: {1} to {4}, {n}, {n:3}, {n+256}, {ip} and {hex})"
#define TOO_LONG "makes a label of more than 63 characters, or more than 253 characters in all"

Test(pattern, a_name_with_a_brace_is_one)
{
    struct dnsname one = name_of("mta{4}.example.com"), open = name_of("mta{.example.com"),
                   close = name_of("mta}.example.com"), none = name_of("mta4.example.com");

    cr_expect(pattern_is(&one) && pattern_is(&open) && pattern_is(&close));
    cr_expect_not(pattern_is(&none));
}

Test(pattern, octets_place_and_address)
{
    makes("mta{4}.example.com", "198.51.100.0/24", "198.51.100.7", "mta7.example.com");
    makes("a{1}-{2}-{3}-{4}.example.com", "198.51.100.0/24", "198.51.100.255",
          "a198-51-100-255.example.com");
    makes("mta{n}.example.com", "198.51.100.10-198.51.100.20", "198.51.100.10", "mta1.example.com");
    makes("mta{n:3}.example.com", "198.51.100.0/24", "198.51.100.8", "mta009.example.com");
    makes("mta{n:2}.example.com", "198.51.100.0/24", "198.51.100.255", "mta256.example.com");
    makes("mta{n+256}.example.com", "198.51.101.0/24", "198.51.101.0", "mta257.example.com");
    makes("mta{n:4+256}.example.com", "198.51.101.0/24", "198.51.101.0", "mta0257.example.com");
    makes("{ip}.example.com", "198.51.100.0/24", "198.51.100.7", "198-51-100-7.example.com");
    makes("{hex}.example.com", "198.51.100.0/24", "198.51.100.7", "c6336407.example.com");
    makes("{ip}.example.com", "2001:db8::/126", "2001:db8::3",
          "2001-0db8-0000-0000-0000-0000-0000-0003.example.com");
    makes("v{hex}.example.com", "2001:db8::/126", "2001:db8::3",
          "v20010db8000000000000000000000003.example.com");
    makes("m{n}.{3}.example.com", "198.51.100.0/23", "198.51.101.1", "m258.101.example.com");
}

Test(pattern, one_address_needs_no_placeholder_of_its_own)
{
    makes("mta{3}.example.com", "198.51.100.7", "198.51.100.7", "mta100.example.com");
}

Test(pattern, a_placeholder_that_is_not_known_is_refused)
{
    static const char *const texts[] = {"{5}",    "{0}",    "{}",    "{x}",   "{n:}",    "{n:0}",
                                        "{n:03}", "{n:64}", "{n+}",  "{n+0}", "{n+1:3}", "{ip4}",
                                        "{n:3",   "4}",     "{{4}}", "{n",    "{44}",    "{ip"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char text[64];

        snprintf(text, sizeof(text), "mta%s.example.com", texts[i]);
        refuses(text, "198.51.100.0/24", UNKNOWN);
    }
}

Test(pattern, what_can_be_no_host_name_is_refused)
{
    refuses("mta{4}", "198.51.100.0/24", "has a placeholder in its top-level label");
    refuses("mta.com{4}", "198.51.100.0/24", "has a placeholder in its top-level label");
    refuses("-{4}.example.com", "198.51.100.0/24",
            "holds characters other than letters, digits and inner hyphens");
    refuses("mta_{4}.example.com", "198.51.100.0/24",
            "holds an underscore, which no host name has");
    refuses("{4}-.example.com", "198.51.100.0/24",
            "holds characters other than letters, digits and inner hyphens");
    refuses("{4}.localhost", "198.51.100.0/24", "is a name of the local host");
    refuses("{4}.in-addr.arpa", "198.51.100.0/24", "lies below arpa");
    refuses("xn--mnchen-{4}-kva.example.com", "198.51.100.0/24",
            "has a placeholder in an international label");
    refuses("mta{4}.example.com", "2001:db8::/126",
            "has an octet of IPv4, {1} to {4}, and the addresses are IPv6");
    refuses("{hex}{hex}.example.com", "2001:db8::/126", TOO_LONG);
    refuses("{ip}-{ip}-{ip}-{ip}-x{4}.example.com", "198.51.100.0/24", TOO_LONG);
    refuses("mta{n+340282366920938463463374607431768211455}.example.com", "198.51.100.0/24",
            "counts too far");
    refuses("mta{n+340282366920938463463374607431768211456}.example.com", "198.51.100.0/24",
            UNKNOWN);
}

Test(pattern, the_longest_name_counts)
{
    char text[96] = "";

    memset(text, 'a', 60);
    strcpy(text + 60, "{n}.example.com");
    refuses(text, "10.0.0.0/20", TOO_LONG);
    strcpy(text + 55, "{n}.example.com");
    makes(text, "198.51.100.0/24", "198.51.100.0",
          "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
          "aaaaaaaa1.example.com");
}

Test(pattern, the_same_name_for_two_addresses_is_refused)
{
    refuses("mta{3}.example.com", "198.51.100.0/24", SAME);
    refuses("mta{4}.example.com", "198.51.100.0/23", SAME);
    refuses("mta{1}{2}.example.com", "198.51.100.0-198.51.100.1", SAME);
    refuses("mta{3}{4}.example.com", "10.0.1.0-10.0.11.255", SAME); /* 1, 11 and 11, 1 */
    refuses("mta{3}{4}.example.com", "10.0.0.0/16", CAN_BE_SAME);
    refuses("{4}.example.com", "10.0.0.0/15", CAN_BE_SAME);
}

Test(pattern, numbers_that_can_be_told_apart_are_taken)
{
    makes("mta{3}{4}.example.com", "198.51.100.0/23", "198.51.101.7", "mta1017.example.com");
    makes("mta{3}{4}.example.com", "10.0.1.0-10.0.2.255", "10.0.2.5", "mta25.example.com");
    makes("m{1}{3}-{4}.example.com", "10.0.0.0/16", "10.0.7.9", "m107-9.example.com");
}

Test(pattern, of_a_large_range_needs_every_octet)
{
    makes("m{2}-{3}-{4}.example.com", "10.0.0.0/15", "10.1.3.4", "m1-3-4.example.com");
    makes("m{2}.{3}x{4}.example.com", "10.0.0.0/15", "10.1.3.4", "m1.3x4.example.com");
    makes("{ip}.example.com", "10.0.0.0/12", "10.1.3.4", "10-1-3-4.example.com");
    makes("{hex}.example.com", "10.0.0.0/12", "10.1.3.4", "0a010304.example.com");
    makes("{n}.example.com", "10.0.0.0/12", "10.1.3.4", "66309.example.com");
    makes("{n:8}{1}.example.com", "10.0.0.0/12", "10.0.0.0", "0000000110.example.com");
    makes("{hex}{4}.example.com", "10.0.0.0/12", "10.0.0.1", "0a0000011.example.com");
}

Test(pattern, an_ambiguous_one_is_tried_on_a_small_range)
{
    makes("{n}{4}.example.com", "198.51.100.0/24", "198.51.100.9", "109.example.com");
    refuses("{n}{4}.example.com", "10.0.0.0/12", CAN_BE_SAME);
    makes("{3}{4}.example.com", "10.0.8.0/22", "10.0.10.1", "101.example.com");
}

Test(pattern, of_a_part_goes_on_counting)
{
    struct dnsname pattern = name_of("m{n:3}-{n}-{4}.{n+9}.example.com"), part, name;
    struct ipaddr first = address_of("198.51.100.8"), later = address_of("198.51.100.24");
    char text[DNSNAME_TEXT_MAX];

    cr_assert(pattern_part(&part, &pattern, &first, &later));
    dnsname_print(text, &part);
    cr_expect_str_eq(text, "m{n:3+16}-{n+16}-{4}.{n+25}.example.com");
    cr_assert(pattern_name(&name, &part, &later, &later));
    dnsname_print(text, &name);
    cr_expect_str_eq(text, "m017-17-24.26.example.com");
    cr_assert(pattern_part(&part, &pattern, &first, &first));
    cr_expect(dnsname_equal(&part, &pattern));
}
