/* Which zones are one party. */
#include "audit/party_group.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 64, ZONES = 8 };

static struct dnsname names[NAMES_MAX];
static unsigned name_count;
static struct zone_operator zones[ZONES];
static unsigned zone_count;
static unsigned parties[ZONES];

static const struct dnsname *name(const char *text)
{
    struct dnsname *out = &names[name_count++];

    cr_assert(dnsname_from_text(out, text, strlen(text)), "%s", text);
    return out;
}

static const struct dnsname **server_list(const char *first, const char *second)
{
    const struct dnsname **servers = calloc(2, sizeof(*servers));

    servers[0] = name(first);
    servers[1] = name(second);
    party_group_sort_servers(servers, 2);
    return servers;
}

/* A zone with a contact, a primary server, and two name servers; NULL: unknown. */
static struct zone_operator *add(const char *rname, const char *mname, const char *first,
                                 const char *second)
{
    struct zone_operator *zone = &zones[zone_count++];

    *zone = (struct zone_operator){.kind = 1,
                                   .rname = rname ? name(rname) : NULL,
                                   .mname = mname ? name(mname) : NULL,
                                   .servers = first ? server_list(first, second) : NULL,
                                   .server_count = first ? 2 : 0,
                                   .server_total = first ? 2 : 0};
    return zone;
}

static void group(void)
{
    memset(parties, 0xff, sizeof(parties));
    cr_assert(party_group(zones, zone_count, parties));
    for (unsigned i = 0; i < zone_count; i++)
        free((void *)(uintptr_t)zones[i].servers);
}

#define cr_parties(...)                                                                   \
    do {                                                                                  \
        const unsigned wanted[] = {__VA_ARGS__};                                          \
        group();                                                                          \
        cr_assert_eq(zone_count, sizeof(wanted) / sizeof(wanted[0]));                     \
        for (unsigned i = 0; i < zone_count; i++)                                         \
            cr_expect_eq(parties[i], wanted[i], "zone %u is of party %u", i, parties[i]); \
    } while (0)

Test(party_group, no_zone)
{
    cr_assert(party_group(NULL, 0, NULL));
}

Test(party_group, the_same_contact_and_primary_server)
{
    add("noc.isp.example", "ns.isp.example", NULL, NULL);
    add("noc.isp.example", "ns.other.example", NULL, NULL);
    add("NOC.isp.example", "ns.ISP.example", NULL, NULL);
    add("dns.isp.example", "ns.isp.example", NULL, NULL);
    cr_parties(0, 1, 0, 3);
}

Test(party_group, the_same_contact_and_set_of_name_servers_in_any_order)
{
    add("noc.isp.example", "ns1.isp.example", "ns1.isp.example", "ns2.isp.example");
    add("noc.isp.example", "ns9.isp.example", "ns2.isp.example", "NS1.isp.example");
    add("noc.isp.example", "ns8.isp.example", "ns2.isp.example", "ns3.isp.example");
    cr_parties(0, 0, 2);
}

Test(party_group, zones_are_joined_over_a_third_one)
{
    add("noc.isp.example", "ns1.isp.example", "a.isp.example", "b.isp.example");
    add("noc.isp.example", "ns2.isp.example", "c.isp.example", "d.isp.example");
    add("noc.isp.example", "ns2.isp.example", "a.isp.example", "b.isp.example");
    cr_parties(0, 0, 0);
}

Test(party_group, without_contact_the_set_of_name_servers)
{
    add(NULL, NULL, "ns1.isp.example", "ns2.isp.example");
    add(NULL, NULL, "ns2.isp.example", "ns1.isp.example");
    add("noc.isp.example", "ns1.isp.example", "ns2.isp.example", "ns1.isp.example");
    add(NULL, NULL, NULL, NULL);
    add(NULL, NULL, NULL, NULL);
    cr_parties(0, 0, 2, 3, 4);
}

