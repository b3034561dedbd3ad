#include "io/run/found.h"

#include "tests/unit/io/run/support.h"

TestSuite(run_found, .init = make_folder, .fini = remove_folder);

Test(run_found, reads_results_by_range)
{
    char text[1024];
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "2001:db8::", true, "f");
    add_found(run, "255.255.255.255", true, "e");
    add_found(run, "198.51.100.10", true, "d");
    add_found(run, "198.51.100.9", true, "c");
    add_found(run, "9.255.255.255", true, "b");
    add_found(run, "::", true, "");
    found_text(run, "198.51.100.0", "198.51.100.255", text, sizeof(text));
    cr_expect_str_eq(text, "198.51.100.9:c 198.51.100.10:d ", "written, not yet committed");
    cr_assert(run_file_commit(run));
    found_text(run, "0.0.0.0", "255.255.255.255", text, sizeof(text));
    cr_expect_str_eq(text, "9.255.255.255:b 198.51.100.9:c 198.51.100.10:d 255.255.255.255:e ");
    found_text(run, "::", "2001:db8::", text, sizeof(text));
    cr_expect_str_eq(text, "::: 2001:db8:::f ", "%s", text);
    found_text(run, "198.51.100.11", "198.51.100.12", text, sizeof(text));
    cr_expect_str_eq(text, "");
    close_run(run);
}

/* Ranges in any order, overlapping or not, each read in full or in part. */
Test(run_found, a_range_gives_the_same_whatever_was_read_before)
{
    enum { ADDRESSES = 64, RANGES = 5000 };
    bool there[ADDRESSES] = {false};
    char text[IPADDR_TEXT_MAX];
    struct run_file *run = open_run(RUN_CREATE);
    srand(1);
    for (int i = 0; i < ADDRESSES; i++) {
        there[i] = rand() % 2 == 0;
        snprintf(text, sizeof(text), "10.0.0.%d", i);
        if (there[i])
            add_found(run, text, true, "x");
    }
    for (int i = 0; i < RANGES; i++) {
        struct run_found found;
        struct iprange wanted = range("10.0.0.0", "10.0.0.0");
        int first = rand() % ADDRESSES,
            last = first + rand() % (rand() % 4 == 0 ? ADDRESSES - first : 1);
        int most = rand() % 3 == 0 ? rand() % 4 : ADDRESSES;
        wanted.first.bytes[3] = (uint8_t)first;
        wanted.last.bytes[3] = (uint8_t)last;
        cr_assert(run_file_found_begin(run, &wanted));
        for (int at = first; at <= last && most > 0; at++) {
            if (!there[at])
                continue;
            cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
            cr_assert_eq(found.address.bytes[3], at, "%d, not %d", found.address.bytes[3], at);
            most--;
        }
        if (most > 0)
            cr_assert_eq(run_file_found_next(run, &found), RUN_END);
    }
    close_run(run);
}

Test(run_found, results_written_during_a_reading_are_read)
{
    struct run_file *run = open_run(RUN_CREATE);
    struct iprange wanted = range("10.0.0.0", "10.0.0.9");
    struct run_found found;
    add_found(run, "10.0.0.1", true, "x");
    add_found(run, "10.0.0.8", true, "x");
    cr_assert(run_file_found_begin(run, &wanted));
    add_found(run, "10.0.0.0", true, "x");
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
        cr_expect_eq(found.address.bytes[3], i);
        cr_assert(run_file_commit(run));
    }
    add_found(run, "10.0.0.7", true, "x");
    for (int i = 7; i < 9; i++) {
        cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
        cr_expect_eq(found.address.bytes[3], i);
    }
    cr_expect_eq(run_file_found_next(run, &found), RUN_END);
    add_found(run, "10.0.0.9", true, "x");
    cr_assert(run_file_found_begin(run, &wanted));
    cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
    close_run(run);
}

Test(run_found, settled_results_are_kept_and_others_replaced)
{
    char text[256];
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "192.0.2.1", false, "silent");
    add_found(run, "192.0.2.2", true, "first");
    cr_expect_eq(run_file_count_found(run, false), 2);
    cr_expect_eq(run_file_count_found(run, true), 1);
    add_found(run, "192.0.2.1", true, "answer");
    add_found(run, "192.0.2.2", false, "later");
    found_text(run, "192.0.2.0", "192.0.2.255", text, sizeof(text));
    cr_expect_str_eq(text, "192.0.2.1:answer 192.0.2.2:first ");
    cr_expect_eq(run_file_count_found(run, true), 2);
    close_run(run);
}

