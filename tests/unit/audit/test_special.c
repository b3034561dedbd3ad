#include "audit/special.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdlib.h>
#include <string.h>

static struct ipaddr addr(const char *text)
{
    struct ipaddr out;

    cr_assert(ipaddr_parse(&out, text, strlen(text)), "%s", text);
    return out;
}

static const char *prefix_of(const char *text)
{
    struct ipaddr address = addr(text);
    const struct special_block *block = special_block_of(&address);

    return block == NULL ? "public" : block->prefix;
}

Test(special, each_text_is_its_number)
{
    unsigned rows = 0;

    for (const struct special_block *block; (block = special_block_at(rows)) != NULL; rows++) {
        const char *slash = strchr(block->prefix, '/');
        struct ipaddr address;
        struct iprange range;
        cr_assert(ipaddr_parse(&address, block->prefix, (size_t)(slash - block->prefix)));
        cr_assert(iprange_from_prefix(&range, &address, (unsigned)atoi(slash + 1)));
        cr_expect(ipaddr_equal(&range.first, &address), "%s has host bits", block->prefix);
        if (block->exception) {
            cr_expect_null(special_block_of(&range.first));
            cr_expect_null(special_block_of(&range.last));
            continue;
        }
        /* The last address belongs to the block itself or to a smaller one inside; it is never
         * public. */
        cr_expect_not_null(special_block_of(&range.last), "%s", block->prefix);
        cr_expect(eq(int, strncmp(block->source, "RFC ", 4), 0), "%s", block->source);
    }
    cr_expect(eq(u32, rows, 46));
}

/* Addresses at the edges of blocks, and the block of each. */
static const char *const edges[][2] = {
    {"0.0.0.0", "0.0.0.0/32"},
    {"0.0.0.1", "0.0.0.0/8"},
    {"0.255.255.255", "0.0.0.0/8"},
    {"1.0.0.0", "public"},
    {"9.255.255.255", "public"},
    {"10.0.0.0", "10.0.0.0/8"},
    {"10.255.255.255", "10.0.0.0/8"},
    {"11.0.0.0", "public"},
    {"100.63.255.255", "public"},
    {"100.64.0.0", "100.64.0.0/10"},
    {"100.127.255.255", "100.64.0.0/10"},
    {"100.128.0.0", "public"},
    {"127.0.0.1", "127.0.0.0/8"},
    {"169.254.1.1", "169.254.0.0/16"},
    {"172.15.255.255", "public"},
    {"172.16.0.0", "172.16.0.0/12"},
    {"172.31.255.255", "172.16.0.0/12"},
    {"172.32.0.0", "public"},
    {"192.0.0.7", "192.0.0.0/29"},
    {"192.0.0.8", "192.0.0.8/32"},
    {"192.0.0.9", "public"},
    {"192.0.0.10", "public"},
    {"192.0.0.11", "192.0.0.0/24"},
    {"192.0.0.170", "192.0.0.170/32"},
    {"192.0.1.0", "public"},
    {"192.0.2.1", "192.0.2.0/24"},
    {"192.88.99.1", "192.88.99.0/24"},
    {"192.168.255.255", "192.168.0.0/16"},
    {"198.17.255.255", "public"},
    {"198.18.0.0", "198.18.0.0/15"},
    {"198.19.255.255", "198.18.0.0/15"},
    {"198.51.100.7", "198.51.100.0/24"},
    {"203.0.113.255", "203.0.113.0/24"},
    {"223.255.255.255", "public"},
    {"224.0.0.0", "224.0.0.0/4"},
    {"239.255.255.255", "224.0.0.0/4"},
    {"240.0.0.0", "240.0.0.0/4"},
    {"255.255.255.254", "240.0.0.0/4"},
    {"255.255.255.255", "255.255.255.255/32"},
    {"::", "::/128"},
    {"::1", "::1/128"},
    {"::2", "public"},
    {"::ffff:8.8.8.8", "::ffff:0:0/96"},
    {"64:ff9b::808:808", "public"},
    {"64:ff9b:1:ffff::", "64:ff9b:1::/48"},
    {"100::1", "100::/64"},
    {"100:0:0:1::1", "100:0:0:1::/64"},
    {"100:0:0:2::1", "public"},
    {"2001::1", "2001::/32"},
    {"2001:1::", "2001::/23"},
    {"2001:1::1", "public"},
    {"2001:1::3", "public"},
    {"2001:1::4", "2001::/23"},
    {"2001:2::1", "2001:2::/48"},
    {"2001:3::1", "public"},
    {"2001:4:112::1", "public"},
    {"2001:1f::1", "2001:10::/28"},
    {"2001:2f::1", "public"},
    {"2001:3f::1", "public"},
    {"2001:40::1", "2001::/23"},
    {"2001:200::1", "public"},
    {"2001:db8::1", "2001:db8::/32"},
    {"2001:4860:4860::8888", "public"},
    {"3fff:fff:ffff::", "3fff::/20"},
    {"3fff:1000::", "public"},
    {"5f00::1", "5f00::/16"},
    {"fbff::1", "public"},
    {"fc00::1", "fc00::/7"},
    {"fdff:ffff::1", "fc00::/7"},
    {"fe80::1", "fe80::/10"},
    {"febf::1", "fe80::/10"},
    {"fec0::1", "public"},
    {"ff02::1", "ff00::/8"},
    {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ff00::/8"},
};

Test(special, knows_the_registry)
{
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
        cr_expect_str_eq(prefix_of(edges[i][0]), edges[i][1], "%s", edges[i][0]);
}

Test(special, networks_inside)
{
    static const char *const inside[] = {"10.0.0.1",   "172.31.255.255", "192.168.1.1",
                                         "100.64.0.1", "127.0.0.1",      "169.254.1.1",
                                         "::1",        "fd00::1",        "fe80::1"};
    static const char *const outside[] = {"9.255.255.255", "172.32.0.0", "192.0.2.1",
                                          "198.18.0.1",    "224.0.0.1",  "2001:db8::1",
                                          "2001:4860::1",  "ff02::1"};

    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        struct ipaddr address = addr(inside[i]);
        cr_expect(special_is_inside(&address), "%s", inside[i]);
    }
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        struct ipaddr address = addr(outside[i]);
        cr_expect_not(special_is_inside(&address), "%s", outside[i]);
    }
}

