/* Addresses go out in turns over their zones. */
#include "audit/spread.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/unit/support.h"

static struct spread *spread;
static struct walk_unit unit;

static void open_spread(void)
{
    spread = spread_new();
    cr_assert_not_null(spread);
}

static void close_spread(void)
{
    spread_free(spread);
}

TestSuite(spread, .init = open_spread, .fini = close_spread);

static void put(const char *address)
{
    unit = (struct walk_unit){.address = address_of(address)};
    cr_assert(spread_put(spread, &unit));
}

static void expect_take(const char *address)
{
    char text[IPADDR_TEXT_MAX] = "none";
    if (spread_take(spread, &unit))
        ipaddr_print(text, &unit.address);
    cr_expect_str_eq(text, address);
}

Test(spread, takes_turns_over_zones_and_keeps_the_order_in_each)
{
    static const char *const in[] = {"11.0.0.1",          "11.0.0.2",    "11.0.0.255",
                                     "11.0.1.0",          "11.0.1.9",    "2001:db8::1",
                                     "2001:db8:0:ffff::", "2001:db8:1::"};
    static const char *const out[] = {"11.0.0.1", "11.0.1.0", "2001:db8::1",       "2001:db8:1::",
                                      "11.0.0.2", "11.0.1.9", "2001:db8:0:ffff::", "11.0.0.255"};
    for (unsigned i = 0; i < sizeof(in) / sizeof(in[0]); i++)
        put(in[i]);
    for (unsigned i = 0; i < sizeof(out) / sizeof(out[0]); i++)
        expect_take(out[i]);
    expect_take("none");
    expect_take("none");
}

Test(spread, goes_on_with_a_zone_that_was_used_up)
{
    put("11.0.0.1");
    expect_take("11.0.0.1");
    put("11.0.0.2");
    put("11.0.0.3");
    put("11.0.1.1");
    expect_take("11.0.0.2");
    expect_take("11.0.1.1");
    expect_take("11.0.0.3");
    expect_take("none");
}

Test(spread, expected_names_come_out_as_they_went_in)
{
    unit = (struct walk_unit){
        .address = address_of("11.0.0.1"), .expected_count = EXPECTED_MAX, .expected_cut = true};
    for (unsigned i = 0; i < EXPECTED_MAX; i++) {
        char text[32];
        snprintf(text, sizeof text, "MTA%u.example.com", i);
        unit.expected[i] = name_of(i == 3 ? "." : text);
    }
    cr_assert(spread_put(spread, &unit));
    unit = (struct walk_unit){0};
    cr_assert(spread_take(spread, &unit));
    cr_expect(unit.expected_cut);
    cr_assert_eq(unit.expected_count, EXPECTED_MAX);
    expect_name(&unit.expected[0], "MTA0.example.com");
    expect_name(&unit.expected[3], ".");
    expect_name(&unit.expected[7], "MTA7.example.com");
}

static struct ipaddr nth(unsigned i)
{
    return ipaddr_from_number(IP_V4, ((ip_count)11 << 24) + i);
}

Test(spread, is_full_at_its_ceiling_of_units)
{
    for (unsigned i = 0; i < SPREAD_UNITS; i++) {
        cr_assert_not(spread_is_full(spread), "%u", i);
        unit = (struct walk_unit){.address = nth(i)};
        cr_assert(spread_put(spread, &unit));
    }
    cr_expect(spread_is_full(spread));
    cr_assert(spread_take(spread, &unit));
    cr_expect_not(spread_is_full(spread));
}

/* The longest names at every address: the ceiling of bytes is the one that holds. */
Test(spread, is_full_at_its_ceiling_of_bytes)
{
    struct dnsname longest = {.length = DNSNAME_MAX};
    for (unsigned i = 0; i < 4; i++) {
        longest.wire[i * 64] = i < 3 ? 63 : 61;
        memset(&longest.wire[i * 64 + 1], 'a', longest.wire[i * 64]);
    }
    longest.wire[DNSNAME_MAX - 1] = 0;
    unsigned put_in = 0;
    for (; !spread_is_full(spread); put_in++) {
        unit = (struct walk_unit){.address = nth(put_in), .expected_count = EXPECTED_MAX};
        for (unsigned i = 0; i < EXPECTED_MAX; i++)
            unit.expected[i] = longest;
        cr_assert(spread_put(spread, &unit));
    }
    cr_expect_leq(put_in, SPREAD_BYTES / (EXPECTED_MAX * 256) + 1);
    cr_expect_geq(put_in, SPREAD_BYTES / (EXPECTED_MAX * 256 + 128));
}
