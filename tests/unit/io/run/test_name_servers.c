#include "io/run/name_servers.h"

#include "tests/unit/io/run/one_run.h"

TestSuite(run_name_servers, .init = begin, .fini = end);

/* ---- questions ---- */

static struct run_question ask_of(const char *address, uint16_t type, const char *name)
{
    return (struct run_question){address_of(address), {name_of(name), type}};
}

static void add_ask(const char *zone, const char *address, uint16_t type, const char *name)
{
    struct dnsname apex = name_of(zone);
    struct run_question ask = ask_of(address, type, name);
    cr_assert(run_file_add_question(run, &apex, &ask));
}

Test(run_name_servers, questions_come_once_and_in_order)
{
    struct dnsname apex = name_of("example.com"), zones[4];
    struct run_question asks[4];
    unsigned got;
    add_ask("example.com", "198.51.100.8", RR_A, "b.example.com");
    add_ask("example.com", "198.51.100.7", RR_A, "b.example.com");
    add_ask("example.com", "198.51.100.7", RR_A, "a.example.com");
    add_ask("example.com", "198.51.100.7", RR_A, "a.example.com");
    add_ask("100.51.198.in-addr.arpa", "198.51.100.7", RR_PTR, "7.100.51.198.in-addr.arpa");
    cr_assert(run_file_questions(run, &apex, NULL, asks, 2, &got));
    cr_assert_eq(got, 2);
    expect_name(&asks[0].question.name, "a.example.com");
    expect_name(&asks[1].question.name, "b.example.com");
    struct run_question last = asks[1];
    cr_assert(run_file_questions(run, &apex, &last, asks, 2, &got));
    cr_assert_eq(got, 1);
    struct ipaddr eight = address_of("198.51.100.8");
    cr_expect(ipaddr_equal(&asks[0].address, &eight));
    cr_assert(run_file_zones_with_questions(run, NULL, zones, 4, &got));
    cr_assert_eq(got, 2);
    expect_name(&zones[0], "100.51.198.in-addr.arpa");
    cr_assert(run_file_zones_with_questions(run, &zones[0], zones, 4, &got));
    cr_assert_eq(got, 1);
}

Test(run_name_servers, addresses_are_needed_until_they_are_known)
{
    struct question wanted[2] = {{name_of("ns.example"), RR_A}, {name_of("ns.example"), RR_AAAA}},
                    needed[4];
    struct run_nameserver server;
    static struct answer answer;
    unsigned got;
    for (unsigned i = 0; i < 2; i++)
        cr_assert(run_file_want_nameserver(run, &wanted[i]));
    cr_assert(run_file_want_nameserver(run, &wanted[0]));
    cr_expect_eq(run_file_nameserver(run, &wanted[0], &server), RUN_END);
    cr_assert(run_file_nameservers_needed(run, NULL, needed, 4, &got));
    cr_assert_eq(got, 2);
    answer_of_address(&answer, "192.0.2.53", 60, false);
    answer.records.addresses[answer.kept++] = address_of("192.0.2.54");
    answer.total = 2;
    cr_assert(run_file_set_nameserver(run, &wanted[0], &answer));
    answer_of(&answer, ANSWER_SILENT);
    cr_assert(run_file_set_nameserver(run, &wanted[1], &answer));
    cr_assert(run_file_nameservers_needed(run, NULL, needed, 4, &got));
    cr_assert_eq(got, 1, "silence is asked again");
    cr_expect_eq(needed[0].type, RR_AAAA);
    cr_assert(run_file_nameservers_needed(run, &needed[0], needed, 4, &got));
    cr_expect_eq(got, 0);
    cr_assert_eq(run_file_nameserver(run, &wanted[0], &server), RUN_ROW);
    cr_assert_eq(server.count, 2);
    struct ipaddr second = address_of("192.0.2.54");
    cr_expect(ipaddr_equal(&server.addresses[1], &second));
    cr_assert_eq(run_file_nameserver(run, &wanted[1], &server), RUN_ROW);
    cr_expect_eq(server.kind, ANSWER_SILENT);
}

/* ---- servers of zones ---- */

