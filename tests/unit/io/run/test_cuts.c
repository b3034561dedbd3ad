#include "io/run/cuts.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "audit/facts.h"
#include "audit/verdict.h"
#include "tests/unit/io/run/one_run.h"

TestSuite(run_cuts, .init = begin, .fini = end);

enum { CUT_AT = 1795437000, TEXT_MAX = 4096 };

static struct facts_buffer facts_of(const char *zone, uint16_t tries)
{
    static struct answer answer;
    struct facts_buffer facts = {0};

    answer_of_nothing(&answer, ANSWER_NXDOMAIN, zone, 600);
    answer.tries = tries;
    cr_assert(facts_put_ptr(&facts, &answer));
    return facts;
}

static void add_cut(const char *first, const char *last)
{
    struct facts_buffer facts = facts_of("51.198.in-addr.arpa", 0);
    struct run_cut cut = {.range = range_of(first, last),
                          .checked_at = CUT_AT,
                          .samples = 8,
                          .facts = facts.bytes,
                          .length = facts.length};

    cr_assert(run_file_add_cut(run, &cut), "%s", run_file_failure(run)->text);
    facts_free(&facts);
}

static void add_result(const char *address, uint16_t tries)
{
    struct facts_buffer facts = facts_of(tries == 0 ? NULL : "other.example", tries);
    struct run_found found = made_found(address, true, "");

    found.facts = facts.bytes;
    found.length = facts.length;
    cr_assert(run_file_add_found(run, &found, 1), "%s", run_file_failure(run)->text);
    facts_free(&facts);
}

/* "198.51.100.0-198.51.100.6 +198.51.100.7": runs of addresses of cuts, and those with a result. */
static void read_range(char out[TEXT_MAX], const char *first, const char *last)
{
    static struct observation seen;
    struct iprange range = range_of(first, last), implied = range;
    struct run_found found;
    enum run_step step;
    size_t used = 0;
    bool open = false;
    char text[IPRANGE_TEXT_MAX];

    out[0] = '\0';
    cr_assert(run_file_found_begin(run, &range));
    do {
        step = run_file_found_next(run, &found);
        if (open && (step != RUN_ROW || !found.implied || found.first_of_cut)) {
            iprange_print(text, &implied);
            used += (size_t)snprintf(out + used, TEXT_MAX - used, "%s ", text);
            open = false;
        }
        if (step != RUN_ROW)
            break;
        cr_assert(run_file_decode(run, &found, &seen));
        if (found.implied) {
            cr_expect_eq(found.checked_at, CUT_AT);
            expect_name(&seen.ptr.soa_zone, "51.198.in-addr.arpa");
            implied.first = open ? implied.first : found.address;
            implied.last = found.address;
            open = true;
        } else {
            ipaddr_print(text, &found.address);
            used += (size_t)snprintf(out + used, TEXT_MAX - used, "+%s ", text);
        }
    } while (step == RUN_ROW);
    cr_expect_eq(step, RUN_END, "%s", run_file_failure(run)->text);
}

static void expect_range(const char *first, const char *last, const char *expected)
{
    char text[TEXT_MAX];

    read_range(text, first, last);
    cr_expect_str_eq(text, expected, "%s-%s: %s", first, last, text);
}

Test(run_cuts, a_reading_expands_them_between_the_results)
{
    add_cut("198.51.100.0", "198.51.100.255");
    add_cut("198.51.102.0", "198.51.102.255");
    add_result("198.51.99.255", 1);
    add_result("198.51.100.7", 1);
    add_result("198.51.101.1", 1);
    add_result("198.51.102.255", 1);
    for (unsigned i = 0; i < 2; i++) {
        expect_range("198.51.99.0", "198.51.103.255",
                     "+198.51.99.255 198.51.100.0-198.51.100.6 +198.51.100.7 "
                     "198.51.100.8-198.51.100.255 +198.51.101.1 198.51.102.0-198.51.102.254 "
                     "+198.51.102.255 ");
        expect_range("198.51.100.6", "198.51.100.8", "198.51.100.6 +198.51.100.7 198.51.100.8 ");
        expect_range("198.51.100.255", "198.51.100.255", "198.51.100.255 ");
        expect_range("198.51.101.0", "198.51.101.0", "");
        expect_range("198.51.102.0", "198.51.102.255",
                     "198.51.102.0-198.51.102.254 +198.51.102.255 ");
        expect_range("198.51.100.7", "198.51.100.7", "+198.51.100.7 ");
        reopen(i == 0 ? RUN_READ : RUN_RESUME);
    }
}

