#include "reports/changes/change_words.h"

#include <criterion/criterion.h>

static struct run_record records[2] = {{.started_at = 1795312800}, {.started_at = 1795399200}};
static const struct compare_job job = {.before = {.records = &records[0], .count = 1},
                                       .after = {.records = &records[1], .count = 1},
                                       .max_unanswered = 100};
static const struct change_tally tally = {
    .after = 65536, .changes = {[ROW_BROKE] = 190, [ROW_FIXED] = 436}, .first_known = 3};

static void expect_subject(size_t columns, const char *words)
{
    char out[CHANGE_WORDS_MAX];

    cr_expect_eq(change_subject_print(out, columns, &job, &tally), strlen(words));
    cr_expect_str_eq(out, words, "%s", out);
}

Test(change_words, a_subject_has_whole_parts_the_most_important_first)
{
    char out[CHANGE_WORDS_MAX];

    expect_subject(73, "fcrdns: 190 of 65,536 broke, 3 new and broken, 436 fixed since 2026-11-22");
    expect_subject(72, "fcrdns: 190 of 65,536 broke, 3 new and broken, 436 fixed");
    expect_subject(55, "fcrdns: 190 of 65,536 broke, 3 new and broken");
    expect_subject(44, "fcrdns: 190 of 65,536 broke");
    change_headline_print(out, &job, &tally);
    cr_expect_str_eq(out, "190 of 65,536 broke, 3 new and broken, 436 fixed since 2026-11-22");
}

static void expect_incomplete(uint64_t not_asked, const char *words)
{
    char out[CHANGE_WORDS_MAX];

    cr_expect_eq(change_incomplete_print(out, "new", &job.after, not_asked), strlen(words));
    cr_expect_str_eq(out, words, "%s", out);
}

Test(change_words, what_a_stopped_run_did_not_ask)
{
    expect_incomplete(0, "The new run is not complete, but all of its rows were asked");
    expect_incomplete(1, "The new run is not complete: 1 of its rows was not asked");
    expect_incomplete(1234, "The new run is not complete: 1,234 of its rows were not asked");
    records[1].finished = true;
    expect_incomplete(1, "");
}
