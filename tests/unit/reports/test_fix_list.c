#include "reports/fix_list.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "audit/blame.h"
#include "io/input/suffix_list.h"
#include "reports/fix_words.h"
#include "reports/party_ranges.h"
#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_zone.h"

TestSuite(fix_list, .init = make_folder, .fini = drop_folder);

static struct made_row made;

static struct fix_list *open_list(const struct suffix_list *suffixes,
                                  const struct providers *providers)
{
    struct failure failure = {0};
    struct fix_list *list = fix_list_open(&opened, suffixes, providers, &failure);

    cr_assert_not_null(list, "%s", failure.text);
    return list;
}

static void sort(struct fix_list *list)
{
    struct failure failure = {0};

    cr_assert(fix_list_sort(list, &failure), "%s", failure.text);
}

/* The records or addresses of a party as text, one per line; "+" before those that repeat. */
static char items[64 * 1024];

static void put_item(void *context, const struct fix_item *item)
{
    size_t used = strlen(items);
    char text[FIX_TEXT_MAX];

    (void)context;
    if (fix_print(text, &item->fix) == 0)
        ipaddr_print(text, &item->address);
    snprintf(items + used, sizeof(items) - used, "%s%s\n", item->is_repeated ? "+" : "", text);
}

static const char *items_of(struct fix_list *list, unsigned party, enum fix_order order)
{
    struct failure failure = {0};

    items[0] = '\0';
    cr_assert(fix_list_each(list, fix_list_party(list, party), order, put_item, NULL, &failure));
    return items;
}

/* The ranges of a party's verdict, joined by blanks. */
static const char *ranges_of(struct fix_list *list, unsigned party, enum verdict verdict,
                             unsigned most)
{
    static char text[4096];
    struct party_ranges ranges;
    struct failure failure = {0};

    text[0] = '\0';
    cr_assert(party_ranges_read(&ranges, list, fix_list_party(list, party), most, &failure));
    for (const struct address_range *range = ranges.problems[verdict].first; range;
         range = range->next) {
        char one[IPRANGE_TEXT_MAX];

        iprange_print(one, &range->range);
        strcat(strcat(text, text[0] ? " " : ""), one);
    }
    party_ranges_free(&ranges);
    return text;
}

static void add_failing(struct fix_list *list, const char *address, const struct run_zone *told)
{
    made_begin(&made, address, NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    const struct report_row *row = made_row(&made, 1);
    made.row.fix_zones[0] = told;
    fix_list_add(list, row);
}

Test(fix_list, a_failing_zone_is_one_party)
{
    struct run_zone failed = {.kind = ANSWER_SERVFAIL};
    struct fix_list *list = open_list(NULL, NULL);
    const struct fix_group *group;

    add_failing(list, "198.51.100.7", &failed);
    add_failing(list, "198.51.100.9", &failed);
    add_failing(list, "198.51.100.8", &failed);
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->addresses, 3);
    cr_assert_null(fix_list_party(list, 1));
    group = fix_list_party(list, 0)->first;
    cr_assert(group->fails);
    cr_assert_not(group->answers);
    cr_assert_eq(group->failure, ANSWER_SERVFAIL);
    cr_assert_eq(group->addresses, 3);
    cr_assert_not(group->zone_is_known);
    cr_assert_str_eq(ranges_of(list, 0, VERDICT_DNS_ERROR, 9), "198.51.100.7-198.51.100.9");
    fix_list_free(list);
}

/* Of the kinds of failure, only the fault of a zone makes its operator a party. */
Test(fix_list, a_zone_whose_question_shows_nothing_is_no_party)
{
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++) {
        struct run_zone asked = {.kind = kind};
        struct fix_list *list = open_list(NULL, NULL);

        add_failing(list, "198.51.100.7", &asked);
        sort(list);
        cr_expect_eq(fix_list_party(list, 0)->is_known, blame_may_be_zone(kind), "%d", (int)kind);
        cr_expect_eq(fix_list_party(list, 0)->folder != NULL, blame_may_be_zone(kind));
        fix_list_free(list);
    }
}

