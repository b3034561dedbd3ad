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
