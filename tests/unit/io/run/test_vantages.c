/* What the run file holds of vantages. */
#include "io/run/vantages.h"

#include "tests/unit/io/run/made_found.h"
#include "tests/unit/io/run/stranger.h"
#include "tests/unit/io/scratch.h"

static struct run_file *run;

static void begin(void)
{
    scratch_make();
    run = scratch_open("run.db", RUN_CREATE);
}

static void end(void)
{
    if (run)
        scratch_close(run);
    scratch_remove();
}

TestSuite(run_vantages, .init = begin, .fini = end);

static void reopen(enum run_mode mode)
{
    scratch_close(run);
    run = scratch_open("run.db", mode);
}

static void change(const char *sql)
{
    scratch_close(run);
    run = NULL;
    stranger_changes(scratch_path("run.db"), sql);
}

static struct iprange range_of(const char *first, const char *last)
{
    return (struct iprange){address_of(first), address_of(last)};
}

/* ---- resolvers ---- */

static uint32_t add(const char *name)
{
    uint32_t number = 0;
    cr_assert(run_file_add_vantage(run, name, &number), "%s", run_file_failure(run)->text);
    return number;
}

Test(run_vantages, a_vantage_keeps_its_number)
{
    struct run_vantage all[VANTAGES_MAX];
    unsigned count;
    cr_expect_eq(add("192.0.2.1"), 1);
    cr_expect_eq(add("192.0.2.2@5353"), 2);
    cr_expect_eq(add("192.0.2.1"), 1);
    cr_assert(run_file_set_vantage(run, 2, VANTAGE_SILENT));
    reopen(RUN_READ);
    cr_assert(run_file_vantages(run, all, &count));
    cr_assert_eq(count, 2);
    cr_expect_str_eq(all[1].name, "192.0.2.2@5353");
    cr_expect_eq(all[0].state, VANTAGE_NEW);
    cr_expect_eq(all[1].state, VANTAGE_SILENT);
}

Test(run_vantages, there_is_a_ceiling)
{
    char name[32];
    uint32_t number;
    for (unsigned i = 1; i <= VANTAGES_MAX; i++) {
        snprintf(name, sizeof name, "192.0.2.%u", i);
        cr_expect_eq(add(name), i);
    }
    cr_expect_not(run_file_add_vantage(run, "192.0.2.99", &number));
    cr_expect_not_null(strstr(run_file_failure(run)->text, "the most vantages it can, 16"));
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    run = NULL;
}

static void find(uint32_t vantage, const char *address, bool settled, const char *facts)
{
    struct run_found found = made_found(address, settled, facts);
    found.vantage = vantage;
    cr_assert(run_file_add_found(run, &found, 1));
}

static void expect_seen(const char *address, uint32_t vantage, const char *facts)
{
    struct run_found found;
    struct ipaddr wanted = address_of(address);
    cr_assert_eq(run_file_seen_next(run, &found), RUN_ROW);
    cr_expect(ipaddr_equal(&found.address, &wanted), "%s", address);
    cr_expect_eq(found.vantage, vantage);
    cr_expect_eq(found.length, strlen(facts));
    cr_expect_eq(memcmp(found.facts, facts, strlen(facts)), 0);
    cr_expect_eq(found.checked_at, MADE_CHECKED_AT);
}

Test(run_vantages, what_they_found_is_kept_apart)
{
    struct iprange all = range_of("198.51.100.0", "198.51.100.8"),
                   own = range_of("0.0.0.0", "255.255.255.255");
    struct run_found found;
    add("192.0.2.1");
    add("192.0.2.2");
    find(0, "198.51.100.7", true, "own");
    find(2, "198.51.100.7", true, "two");
    find(1, "198.51.100.7", false, "one");
    find(1, "198.51.100.8", true, "eight");
    find(1, "198.51.100.9", true, "beyond the range");
    cr_assert(run_file_seen_begin(run, &all));
    expect_seen("198.51.100.7", 1, "one");
    expect_seen("198.51.100.7", 2, "two");
    expect_seen("198.51.100.8", 1, "eight");
    cr_expect_eq(run_file_seen_next(run, &found), RUN_END);
    cr_assert(run_file_found_begin(run, &own));
    cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
    cr_expect_eq(found.vantage, 0);
    cr_expect_eq(run_file_found_next(run, &found), RUN_END);
    cr_expect_eq(run_file_count_seen(run, 1), 2);
    cr_expect_eq(run_file_count_found(run, false), 1);
}

Test(run_vantages, only_what_is_not_settled_is_replaced)
{
    struct iprange one = range_of("198.51.100.7", "198.51.100.7");
    struct ipaddr address = one.first, known[4];
    unsigned got;
    add("192.0.2.1");
    find(1, "198.51.100.7", false, "silence");
    cr_assert(run_file_known(run, 1, &address, &address, known, 4, &got));
    cr_expect_eq(got, 0);
    find(1, "198.51.100.7", true, "an answer");
    find(1, "198.51.100.7", false, "silence again");
    cr_assert(run_file_known(run, 1, &address, &address, known, 4, &got));
    cr_expect_eq(got, 1);
    cr_assert(run_file_known(run, 2, &address, &address, known, 4, &got));
    cr_expect_eq(got, 0, "another vantage knows nothing of it");
    cr_assert(run_file_seen_begin(run, &one));
    expect_seen("198.51.100.7", 1, "an answer");
}

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

Test(run_vantages, questions_come_once_and_in_order)
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