Test(fix_list, addresses_below_one_apex_are_one_zone_with_its_servers)
{
    struct run_zone told = made_zone("51.198.in-addr.arpa", 2);
    struct fix_list *list = open_list(NULL, NULL);
    const struct fix_group *group;

    add_failing(list, "198.51.100.7", &told);
    add_failing(list, "198.51.101.7", &told);
    sort(list);
    group = fix_list_party(list, 0)->first;
    cr_assert_eq(fix_list_party(list, 0)->zone_count, 1);
    cr_assert_null(fix_list_party(list, 1));
    cr_assert(group->answers);
    cr_assert_not(group->fails);
    cr_assert(zone_is(group->rname, "noc.isp.example"));
    cr_assert_eq(group->server_count, 2);
    cr_assert_eq(group->server_total, 2);
    cr_assert(zone_is(group->servers[0], "ns.isp.example"));
    cr_assert(zone_is(group->servers[1], "ns2.isp.example"));
    fix_list_free(list);
}

static void add_in_zone(struct fix_list *list, const char *address, const char *expected,
                        const char *zone, const char *mname)
{
    made_begin(&made, address, expected);
    made_soa(&made.seen.ptr, zone, mname, "noc.isp.example");
    fix_list_add(list, made_row(&made, 1));
}

static void add_without_ptr(struct fix_list *list, const char *address, const char *expected)
{
    add_in_zone(list, address, expected, "100.51.198.in-addr.arpa", "ns.isp.example");
}

/* The addresses fold over the border of the zones, and the larger party is the first. */
Test(fix_list, zones_of_one_operator_are_one_party)
{
    struct fix_list *list = open_list(NULL, NULL);
    const struct fix_party *party;
    char text[PARTY_NAME_MAX];

    add_in_zone(list, "203.0.113.9", NULL, "113.0.203.in-addr.arpa", "ns.other.example");
    add_in_zone(list, "198.51.101.0", "b.example.com", "101.51.198.in-addr.arpa", "ns.isp.example");
    add_in_zone(list, "198.51.100.255", "a.example.com", "100.51.198.in-addr.arpa",
                "NS.isp.example");
    sort(list);
    party = fix_list_party(list, 0);
    cr_assert_eq(party->zone_count, 2);
    cr_assert_eq(party->addresses, 2);
    cr_assert_eq(party->records, 2);
    cr_assert(zone_is(party->first->zone, "100.51.198.in-addr.arpa"));
    cr_assert(zone_is(party->first->next->zone, "101.51.198.in-addr.arpa"));
    cr_assert_null(party->first->next->next);
    cr_assert_eq(party->first->records, 1);
    cr_assert_str_eq(party->folder, "reverse-isp.example");
    fix_party_name(text, party);
    cr_assert_str_eq(text, "noc@isp.example");
    cr_assert_str_eq(ranges_of(list, 0, VERDICT_NO_PTR, 9), "198.51.100.255-198.51.101.0");
    cr_assert_str_eq(items_of(list, 0, FIX_BY_ZONE),
                     "255.100.51.198.in-addr.arpa. 3600 IN PTR a.example.com.\n"
                     "0.101.51.198.in-addr.arpa. 3600 IN PTR b.example.com.\n");
    cr_assert_eq(fix_list_party(list, 1)->addresses, 1);
    cr_assert_str_eq(fix_list_party(list, 1)->folder, "reverse-113.0.203.in-addr.arpa");
    cr_assert_null(fix_list_party(list, 2));
    cr_assert_eq(fix_list_parties(list), 2);
    fix_list_free(list);
}

static struct providers *providers_of(const char *prefix, const char *name)
{
    struct provider_cell cells[] = {
        {prefix, strlen(prefix)}, {name, strlen(name)}, {"tickets@acme.example", 20}, {"C-17", 4}};
    const struct provider *again, *earlier;
    struct providers *providers = providers_new();
    struct provider provider;
    struct target_reason why;

    cr_assert(provider_parse(&provider, cells, 4, &why));
    cr_assert(providers_add(providers, &provider));
    cr_assert(providers_seal(providers, &again, &earlier));
    return providers;
}

Test(fix_list, a_provider_is_one_party_whatever_the_dns_says)
{
    struct providers *providers = providers_of("198.51.0.0/16", "ACME Hosting");
    struct fix_list *list = open_list(NULL, providers);
    const struct fix_party *party;

    add_without_ptr(list, "198.51.100.7", NULL);
    add_in_zone(list, "198.51.7.7", NULL, "7.51.198.in-addr.arpa", "ns.other.example");
    add_in_zone(list, "198.52.0.7", NULL, "100.51.198.in-addr.arpa", "ns.isp.example");
    made_begin(&made, "198.51.9.9", NULL); /* fails, and no answer names the zone */
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    fix_list_add(list, made_row(&made, 1));
    sort(list);
    party = fix_list_party(list, 0);
    cr_assert_eq(party->zone_count, 2);
    cr_assert_str_eq(party->provider->name, "ACME Hosting");
    cr_assert_str_eq(party->folder, "reverse-acme_hosting");
    cr_assert_null(fix_list_party(list, 1)->provider, "an address outside the prefix");
    cr_assert(fix_list_party(list, 2)->is_known, "the provider knows whom to ask");
    cr_assert_str_eq(fix_list_party(list, 2)->folder, "failing-acme_hosting");
    cr_assert_null(fix_list_party(list, 3));
    fix_list_free(list);
    providers_free(providers);
}

