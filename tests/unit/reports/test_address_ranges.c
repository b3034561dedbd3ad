/* Addresses in any order, as ranges. */
#include "reports/address_ranges.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/support.h"

static struct address_ranges ranges;

static void drop(void)
{
    address_ranges_free(&ranges);
}

TestSuite(address_ranges, .fini = drop);

static bool add(const char *text, bool has_room)
{
    struct ipaddr address = address_of(text);

    return address_ranges_add(&ranges, &address, has_room);
}

static void expect(const char *expected)
{
    char text[1024] = "", range[IPRANGE_TEXT_MAX];
    unsigned count = 0;

    for (const struct address_range *at = ranges.first; at; at = at->next, count++) {
        iprange_print(range, &at->range);
        snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", range);
        cr_expect_eq(at->next == NULL, at == ranges.last);
    }
    cr_expect_str_eq(text, expected);
    cr_expect_eq(ranges.range_count, count);
}

Test(address_ranges, grow_with_the_next_address)
{
    cr_expect(add("198.51.100.254", true));
    cr_expect_not(add("198.51.100.255", true));
    cr_expect_not(add("198.51.101.0", true));
    cr_expect_not(add("198.51.101.0", true), "the same address again");
    cr_expect(add("198.51.100.255", true), "an earlier one waits for the fold");
    cr_expect(add("2001:db8::", true));
    cr_expect(add("2001:db8::2", true));
    expect("198.51.100.254-198.51.101.0 198.51.100.255 2001:db8:: 2001:db8::2 ");
    cr_expect_eq(ranges.addresses, 7);
    address_ranges_fold(&ranges);
    expect("198.51.100.254-198.51.101.0 2001:db8:: 2001:db8::2 ");
    cr_expect_eq(ranges.addresses, 5);
}

Test(address_ranges, fold_joins_what_touches_or_overlaps)
{
    static const char *const unsorted[] = {"192.0.2.9", "192.0.2.2", "192.0.2.3", "192.0.2.8",
                                           "192.0.2.1", "192.0.2.5", "192.0.2.3", "192.0.2.4"};

    for (unsigned i = 0; i < sizeof(unsorted) / sizeof(unsorted[0]); i++)
        add(unsorted[i], true);
    address_ranges_fold(&ranges);
    expect("192.0.2.1-192.0.2.5 192.0.2.8/31 ");
    cr_expect_eq(ranges.addresses, 7);
}

Test(address_ranges, the_last_address_of_a_family_touches_no_other)
{
    add("255.255.255.255", true);
    add("0.0.0.0", true);
    add("::", true);
    address_ranges_fold(&ranges);
    expect("0.0.0.0 255.255.255.255 :: ");
}

/* An address that is not listed may repeat one that is, so the fold counts none of them anew. */
Test(address_ranges, some_are_kept_without_room)
{
    char text[32];

    for (unsigned i = 0; i < RANGES_ALWAYS_KEPT; i++) {
        snprintf(text, sizeof(text), "192.0.2.%u", 2 * i);
        cr_expect(add(text, false));
    }
    cr_expect_not(add("192.0.2.100", false));
    cr_expect_eq(ranges.unlisted, 1);
    cr_expect_not(add("192.0.2.0", false));
    cr_expect_eq(ranges.unlisted, 2);
    cr_expect(add("192.0.2.101", true));
    address_ranges_fold(&ranges);
    cr_expect_eq(ranges.addresses, RANGES_ALWAYS_KEPT + 3);
    cr_expect_eq(ranges.range_count, RANGES_ALWAYS_KEPT + 1);
}
