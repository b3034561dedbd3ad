#include "io/run/vantages.h"

#include "tests/unit/io/run/one_run.h"

TestSuite(run_vantages, .init = begin, .fini = end);

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

Test(run_vantages, at_most_16_are_kept)
{
    char name[32];
    uint32_t number;
    for (unsigned i = 1; i <= VANTAGES_MAX; i++) {
        snprintf(name, sizeof(name), "192.0.2.%u", i);
        cr_expect_eq(add(name), i);
    }
    cr_expect_not(run_file_add_vantage(run, "192.0.2.99", &number));
    cr_expect_not_null(strstr(run_file_failure(run)->text, "already holds 16 vantages"));
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

Test(run_vantages, settled_results_are_known)
{
    struct iprange range = range_of("198.51.100.0", "198.51.100.9");
    struct ipaddr known[4];
    unsigned got;
    add("192.0.2.1");
    add("192.0.2.2");
    find(1, "198.51.100.9", true, "x");
    find(1, "198.51.100.7", true, "x");
    find(1, "198.51.100.8", false, "x");
    find(2, "198.51.100.6", true, "x");
    find(1, "198.51.100.10", true, "beyond the range");
    cr_assert(run_file_known_seen(run, 1, &range, known, 4, &got));
    cr_assert_eq(got, 2);
    cr_expect(ipaddr_equal(&known[0], &(struct ipaddr){IP_V4, {198, 51, 100, 7}}));
    cr_expect(ipaddr_equal(&known[1], &(struct ipaddr){IP_V4, {198, 51, 100, 9}}));
}

Test(run_vantages, their_results_are_kept_apart)
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

Test(run_vantages, only_unsettled_results_are_replaced)
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
    cr_expect_eq(got, 0, "another vantage has no result");
    cr_assert(run_file_seen_begin(run, &one));
    expect_seen("198.51.100.7", 1, "an answer");
}

/* ---- changed files ---- */

Test(run_vantages, the_name_of_a_vantage_is_plain_text)
{
    struct run_vantage all[VANTAGES_MAX];
    unsigned count;
    change("INSERT INTO vantage(name, state, sum) VALUES('a' || char(27) || '[2J', 1, 0)");
    run = scratch_open("run.db", RUN_READ);
    cr_expect_not(run_file_vantages(run, all, &count));
    expect_damage();
}

Test(run_vantages, every_value_of_a_result_is_checked)
{
    static const char *const changes[] = {
        "UPDATE seen SET tries = 4294967296", "UPDATE seen SET elapsed_ms = -1",
        "UPDATE seen SET vantage = 0", "UPDATE seen SET checked_at = 9223372036854775807",
        "UPDATE seen SET address = x'04c633640700'"};
    struct iprange all = range_of("0.0.0.0", "255.255.255.255");
    for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
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

Test(run_vantages, reports_a_changed_value)
{
    static const char *const changes[] = {
        "UPDATE vantage SET number = 2", "UPDATE vantage SET state = 1",
        "UPDATE seen SET vantage = 2", "UPDATE seen SET facts = x'00'"};
    cr_expect_eq(add("192.0.2.1"), 1);
    find(1, "198.51.100.7", true, "one");
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
