#include "tests/unit/reports/made_vantages.h"

TestSuite(row_vantages, .init = begin_vantages, .fini = end_vantages);

Test(row_vantages, vantages_that_agree_share_a_group)
{
    uint32_t a = add_vantage("192.0.2.1"), b = add_vantage("192.0.2.2"),
             c = add_vantage("192.0.2.3");

    add_vantage("192.0.2.4");
    see(a, "198.51.100.7", "old.example", 900);
    see(b, "198.51.100.7", "mta.example", 60);
    see(c, "198.51.100.7", NULL, 0);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", "mta.example");
    cr_assert_eq(row->result_count, 5);
    cr_expect_eq(row->results[0].group, 0);
    cr_expect_eq(row->results[0].state, RESULT_SAME);
    cr_expect_eq(row->results[1].group, 1);
    cr_expect_eq(row->results[1].state, RESULT_DIFFERS);
    cr_expect_eq(row->results[2].group, 0);
    cr_expect_eq(row->results[2].state, RESULT_SAME);
    cr_expect_eq(row->results[3].group, GROUP_NONE);
    cr_expect_eq(row->results[3].state, RESULT_UNKNOWN);
    cr_expect_eq(row->results[4].state, RESULT_NOT_ASKED);
    cr_expect(row->inconsistent);
    cr_expect_eq(row->until, MADE_AT + 3600, "the PTR record of the run lasts longest");
}

Test(row_vantages, a_single_failure_is_no_difference)
{
    uint32_t a = add_vantage("192.0.2.1");

    see(a, "198.51.100.7", NULL, 0);
    see(a, "198.51.100.8", "mta8.example", 60);
    open_reader();
    cr_expect_not(read_row("198.51.100.7", "mta7.example")->inconsistent);
    const struct row_vantages *row = read_row("198.51.100.8", NULL);
    cr_expect_not(row->inconsistent, "nor is the run itself, if it fails alone");
    cr_expect_eq(row->results[0].state, RESULT_UNKNOWN);
    cr_expect_eq(row->results[1].state, RESULT_SAME);
}

Test(row_vantages, two_vantages_can_differ_without_the_run)
{
    see(add_vantage("192.0.2.1"), "198.51.100.7", "a.example", 60);
    see(add_vantage("192.0.2.2"), "198.51.100.7", "b.example", 120);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", NULL);
    cr_expect(row->inconsistent);
    cr_expect_eq(row->until, MADE_AT + 120);
}

Test(row_vantages, skips_rows_of_other_addresses)
{
    uint32_t a = add_vantage("192.0.2.1");

    see(a, "198.51.100.6", "other.example", 60);
    see(a, "198.51.100.7", "old.example", 60);
    see(a, "198.51.100.9", "mta.example", 60);
    store_told("198.51.100.6", "192.0.2.53", SUMMARY_NAMES, "x.example", 60);
    open_reader();
    cr_expect(read_row("198.51.100.7", "mta.example")->inconsistent);
    cr_expect_eq(read_row("198.51.100.8", "mta.example")->results[1].state, RESULT_NOT_ASKED);
    cr_expect_not(read_row("198.51.100.9", "mta.example")->inconsistent);
}

Test(row_vantages, name_servers_can_differ_from_the_run_or_each_other)
{
    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NAMES, "old.example", 900);
    store_told("198.51.100.8", "192.0.2.54", SUMMARY_NONE, "", 0);
    store_told("198.51.100.9", "192.0.2.53", SUMMARY_NAMES, "a.example", 60);
    store_told("198.51.100.9", "192.0.2.54", SUMMARY_NOTHING, "", 30);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", "mta.example");
    cr_assert_eq(row->question_count, 1);
    cr_expect(row->questions[0].differs);
    cr_expect_eq(row->questions[0].found_group, 0);
    cr_expect_eq(row->answer_groups[0], 1);
    cr_expect_eq(row->until, MADE_AT + 3600);
    cr_assert_not_null(row->questions[0].zone);
    cr_expect_eq(row->questions[0].zone->server_count, 2);
    cr_expect_not(read_row("198.51.100.8", "mta.example")->inconsistent,
                  "no answer is no difference");
    row = read_row("198.51.100.9", NULL);
    cr_expect(row->inconsistent, "the servers differ, whatever the run knows");
    cr_expect_eq(row->questions[0].found_group, GROUP_NONE);
    cr_expect_eq(row->until, MADE_AT + 60);
}

Test(row_vantages, an_old_answer_in_the_cache_is_no_difference_of_servers)
{
    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    add_server("ns3.example", "192.0.2.55", ZONE_SERVER_LAME);
    store_told("198.51.100.7", "192.0.2.53", SUMMARY_NAMES, "new.example", 86400);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NAMES, "new.example", 86400);
    store_told("198.51.100.8", "192.0.2.54", SUMMARY_NAMES, "new.example", 60);
    store_told("198.51.100.9", "192.0.2.53", SUMMARY_NAMES, "new.example", 60);
    store_told("198.51.100.9", "192.0.2.54", SUMMARY_NONE, "", 0);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", "mta.example");
    cr_expect(row->inconsistent);
    cr_expect(row->is_old);
    cr_expect_eq(row->until, MADE_AT + 3600, "the TTL of the new answer does not matter");
    cr_expect_neq(row->questions[0].servers, SERVERS_DIFFER);
    row = read_row("198.51.100.8", "mta.example");
    cr_expect_not(row->is_old);
    cr_expect_eq(row->questions[0].servers, SERVERS_DIFFER, "ns1 answers as the run found");
    row = read_row("198.51.100.9", "mta.example");
    cr_expect(row->is_old, "a server without an answer disagrees with no other");
}

Test(row_vantages, missing_answers_decide_nothing)
{
    char server[IPADDR_TEXT_MAX];

    for (unsigned i = 0; i <= SERVER_ANSWERS_KEPT; i++) {
        snprintf(server, sizeof(server), "192.0.2.%u", i + 1);
        add_server("ns.example", server, ZONE_SERVER_WHOLE);
        store_told("198.51.100.7", server, SUMMARY_NAMES, "new.example", 60);
    }
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", "mta.example");
    cr_expect(row->inconsistent);
    cr_expect_not(row->is_old);
    cr_expect_neq(row->questions[0].servers, SERVERS_DIFFER);
}