static void add_undelegated(struct fix_list *list, const char *address)
{
    made_begin(&made, address, NULL);
    made_soa(&made.seen.ptr, "11.in-addr.arpa", "z.arin.net", "dns-ops.arin.net");
    fix_list_add(list, made_row(&made, 1));
}

Test(fix_list, undelegated_space_is_one_party_for_each_block)
{
    struct fix_list *list = open_list(NULL, NULL);

    add_undelegated(list, "11.5.1.7");
    add_undelegated(list, "11.5.9.7");
    add_undelegated(list, "11.6.1.7");
    add_undelegated(list, "11.7.1.7"); /* 11.7.0.0/16 is not held together: a part is delegated */
    add_undelegated(list, "11.7.2.7");
    add_in_zone(list, "11.7.3.7", NULL, "3.7.11.in-addr.arpa", "ns.isp.example");
    sort(list);
    cr_assert_str_eq(fix_list_party(list, 0)->folder, "reverse-5.11.in-addr.arpa");
    cr_assert_eq(fix_list_party(list, 0)->zone_count, 2);
    for (unsigned i = 1; i <= 4; i++)
        cr_assert_eq(fix_list_party(list, i)->zone_count, 1);
    cr_assert_null(fix_list_party(list, 5));
    fix_list_free(list);
}

Test(fix_list, lists_a_record_of_two_rows_once)
{
    struct fix_list *list = open_list(NULL, NULL);

    add_without_ptr(list, "198.51.100.9", "mta9.example.com");
    add_without_ptr(list, "198.51.100.7", "mta7.example.com");
    add_without_ptr(list, "198.51.100.9", "mta9.example.com");
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->records, 2);
    cr_assert_str_eq(items_of(list, 0, FIX_BY_ZONE),
                     "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com.\n"
                     "9.100.51.198.in-addr.arpa. 3600 IN PTR mta9.example.com.\n");
    cr_assert_str_eq(items_of(list, 0, FIX_BY_ADDRESS),
                     "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com.\n"
                     "9.100.51.198.in-addr.arpa. 3600 IN PTR mta9.example.com.\n");
    fix_list_free(list);
}

Test(fix_list, counts_addresses_with_several_expected_names)
{
    struct fix_list *list = open_list(NULL, NULL);
    static const char *const rows[][2] = {
        {"198.51.100.9", "a.example.com"}, {"198.51.100.9", "a.example.com"},
        {"198.51.100.7", "a.example.com"}, {"198.51.100.7", "b.example.com"},
        {"198.51.100.7", "c.example.com"}, {"198.51.100.70", "a.example.com"},
        {"198.51.100.8", "b.example.com"}, {"198.51.100.70", "b.example.com"},
        {"198.51.100.7", "b.example.com"},
    };
    char text[CONTEST_TEXT_MAX];

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        add_without_ptr(list, rows[i][0], rows[i][1]);
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->contested, 2);
    cr_assert_eq(fix_list_party(list, 0)->records, 7);
    fix_party_contest(text, fix_list_party(list, 0));
    cr_assert_str_eq(text, "Several host names are expected for 2 addresses. Each address should "
                           "have one: the sender must decide which.");
    fix_list_free(list);
}

static const struct fix_party *reverse_party(const struct fix_list *list)
{
    for (unsigned i = 0;; i++)
        if (fix_list_party(list, i)->who == FIXER_REVERSE_ZONE)
            return fix_list_party(list, i);
}

/* The PTR name is `expected`; `other` is looked up because another row expects it. */
static void add_with_ptr(struct fix_list *list, const char *address, const char *expected,
                         const char *other)
{
    made_begin(&made, address, expected);
    made_ptr(&made, "a.example.com");
    made_forward(&made, "a.example.com", ANSWER_NODATA);
    if (other)
        made_forward(&made, other, ANSWER_NODATA);
    fix_list_add(list, made_row(&made, 1));
}

