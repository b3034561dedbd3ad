#include "reports/difference_list.h"

#include "tests/unit/reports/made_vantages.h"

TestSuite(difference_list, .init = begin_vantages, .fini = end_vantages);

static struct report_row listed;

static void judge_row(const struct row_vantages *row)
{
    listed = *made_row(&made, 1);
    listed.vantages = row;
    if (row->inconsistent)
        judgement_find_inconsistent(&made.judgement, row->until);
}

static void expect_result(const struct difference_result *result, const char *who,
                          const char *words, unsigned group)
{
    cr_expect_str_eq(result->who, who);
    cr_expect_str_eq(result->words, words);
    cr_expect_eq(result->group, group);
}

Test(difference_list, addresses_with_the_same_difference_are_one_entry)
{
    uint32_t a = add_vantage("192.0.2.1");
    char ip[IPADDR_TEXT_MAX], host[64];

    for (unsigned i = 1; i <= 6; i++) {
        snprintf(ip, sizeof(ip), "198.51.100.%u", i);
        snprintf(host, sizeof(host), i == 4 ? "mta%u.example" : "old%u.example", i);
        see(a, ip, host, 60);
    }
    open_reader();
    struct difference_list *list = difference_list_new();
    cr_assert_not_null(list);
    for (unsigned i = 1; i <= 6; i++) {
        snprintf(ip, sizeof(ip), "198.51.100.%u", i);
        snprintf(host, sizeof(host), "mta%u.example", i);
        judge_row(read_row(ip, host));
        difference_list_add_results(list, &listed, overview);
    }
    difference_list_fold(list);
    cr_assert_eq(list->count, 1);
    const struct difference *one = list->first;
    cr_expect_eq(one->addresses.addresses, 5);
    cr_expect_eq(one->addresses.range_count, 2);
    struct ipaddr first = made_address("198.51.100.1");
    cr_expect(ipaddr_equal(&one->example, &first));
    cr_assert_eq(one->result_count, 2);
    expect_result(&one->results[0], "resolvers of the run", "pass: mta1.example", 0);
    expect_result(&one->results[1], "192.0.2.1", "pass: old1.example", 1);
    difference_list_free(list);
}

Test(difference_list, another_vantage_that_differs_is_another_entry)
{
    uint32_t a = add_vantage("192.0.2.1"), b = add_vantage("192.0.2.2");

    see(a, "198.51.100.1", "old1.example", 60);
    see(b, "198.51.100.1", "mta1.example", 60);
    see(a, "198.51.100.2", "mta2.example", 60);
    see(b, "198.51.100.2", "old2.example", 60);
    open_reader();
    struct difference_list *list = difference_list_new();
    judge_row(read_row("198.51.100.1", "mta1.example"));
    difference_list_add_results(list, &listed, overview);
    judge_row(read_row("198.51.100.2", "mta2.example"));
    difference_list_add_results(list, &listed, overview);
    cr_expect_eq(list->count, 2);
    cr_assert_not_null(list->first->next);
    cr_expect_eq(list->first->next, list->last);
    cr_expect_eq(list->last->addresses.addresses, 1);
    difference_list_free(list);
}

Test(difference_list, another_server_that_differs_is_another_entry)
{
    unsigned all = 0;

    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    store_told("198.51.100.7", "192.0.2.53", SUMMARY_NOTHING, "", 60);
    store_told("198.51.100.8", "192.0.2.54", SUMMARY_NOTHING, "", 60);
    open_reader();
    struct difference_list *list = difference_list_new();
    judge_row(read_row("198.51.100.7", "mta7.example"));
    difference_list_add_question(list, &listed, 0, &all);
    judge_row(read_row("198.51.100.8", "mta8.example"));
    difference_list_add_question(list, &listed, 0, &all);
    cr_expect_eq(list->count, 2);
    difference_list_free(list);
}

Test(difference_list, groups_servers_that_agree)
{
    unsigned all = 0;

    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    add_server("ns3.example", "192.0.2.55", ZONE_SERVER_LAME);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NOTHING, "", 60);
    open_reader();
    struct difference_list *list = difference_list_new();
    judge_row(read_row("198.51.100.7", "mta7.example"));
    difference_list_add_question(list, &listed, 0, &all);
    cr_assert_eq(list->count, 1);
    cr_expect_eq(all, 1);
    cr_assert_eq(list->first->result_count, 3);
    expect_result(&list->first->results[0], "ns1.example (192.0.2.53), serial 5", "mta7.example",
                  0);
    expect_result(&list->first->results[1], "ns2.example (192.0.2.54), serial 5", "no PTR record",
                  1);
    expect_result(&list->first->results[2], "resolvers of the run", "mta7.example", 0);
    difference_list_free(list);
}

Test(difference_list, has_a_ceiling_over_several_lists)
{
    unsigned all = DIFFERENCES_ALL_MAX;

    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NOTHING, "", 60);
    open_reader();
    struct difference_list *list = difference_list_new();
    judge_row(read_row("198.51.100.7", "mta7.example"));
    difference_list_add_question(list, &listed, 0, &all);
    cr_expect_eq(list->count, 0);
    cr_expect_eq(list->left_out, 1);
    difference_list_add_question(NULL, &listed, 0, &all);
    difference_list_fold(NULL);
    difference_list_free(list);
    difference_list_free(NULL);
}
