#include "io/phases/input_match.h"

#include "io/phases/item_pieces.h"
#include "io/run/walks.h"
#include "tests/unit/io/scratch.h"

TestSuite(input_match, .init = scratch_make, .fini = scratch_remove);

static const char FIRST[] = "ip,host\n11.0.0.9,MTA9.example.com\n11.0.0.300,x\n11.0.0.0/30,\n";
static const char SECOND[] = "11.0.0.20\n11.0.0.500\n";

static struct run_file *run;

/* Loads the two files into a run. */
static void load(const char *first, const char *second)
{
    char *inputs[] = {strdup(scratch_write("a.csv", first)),
                      strdup(scratch_write("b.csv", second))};
    struct load_options options = {.intake = {.max_range = 1024}, .inputs = inputs, .count = 2};
    struct load_result loaded;
    struct failure failure = {0};
    run = scratch_open("run.db", RUN_CREATE);
    cr_assert(load_inputs(run, &options, &loaded, &failure), "%s", failure.text);
    free(inputs[0]);
    free(inputs[1]);
}

static void load_both(void)
{
    load(FIRST, SECOND);
}

/* text: part of the failure; NULL: the inputs match. max_range as with --max-range. */
static void expect_match(const char *first, const char *second, unsigned max_range,
                         const char *text)
{
    char *inputs[] = {strdup(scratch_write("a.csv", first)),
                      strdup(scratch_write("b.csv", second))};
    struct load_options options = {
        .intake = {.max_range = max_range}, .inputs = inputs, .count = 2};
    struct failure failure = {0};
    cr_expect_eq(input_match(run, &options, "out", &failure), text == NULL, "%s", failure.text);
    cr_expect_eq(failure.status, text ? EXIT_TROUBLE : EXIT_POLICY_MET);
    if (text)
        cr_expect_not_null(strstr(failure.text, text), "%s", failure.text);
    free(inputs[0]);
    free(inputs[1]);
}

Test(input_match, the_same_rows_match_as_often_as_they_are_compared)
{
    load_both();
    expect_match(FIRST, SECOND, 1024, NULL);
    expect_match(FIRST, SECOND, 1024, NULL);
    expect_match("IP,Host\r\n11.0.0.9,mta9.example.com\r\n11.0.0.300,x\r\n11.0.0.0-11.0.0.3,\r\n",
                 SECOND, 1024, NULL);
    scratch_close(run);
}

Test(input_match, a_difference_names_its_input_and_line)
{
    load_both();
    expect_match("ip,host\n11.0.0.8,mta9.example.com\n11.0.0.300,x\n11.0.0.0/30,\n", SECOND, 1024,
                 "a.csv:2: this row is not in the run in out");
    expect_match("ip,host\n11.0.0.9,mta8.example.com\n11.0.0.300,x\n11.0.0.0/30,\n", SECOND, 1024,
                 "a.csv:2: this row is not in the run in out");
    expect_match("ip,host\n11.0.0.9,\n11.0.0.300,x\n11.0.0.0/30,\n", SECOND, 1024,
                 "a.csv:2: this row is not in the run in out");
    expect_match("ip,host\n11.0.0.9,mta9.example.com\n11.0.0.300,x\n11.0.0.0/29,\n", SECOND, 1024,
                 "a.csv:4: this row is not in the run in out");
    expect_match("ip,host\n11.0.0.9,mta9.example.com\n11.0.0.301,x\n11.0.0.0/30,\n", SECOND, 1024,
                 "a.csv:3: this row is not in the run in out");
    expect_match("ip,host\n::ffff:11.0.0.9,mta9.example.com\n11.0.0.300,x\n11.0.0.0/30,\n", SECOND,
                 1024, "a.csv:2: this row is not in the run in out");
    expect_match(FIRST, SECOND, 3, "a.csv:4: this row is not in the run in out");
    scratch_close(run);
}

Test(input_match, rows_that_are_missing_are_those_of_their_own_input)
{
    load_both();
    expect_match("ip,host\n11.0.0.9,MTA9.example.com\n11.0.0.300,x\n", SECOND, 1024,
                 "a.csv ends before line 4, which the run in out has");
    expect_match("ip,host\n11.0.0.9,MTA9.example.com\n\n11.0.0.0/30,\n", SECOND, 1024,
                 "a.csv ends before line 3, which the run in out has");
    expect_match(FIRST, "11.0.0.20\n", 1024, "b.csv ends before line 2, which the run in out has");
    expect_match(FIRST, "11.0.0.500\n", 1024, "b.csv:1: this row is not in the run in out");
    expect_match(FIRST, "11.0.0.20\n11.0.0.500\n11.0.0.21\n", 1024,
                 "b.csv:3: this row is not in the run in out");
    scratch_close(run);
}

Test(input_match, walks_that_differ_are_noticed_also_when_they_are_finished)
{
    static const char changed[] = "the walks (--walk, rows `walk PREFIX`) are not those";

    load("11.0.0.9\nwalk 2001:db8::/32\n", "walk 2001:db9::/32\n");
    cr_assert(run_file_commit(run));
    for (int finished = 0; finished < 2; finished++) {
        expect_match("11.0.0.9\nwalk 2001:db8::/32\n", "walk 2001:db9:0::/32\n", 1024, NULL);
        expect_match("11.0.0.9\nwalk 2001:db8::/33\n", "walk 2001:db9::/32\n", 1024, changed);
        expect_match("11.0.0.9\n\nwalk 2001:db8::/32\n", "walk 2001:db9::/32\n", 1024, changed);
        expect_match("11.0.0.9\n", "walk 2001:db9::/32\n", 1024, changed);
        expect_match("11.0.0.9\nwalk 2001:db8::/32\n", "11.0.0.9\n", 1024, "b.csv:1: this row");
        struct run_walk walk;
        while (run_file_next_walk(run, &walk) == RUN_ROW)
            cr_assert(run_file_finish_walk(run, &walk));
    }
    scratch_close(run);
}

Test(input_match, a_run_of_an_earlier_version_has_no_digest_of_its_walks)
{
    load("11.0.0.9\n", "11.0.0.10\n");
    expect_match("11.0.0.9\n", "11.0.0.10\nwalk 2001:db8::/32\n", 1024, "the walks");
    cr_assert(run_file_set(run, ITEM_WALKS_KEY, ""));
    expect_match("11.0.0.9\n", "11.0.0.10\nwalk 2001:db8::/32\n", 1024, NULL);
    scratch_close(run);
}