/* In order or not, in one row of the file or several, and with an address twice. */
Test(run_found, adds_many_at_once)
{
    char text[512];
    struct run_file *run = open_run(RUN_CREATE);
    struct run_found found[] = {
        made_found("10.0.0.14", true, "a"),    made_found("10.0.0.15", false, "b"),
        made_found("10.0.0.16", true, "c"),    made_found("2001:db8::1", true, "d"),
        made_found("2001:db8::20", true, "e"), made_found("10.0.0.15", false, "f"),
        made_found("10.0.0.15", true, "g"),    made_found("10.0.0.15", true, "h"),
        made_found("10.0.0.3", false, "i"),    made_found("0.0.0.0", true, "j"),
    };
    cr_assert(run_file_add_found(run, found, sizeof(found) / sizeof(found[0])));
    cr_assert(run_file_add_found(run, NULL, 0));
    cr_assert(run_file_commit(run));
    found_text(run, "0.0.0.0", "255.255.255.255", text, sizeof(text));
    cr_expect_str_eq(text, "0.0.0.0:j 10.0.0.3:i 10.0.0.14:a 10.0.0.15:g 10.0.0.16:c ");
    found_text(run, "::", "2001:db8::ffff", text, sizeof(text));
    cr_expect_str_eq(text, "2001:db8::1:d 2001:db8::20:e ");
    cr_expect_eq(run_file_count_found(run, false), 7);
    cr_expect_eq(run_file_count_found(run, true), 6);
    close_run(run);
}

/* The answers of name servers are compared with this result. */
Test(run_found, reads_one_address)
{
    static const char *const absent[] = {"10.0.0.0", "10.0.0.2", "10.0.0.16", "9.0.0.1", "::a:0:1"};
    struct run_file *run = open_run(RUN_CREATE);
    struct ipaddr wanted = address_of("10.0.0.1");
    struct run_found found;
    add_found(run, "10.0.0.1", true, "one");
    add_found(run, "10.0.0.15", true, "last");
    cr_assert_eq(run_file_found_one(run, &wanted, &found), RUN_ROW);
    cr_expect(ipaddr_equal(&found.address, &wanted) && found.length == 3 &&
              memcmp(found.facts, "one", 3) == 0);
    wanted = address_of("10.0.0.15");
    cr_assert_eq(run_file_found_one(run, &wanted, &found), RUN_ROW);
    cr_expect(found.length == 4 && memcmp(found.facts, "last", 4) == 0);
    for (unsigned i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
        wanted = address_of(absent[i]);
        cr_expect_eq(run_file_found_one(run, &wanted, &found), RUN_END, "%s", absent[i]);
    }
    close_run(run);
}

Test(run_found, reads_settled_addresses_in_portions)
{
    struct run_file *run = open_run(RUN_CREATE);
    char text[IPADDR_TEXT_MAX];
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof(text), "192.0.2.%d", i);
        add_found(run, text, i % 2 == 0, "x");
    }
    struct ipaddr known[3];
    struct ipaddr from = address_of("192.0.2.1"), to = address_of("192.0.2.14");
    unsigned got;
    int next = 2;
    do {
        cr_assert(run_file_known(run, 0, &from, &to, known, 3, &got));
        for (unsigned i = 0; i < got; i++, next += 2)
            cr_expect_eq(known[i].bytes[3], next);
        if (got > 0) {
            from = known[got - 1];
            cr_assert(ipaddr_next(&from));
        }
    } while (got > 0);
    cr_expect_eq(next, 16);
    close_run(run);
}

/* A later result of a block whose row is damaged. */
Test(run_found, a_damaged_row_takes_no_result)
{
    struct failure failure = {0};
    struct run_found found = made_found("10.0.0.2", true, "x");
    fill(3);
    stranger_changes(path, "UPDATE found SET entries = x'00'");
    struct run_file *run = open_run(RUN_RESUME);
    cr_expect_not(run_file_add_found(run, &found, 1));
    cr_expect_not_null(
        strstr(run_file_failure(run)->text, "is damaged (the result of an address is malformed)"),
        "%s", run_file_failure(run)->text);
    (void)!run_file_close(run, &failure);
}

/* Text sorts before all blobs, so only a reading of all rows meets it. */
Test(run_found, a_key_that_is_no_address_is_damage)
{
    struct failure failure = {0};
    fill(3);
    stranger_changes(path, "UPDATE found SET block = 'text'");
    struct run_file *run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, false), 0);
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged ("), "%s",
                       run_file_failure(run)->text);
    (void)!run_file_close(run, &failure);
}

Test(run_found, unreadable_facts_are_damage)
{
    struct observation *seen = malloc(sizeof *seen);
    struct run_found found = {
        .address = address_of("192.0.2.1"), .facts = (const uint8_t *)"x", .length = 1};
    struct run_file *run = open_run(RUN_CREATE);
    cr_expect_not(run_file_decode(run, &found, seen));
    cr_expect_not_null(
        strstr(run_file_failure(run)->text, "the answers for 192.0.2.1 cannot be read"));
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    free(seen);
}