Test(run_vantages, name_servers_are_needed_until_they_are_known)
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

Test(run_vantages, two_names_of_one_address_are_one_server)
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

Test(run_vantages, servers_are_open_until_all_their_zones_are_done)
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

static struct run_difference told_of(const char *address, const char *server, const char *text)
{
    static struct run_difference told;
    told = (struct run_difference){.ask = ask_of(address, RR_PTR, "7.100.51.198.in-addr.arpa"),
                                   .server = address_of(server),
                                   .zone = name_of("100.51.198.in-addr.arpa"),
                                   .until = 1700000600,
                                   .summary.kind = SUMMARY_NAMES};
    snprintf(told.summary.text, sizeof told.summary.text, "%s", text);
    return told;
}

Test(run_vantages, the_last_that_a_server_told_stands)
{
    struct iprange one = range_of("198.51.100.7", "198.51.100.7");
    static struct run_difference told, read;
    told = told_of("198.51.100.7", "192.0.2.2", "first.example");
    cr_assert(run_file_add_difference(run, &told));
    told = told_of("198.51.100.7", "192.0.2.2", "second.example");
    cr_assert(run_file_add_difference(run, &told));
    told = told_of("198.51.100.8", "192.0.2.2", "another address");
    cr_assert(run_file_add_difference(run, &told));
    cr_assert(run_file_differences_begin(run, &one));
    cr_assert_eq(run_file_differences_next(run, &read), RUN_ROW);
    cr_expect_str_eq(read.summary.text, "second.example");
    cr_expect_eq(read.summary.kind, SUMMARY_NAMES);
    cr_expect_eq(read.until, 1700000600);
    expect_name(&read.zone, "100.51.198.in-addr.arpa");
    expect_name(&read.ask.question.name, "7.100.51.198.in-addr.arpa");
    cr_expect_eq(run_file_differences_next(run, &read), RUN_END);
    told = told_of("198.51.100.7", "192.0.2.2", "");
    cr_assert(run_file_remove_difference(run, &told));
    cr_assert(run_file_differences_begin(run, &one));
    cr_expect_eq(run_file_differences_next(run, &read), RUN_END);
}

/* ---- files of strangers, and of the version before ---- */

static void expect_damage(void)
{
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged ("), "%s",
                       run_file_failure(run)->text);
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    run = NULL;
}

Test(run_vantages, a_name_of_a_vantage_is_plain_text)
{
    struct run_vantage all[VANTAGES_MAX];
    unsigned count;
    change("INSERT INTO vantage(name, state, sum) VALUES('a' || char(27) || '[2J', 1, 0)");
    run = scratch_open("run.db", RUN_READ);
    cr_expect_not(run_file_vantages(run, all, &count));
    expect_damage();
}

Test(run_vantages, so_are_the_words_of_a_server)
{
    static struct run_difference told;
    struct iprange one = range_of("198.51.100.7", "198.51.100.7");
    told = told_of("198.51.100.7", "192.0.2.2", "x.example");
    cr_assert(run_file_add_difference(run, &told));
    change("UPDATE told SET text = 'x' || char(10) || 'y'");
    run = scratch_open("run.db", RUN_READ);
    cr_assert(run_file_differences_begin(run, &one));
    cr_expect_eq(run_file_differences_next(run, &told), RUN_FAILED);
    expect_damage();
}

Test(run_vantages, a_state_is_one_of_the_table)
{
    struct run_zone_server server;
    add_server("a.example", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    change("UPDATE zone_server SET state = 7");
    run = scratch_open("run.db", RUN_READ);
    cr_assert(run_file_zone_servers_begin(run));
    cr_expect_eq(run_file_zone_servers_next(run, &server), RUN_FAILED);
    expect_damage();
}

Test(run_vantages, what_a_vantage_found_is_checked)
{
    static const char *const changes[] = {
        "UPDATE seen SET tries = 4294967296", "UPDATE seen SET elapsed_ms = -1",
        "UPDATE seen SET vantage = 0", "UPDATE seen SET address = x'04c633640700'"};
    struct iprange all = range_of("0.0.0.0", "255.255.255.255");
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct run_found found;
        cr_expect_eq(add("192.0.2.1"), 1);
        find(1, "198.51.100.7", true, "one");
        change(changes[i]);
        run = scratch_open("run.db", RUN_READ);
        cr_assert(run_file_seen_begin(run, &all));
        cr_expect_eq(run_file_seen_next(run, &found), RUN_FAILED, "%s", changes[i]);
        expect_damage();
        unlink(scratch_path("run.db"));
        run = scratch_open("run.db", RUN_CREATE);
    }
}

Test(run_vantages, tells_a_value_that_is_another_one)
{
    static const char *const changes[] = {
        "UPDATE vantage SET number = 2", "UPDATE vantage SET state = 1",
        "UPDATE seen SET vantage = 2", "UPDATE seen SET facts = x'00'",
        "UPDATE zone_server SET serial = 9"};
    cr_expect_eq(add("192.0.2.1"), 1);
    find(1, "198.51.100.7", true, "one");
    add_server("a.example", "ns1.example", "192.0.2.1", ZONE_SERVER_NEW);
    reopen(RUN_READ);
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
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
        cr_expect_not_null(strstr(failure.text, "does not hold"), "%s", failure.text);
        stranger_changes(scratch_path("run.db"), "");
        run = scratch_open("run.db", RUN_READ);
    }
}