static void run_ends(const char *from, const char *last, const char *want)
{
    struct ipaddr first = addr(from);
    struct ipaddr limit = addr(last);
    struct ipaddr end = special_run_end(&first, &limit);
    char text[IPADDR_TEXT_MAX];

    ipaddr_print(text, &end);
    cr_expect_str_eq(text, want, "%s to %s", from, last);
}

Test(special, runs_end_where_the_block_changes)
{
    run_ends("1.0.0.0", "255.255.255.255", "9.255.255.255");
    run_ends("1.0.0.0", "1.0.0.9", "1.0.0.9");
    run_ends("9.255.255.255", "10.0.0.0", "9.255.255.255");
    run_ends("10.0.0.0", "255.255.255.255", "10.255.255.255");
    run_ends("10.0.0.5", "10.0.0.5", "10.0.0.5");
    run_ends("0.0.0.0", "0.0.0.9", "0.0.0.0");
    run_ends("192.0.0.8", "192.0.0.255", "192.0.0.8");
    run_ends("192.0.0.9", "192.0.0.255", "192.0.0.10"); /* two public exceptions are one run */
    run_ends("192.0.0.11", "192.0.0.255", "192.0.0.169");
    run_ends("240.0.0.0", "255.255.255.255", "255.255.255.254");
    run_ends("255.255.255.255", "255.255.255.255", "255.255.255.255");
    run_ends("2001:20::", "2001:ffff::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff");
    run_ends("2001:1::4", "2001:2::", "2001:1:ffff:ffff:ffff:ffff:ffff:ffff");
    run_ends("2001:1::", "2001:1::ff", "2001:1::");
    run_ends("2001:1::1", "2001:1::ff", "2001:1::3");
    run_ends("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
             "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    run_ends("8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
             "fbff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

/* Steps through all of IPv4 by runs: neighbouring runs differ, and within a run first and last
 * agree. */
Test(special, runs_tile_the_whole_family)
{
    struct ipaddr last = addr("255.255.255.255");
    struct ipaddr from = addr("0.0.0.0");
    const struct special_block *before = NULL;
    unsigned runs = 0;

    for (;; runs++) {
        const struct special_block *block = special_block_of(&from);
        struct ipaddr end = special_run_end(&from, &last);
        cr_assert(runs == 0 || block != before);
        cr_assert(special_block_of(&end) == block);
        before = block;
        if (ipaddr_equal(&end, &last))
            break;
        from = end;
        cr_assert(ipaddr_next(&from));
    }
    cr_expect(eq(u32, runs + 1, 36));
}

Test(special, packets_reach_embedded_addresses)
{
    static const char *const pairs[][2] = {
        {"10.0.0.1", "10.0.0.0/8"},
        {"9.9.9.9", "public"},
        {"2a00::1", "public"},
        {"2001:db8::1", "2001:db8::/32"},
        {"64:ff9b::a00:1", "10.0.0.0/8"},
        {"64:ff9b::127.0.0.1", "127.0.0.0/8"},
        {"64:ff9b::9.9.9.9", "public"},
        {"64:ff9b:0:1::a00:1", "public"},
        {"64:ff9b:1::1", "64:ff9b:1::/48"},
        {"2002:a00:1::1", "10.0.0.0/8"},
        {"2002:c0a8:101:ffff::1", "192.168.0.0/16"},
        {"2002:909:909::1", "public"},
        {"2003::1", "public"},
        {"2001::1", "2001::/32"},
        {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001::/32"},
        {"fec0::1", "fec0::/10"},
        {"feff:ffff::1", "fec0::/10"},
        {"::10.0.0.1", "::/96"},
        {"::9.9.9.9", "::/96"},
        {"::1", "::1/128"},
        {"::1:0:0", "public"},
        {"::ffff:9.9.9.9", "::ffff:0:0/96"},
        {"::ffff:10.0.0.1", "::ffff:0:0/96"},
    };

    for (unsigned i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct ipaddr address = addr(pairs[i][0]);
        const struct special_block *block = special_block_reached(&address);

        cr_expect_str_eq(block ? block->prefix : "public", pairs[i][1], "%s", pairs[i][0]);
    }
}
