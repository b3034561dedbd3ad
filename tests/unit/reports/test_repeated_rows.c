#include "reports/repeated_rows.h"

#include "tests/unit/io/scratch.h"

TestSuite(repeated_rows, .init = scratch_make, .fini = scratch_remove);

static uint64_t repeated(struct run_file **runs, unsigned count, bool shards)
{
    struct failure failure = {0};
    struct row_counts counts;

    cr_assert(repeated_rows_count(runs, count, shards, &counts, &failure), "%s", failure.text);
    return counts.repeated;
}

static uint64_t repeated_in(const char *const items[])
{
    struct run_file *run = scratch_run("run.db", items);
    uint64_t rows = repeated(&run, 1, false);

    scratch_close(run);
    return rows;
}

#define ITEMS(...) ((const char *[]){__VA_ARGS__, NULL})

Test(repeated_rows, of_one_run)
{
    cr_expect_eq(repeated_in(ITEMS("11.0.0.9", "11.0.0.1", "11.0.0.10", "2001:db8::1")), 0);
}

Test(repeated_rows, of_one_run_with_ranges_in_ranges)
{
    cr_expect_eq(repeated_in(ITEMS("11.0.0.9", "11.0.0.0/24", "11.0.0.9", "11.0.0.128-11.0.1.7")),
                 1 + 1 + 128);
}

Test(repeated_rows, at_the_ends_of_the_families)
{
    cr_expect_eq(repeated_in(ITEMS("255.255.255.0/24", "255.255.255.255",
                                   "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00/120",
                                   "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")),
                 2);
}

Test(repeated_rows, of_several_runs)
{
    struct run_file *runs[] = {scratch_run("a.db", ITEMS("11.0.0.0/24", "11.0.0.7", "11.0.9.0/28")),
                               scratch_run("b.db", ITEMS("11.0.0.7", "11.0.0.255-11.0.1.255")),
                               scratch_run("c.db", ITEMS("11.0.0.7-11.0.2.0", "11.0.9.0/28"))};

    cr_expect_eq(repeated(runs, 3, false), 256 + 1 + 16 + 1 + 257 + 506 + 16 - (2 * 256 + 1 + 16),
                 "512 are different");
    cr_expect_eq(repeated(runs, 3, true), 1, "each shard alone");
    for (unsigned i = 0; i < 3; i++)
        scratch_close(runs[i]);
}

/* The items were added in this session, so their order is known. */
Test(repeated_rows, of_a_run_whose_items_ascend)
{
    cr_expect_eq(repeated_in(ITEMS("11.0.0.0/24", "11.0.1.0", "2001:db8::/120")), 0);
}

Test(repeated_rows, of_a_run_whose_items_overlap)
{
    cr_expect_eq(repeated_in(ITEMS("11.0.0.0/24", "11.0.0.255", "11.0.1.0")), 1);
}

Test(repeated_rows, of_a_run_with_an_item_before_the_last_one)
{
    cr_expect_eq(repeated_in(ITEMS("11.0.0.5", "11.0.0.0/29", "11.0.0.9")), 1);
}

Test(repeated_rows, the_order_is_known_to_the_session_that_added_the_items)
{
    struct run_file *run = scratch_run("run.db", ITEMS("11.0.0.1", "11.0.0.2"));

    cr_expect(run_file_items_ascend(run));
    scratch_close(run);
    run = scratch_open("run.db", RUN_READ);
    cr_expect_not(run_file_items_ascend(run));
    scratch_close(run);
}
