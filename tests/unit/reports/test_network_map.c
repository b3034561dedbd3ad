#include <criterion/criterion.h>

#include "reports/network_map.h"
#include "tests/unit/reports/made_row.h"

static void add(struct network_map *map, const char *text, enum verdict verdict)
{
    struct ipaddr address = made_address(text);

    network_map_add(map, &address, verdict);
}

static void add_number(struct network_map *map, uint32_t number, enum verdict verdict)
{
    struct ipaddr address = ipaddr_from_number(IP_V4, number);

    network_map_add(map, &address, verdict);
}

Test(network_map, counts_each_network_in_any_order)
{
    struct network_map *map = network_map_new(IP_V4, 24, 8);
    struct ipaddr address;

    add(map, "198.51.100.7", VERDICT_PASS);
    add(map, "192.0.2.1", VERDICT_NO_PTR);
    add(map, "2001:db8::1", VERDICT_NO_PTR);
    add(map, "198.51.100.255", VERDICT_NO_FORWARD);
    network_map_sort(map, 8);
    cr_assert_eq(network_map_length(map), 24);
    address = network_map_address(map, network_map_at(map, 0));
    cr_assert(ipaddr_equal(&address, &(struct ipaddr){.family = IP_V4, .bytes = {192, 0, 2}}));
    cr_assert_eq(network_map_at(map, 1)->addresses, 2);
    cr_assert_eq(network_map_at(map, 1)->counts[VERDICT_PASS], 1);
    cr_assert_eq(network_map_place(map, network_map_at(map, 1)), 100);
    cr_assert_eq(network_map_block(map, network_map_at(map, 1)), 198 << 8 | 51);
    cr_assert_eq(network_fault(network_map_at(map, 1)), VERDICT_NO_FORWARD);
    cr_assert_null(network_map_at(map, 2));
    network_map_free(map);
    network_map_free(NULL);
}

/* Nothing is lost when networks are joined, whatever comes first. */
Test(network_map, joins_networks_when_there_are_too_many)
{
    struct network_map *map = network_map_new(IP_V4, 24, 100);
    const struct network *network;
    uint64_t addresses = 0, faults = 0;

    for (uint32_t i = 0; i < 1000; i++)
        add_number(map, i * 7919 % 1000 << 8, i % 10 == 0 ? VERDICT_NO_PTR : VERDICT_PASS);
    network_map_sort(map, 100);
    cr_assert_eq(network_map_length(map), 20);
    for (unsigned i = 0; (network = network_map_at(map, i)) != NULL; i++) {
        addresses += network->addresses;
        faults += network->counts[VERDICT_NO_PTR];
        cr_assert_eq(network_map_place(map, network), i);
    }
    cr_assert_eq(addresses, 1000);
    cr_assert_eq(faults, 100);
    network_map_free(map);
}

/* At the end one network remains, and no length below zero. */
Test(network_map, joins_the_whole_address_space)
{
    struct network_map *map = network_map_new(IP_V4, 24, 1);

    add(map, "0.0.0.1", VERDICT_PASS);
    add(map, "255.255.255.1", VERDICT_NO_PTR);
    network_map_sort(map, 1);
    cr_assert_eq(network_map_length(map), 0);
    cr_assert_eq(network_map_at(map, 0)->addresses, 2);
    cr_assert_eq(network_map_place(map, network_map_at(map, 0)), 0);
    cr_assert_eq(network_map_block(map, network_map_at(map, 0)), 0);
    network_map_free(map);
}

/* Few networks far from each other are joined until there are few blocks. */
Test(network_map, has_few_blocks)
{
    struct network_map *map = network_map_new(IP_V4, 24, 100);

    for (uint32_t i = 0; i < 50; i++)
        add_number(map, i << 16, VERDICT_PASS);
    network_map_sort(map, 50);
    cr_assert_eq(network_map_length(map), 24);
    network_map_sort(map, 49);
    cr_assert_eq(network_map_length(map), 20);
    network_map_free(map);
}

Test(network_map, first_64_bits_of_ipv6)
{
    struct network_map *map = network_map_new(IP_V6, 64, 4);
    struct ipaddr address;
    char text[IPADDR_TEXT_MAX];

    add(map, "2001:db8:0:1::1", VERDICT_PASS);
    add(map, "2001:db8:0:1:ffff::", VERDICT_PASS);
    add(map, "2001:db8:0:2::1", VERDICT_PASS);
    network_map_sort(map, 4);
    address = network_map_address(map, network_map_at(map, 1));
    ipaddr_print(text, &address);
    cr_assert_str_eq(text, "2001:db8:0:2::");
    cr_assert_eq(network_map_at(map, 0)->addresses, 2);
    network_map_free(map);
}

/* Addresses that are not public are no fault, and hide none. */
Test(network_map, not_public_is_no_fault)
{
    struct network network = {.addresses = 9, .counts = {[VERDICT_NOT_PUBLIC] = 9}};

    cr_expect_eq(network_public(&network), 0);
    cr_expect_eq(network_fault(&network), VERDICT_NOT_PUBLIC);
    network.counts[VERDICT_NOT_PUBLIC] = 7;
    network.counts[VERDICT_PASS] = 2;
    cr_expect_eq(network_fault(&network), VERDICT_PASS);
    network.counts[VERDICT_PASS] = network.counts[VERDICT_NO_PTR] = 1;
    cr_expect_eq(network_fault(&network), VERDICT_NO_PTR);
    cr_expect_eq(network_public(&network), 2);
}