static struct run_zone_server server_of(const char *zone, const char *name, const char *address,
                                        enum zone_server_state state)
{
    struct run_zone_server server = {.zone = name_of(zone), .name = name_of(name), .state = state};
    if (address)
        server.address = address_of(address);
    return server;
}

static void add_server(const char *zone, const char *name, const char *address,
                       enum zone_server_state state)
{
    struct run_zone_server server = server_of(zone, name, address, state);
    cr_assert(run_file_add_zone_server(run, &server), "%s", run_file_failure(run)->text);
}

Test(run_name_servers, two_names_of_one_address_are_one_server)
{
    struct dnsname zone = name_of("example.com");
    struct run_zone_server servers[8];
    unsigned got;
    add_server("example.com", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    add_server("example.com", "vanity.example", "192.0.2.1", ZONE_SERVER_NEW);
    add_server("example.com", "ns1.example", "2001:db8::1", ZONE_SERVER_UNREACHABLE);
    add_server("example.com", "gone.example", NULL, ZONE_SERVER_NO_ADDRESS);
    add_server("example.com", "gone.example", NULL, ZONE_SERVER_NO_ADDRESS);
    add_server("example.com", "lost.example", NULL, ZONE_SERVER_NO_ADDRESS);
    add_server("example.net", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    cr_assert(run_file_servers_of_zone(run, &zone, servers, 8, &got));
    cr_assert_eq(got, 4);
    expect_name(&servers[0].name, "gone.example");
    cr_expect_eq(servers[0].state, ZONE_SERVER_NO_ADDRESS);
    expect_name(&servers[1].name, "lost.example");
    expect_name(&servers[2].name, "ns1.example");
    cr_assert(run_file_servers_of_zone(run, &zone, servers, 2, &got));
    cr_expect_eq(got, 2);
}

Test(run_name_servers, servers_are_unasked_until_all_their_zones_are_done)
{
    struct run_zone_server zones[4];
    struct ipaddr server, second = address_of("192.0.2.2");
    unsigned got;
    add_server("b.example", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    add_server("a.example", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    add_server("a.example", "ns2.example", "192.0.2.2", ZONE_SERVER_NEW);
    add_server("a.example", "ns3.example", "10.0.0.1", ZONE_SERVER_NOT_ASKED_SPECIAL);
    cr_assert_eq(run_file_next_unasked_server(run, NULL, &server), RUN_ROW);
    cr_assert(run_file_server_zones(run, &server, zones, 4, &got));
    cr_assert_eq(got, 2);
    expect_name(&zones[0].zone, "a.example");
    for (unsigned i = 0; i < got; i++) {
        zones[i].state = ZONE_SERVER_WHOLE;
        zones[i].serial = 4000000000;
        zones[i].asked = 5;
        zones[i].differing = 2;
        zones[i].failed = 1;
        cr_assert(run_file_set_zone_server(run, &zones[i]));
    }
    cr_assert_eq(run_file_next_unasked_server(run, NULL, &server), RUN_ROW);
    cr_expect(ipaddr_equal(&server, &second));
    cr_assert_eq(run_file_next_unasked_server(run, &second, &server), RUN_END);
    cr_assert(run_file_set_server_silent(run, &second));
    cr_assert_eq(run_file_next_unasked_server(run, NULL, &server), RUN_END);
    cr_assert(run_file_retry_silent_servers(run));
    cr_assert_eq(run_file_next_unasked_server(run, NULL, &server), RUN_ROW,
                 "a silent one is asked again");
    reopen(RUN_READ);
    cr_assert(run_file_zone_servers_begin(run));
    cr_assert_eq(run_file_zone_servers_next(run, &zones[0]), RUN_ROW);
    cr_expect_eq(zones[0].state, ZONE_SERVER_NOT_ASKED_SPECIAL);
    cr_assert_eq(run_file_zone_servers_next(run, &zones[0]), RUN_ROW);
    cr_expect_eq(zones[0].state, ZONE_SERVER_WHOLE);
    cr_expect_eq(zones[0].serial, 4000000000);
    cr_expect_eq(zones[0].asked, 5);
    cr_expect_eq(zones[0].differing, 2);
    cr_expect_eq(zones[0].failed, 1);
}

static struct run_difference difference_of(const char *address, const char *server,
                                           const char *text)
{
    static struct run_difference difference;
    difference =
        (struct run_difference){.ask = ask_of(address, RR_PTR, "7.100.51.198.in-addr.arpa"),
                                .server = address_of(server),
                                .zone = name_of("100.51.198.in-addr.arpa"),
                                .until = 1700000600,
                                .summary.kind = SUMMARY_NAMES};
    snprintf(difference.summary.text, sizeof(difference.summary.text), "%s", text);
    return difference;
}

Test(run_name_servers, the_last_answer_of_a_server_is_kept)
{
    struct iprange one = range_of("198.51.100.7", "198.51.100.7");
    static struct run_difference difference, read;
    difference = difference_of("198.51.100.7", "192.0.2.2", "first.example");
    cr_assert(run_file_add_difference(run, &difference));
    difference = difference_of("198.51.100.7", "192.0.2.2", "second.example");
    cr_assert(run_file_add_difference(run, &difference));
    difference = difference_of("198.51.100.8", "192.0.2.2", "another address");
    cr_assert(run_file_add_difference(run, &difference));
    cr_assert(run_file_differences_begin(run, &one));
    cr_assert_eq(run_file_differences_next(run, &read), RUN_ROW);
    cr_expect_str_eq(read.summary.text, "second.example");
    cr_expect_eq(read.summary.kind, SUMMARY_NAMES);
    cr_expect_eq(read.until, 1700000600);
    expect_name(&read.zone, "100.51.198.in-addr.arpa");
    expect_name(&read.ask.question.name, "7.100.51.198.in-addr.arpa");
    cr_expect_eq(run_file_differences_next(run, &read), RUN_END);
    difference = difference_of("198.51.100.7", "192.0.2.2", "");
    cr_assert(run_file_remove_difference(run, &difference));
    cr_assert(run_file_differences_begin(run, &one));
    cr_expect_eq(run_file_differences_next(run, &read), RUN_END);
}

/* ---- changed files ---- */

Test(run_name_servers, the_text_of_an_answer_is_plain_text)
{
    static struct run_difference difference;
    struct iprange one = range_of("198.51.100.7", "198.51.100.7");
    difference = difference_of("198.51.100.7", "192.0.2.2", "x.example");
    cr_assert(run_file_add_difference(run, &difference));
    change("UPDATE told SET text = 'x' || char(10) || 'y'");
    run = scratch_open("run.db", RUN_READ);
    cr_assert(run_file_differences_begin(run, &one));
    cr_expect_eq(run_file_differences_next(run, &difference), RUN_FAILED);
    expect_damage();
}

Test(run_name_servers, the_state_must_be_a_known_one)
{
    struct run_zone_server server;
    add_server("a.example", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    change("UPDATE zone_server SET state = 7");
    run = scratch_open("run.db", RUN_READ);
    cr_assert(run_file_zone_servers_begin(run));
    cr_expect_eq(run_file_zone_servers_next(run, &server), RUN_FAILED);
    expect_damage();
}

Test(run_name_servers, reports_a_changed_value)
{
    static const char *const changes[] = {"UPDATE zone_server SET serial = 9",
                                          "UPDATE zone_server SET state = 1"};
    add_server("a.example", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    reopen(RUN_READ);
    for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct failure failure = {0};
        sqlite3 *db;
        scratch_close(run);
        run = NULL;
        stranger_changes(scratch_path("run.db"), "");
        cr_assert_eq(sqlite3_open(scratch_path("run.db"), &db), SQLITE_OK);
        cr_assert_eq(sqlite3_exec(db, changes[i], NULL, NULL, NULL), SQLITE_OK, "%s",
                     sqlite3_errmsg(db));
        sqlite3_close(db);
        cr_expect_null(run_file_open(scratch_path("run.db"), RUN_READ, &failure), "%s", changes[i]);
        cr_expect_not_null(strstr(failure.text, "is wrong"), "%s", failure.text);
        stranger_changes(scratch_path("run.db"), "");
        run = scratch_open("run.db", RUN_READ);
    }
}