Test(party_group, more_name_servers_than_are_given_are_another_set)
{
    add(NULL, NULL, "ns1.isp.example", "ns2.isp.example");
    add(NULL, NULL, "ns1.isp.example", "ns2.isp.example")->server_total = 11;
    cr_parties(0, 1);
}

/* Unrelated zones have these by default: one party would learn the addresses of the other. */
Test(party_group, a_contact_that_names_nobody_joins_nothing)
{
    add("root.localhost", "localhost", NULL, NULL);
    add("root.localhost", "localhost", NULL, NULL);
    add(".", ".", NULL, NULL);
    add(".", ".", NULL, NULL);
    add("root.localhost.localdomain", "ns.isp.example", NULL, NULL);
    add("root.localhost.localdomain", "ns.isp.example", NULL, NULL);
    add("noc.isp.example", "a.misconfigured.dns.server.invalid", NULL, NULL);
    add("noc.isp.example", "a.misconfigured.dns.server.invalid", NULL, NULL);
    cr_parties(0, 1, 2, 3, 4, 5, 6, 7);
}

Test(party_group, kinds_and_owners_of_host_names_stay_apart)
{
    add("noc.isp.example", "ns.isp.example", NULL, NULL)->kind = 2;
    add("noc.isp.example", "ns.isp.example", NULL, NULL);
    add("noc.isp.example", "ns.isp.example", NULL, NULL)->domain = name("one.example");
    add("noc.isp.example", "ns.isp.example", NULL, NULL)->domain = name("two.example");
    add("noc.isp.example", "ns.isp.example", NULL, NULL)->domain = name("ONE.example");
    cr_parties(0, 1, 2, 3, 2);
}

Test(party_group, a_provider_is_above_what_the_dns_says)
{
    add("noc.isp.example", "ns.isp.example", NULL, NULL)->provider = 1;
    add("noc.isp.example", "ns.isp.example", NULL, NULL);
    add(NULL, NULL, NULL, NULL)->provider = 1;
    add("noc.isp.example", "ns.isp.example", NULL, NULL)->provider = 2;
    add(NULL, NULL, NULL, NULL)->provider = 1;
    zones[4].block = name("51.198.in-addr.arpa");
    cr_parties(0, 1, 0, 3, 0);
}

Test(party_group, undelegated_zones_of_a_block)
{
    add("noc.rir.example", "ns.rir.example", NULL, NULL)->block = name("51.198.in-addr.arpa");
    add("noc.rir.example", "ns.rir.example", NULL, NULL)->block = name("52.198.in-addr.arpa");
    add("noc.rir.example", "ns.rir.example", NULL, NULL)->block = name("51.198.in-addr.arpa");
    add("noc.rir.example", "ns.rir.example", NULL, NULL);
    cr_parties(0, 1, 0, 3);
}

static void expect_block(const char *zone, const char *above, const char *wanted)
{
    char text[DNSNAME_TEXT_MAX];
    struct dnsname out;

    name_count = 0;
    party_group_block(&out, name(zone), name(above));
    dnsname_print(text, &out);
    cr_expect_str_eq(text, wanted);
}

Test(party_group, the_block_is_the_largest_cut_that_the_answer_proves)
{
    expect_block("100.51.198.in-addr.arpa", "198.in-addr.arpa", "51.198.in-addr.arpa");
    expect_block("100.51.198.in-addr.arpa", "in-addr.arpa", "51.198.in-addr.arpa");
    expect_block("100.51.198.in-addr.arpa", "51.198.in-addr.arpa", "100.51.198.in-addr.arpa");
    expect_block("5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "0.1.0.0.2.ip6.arpa",
                 "8.b.d.0.1.0.0.2.ip6.arpa");
    expect_block("5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                 "2.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    expect_block("no.example", "example", "no.example"); /* a domain is no block of addresses */
    expect_block("no.example", ".", "no.example");
}
