#include <criterion/criterion.h>
#include <stdio.h>

#include "io/input/suffix_list.h"
#include "reports/fix_list.h"
#include "reports/fix_words.h"
#include "tests/unit/reports/made_zone.h"

static struct made_row made;
static void add_failing(struct fix_list *list, const char *address, const struct run_zone *told)
{
    made_begin(&made, address, NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    const struct report_row *row = made_row(&made, 1);
    made.row.fix_zones[0] = told;
    fix_list_add(list, row);
}

Test(fix_list, a_failing_zone_is_one_group)
{
    struct run_zone failed = {.kind = ANSWER_SERVFAIL};
    struct fix_list *list = fix_list_new(NULL);
    const struct fix_group *group;

    add_failing(list, "198.51.100.7", &failed);
    add_failing(list, "198.51.100.9", &failed);
    add_failing(list, "198.51.100.8", &failed);
    fix_list_sort(list);
    group = fix_list_group(list, 0);
    cr_assert_null(fix_list_group(list, 1));
    cr_assert(group->fails);
    cr_assert_not(group->answers);
    cr_assert_eq(group->failure, ANSWER_SERVFAIL);
    cr_assert_eq(group->addresses, 3);
    cr_assert_eq(group->problems[VERDICT_DNS_ERROR].range_count, 1);
    cr_assert_not(group->zone_is_known);
    fix_list_free(list);
}

/* Of the kinds of failure, only the fault of a zone makes its operator a party. */
Test(fix_list, a_zone_whose_question_shows_nothing_is_no_party)
{
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++) {
        struct run_zone asked = {.kind = kind};
        struct fix_list *list = fix_list_new(NULL);

        add_failing(list, "198.51.100.7", &asked);
        fix_list_sort(list);
        cr_expect_eq(fix_group_is_party(fix_list_group(list, 0)), blame_zone_fails(kind), "%d",
                     (int)kind);
        cr_expect_eq(fix_group_is_not_loaded(fix_list_group(list, 0)), kind == ANSWER_NO_ZONE);
        fix_list_free(list);
    }
}

Test(fix_list, addresses_below_one_apex_are_one_group_with_its_servers)
{
    struct run_zone told = made_zone("51.198.in-addr.arpa", 2);
    struct fix_list *list = fix_list_new(NULL);
    const struct fix_group *group;

    add_failing(list, "198.51.100.7", &told);
    add_failing(list, "198.51.101.7", &told);
    group = fix_list_group(list, 0);
    cr_assert_null(fix_list_group(list, 1));
    cr_assert(group->answers);
    cr_assert_not(group->fails);
    cr_assert(group->has_contact);
    cr_assert(zone_is(&group->rname, "noc.isp.example"));
    cr_assert_eq(group->server_count, 2);
    cr_assert_eq(group->server_total, 2);
    cr_assert(zone_is(&group->servers[1], "ns2.isp.example"));
    fix_list_free(list);
}

static void add_without_ptr(struct fix_list *list, const char *address, const char *expected)
{
    made_begin(&made, address, expected);
    made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    fix_list_add(list, made_row(&made, 1));
}