Test(fix_list, counts_addresses_whose_record_would_replace_an_expected_name)
{
    struct fix_list *list = open_list(NULL, NULL);

    add_with_ptr(list, "198.51.100.7", "b.example.com", "b.example.com");
    add_with_ptr(list, "198.51.100.7", "a.example.com", "b.example.com");
    add_with_ptr(list, "198.51.100.8", "b.example.com",
                 "b.example.com"); /* no row expects the existing name */
    add_with_ptr(list, "198.51.100.8", NULL, "b.example.com");
    add_with_ptr(list, "198.51.100.9", "a.example.com", NULL);
    sort(list);
    cr_assert_eq(reverse_party(list)->contested, 1);
    fix_list_free(list);
}

Test(fix_list, folds_addresses_in_any_order)
{
    static const char *const addresses[] = {"198.51.100.9", "198.51.100.7", "198.51.100.8",
                                            "198.51.100.8", "198.51.100.1", "198.51.100.10"};
    struct fix_list *list = open_list(NULL, NULL);

    for (unsigned i = 0; i < 6; i++)
        add_without_ptr(list, addresses[i], NULL);
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->problems[VERDICT_NO_PTR], 5,
                 "an address of two rows counts once");
    cr_assert_eq(fix_list_party(list, 0)->addresses, 5);
    cr_assert_str_eq(ranges_of(list, 0, VERDICT_NO_PTR, 9),
                     "198.51.100.1 198.51.100.7-198.51.100.10");
    fix_list_free(list);
    fix_list_free(NULL);
}

Test(fix_list, zones_differ_by_fixer_and_name_ignoring_case)
{
    struct fix_list *list = open_list(NULL, NULL);
    const struct fix_party *party;

    made_begin(&made, "203.0.113.1", NULL);
    made_ptr(&made, "a.EXAMPLE.com");
    made_forward(&made, "a.EXAMPLE.com", ANSWER_NXDOMAIN);
    fix_list_add(list, made_row(&made, 1));
    made_begin(&made, "203.0.113.2", NULL);
    made_ptr(&made, "b.example.COM");
    made_has(&made, made_forward(&made, "b.example.COM", ANSWER_RECORDS), "192.0.2.1");
    fix_list_add(list, made_row(&made, 1));
    add_without_ptr(list, "198.51.100.7", "mta7.example.com");
    sort(list);
    party = fix_list_party(list, 0);
    cr_assert_eq(party->who, FIXER_HOST_NAME);
    cr_assert_eq(party->addresses, 2);
    cr_assert_eq(party->problems[VERDICT_NO_FORWARD], 1);
    cr_assert_eq(party->problems[VERDICT_FORWARD_MISMATCH], 1);
    cr_assert_str_eq(items_of(list, 0, FIX_BY_ZONE), "a.EXAMPLE.com. 3600 IN A 203.0.113.1\n"
                                                     "b.example.COM. 3600 IN A 203.0.113.2\n");
    party = fix_list_party(list, 1);
    cr_assert_eq(party->who, FIXER_REVERSE_ZONE);
    cr_assert(zone_is(party->first->mname, "ns.isp.example"));
    cr_assert_eq(party->safe_after, MADE_AT + 3600);
    cr_assert_null(fix_list_party(list, 2));
    fix_list_free(list);
}

Test(fix_list, a_record_without_host_name_is_counted)
{
    struct fix_list *list = open_list(NULL, NULL);

    add_without_ptr(list, "198.51.100.7", NULL);
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->without_record, 1);
    cr_assert_eq(fix_list_party(list, 0)->records, 0);
    fix_list_free(list);
}

Test(fix_list, an_address_named_in_another_row_needs_no_host_name)
{
    struct fix_list *list = open_list(NULL, NULL);
    struct party_ranges ranges;
    struct failure failure = {0};

    add_without_ptr(list, "198.51.100.9", NULL);
    add_without_ptr(list, "198.51.100.7", NULL);
    add_without_ptr(list, "198.51.100.8", NULL);
    add_without_ptr(list, "198.51.100.8", NULL);
    add_without_ptr(list, "198.51.100.7", "mta7.example.com");
    add_without_ptr(list, "198.51.100.7", "other.example.com");
    add_without_ptr(list, "198.51.100.5", "mta5.example.com");
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->addresses, 4);
    cr_assert_eq(fix_list_party(list, 0)->without_record, 2);
    cr_assert(party_ranges_read(&ranges, list, fix_list_party(list, 0), 9, &failure));
    cr_assert_eq(ranges.nameless.addresses, 2);
    cr_assert_eq(ranges.on_broken_servers.addresses, 0);
    party_ranges_free(&ranges);
    fix_list_free(list);
}

