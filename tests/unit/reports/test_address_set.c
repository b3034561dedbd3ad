#include "reports/address_set.h"

#include <criterion/criterion.h>
#include <string.h>

static struct ipaddr address(const char *text)
{
    struct ipaddr out;

    cr_assert(ipaddr_parse(&out, text, strlen(text)), "%s", text);
    return out;
}

Test(address_set, is_empty_at_first)
{
    struct address_set set = {0};
    struct ipaddr one = address("198.51.100.7");

    address_set_sort(&set);
    cr_assert_not(address_set_has(&set, &one));
    address_set_free(&set);
}

Test(address_set, finds_addresses_added_in_any_order)
{
    static const char *const added[] = {"198.51.100.9", "2001:db8::7", "198.51.100.7",
                                        "198.51.100.9"};
    static const char *const others[] = {"198.51.100.8", "198.51.100.10", "2001:db8::8", "::"};
    struct address_set set = {0};

    for (unsigned i = 0; i < 4; i++) {
        struct ipaddr one = address(added[i]);

        cr_assert(address_set_add(&set, &one));
    }
    address_set_sort(&set);
    for (unsigned i = 0; i < 4; i++) {
        struct ipaddr one = address(added[i]), other = address(others[i]);

        cr_expect(address_set_has(&set, &one), "%s", added[i]);
        cr_expect_not(address_set_has(&set, &other), "%s", others[i]);
    }
    address_set_free(&set);
}

Test(address_set, has_no_ceiling)
{
    enum { ADDRESSES = 100000 };
    struct address_set set = {0};
    struct ipaddr one = address("198.51.100.0");

    for (unsigned i = 0; i < ADDRESSES; i++) {
        cr_assert(address_set_add(&set, &one));
        cr_assert(address_set_add(&set, &one));
        cr_assert(ipaddr_next(&one));
    }
    cr_assert_eq(set.count, ADDRESSES);
    address_set_sort(&set);
    struct ipaddr first = address("198.51.100.0"), last = set.addresses[ADDRESSES - 1];
    cr_expect(address_set_has(&set, &first));
    cr_expect(address_set_has(&set, &last));
    cr_expect_not(address_set_has(&set, &one));
    address_set_free(&set);
}