Test(fix_list, lists_a_record_of_two_rows_once)
{
    struct fix_list *list = fix_list_new(NULL);
    const struct fix_group *group;

    add_without_ptr(list, "198.51.100.9", "mta9.example.com");
    add_without_ptr(list, "198.51.100.7", "mta7.example.com");
    add_without_ptr(list, "198.51.100.9", "mta9.example.com");
    fix_list_sort(list);
    group = fix_list_group(list, 0);
    cr_assert_eq(group->record_count, 2);
    cr_assert_str_eq(group->first->text,
                     "9.100.51.198.in-addr.arpa. 3600 IN PTR mta9.example.com.");
    cr_assert_str_eq(group->last->text, "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    cr_assert_null(group->last->next);
    fix_list_free(list);
}

Test(fix_list, counts_addresses_with_several_expected_names)
{
    struct fix_list *list = fix_list_new(NULL);
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
    fix_list_sort(list);
    cr_assert_eq(fix_list_group(list, 0)->contested, 2);
    cr_assert_eq(fix_list_group(list, 0)->record_count, 7);
    fix_group_contest(text, fix_list_group(list, 0));
    cr_assert_str_eq(text, "Several host names are expected for 2 addresses. Each address should "
                           "have one: the sender must decide which.");
    fix_list_free(list);
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
    struct fix_list *list = fix_list_new(NULL);
    struct dnsname zone = made_name("100.51.198.in-addr.arpa");

    add_with_ptr(list, "198.51.100.7", "b.example.com", "b.example.com");
    add_with_ptr(list, "198.51.100.7", "a.example.com", "b.example.com");
    add_with_ptr(list, "198.51.100.8", "b.example.com",
                 "b.example.com"); /* no row expects the existing name */
    add_with_ptr(list, "198.51.100.8", NULL, "b.example.com");
    add_with_ptr(list, "198.51.100.9", "a.example.com", NULL);
    fix_list_sort(list);
    cr_assert_eq(fix_list_find(list, FIXER_REVERSE_ZONE, &zone)->contested, 1);
    fix_list_free(list);
}

Test(fix_list, folds_addresses_in_any_order)
{
    static const char *const addresses[] = {"198.51.100.9", "198.51.100.7", "198.51.100.8",
                                            "198.51.100.8", "198.51.100.1", "198.51.100.10"};
    struct fix_list *list = fix_list_new(NULL);
    const struct address_ranges *problem;
    char text[IPRANGE_TEXT_MAX];

    for (unsigned i = 0; i < 6; i++)
        add_without_ptr(list, addresses[i], NULL);
    fix_list_sort(list);
    problem = &fix_list_group(list, 0)->problems[VERDICT_NO_PTR];
    cr_assert_eq(problem->addresses, 5, "an address of two rows counts once");
    cr_assert_eq(fix_list_group(list, 0)->addresses, 5);
    cr_assert_eq(problem->range_count, 2);
    iprange_print(text, &problem->first->range);
    cr_assert_str_eq(text, "198.51.100.1");
    iprange_print(text, &problem->last->range);
    cr_assert_str_eq(text, "198.51.100.7-198.51.100.10");
    cr_assert_eq(problem->first->next, problem->last);
    cr_assert_null(problem->last->next);
    fix_list_free(list);
    fix_list_free(NULL);
}

Test(fix_list, groups_by_fixer_and_zone_ignoring_case)
{
    struct fix_list *list = fix_list_new(NULL);
    const struct fix_group *group;

    made_begin(&made, "203.0.113.1", NULL);
    made_ptr(&made, "a.EXAMPLE.com");
    made_forward(&made, "a.EXAMPLE.com", ANSWER_NXDOMAIN);
    fix_list_add(list, made_row(&made, 1));
    made_begin(&made, "203.0.113.2", NULL);
    made_ptr(&made, "b.example.COM");
    made_has(&made, made_forward(&made, "b.example.COM", ANSWER_RECORDS), "192.0.2.1");
    fix_list_add(list, made_row(&made, 1));
    add_without_ptr(list, "198.51.100.7", "mta7.example.com");
    fix_list_sort(list);
    group = fix_list_group(list, 0);
    cr_assert_eq(group->who, FIXER_REVERSE_ZONE);
    cr_assert(group->has_contact);
    cr_assert(zone_is(&group->mname, "ns.isp.example"));
    cr_assert_str_eq(group->first->text,
                     "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    cr_assert_eq(group->safe_after, MADE_AT + 3600);
    group = fix_list_group(list, 1);
    cr_assert_eq(group->who, FIXER_HOST_NAME);
    cr_assert_eq(group->addresses, 2);
    cr_assert_eq(group->problems[VERDICT_NO_FORWARD].addresses, 1);
    cr_assert_eq(group->problems[VERDICT_FORWARD_MISMATCH].addresses, 1);
    cr_assert_str_eq(group->first->text, "a.EXAMPLE.com. 3600 IN A 203.0.113.1");
    cr_assert_null(fix_list_group(list, 2));
    fix_list_free(list);
}

Test(fix_list, a_record_without_host_name_is_counted)
{
    struct fix_list *list = fix_list_new(NULL);

    add_without_ptr(list, "198.51.100.7", NULL);
    fix_list_sort(list);
    cr_assert_eq(fix_list_group(list, 0)->without_record, 1);
    cr_assert_eq(fix_list_group(list, 0)->record_count, 0);
    fix_list_free(list);
}

Test(fix_list, an_address_named_in_another_row_needs_no_host_name)
{
    struct fix_list *list = fix_list_new(NULL);

    add_without_ptr(list, "198.51.100.9", NULL);
    add_without_ptr(list, "198.51.100.7", NULL);
    add_without_ptr(list, "198.51.100.8", NULL);
    add_without_ptr(list, "198.51.100.8", NULL);
    add_without_ptr(list, "198.51.100.7", "mta7.example.com");
    add_without_ptr(list, "198.51.100.7", "other.example.com");
    add_without_ptr(list, "198.51.100.5", "mta5.example.com");
    fix_list_sort(list);
    cr_assert_eq(fix_list_group(list, 0)->addresses, 4);
    cr_assert_eq(fix_list_group(list, 0)->without_record, 2);
    fix_list_free(list);
}

Test(fix_list, has_a_ceiling_and_counts_the_rest)
{
    struct fix_list *list = fix_list_new(NULL);
    const struct fix_group *group;
    char address[32];

    for (unsigned i = 0; i < 30000; i++) {
        snprintf(address, sizeof(address), "10.0.%u.%u", i / 128, i % 128 * 2);
        add_without_ptr(list, address, "mta.example.com");
    }
    group = fix_list_group(list, 0);
    cr_assert_eq(group->addresses, 30000);
    cr_assert_eq(group->record_count, FIX_RECORDS_MAX);
    cr_assert_eq(group->unlisted, 30000 - FIX_RECORDS_MAX);
    cr_assert_eq(group->problems[VERDICT_NO_PTR].range_count, FIX_RANGES_MAX);
    cr_assert_eq(group->problems[VERDICT_NO_PTR].unlisted, 30000 - FIX_RANGES_MAX);
    made_begin(&made, "203.0.113.1", "mta.example.com");
    fix_list_add(list, made_row(&made, 1));
    cr_assert_eq(fix_list_group(list, 1)->record_count, 1,
                 "a small group after a large one is not lost");
    fix_list_free(list);
}

Test(fix_list, groups_have_a_ceiling)
{
    struct fix_list *list = fix_list_new(NULL);
    char address[32];

    for (unsigned i = 0; i < FIX_GROUPS_MAX + 10; i++) {
        snprintf(address, sizeof(address), "10.%u.%u.1", i / 256, i % 256);
        made_begin(&made, address, NULL);
        fix_list_add(list, made_row(&made, 1));
    }
    cr_assert_not_null(fix_list_group(list, FIX_GROUPS_MAX - 1));
    cr_assert_null(fix_list_group(list, FIX_GROUPS_MAX));
    cr_assert_eq(fix_list_left_out(list), 10);
    fix_list_free(list);
}

/* The registrable domain of the group for a host name without an address. */
static void expect_domain(const struct suffix_list *suffixes, const char *host, const char *domain)
{
    struct fix_list *list = fix_list_new(suffixes);
    const struct fix_group *group;

    made_begin(&made, "203.0.113.1", NULL);
    made_ptr(&made, host);
    made_forward(&made, host, ANSWER_NXDOMAIN);
    fix_list_add(list, made_row(&made, 1));
    group = fix_list_group(list, 0);
    cr_assert_eq(group->who, FIXER_HOST_NAME);
    cr_assert_eq(group->has_domain, domain != NULL, "%s", host);
    if (domain)
        cr_expect(zone_is(&group->domain, domain), "%s", host);
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
    struct fix_list *list = fix_list_new(suffixes);

    cr_assert_not_null(suffixes, "%s", why);
    made_begin(&made, "203.0.113.1", NULL);
    fix_list_add(list, made_row(&made, 1));
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    fix_list_add(list, made_row(&made, 2));
    cr_expect_not(fix_list_group(list, 0)->has_domain);
    cr_expect_eq(fix_list_group(list, 1)->who, FIXER_FAILING_ZONE);
    cr_expect_not(fix_list_group(list, 1)->has_domain);
    fix_list_free(list);
    suffix_list_close(suffixes);
}
