#include "io/run/run_pool.h"

#include <dirent.h>

#include "tests/unit/io/run/made_found.h"
#include "tests/unit/io/scratch.h"

TestSuite(run_pool, .init = scratch_make, .fini = scratch_remove);

/* Run i has the addresses 10.0.0.j with j % RUNS == i, so that each next one is in another run. */
enum { RUNS = RUN_POOL_OPEN + 3, ROWS = 40 };

static struct run_pool pool;
static struct run_file *runs[RUNS];

static const char *address_text(unsigned row, unsigned run)
{
    static char text[IPADDR_TEXT_MAX];
    unsigned number = row * RUNS + run;

    snprintf(text, sizeof(text), "10.0.%u.%u", number / 256, number % 256);
    return text;
}

static void make(unsigned i)
{
    char name[16];

    snprintf(name, sizeof(name), "%u.db", i);
    runs[i] = scratch_open(name, RUN_CREATE);
    for (unsigned row = 0; row < ROWS; row++) {
        struct run_found found = made_found(address_text(row, i), true, address_text(row, i));
        scratch_add(runs[i], 1, row + 1, address_text(row, i), NULL);
        cr_assert(run_file_add_found(runs[i], &found, 1));
    }
    cr_assert(run_file_seal_input(runs[i]));
    scratch_close(runs[i]);
    runs[i] = scratch_open(name, RUN_READ);
    cr_assert(run_pool_add(&pool, runs[i]));
}

static void make_all(void)
{
    for (unsigned i = 0; i < RUNS; i++)
        make(i);
}

static void close_all(void)
{
    for (unsigned i = 0; i < RUNS; i++)
        scratch_close(runs[i]);
}

static void expect_facts(const uint8_t *bytes, uint32_t length, unsigned row, unsigned run)
{
    const char *text = address_text(row, run);

    cr_assert_eq(length, strlen(text));
    cr_expect_eq(memcmp(bytes, text, length), 0);
}

static unsigned open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    unsigned count = 0;

    cr_assert_not_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

Test(run_pool, keeps_few_open)
{
    struct run_item item;
    unsigned before = open_descriptors();

    make_all();
    cr_expect_eq(open_descriptors(), before);
    for (unsigned i = 0; i < RUNS; i++) {
        cr_assert(run_file_items_begin(runs[i]));
        cr_assert_eq(run_file_items_next(runs[i], &item), RUN_ROW);
    }
    cr_expect_leq(open_descriptors(), before + 2 * RUN_POOL_OPEN, "a file and its folder each");
    close_all();
}

Test(run_pool, items_and_results_continue)
{
    struct run_item item;
    struct run_found found;

    make_all();
    for (unsigned i = 0; i < RUNS; i++)
        cr_assert(run_file_items_begin(runs[i]));
    for (unsigned row = 0; row < ROWS; row++) {
        for (unsigned i = 0; i < RUNS; i++) {
            cr_assert_eq(run_file_items_next(runs[i], &item), RUN_ROW);
            cr_expect_eq(item.seq, row + 1);
            cr_assert(run_file_found_begin(runs[i], &item.range));
            cr_assert_eq(run_file_found_next(runs[i], &found), RUN_ROW);
            expect_facts(found.facts, found.length, row, i);
            cr_assert_eq(run_file_found_next(runs[i], &found), RUN_END);
        }
    }
    for (unsigned i = 0; i < RUNS; i++)
        cr_assert_eq(run_file_items_next(runs[i], &item), RUN_END);
    close_all();
}

Test(run_pool, facts_continue_and_are_read_again)
{
    struct run_facts facts;

    make_all();
    for (unsigned i = 0; i < RUNS; i++)
        cr_assert(run_file_facts_begin(runs[i]));
    for (unsigned row = 0; row < ROWS; row++) {
        for (unsigned i = 0; i < RUNS; i++) {
            cr_assert_eq(run_file_facts_next(runs[i], &facts), RUN_ROW);
            expect_facts(facts.bytes, facts.length, row, i);
        }
        for (unsigned i = 0; i < RUNS; i++) {
            cr_assert(run_file_facts_again(runs[i], &facts));
            expect_facts(facts.bytes, facts.length, row, i);
            cr_assert(run_file_facts_again(runs[i], &facts), "still open");
            expect_facts(facts.bytes, facts.length, row, i);
        }
    }
    for (unsigned i = 0; i < RUNS; i++)
        cr_assert_eq(run_file_facts_next(runs[i], &facts), RUN_END);
    close_all();
}

/* Reads an item of the first run, which is closed then, since others are read. */
static void read_and_close_first(void)
{
    struct run_item item;

    make_all();
    cr_assert(run_file_items_begin(runs[0]));
    cr_assert_eq(run_file_items_next(runs[0], &item), RUN_ROW);
    for (unsigned i = 1; i <= RUN_POOL_OPEN; i++) {
        cr_assert(run_file_items_begin(runs[i]));
        cr_assert_eq(run_file_items_next(runs[i], &item), RUN_ROW);
    }
}

static void expect_trouble(const char *text)
{
    struct run_item item;
    struct failure failure = {0};

    cr_expect_eq(run_file_items_next(runs[0], &item), RUN_FAILED);
    cr_expect_not_null(strstr(run_file_failure(runs[0])->text, text), "%s",
                       run_file_failure(runs[0])->text);
    cr_expect(run_file_close(runs[0], &failure));
    for (unsigned i = 1; i < RUNS; i++)
        scratch_close(runs[i]);
}

Test(run_pool, a_run_that_changes_is_refused)
{
    read_and_close_first();
    struct run_file *other = scratch_open("0.db", RUN_RESUME);
    scratch_add(other, 1, 1, "10.9.9.9", NULL);
    scratch_close(other);
    expect_trouble("0.db was changed while it was read");
}

Test(run_pool, a_run_that_is_continued_is_refused)
{
    struct run_item item;

    read_and_close_first();
    struct run_file *other = scratch_open("0.db", RUN_RESUME);
    scratch_add(other, 1, 1, "10.9.9.9", NULL);
    cr_expect_eq(run_file_items_next(runs[0], &item), RUN_FAILED);
    cr_expect_not_null(strstr(run_file_failure(runs[0])->text, "is in use by another run"), "%s",
                       run_file_failure(runs[0])->text);
    scratch_close(other);
    expect_trouble("is in use by another run");
}

Test(run_pool, a_run_that_vanishes_is_refused)
{
    read_and_close_first();
    cr_assert_eq(unlink(scratch_path("0.db")), 0);
    expect_trouble("there is no run here");
}
