/* Names that a walk makes up. */
#include "audit/walk_guess.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "tests/unit/support.h"

static struct iprange prefix_of(const char *text, unsigned length)
{
    struct ipaddr address = address_of(text);
    struct iprange out;

    cr_assert(iprange_from_prefix(&out, &address, length));
    return out;
}

Test(walk_guess, of_ipv4_has_an_address_in_each_part)
{
    struct iprange block = prefix_of("198.51.0.0", 16);
    uint64_t random = 7;

    cr_assert_eq(walk_guess_count(&block), 8 + 256);
    for (unsigned i = 0; i < 256; i++) {
        struct ipaddr guess = walk_guess(&block, 8 + i, &random);
        cr_expect_eq(guess.bytes[2], i);
        cr_expect(iprange_contains(&block, &guess));
    }
    block = prefix_of("198.51.100.0", 24);
    cr_expect_eq(walk_guess_count(&block), 8 + 8);
    block = prefix_of("198.51.96.0", 20);
    cr_expect_eq(walk_guess_count(&block), 8 + 128);
    block = prefix_of("0.0.0.0", 0);
    cr_expect_eq(walk_guess_count(&block), 8 + 256);
    for (unsigned i = 0; i < 256; i++)
        cr_expect_eq(walk_guess(&block, 8 + i, &random).bytes[0], i);
}

Test(walk_guess, of_ipv6_has_often_used_addresses)
{
    struct iprange block = prefix_of("2001:db8::", 32);
    uint64_t random = 7;
    const char *wanted[] = {"2001:db8::1", "2001:db8::25", "2001:db8::100", "2001:db8:0:1::1",
                            "2001:db8:1::1"};

    for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
        struct ipaddr address = address_of(wanted[i]);
        bool found = false;
        for (unsigned n = 0; n < walk_guess_count(&block); n++) {
            struct ipaddr guess = walk_guess(&block, n, &random);
            found |= ipaddr_equal(&guess, &address);
        }
        cr_expect(found, "%s", wanted[i]);
    }
}

Test(walk_guess, of_ipv6_is_never_made_twice)
{
    struct iprange block = prefix_of("2001:db8::", 32);
    uint64_t random = 7;
    struct ipaddr guesses[64];
    unsigned count = walk_guess_count(&block);

    cr_assert_eq(count, 5 * 8);
    for (unsigned i = 0; i < count; i++) {
        guesses[i] = walk_guess(&block, i, &random);
        for (unsigned j = 0; j < i; j++)
            cr_expect_not(ipaddr_equal(&guesses[i], &guesses[j]), "%u and %u", i, j);
    }
}

Test(walk_guess, probes_lie_below_the_name_of_the_block)
{
    uint64_t random = 7;
    struct ipaddr v6 = address_of("2001:db8::"), v4 = address_of("198.51.0.0");
    struct dnsname probe, zone = name_of("8.b.d.0.1.0.0.2.ip6.arpa");

    walk_probe(&probe, &v6, 32, true, &random);
    cr_expect(dnsname_within(&probe, &zone));
    cr_expect_eq(dnsname_labels(&probe), 34);
    walk_probe(&probe, &v6, 32, false, &random);
    cr_expect(dnsname_within(&probe, &zone));
    cr_expect_eq(dnsname_labels(&probe), 18);
    cr_expect(walk_probe_has_blocks(&v6, 92));
    cr_expect_not(walk_probe_has_blocks(&v6, 96), "such a block would be a single address");
    cr_expect_not(walk_probe_has_blocks(&v4, 0));
    walk_probe(&probe, &v6, 96, false, &random);
    cr_expect_eq(dnsname_labels(&probe), 34);
    walk_probe(&probe, &v6, 124, false, &random); /* spells no address */
    cr_expect_eq(dnsname_labels(&probe), 34);
    cr_expect_eq(probe.wire[0], 13);
    zone = name_of("51.198.in-addr.arpa");
    walk_probe(&probe, &v4, 16, true, &random);
    cr_expect(dnsname_within(&probe, &zone));
    cr_expect_eq(dnsname_labels(&probe), 5);
    walk_probe(&probe, &v4, 0, false, &random);
    cr_expect_eq(dnsname_labels(&probe), 3);
}
