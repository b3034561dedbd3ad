#include <criterion/criterion.h>
#include <string.h>

#include "audit/shard.h"

static struct ipaddr address(const char *text)
{
    struct ipaddr out;
    cr_assert(ipaddr_parse(&out, text, strlen(text)), "%s", text);
    return out;
}

static struct iprange range(const char *first, const char *last)
{
    return (struct iprange){address(first), address(last)};
}

static bool parses(const char *text)
{
    struct shard shard = {.by = SHARD_BY_ADDRESS};
    bool good = shard_parse(&shard, text);
    cr_expect_eq(shard.by, SHARD_BY_ADDRESS, "what divides is not set");
    return good;
}

Test(shard, index_and_number)
{
    struct shard shard = {0};
    char text[SHARD_TEXT_MAX];
    cr_assert(shard_parse(&shard, "3/64"));
    cr_expect_eq(shard.index, 3);
    cr_expect_eq(shard.count, 64);
    shard_print(text, &shard);
    cr_expect_str_eq(text, "3/64");
    cr_expect(parses("0/1"));
    cr_expect(parses("99999/100000"));
    const char *refused[] = {"",     "3",    "3/",      "/3",           "3/3",         "4/3",
                             "-1/3", "+1/3", " 1/3",    "1/3 ",         "1/3/5",       "1/100001",
                             "0/0",  "1 /3", "0x1/0x3", "4294967297/3", "1/4294967299"};
    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
        cr_expect_not(parses(refused[i]), "%s", refused[i]);
}

/* A division that changes would give an address to two shards, or to none. */
Test(shard, the_division_never_changes)
{
    struct shard by_zone = {.count = 64}, by_address = {.count = 64, .by = SHARD_BY_ADDRESS};
    struct ipaddr v4 = address("198.51.100.7"), v6 = address("2001:db8:1::25");
    cr_expect_eq(shard_of(&by_zone, &v4), 47);
    cr_expect_eq(shard_of(&by_zone, &v6), 37);
    cr_expect_eq(shard_of(&by_address, &v4), 46);
    cr_expect_eq(shard_of(&by_address, &v6), 45);
}

Test(shard, a_reverse_zone_is_in_one_shard)
{
    struct shard shard = {.count = 1000};
    struct ipaddr first = address("198.51.100.0"), at = first;
    for (unsigned i = 1; i < 256; i++) {
        cr_assert(ipaddr_next(&at));
        cr_expect_eq(shard_of(&shard, &at), shard_of(&shard, &first));
    }
    struct ipaddr low = address("2001:db8:7::"), high = address("2001:db8:7:ffff::1");
    cr_expect_eq(shard_of(&shard, &low), shard_of(&shard, &high));
}

/* 65,536 units in 8 shards: 8,192 each, give or take four standard deviations (85). */
Test(shard, shards_are_about_equal)
{
    struct shard shard = {.count = 8};
    unsigned units[8] = {0}, turns = 0;
    uint32_t before = 0;
    for (uint32_t i = 0; i < 65536; i++) {
        struct ipaddr at = ipaddr_from_number(IP_V4, (ip_count)(0x0a000000 + (i << 8)));
        uint32_t mine = shard_of(&shard, &at);
        units[mine]++;
        turns += mine == (before + 1) % 8;
        before = mine;
    }
    for (unsigned i = 0; i < 8; i++)
        cr_expect(units[i] > 8192 - 340 && units[i] < 8192 + 340, "%u: %u", i, units[i]);
    cr_expect(turns < 65536 / 8 + 340, "adjacent units do not take turns: %u", turns);
}

static void expect_pieces(const struct shard *shard, struct iprange whole, unsigned pieces)
{
    struct shard_pieces cursor;
    struct iprange piece;
    struct ipaddr next = whole.first;
    bool mine;
    unsigned seen = 0;
    shard_pieces_begin(&cursor, shard, &whole);
    while (shard_pieces_next(&cursor, &piece, &mine)) {
        cr_expect(ipaddr_equal(&piece.first, &next), "no gap, no overlap");
        cr_expect_eq(mine, shard->count == 0 || shard_of(shard, &piece.first) == shard->index);
        cr_expect_eq(shard->count == 0 ||
                         shard_of(shard, &piece.first) == shard_of(shard, &piece.last),
                     true);
        next = piece.last;
        seen++;
        if (!ipaddr_equal(&piece.last, &whole.last))
            cr_assert(ipaddr_next(&next));
    }
    cr_expect(ipaddr_equal(&next, &whole.last));
    cr_expect_eq(seen, pieces);
}

Test(shard, ranges_are_cut_at_the_borders_of_zones)
{
    struct shard shard = {.index = 2, .count = 5}, whole = {0};
    struct shard by_address = {.index = 2, .count = 5, .by = SHARD_BY_ADDRESS};
    expect_pieces(&shard, range("198.51.100.0", "198.51.100.255"), 1);
    expect_pieces(&shard, range("198.51.100.7", "198.51.100.7"), 1);
    expect_pieces(&shard, range("198.51.100.255", "198.51.101.0"), 2);
    expect_pieces(&shard, range("198.51.100.9", "198.51.103.9"), 4);
    expect_pieces(&shard, range("255.255.254.0", "255.255.255.255"), 2);
    expect_pieces(&shard, range("2001:db8::", "2001:db8:2:ffff:ffff:ffff:ffff:ffff"), 3);
    expect_pieces(
        &shard,
        range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        1);
    expect_pieces(&by_address, range("198.51.100.0", "198.51.100.255"), 256);
    expect_pieces(&whole, range("198.51.100.9", "198.51.103.9"), 1);
}
