#include "reports/changes/compare.h"

#include "tests/unit/io/scratch.h"

TestSuite(compare, .init = scratch_make, .fini = scratch_remove);

enum { RUNS = 4, DAY = 86400 };

static struct run_file *runs[2][RUNS];
static struct run_record records[2][RUNS];
static struct folder target = {.fd = -1};
static struct compare_job job = {
    .before = {.runs = runs[0], .records = records[0]},
    .after = {.runs = runs[1], .records = records[1]},
    .folder = &target,
    .program = "fcrdns test",
    .max_unanswered = 5,
};
static struct change_tally tally;
static struct failure failure;
static struct answer answer;

/* A run of a side (0: old, 1: new) with these items; NULL ends them. */
static struct run_file *begin(unsigned side, const char *const items[])
{
    struct side_job *jobs[] = {&job.before, &job.after};
    unsigned at = jobs[side]->count++;
    char name[16];

    snprintf(name, sizeof(name), "%u-%u.db", side, at);
    records[side][at] = (struct run_record){
        .finished = true, .inputs = "fleet.csv", .started_at = 1795437529 + side * DAY};
    runs[side][at] = scratch_run(name, items);
    return runs[side][at];
}

static void end(void)
{
    while (job.before.count > 0)
        scratch_close(runs[0][--job.before.count]);
    while (job.after.count > 0)
        scratch_close(runs[1][--job.after.count]);
}

static void passes(struct run_file *run, const char *address)
{
    struct facts_buffer facts = {0};
    struct dnsname name = name_of("a.example.com");

    answer_of_name(&answer, "a.example.com", 60);
    cr_assert(facts_put_ptr(&facts, &answer));
    answer_of_address(&answer, address, 60, true);
    cr_assert(facts_put_forward(&facts, &name, &answer, RR_A));
    scratch_found(run, address, true, &facts);
}

static void answers(struct run_file *run, const char *address, enum answer_kind kind)
{
    struct facts_buffer facts = {0};

    answer_of_nothing(&answer, kind, NULL, 0);
    cr_assert(facts_put_ptr(&facts, &answer));
    scratch_found(run, address, kind == ANSWER_NXDOMAIN, &facts);
}

static void compare_all(void)
{
    failure = (struct failure){0};
    folder_close(&target);
    cr_assert(folder_open(&target, scratch_path(""), &failure), "%s", failure.text);
    struct comparison *made = comparison_make(&job, &tally, &failure);
    cr_assert(made && comparison_commit(made, &failure), "%s", failure.text);
}

/* changes.csv without its header, with a newline at each end. */
static void expect_rows(const char *rows)
{
    char *text = scratch_read("changes.csv"), *to = text;

    for (const char *from = text; *from; from++) {
        if (*from != '\r')
            *to++ = *from;
    }
    *to = '\0';
    cr_expect_str_eq(strchr(text, '\n') + 1, rows);
    free(text);
}

Test(compare, rows_are_paired_by_address_and_expected_name)
{
    struct run_file *old = begin(0, (const char *[]){"11.0.0.1-11.0.0.3", NULL});
    struct run_file *new = begin(1, (const char *[]){"11.0.0.2", "11.0.0.3", "11.0.0.2", NULL});
    uint32_t source;

    cr_assert(run_file_add_source(new, "other.csv", &source));
    scratch_add(new, source, 1, "11.0.0.3", "b.example.com");
    cr_assert(run_file_seal_input(new));
    for (unsigned i = 0; i < 3; i++)
        passes(old, (const char *[]){"11.0.0.1", "11.0.0.2", "11.0.0.3"}[i]);
    answers(new, "11.0.0.2", ANSWER_NXDOMAIN);
    passes(new, "11.0.0.3");
    compare_all();
    expect_rows("11.0.0.1,,removed,pass,,a.example.com,,2026-11-23T12:38:49Z,\n"
                "11.0.0.2,,broke,pass,no-ptr,a.example.com,,2026-11-24T12:38:49Z,\n"
                "11.0.0.3,b.example.com,added,,hostname-mismatch,,a.example.com,"
                "2026-11-24T12:38:49Z,\n");
    cr_expect_eq(tally.before, 3);
    cr_expect_eq(tally.after, 3);
    cr_expect_eq(tally.alarms, 2);
    cr_expect_eq(tally.added_broken, 1);
    cr_expect_eq(tally.broke[VERDICT_NO_PTR], 1);
    end();
}

Test(compare, of_several_runs_the_answer_without_error_counts)
{
    struct run_file *old[] = {begin(0, (const char *[]){"11.0.0.1", "11.0.0.2", NULL}),
                              begin(0, (const char *[]){"11.0.0.1", "11.0.0.2", NULL})};
    struct run_file *new = begin(1, (const char *[]){"11.0.0.1", "11.0.0.2", NULL});

    answers(old[0], "11.0.0.1", ANSWER_SERVFAIL);
    passes(old[1], "11.0.0.1");
    passes(old[0], "11.0.0.2");
    answers(new, "11.0.0.1", ANSWER_NXDOMAIN);
    passes(new, "11.0.0.2");
    compare_all();
    expect_rows("11.0.0.1,,broke,pass,no-ptr,a.example.com,,2026-11-24T12:38:49Z,\n");
    cr_expect_eq(tally.before, 2);
    cr_expect_eq(tally.not_asked_before, 0);
    end();
}

