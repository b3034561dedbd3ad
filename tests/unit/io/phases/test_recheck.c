/* The addresses that --recheck takes from an earlier run, and those that are too early. */
#include "io/phases/recheck.h"

#include "tests/unit/io/scratch.h"

enum { CHECKED_AT = 1700000000 /* as in scratch_found */, RANGE_MOST = 4 };

TestSuite(recheck, .init = scratch_make, .fini = scratch_remove);

static void found_missing(struct run_file *run, const char *address, uint32_t ttl)
{
    struct facts_buffer facts = {0};
    struct answer answer;
    answer_of_nothing(&answer, ANSWER_NXDOMAIN, "100.51.198.in-addr.arpa", ttl);
    cr_assert(facts_put_ptr(&facts, &answer));
    scratch_found(run, address, true, &facts);
}

static void found_named(struct run_file *run, const char *address, const char *name)
{
    struct facts_buffer facts = {0};
    struct dnsname host = name_of(name);
    struct answer ptr, forward;
    answer_of_name(&ptr, name, 300);
    answer_of_address(&forward, address, 300, true);
    cr_assert(facts_put_ptr(&facts, &ptr));
    cr_assert(facts_put_forward(&facts, &host, &forward, RR_A));
    scratch_found(run, address, true, &facts);
}

static void found_passing(struct run_file *run, const char *address)
{
    found_named(run, address, "mta.example.com");
}

/* .1 and .2 have no PTR, .3 passes, .4 was never asked; 10.0.0.1 is not public. */
static void make_old_run(void)
{
    uint32_t source;
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_set_number(run, "skip_special", 1));
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    scratch_add(run, source, 2, "1.2.3.1-1.2.3.4", NULL);
    scratch_add(run, source, 3, "10.0.0.1", NULL);
    scratch_add(run, source, 9, "1.2.3.3", "other.example.com");
    cr_assert(run_file_seal_input(run));
    found_missing(run, "1.2.3.1", 300);
    found_missing(run, "1.2.3.2", 100);
    found_passing(run, "1.2.3.3");
    scratch_close(run);
}

static struct recheck_counts load(struct run_file *run, int64_t now)
{
    struct failure failure = {0};
    struct recheck_counts counts;
    make_old_run();
    struct recheck *recheck = recheck_open(scratch, RANGE_MOST, &failure);
    cr_assert_not_null(recheck, "%s", failure.text);
    cr_assert(recheck_load(recheck, run, now, &counts, &failure), "%s", failure.text);
    recheck_close(recheck);
    return counts;
}

static void expect_item(struct run_file *run, uint64_t line, const char *range,
                        const char *expected)
{
    struct run_item item;
    char text[IPRANGE_TEXT_MAX];
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
    iprange_print(text, &item.range);
    cr_expect_eq(item.line, line);
    cr_expect_str_eq(text, range);
    cr_expect_str_eq(run_file_source(run, item.source), "fleet.csv");
    cr_assert_eq(item.has_expected, expected != NULL);
    if (expected) {
        struct dnsname name = name_of(expected);
        cr_expect(dnsname_equal(&item.expected, &name));
    }
}

Test(recheck, takes_addresses_that_did_not_pass_with_their_lines)
{
    struct run_item item;
    struct run_file *run = scratch_open("new.db", RUN_CREATE);
    struct recheck_counts counts = load(run, CHECKED_AT);
    cr_expect_eq(counts.rows, 3);
    cr_expect_eq((uint64_t)counts.addresses, 4);
    cr_expect_eq(counts.expecting, 1);
    cr_expect_eq(counts.passed, 2);
    cr_expect(run_file_is_sealed(run));
    cr_assert(run_file_items_begin(run));
    expect_item(run, 2, "1.2.3.1-1.2.3.2", NULL);
    expect_item(run, 2, "1.2.3.4", NULL);
    expect_item(run, 9, "1.2.3.3", "other.example.com");
    cr_expect_eq(run_file_items_next(run, &item), RUN_END);
    scratch_close(run);
}

Test(recheck, counts_addresses_that_are_too_early)
{
    struct recheck_counts counts = load(NULL, CHECKED_AT + 100);
    cr_expect_eq(counts.early, 2); /* .1, and the expected name of .3 whose PTR has a TTL of 300 */
    cr_expect_eq(counts.early_until, CHECKED_AT + 300);
}

Test(recheck, nothing_is_early_from_safe_after_on)
{
    struct recheck_counts counts = load(NULL, CHECKED_AT + 300);
    cr_expect_eq(counts.early, 0);
    cr_expect_eq(counts.early_until, 0);
}

/* .1 passes and .2 to .4 do not: they keep the names of their places. */
Test(recheck, a_pattern_goes_on_counting)
{
    uint32_t source;
    struct failure failure = {0};
    struct recheck_counts counts;
    struct run_file *run = scratch_open("run.db", RUN_CREATE);

    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    scratch_add(run, source, 2, "1.2.3.1-1.2.3.4", "mta{n:2}.example.com");
    scratch_add(run, source, 3, "1.2.3.4", "*.example.com");
    cr_assert(run_file_seal_input(run));
    found_named(run, "1.2.3.1", "mta01.example.com");
    found_missing(run, "1.2.3.2", 300);
    scratch_close(run);
    struct recheck *recheck = recheck_open(scratch, RANGE_MOST, &failure);
    run = scratch_open("new.db", RUN_CREATE);
    cr_assert(recheck_load(recheck, run, CHECKED_AT, &counts, &failure), "%s", failure.text);
    recheck_close(recheck);
    cr_assert(run_file_items_begin(run));
    expect_item(run, 2, "1.2.3.2-1.2.3.4", "mta{n:2+1}.example.com");
    expect_item(run, 3, "1.2.3.4", "*.example.com");
    cr_expect_eq(counts.expecting, 3);
    scratch_close(run);
}

/* A run file of a stranger: one row of it could keep the disk busy for ever. */
Test(recheck, a_range_has_a_ceiling)
{
    struct failure failure = {0};
    struct recheck_counts counts;
    make_old_run();
    struct recheck *recheck = recheck_open(scratch, RANGE_MOST - 1, &failure);
    cr_assert_not_null(recheck);
    cr_expect_not(recheck_load(recheck, NULL, CHECKED_AT, &counts, &failure));
    cr_expect_not_null(
        strstr(failure.text, "holds a range of 4 addresses, more than --max-range 3"), "%s",
        failure.text);
    recheck_close(recheck);
}

Test(recheck, needs_a_run)
{
    struct failure failure = {0};
    cr_expect_null(recheck_open(scratch, RANGE_MOST, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
}
