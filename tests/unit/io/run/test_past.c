#include "io/run/past.h"

#include "tests/unit/io/run/one_run.h"

TestSuite(run_past, .init = begin, .fini = end);

static const struct row_past PASSES = {.has_verdict = true,
                                       .verdict = VERDICT_PASS,
                                       .has_certain = true,
                                       .certain = VERDICT_PASS,
                                       .since = 1795437000,
                                       .states = 7};
static const struct row_past ERROR = {.has_verdict = true,
                                      .verdict = VERDICT_DNS_ERROR,
                                      .has_certain = true,
                                      .certain = VERDICT_NO_PTR,
                                      .since = 1795437529,
                                      .states = 2,
                                      .names = 4294967295};

static struct dnsname expected;

/* name: NULL: none. */
static struct sweep_row row_of(const char *address, const char *name)
{
    if (name)
        expected = name_of(name);
    return (struct sweep_row){address_of(address), name ? &expected : NULL};
}

static void add(const char *address, const char *name, const struct row_past *past)
{
    struct sweep_row row = row_of(address, name);

    cr_assert(run_file_add_past(run, &row, past), "%s", run_file_failure(run)->text);
}

static void expect(const char *address, const char *name, const struct row_past *wanted)
{
    struct sweep_row row = row_of(address, name);
    struct row_past past;

    cr_assert(run_file_past(run, &row, &past), "%s", run_file_failure(run)->text);
    cr_expect_eq(past.has_verdict, wanted->has_verdict, "%s", address);
    cr_expect_eq(past.has_certain, wanted->has_certain, "%s", address);
    cr_expect(!past.has_verdict || past.verdict == wanted->verdict, "%s", address);
    cr_expect(!past.has_certain || past.certain == wanted->certain, "%s", address);
    cr_expect_eq(past.since, wanted->since, "%s", address);
    cr_expect_eq(past.states, wanted->states, "%s", address);
    cr_expect_eq(past.renamed, wanted->renamed, "%s", address);
    cr_expect_eq(past.names, wanted->names, "%s", address);
}

static void fill(void)
{
    cr_assert(run_file_past_begin(run));
    add("192.0.2.1", NULL, &PASSES);
    add("192.0.2.2", "a.example", &PASSES);
    add("192.0.2.2", "b.example", &ERROR);
    add("192.0.2.9", NULL, &PASSES);
    add("192.0.2.10", NULL, &ERROR);
    add("2001:db8::1", NULL, &ROW_PAST_NONE);
    cr_assert(run_file_past_end(run), "%s", run_file_failure(run)->text);
}

static void expect_all(void)
{
    expect("192.0.2.1", NULL, &PASSES);
    expect("192.0.2.2", "a.example", &PASSES);
    expect("192.0.2.2", "b.example", &ERROR);
    expect("192.0.2.9", NULL, &PASSES);
    expect("192.0.2.10", NULL, &ERROR);
    expect("2001:db8::1", NULL, &ROW_PAST_NONE);
    expect("2001:db8::2", NULL, &ROW_PAST_NONE);
    expect("192.0.2.1", NULL, &PASSES);
}

Test(run_past, rows_are_read_as_written)
{
    fill();
    cr_expect(run_file_has_past(run));
    expect_all();
    reopen(RUN_READ);
    cr_expect(run_file_has_past(run));
    expect_all();
}

Test(run_past, it_is_written_anew)
{
    fill();
    cr_assert(run_file_past_begin(run));
    cr_expect_not(run_file_has_past(run));
    add("192.0.2.1", NULL, &ERROR);
    cr_assert(run_file_past_end(run));
    expect("192.0.2.1", NULL, &ERROR);
    expect("192.0.2.10", NULL, &ROW_PAST_NONE);
    reopen(RUN_READ);
    expect("192.0.2.1", NULL, &ERROR);
}

/* A run without a baseline, a run of an earlier version, and one that was killed meanwhile. */
Test(run_past, a_run_without_it_knows_nothing)
{
    cr_expect_not(run_file_has_past(run));
    expect("192.0.2.1", NULL, &ROW_PAST_NONE);
    cr_assert(run_file_past_begin(run));
    add("192.0.2.1", NULL, &PASSES);
    add("192.0.2.2", NULL, &ERROR);
    cr_assert(run_file_commit(run));
    reopen(RUN_RESUME);
    cr_expect_not(run_file_has_past(run));
    expect("192.0.2.1", NULL, &ROW_PAST_NONE);
}

Test(run_past, neighbours_with_the_same_past_share_a_row)
{
    char address[32];

    cr_assert(run_file_past_begin(run));
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(address, sizeof(address), "10.0.%u.%u", i >> 8, i & 255);
        add(address, NULL, &PASSES);
    }
    cr_assert(run_file_past_end(run));
    reopen(RUN_READ);
    cr_assert(run_file_past(run, &(struct sweep_row){address_of("10.0.0.0"), NULL},
                            &(struct row_past){0}));
    change("DELETE FROM past WHERE first <> x'040a000000'; UPDATE past SET states = 0");
    run = scratch_open("run.db", RUN_READ);
    struct row_past past;
    cr_expect_not(run_file_past(run, &(struct sweep_row){address_of("10.0.3.231"), NULL}, &past));
    expect_damage();
}

static void expect_malformed(const char *column, const char *value)
{
    char sql[512];
    struct row_past past;

    run = run ? run : scratch_open("run.db", RUN_RESUME);
    fill();
    snprintf(sql, sizeof(sql), "UPDATE past SET %s = %s WHERE first = x'04c0000201'", column,
             value);
    change(sql);
    run = scratch_open("run.db", RUN_READ);
    cr_expect_not(run_file_past(run, &(struct sweep_row){address_of("192.0.2.1"), NULL}, &past),
                  "%s", sql);
    expect_damage();
}

Test(run_past, values_that_are_not_written_are_damage)
{
    expect_malformed("verdict", "'fine'");
    expect_malformed("verdict", "'x'");
    expect_malformed("certain", "'dns-error'");
    expect_malformed("certain", "'not-public'");
    expect_malformed("since", "-1");
    expect_malformed("states", "131072");
    expect_malformed("renamed", "2");
    expect_malformed("names", "4294967296");
    expect_malformed("first", "x'04'");
}