Test(run_cuts, the_last_addresses_of_all_end_a_reading)
{
    add_cut("255.255.255.0", "255.255.255.255");
    add_cut("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    expect_range("255.255.255.254", "255.255.255.255", "255.255.255.254/31 ");
    expect_range("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe",
                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127 ");
}

Test(run_cuts, a_range_of_all_addresses_has_both_families)
{
    add_cut("255.255.255.0", "255.255.255.255");
    add_cut("2001:db8::", "2001:db8::ff");
    add_result("2001:db8::1", 1);
    expect_range("0.0.0.0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                 "255.255.255.0/24 2001:db8:: +2001:db8::1 2001:db8::2-2001:db8::ff ");
}

Test(run_cuts, results_written_during_a_reading_are_read)
{
    struct iprange range = range_of("198.51.100.0", "198.51.100.255");
    struct run_found found;

    add_cut("198.51.100.0", "198.51.100.255");
    add_result("198.51.100.200", 1);
    cr_assert(run_file_found_begin(run, &range));
    for (unsigned i = 0; i < 256; i++) {
        cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
        cr_assert_eq(found.address.bytes[3], i);
        cr_expect_eq(found.implied, i != 50 && i != 200);
        if (i == 40)
            add_result("198.51.100.50", 1);
        if (i % 60 == 0)
            cr_assert(run_file_commit(run));
    }
    cr_expect_eq(run_file_found_next(run, &found), RUN_END);
}

Test(run_cuts, one_address_is_found_in_its_cut)
{
    struct ipaddr inside = address_of("198.51.100.7"), outside = address_of("198.51.101.7");
    struct run_found found;

    add_cut("198.51.100.0", "198.51.100.255");
    cr_expect_eq(run_file_found_one(run, &inside, &found), RUN_ROW);
    cr_expect(found.implied && !found.first_of_cut);
    cr_expect_eq(run_file_found_one(run, &outside, &found), RUN_END);
}

Test(run_cuts, a_result_whose_ptr_answer_was_left_to_the_cut_has_it)
{
    static struct observation seen;
    struct ipaddr inside = address_of("198.51.100.7");
    struct run_found found;

    add_cut("198.51.100.0", "198.51.100.255");
    add_result("198.51.100.7", 0);
    cr_assert_eq(run_file_found_one(run, &inside, &found), RUN_ROW);
    cr_expect(!found.implied);
    cr_assert(run_file_decode(run, &found, &seen));
    cr_expect(answer_is_proven_by_cut(&seen.ptr));
    cr_expect(seen.ptr.has_soa);
    cr_expect_eq(seen.ptr.ttl, 600);
}

Test(run_cuts, cuts_are_removed)
{
    struct iprange range = range_of("198.51.102.0", "198.51.102.255");

    add_cut("198.51.100.0", "198.51.100.255");
    add_cut("198.51.102.0", "198.51.102.255");
    expect_range("198.51.102.0", "198.51.102.9", "198.51.102.0-198.51.102.9 ");
    cr_assert(run_file_remove_cut(run, &range));
    expect_range("198.51.102.0", "198.51.102.9", "");
    expect_range("198.51.100.0", "198.51.100.9", "198.51.100.0-198.51.100.9 ");
    cr_assert(run_file_remove_cuts(run));
    expect_range("198.51.100.0", "198.51.100.9", "");
}

static int version(void)
{
    sqlite3 *db;
    sqlite3_stmt *row;
    int version = 0;

    scratch_close(run);
    cr_assert_eq(sqlite3_open(scratch_path("run.db"), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &row, NULL), SQLITE_OK);
    if (sqlite3_step(row) == SQLITE_ROW)
        version = sqlite3_column_int(row, 0);
    sqlite3_finalize(row);
    sqlite3_close(db);
    run = scratch_open("run.db", RUN_RESUME);
    return version;
}

Test(run_cuts, a_file_has_another_version_only_with_cuts)
{
    cr_expect_eq(version(), RUN_FILE_VERSION);
    cr_expect(!run_file_has_cuts(run));
    add_cut("198.51.100.0", "198.51.100.255");
    cr_expect_eq(version(), RUN_FILE_VERSION_MORE);
    cr_expect(run_file_has_cuts(run));
}

static void expect_malformed(const char *sql)
{
    struct ipaddr address = address_of("198.51.100.0");
    struct run_cut cut;

    reopen(RUN_RESUME);
    add_cut("198.51.100.0", "198.51.100.255");
    change(sql);
    run = scratch_open("run.db", RUN_RESUME);
    cr_expect_eq(run_file_cut_from(run, &address, &cut), RUN_FAILED, "%s", sql);
    expect_damage();
}

Test(run_cuts, a_row_that_is_no_cut_is_damage)
{
    expect_malformed("UPDATE cut SET first = x'04c6336401'");
}
Test(run_cuts, a_time_that_is_none_is_damage)
{
    expect_malformed("UPDATE cut SET checked_at = -1");
}
Test(run_cuts, long_facts_are_damage)
{
    expect_malformed("UPDATE cut SET facts = zeroblob(2000)");
}

Test(run_cuts, a_sum_that_is_wrong_is_damage)
{
    struct failure failure = {0};

    add_cut("198.51.100.0", "198.51.100.255");
    scratch_close(run);
    run = NULL;
    stranger_executes(scratch_path("run.db"), "UPDATE cut SET samples = 9");
    cr_assert_null(run_file_open(scratch_path("run.db"), RUN_READ, &failure));
    cr_expect_not_null(strstr(failure.text, "the sum of a row of cut is wrong"), "%s",
                       failure.text);
}