Test(fix_list, has_no_ceiling_and_counts_exactly)
{
    enum { ZONES = 3000, OF_ZONE = 20 };
    struct fix_list *list = open_list(NULL, NULL);
    struct party_ranges ranges;
    struct failure failure = {0};
    char address[32], zone[64], mname[64];
    uint64_t addresses = 0, records = 0;

    for (unsigned round = 0; round < 2; round++) { /* each address is in two rows */
        for (unsigned i = 0; i < ZONES * OF_ZONE; i++) {
            unsigned block = i / OF_ZONE;

            snprintf(address, sizeof(address), "11.%u.%u.%u", block / 256, block % 256,
                     i % OF_ZONE * 2);
            snprintf(zone, sizeof(zone), "%u.%u.11.in-addr.arpa", block % 256, block / 256);
            snprintf(mname, sizeof(mname), "ns%u.isp.example", block < 1000 ? 0 : block);
            add_in_zone(list, address, "mta.example.com", zone, mname);
        }
    }
    sort(list);
    cr_assert_eq(fix_list_party(list, 0)->zone_count, 1000);
    cr_assert_eq(fix_list_party(list, 0)->addresses, 1000 * OF_ZONE);
    cr_assert_eq(fix_list_parties(list), ZONES - 1000 + 1);
    for (unsigned i = 0; i < fix_list_parties(list); i++) {
        addresses += fix_list_party(list, i)->addresses;
        records += fix_list_party(list, i)->records;
    }
    cr_assert_eq(addresses, ZONES * OF_ZONE);
    cr_assert_eq(records, ZONES * OF_ZONE);
    cr_assert(party_ranges_read(&ranges, list, fix_list_party(list, 0), 50, &failure));
    cr_assert_eq(ranges.problems[VERDICT_NO_PTR].addresses, 1000 * OF_ZONE);
    cr_assert_eq(ranges.problems[VERDICT_NO_PTR].range_count, 50);
    cr_assert_eq(ranges.problems[VERDICT_NO_PTR].unlisted, 1000 * OF_ZONE - 50);
    party_ranges_free(&ranges);
    fix_list_free(list);
}

/* The registrable domain of the group for a host name without an address. */
static void expect_domain(const struct suffix_list *suffixes, const char *host, const char *domain)
{
    struct fix_list *list = open_list(suffixes, NULL);
    const struct fix_group *group;

    made_begin(&made, "203.0.113.1", NULL);
    made_ptr(&made, host);
    made_forward(&made, host, ANSWER_NXDOMAIN);
    fix_list_add(list, made_row(&made, 1));
    sort(list);
    group = fix_list_party(list, 0)->first;
    cr_assert_eq(group->who, FIXER_HOST_NAME);
    cr_assert_eq(group->domain != NULL, domain != NULL, "%s", host);
    if (domain)
        cr_expect(zone_is(group->domain, domain), "%s", host);
    fix_list_free(list);
}

Test(fix_list, host_names_have_a_registrable_domain)
{
    const char *why;
    struct suffix_list *suffixes = suffix_list_open(NULL, &why);

    cr_assert_not_null(suffixes, "%s", why);
    expect_domain(suffixes, "mta7.out.example.co.uk", "example.co.uk");
    expect_domain(suffixes, "mta7.Example.com", "example.com");
    expect_domain(suffixes, "example.com", "example.com");
    expect_domain(suffixes, "mta7.co.uk", "mta7.co.uk"); /* the guess stops below co.uk */
    expect_domain(suffixes, "co.uk", NULL);
    expect_domain(NULL, "mta7.example.com", NULL);
    suffix_list_close(suffixes);
}

Test(fix_list, reverse_zones_have_no_registrable_domain)
{
    const char *why;
    struct suffix_list *suffixes = suffix_list_open(NULL, &why);
    struct fix_list *list = open_list(suffixes, NULL);

    cr_assert_not_null(suffixes, "%s", why);
    made_begin(&made, "203.0.113.1", NULL);
    fix_list_add(list, made_row(&made, 1));
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    fix_list_add(list, made_row(&made, 2));
    sort(list);
    cr_expect_null(fix_list_party(list, 0)->first->domain);
    cr_expect_eq(fix_list_party(list, 1)->who, FIXER_FAILING_ZONE);
    cr_expect_null(fix_list_party(list, 1)->first->domain);
    fix_list_free(list);
    suffix_list_close(suffixes);
}