Test(compare, an_error_is_no_change_before_and_unclear_after)
{
    struct run_file *old = begin(0, (const char *[]){"11.0.0.1-11.0.0.4", NULL});
    struct run_file *new = begin(1, (const char *[]){"11.0.0.1-11.0.0.4", NULL});

    answers(old, "11.0.0.1", ANSWER_SERVFAIL);
    answers(old, "11.0.0.2", ANSWER_NXDOMAIN);
    answers(old, "11.0.0.3", ANSWER_SERVFAIL);
    passes(new, "11.0.0.1");
    answers(new, "11.0.0.2", ANSWER_SERVFAIL);
    answers(new, "11.0.0.3", ANSWER_NXDOMAIN);
    compare_all();
    expect_rows("11.0.0.2,,unclear,no-ptr,dns-error,,,2026-11-23T12:38:49Z,\n"
                "11.0.0.3,,changed,dns-error,no-ptr,,,2026-11-24T12:38:49Z,\n");
    cr_expect_eq(tally.alarms, 1);
    cr_expect_eq(tally.first_known, 1);
    cr_expect_eq(tally.temporary, 2);
    cr_expect_eq(tally.not_asked, 1);
    end();
}

static struct exceptions *accepted_until(const char *last_day, const char *today)
{
    struct exceptions *exceptions = exceptions_new(), *on;
    struct exception_cell cells[] = {
        {"11.0.0.1", 8}, {"no-ptr", 6}, {"why", 3}, {last_day, strlen(last_day)}};
    struct exception exception;
    struct target_reason why;

    cr_assert(exception_parse(&exception, cells, 4, &why), "%s", why.text);
    cr_assert(exceptions_add(exceptions, &exception));
    exceptions_seal(exceptions, "2999-12-31");
    on = exceptions_on(exceptions, today);
    exceptions_free(exceptions);
    return on;
}

Test(compare, an_exception_that_ended_between_the_runs_breaks)
{
    struct run_file *old = begin(0, (const char *[]){"11.0.0.1", NULL});
    struct run_file *new = begin(1, (const char *[]){"11.0.0.1", NULL});
    struct exceptions *then = accepted_until("2026-11-23", "2026-11-23");
    struct exceptions *now = accepted_until("2026-11-23", "2026-11-24");

    answers(old, "11.0.0.1", ANSWER_NXDOMAIN);
    answers(new, "11.0.0.1", ANSWER_NXDOMAIN);
    job.before.exceptions = then;
    job.after.exceptions = now;
    compare_all();
    expect_rows("11.0.0.1,,broke,no-ptr,no-ptr,,,2026-11-23T12:38:49Z,\n");
    job.after.exceptions = then;
    compare_all();
    expect_rows("");
    job.before.exceptions = job.after.exceptions = NULL;
    exceptions_free(then);
    exceptions_free(now);
    end();
}

static bool at_once(void *context)
{
    (void)context;
    return true;
}

Test(compare, a_signal_ends_it_and_leaves_earlier_reports)
{
    begin(0, (const char *[]){"11.0.0.0/19", NULL});
    begin(1, (const char *[]){"12.0.0.1", NULL});
    scratch_write("changes.csv", "earlier");
    cr_assert(folder_open(&target, scratch_path(""), &failure));
    job.cancelled = at_once;
    cr_expect_null(comparison_make(&job, &tally, &failure));
    cr_expect_eq(failure.status, EXIT_INTERRUPTED);
    char *text = scratch_read("changes.csv");
    cr_expect_str_eq(text, "earlier");
    free(text);
    job.cancelled = NULL;
    end();
}

/* 8192 addresses in one zone are one group, and its sentence names the range. */
Test(compare, neighbours_are_folded_into_ranges)
{
    begin(0, (const char *[]){"11.0.0.0/19", NULL});
    begin(1, (const char *[]){"12.0.0.1", NULL});
    compare_all();
    char *text = scratch_read("changes.txt");
    cr_expect_not_null(strstr(text, "- 11.0.0.0/19 were removed (was unanswered): 8,192 addresses"),
                       "%s", text);
    free(text);
    cr_expect_eq(tally.changes[ROW_REMOVED], 8192);
    end();
}

/* Rows with equal facts are judged once, unless something else decides too. */
Test(compare, equal_facts_are_the_same_only_under_the_same_circumstances)
{
    struct run_file *old = begin(0, (const char *[]){"10.0.0.1", "11.0.0.1", "11.0.0.2", NULL});
    struct run_file *new = begin(1, (const char *[]){"10.0.0.1", "11.0.0.2", "11.0.0.3", NULL});
    struct run_file *both[] = {old, new};

    for (unsigned i = 0; i < 2; i++) {
        answers(both[i], "10.0.0.1", ANSWER_NXDOMAIN);
        answers(both[i], "11.0.0.2", ANSWER_NXDOMAIN);
    }
    answers(old, "11.0.0.1", ANSWER_NXDOMAIN);
    answers(new, "11.0.0.3", ANSWER_NXDOMAIN);
    records[1][0].skip_special = true;
    compare_all();
    expect_rows("10.0.0.1,,removed,no-ptr,not-public,,,2026-11-23T12:38:49Z,\n"
                "11.0.0.1,,removed,no-ptr,,,,2026-11-23T12:38:49Z,\n"
                "11.0.0.3,,added,,no-ptr,,,2026-11-24T12:38:49Z,\n");
    end();
}
