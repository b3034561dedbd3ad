#include "io/resolver/root_data.h"

#include "tests/unit/io/scratch.h"

#define HINTS                               \
    "; root servers\n"                      \
    ". 3600000 NS A.ROOT.EXAMPLE.\n"        \
    "A.ROOT.EXAMPLE. 3600000 A 192.0.2.1\n" \
    "a.root.example. 3600000 AAAA 2001:db8::1\n"
#define ANCHOR \
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"

TestSuite(root_data, .init = scratch_make, .fini = scratch_remove);

static struct root_data roots;

static const char *load(const char *hints, const char *anchor)
{
    static struct failure failure;
    static char hints_path[256], anchor_path[256];

    failure = (struct failure){0};
    scratch_write("hints", hints);
    scratch_write("anchor", anchor);
    snprintf(hints_path, sizeof(hints_path), "%s", scratch_path("hints"));
    snprintf(anchor_path, sizeof(anchor_path), "%s", scratch_path("anchor"));
    if (root_data_load(&roots, hints_path, anchor_path, &failure))
        return "";
    const char *name = strrchr(failure.text, '/');
    return name ? name + 1 : failure.text;
}

static void expect_server(unsigned i, const char *expected)
{
    char text[IPADDR_TEXT_MAX];

    ipaddr_print(text, &roots.servers[i]);
    cr_expect_str_eq(text, expected);
}

Test(root_data, hints_are_the_addresses_of_the_name_servers_of_the_root)
{
    cr_expect_str_eq(load(HINTS, ANCHOR), "");
    cr_assert_eq(roots.server_count, 2);
    expect_server(0, "192.0.2.1");
    expect_server(1, "2001:db8::1");
}

Test(root_data, a_whole_root_zone_serves_as_hints)
{
    cr_expect_str_eq(load("$TTL 1h\n" HINTS "com. NS ns.com.\nns.com. A 192.0.2.9\n"
                          ". SOA a.root.example. dns.root.example. (1 2 3\n 4 5)\n",
                          ANCHOR),
                     "");
    cr_assert_eq(roots.server_count, 2);
}

Test(root_data, an_anchor_becomes_one_line)
{
    cr_expect_str_eq(
        load(HINTS, ". 3600 IN DNSKEY ( 257 3 8\n  AwEAAa96 ; part\n  jeuk )\n" ANCHOR), "");
    cr_assert_eq(roots.anchor_count, 2);
    cr_expect_str_eq(roots.anchors[0], ". IN DNSKEY 257 3 8 AwEAAa96 jeuk");
}

Test(root_data, strange_files_are_refused_with_the_reason)
{
    static char many[ROOT_ANCHORS_MAX * sizeof(ANCHOR) + sizeof(ANCHOR)];

    for (unsigned i = 0; i <= ROOT_ANCHORS_MAX; i++)
        strcat(many, ANCHOR);
    cr_expect_str_eq(load("", ANCHOR),
                     "hints names no root server: it needs NS records of the root, and A or AAAA "
                     "records of those names");
    cr_expect_str_eq(load("com. NS a.\na. A 192.0.2.1\n", ANCHOR),
                     "hints names no root server: it needs NS records of the root, and A or AAAA "
                     "records of those names");
    cr_expect_str_eq(load(HINTS "$INCLUDE x\n", ANCHOR),
                     "hints:5: of the directives only $TTL is supported here");
    cr_expect_str_eq(load(HINTS "a. 60 IN\n", ANCHOR), "hints:5: the record has no type");
    cr_expect_neq(strstr(load(HINTS "a. A 192.0.2.256\n", ANCHOR), "hints:5: "), NULL);
    cr_expect_str_eq(
        load(HINTS "A.ROOT.EXAMPLE. A \\# 20 0102030405060708090a0b0c0d0e0f1011121314\n", ANCHOR),
        "hints:5: the RDATA is not well formed");
    cr_expect_str_eq(load(HINTS "A.ROOT.EXAMPLE. AAAA \\# 4 01020304\n", ANCHOR),
                     "hints:5: the RDATA is not well formed");
    cr_expect_str_eq(load(HINTS, HINTS),
                     "anchor holds no DNSSEC trust anchor: it needs DS or DNSKEY records");
    cr_expect_str_eq(load(HINTS, many), "anchor:17: too many trust anchors");
}

Test(root_data, addresses_beyond_the_ceiling_are_left_out)
{
    static char text[200 * 64] = ". NS a.\n";
    size_t used = strlen(text);

    for (unsigned i = 0; i < 200; i++)
        used += (size_t)snprintf(text + used, sizeof(text) - used, "a. A 192.0.2.%u\n", i);
    cr_expect_str_eq(load(text, ANCHOR), "");
    cr_expect_eq(roots.server_count, ROOT_SERVERS_MAX);
}
