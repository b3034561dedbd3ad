/* Progress in simulated time. */
#include "reports/progress.h"

#include <stdio.h>

#include "io/system/clock.h"
#include "tests/unit/io/scratch.h"

TestSuite(progress, .init = scratch_make, .fini = scratch_remove);

static int64_t now_ns = INT64_C(1000000000000);

int64_t clock_monotonic_ns(void)
{
    return now_ns;
}

int64_t clock_coarse_ns(void)
{
    return clock_monotonic_ns();
}

int64_t clock_wall_seconds(void)
{
    return 0;
}

size_t clock_print(char out[CLOCK_TEXT_MAX], int64_t wall_seconds)
{
    (void)wall_seconds;
    out[0] = '\0';
    return 0;
}

static struct progress *progress;
static struct collect_progress state = {.total = 1000};

static void begin(enum progress_mode mode)
{
    scratch_catch_messages();
    progress = progress_new(mode, false);
    cr_assert_not_null(progress);
    state.started_ns = now_ns;
}

static void show_after(int64_t ms, uint64_t done)
{
    now_ns += ms * 1000000;
    state.done = done;
    progress_show(progress, &state);
}

static void expect_messages(const char *text)
{
    char *told = scratch_messages();

    cr_expect_str_eq(told, text);
    free(told);
}

static void find(const char *address, enum answer_kind kind)
{
    struct facts_buffer facts = {0};
    struct answer answer;

    answer_of(&answer, kind);
    cr_assert(facts_put_ptr(&facts, &answer));
    struct run_found found = {
        .address = address_of(address), .facts = facts.bytes, .length = facts.length};
    progress_found(progress, &found);
    facts_free(&facts);
}

Test(progress, is_absent_if_not_wanted)
{
    scratch_catch_messages(); /* not a terminal */
    cr_expect_null(progress_new(PROGRESS_NONE, false));
    cr_expect_null(progress_new(PROGRESS_AUTO, false));
    cr_expect_null(progress_new(PROGRESS_PLAIN, true));
    progress_found(NULL, NULL);
    progress_show(NULL, NULL);
    progress_free(NULL);
    expect_messages("");
}

Test(progress, plain_lines_with_rate_and_time_left)
{
    begin(PROGRESS_PLAIN);
    show_after(10000, 100);
    expect_messages("fcrdns: 100 of 1000 (10/s, 90 s left)\n");
    show_after(9999, 150); /* too early for another line */
    expect_messages("fcrdns: 100 of 1000 (10/s, 90 s left)\n");
    progress_free(progress);
}

Test(progress, the_rate_of_a_resumed_run_excludes_earlier_results)
{
    begin(PROGRESS_PLAIN);
    state.known = 500;
    show_after(10000, 600);
    expect_messages("fcrdns: 600 of 1000 (10/s, 40 s left)\n");
    progress_free(progress);
}

Test(progress, verdicts_are_counted)
{
    begin(PROGRESS_PLAIN);
    find("11.0.0.1", ANSWER_NXDOMAIN);
    find("11.0.0.2", ANSWER_NODATA);
    find("11.0.0.3", ANSWER_SILENT);
    find("11.0.0.4", ANSWER_SERVFAIL);
    struct run_found damaged = {
        .address = address_of("11.0.0.5"), .facts = (const uint8_t *)"x", .length = 1};
    progress_found(progress, &damaged);
    show_after(10000, 1000);
    expect_messages("fcrdns: 1000 of 1000 (100/s)  no-ptr 2  dns-error 1  unanswered 1\n");
    progress_free(progress);
}

Test(progress, shows_long_times_in_minutes_and_hours)
{
    begin(PROGRESS_PLAIN);
    state.total = 10000;
    show_after(10000, 100);
    show_after(10000, 200);
    expect_messages(
        "fcrdns: 100 of 10000 (10/s, 16 min left)\nfcrdns: 200 of 10000 (10/s, 16 min left)\n");
    state.total = 1000000;
    show_after(10000, 300);
    char *told = scratch_messages();
    cr_expect_not_null(strstr(told, "28 h left"), "%s", told);
    free(told);
    progress_free(progress);
}

Test(progress, gives_no_time_left_without_results)
{
    begin(PROGRESS_PLAIN);
    show_after(10000, 0);
    expect_messages("fcrdns: 0 of 1000 (0/s)\n");
    progress_free(progress);
}

Test(progress, survives_counts_beyond_64_bits)
{
    begin(PROGRESS_PLAIN);
    state.total = UINT64_MAX;
    state.known = 0;
    show_after(10000, UINT64_MAX - 1);
    char *told = scratch_messages();
    cr_expect_lt(strlen(told), 400);
    free(told);
    progress_free(progress);
}

Test(progress, gives_no_time_left_in_the_first_seconds)
{
    begin(PROGRESS_PLAIN);
    show_after(10, 1);
    expect_messages("fcrdns: 1 of 1000 (100/s)\n");
    progress_free(progress);
    begin(PROGRESS_PLAIN);
    show_after(1999, 1);
    expect_messages("fcrdns: 1 of 1000 (1/s)\n");
    progress_free(progress);
    begin(PROGRESS_PLAIN);
    show_after(2000, 20);
    expect_messages("fcrdns: 20 of 1000 (10/s, 98 s left)\n");
    progress_free(progress);
}

Test(progress, shows_reports_that_take_long)
{
    begin(PROGRESS_PLAIN);
    progress_written(progress, 4096, 10000);
    now_ns += INT64_C(9999) * 1000000;
    progress_written(progress, 8192, 10000);
    now_ns += 1000000;
    progress_written(progress, 9000, 10000);
    progress_clear(progress);
    expect_messages("fcrdns: reports: 9000 of 10000 addresses written\n");
    progress_free(progress);
    progress_written(NULL, 1, 1);
    progress_folders(NULL, 1, 1);
    progress_clear(NULL);
}

Test(progress, folders_are_counted_when_they_take_several_seconds)
{
    begin(PROGRESS_PLAIN);
    progress_folders(progress, 0, 200000);
    now_ns += INT64_C(9999) * 1000000;
    progress_folders(progress, 2, 200000);
    now_ns += 1000000;
    progress_folders(progress, 300, 200000);
    progress_clear(progress);
    expect_messages("fcrdns: reports: 300 of 200000 hand-over folders written\n");
    progress_free(progress);
}

Test(progress, cuts_are_counted_when_they_take_several_seconds)
{
    begin(PROGRESS_PLAIN);
    progress_cuts(progress, 1, 0);
    now_ns += INT64_C(9999) * 1000000;
    progress_cuts(progress, 2, 1);
    now_ns += 1000000;
    progress_cuts(progress, 300, 200);
    progress_clear(progress);
    expect_messages("fcrdns: ranges: 300 blocks asked by name, 200 proven empty\n");
    progress_free(progress);
    progress_cuts(NULL, 1, 1);
    progress_clear(NULL);
}
