/* The table of walks: what is kept of a walk, and how its addresses become items. */
#include "tests/unit/io/scratch.h"

TestSuite(walks, .init = scratch_make, .fini = scratch_remove);

static struct iprange prefix_of(const char *text, unsigned length)
{
    struct ipaddr address = address_of(text);
    struct iprange out;

    cr_assert(iprange_from_prefix(&out, &address, length));
    return out;
}

static struct run_file *run_with_walk(struct run_walk *walk)
{
    uint32_t source;
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    struct iprange prefix = prefix_of("2001:db8::", 32);

    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    cr_assert(run_file_add_walk(run, &(struct run_walk){source, 7}, &prefix));
    scratch_add(run, source, 8, "1.2.3.4", NULL);
    cr_assert(run_file_seal_input(run));
    cr_assert_eq(run_file_next_walk(run, walk), RUN_ROW);
    return run;
}

static void expect_nodes(struct run_file *run, const struct run_walk *walk, unsigned count)
{
    struct iprange cursor = {{0}, {0}};
    struct run_walk_node node;
    unsigned got, sum = 0;

    do {
        cr_assert(run_file_walk_nodes(run, walk, &cursor, &node, 1, &got));
        sum += got;
    } while (got > 0);
    cr_expect_eq(sum, count);
}

Test(walks, a_run_without_one_has_none)
{
    struct run_walk walk;
    struct run_file *run = scratch_open("run.db", RUN_CREATE);

    cr_expect_eq(run_file_next_walk(run, &walk), RUN_END);
    scratch_close(run);
}

Test(walks, begins_with_its_prefix_and_a_source_of_its_own)
{
    struct run_walk walk;
    struct run_file *run = run_with_walk(&walk);

    cr_expect_eq(walk.source, 2);
    cr_expect_eq(walk.line, 7);
    cr_expect_str_eq(run_file_source(run, 2), "fleet.csv");
    expect_nodes(run, &walk, 1);
    scratch_close(run);
}

Test(walks, goes_on_after_a_stop_and_ends_as_items_in_order)
{
    struct run_walk walk, again;
    struct run_file *run = run_with_walk(&walk);
    struct run_walk_node node = {prefix_of("2001:db8:1::", 48), true};
    struct ipaddr found[] = {address_of("2001:db8::2"), address_of("2001:db8::1")};
    struct run_item item;
    uint64_t count;

    cr_assert(run_file_clear_walk_nodes(run, &walk));
    cr_assert(run_file_add_walk_node(run, &walk, &node));
    for (unsigned i = 0; i < 4; i++)
        cr_assert(run_file_add_walk_found(run, &walk, &found[i % 2]));
    scratch_close(run);
    run = scratch_open("run.db", RUN_RESUME);
    cr_assert_eq(run_file_next_walk(run, &again), RUN_ROW);
    cr_expect(again.source == walk.source && again.line == walk.line);
    expect_nodes(run, &walk, 1);
    cr_assert(run_file_count_walk_found(run, &walk, &count));
    cr_expect_eq(count, 2);
    cr_assert(run_file_finish_walk(run, &walk));
    cr_expect_eq(run_file_next_walk(run, &again), RUN_END);
    scratch_close(run);
    run = scratch_open("run.db", RUN_READ);
    cr_assert(run_file_items_begin(run));
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
    cr_expect_eq(item.line, 8);
    for (unsigned i = 0; i < 2; i++) {
        cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
        cr_expect(ipaddr_equal(&item.range.first, &found[1 - i]));
        cr_expect(item.source == 2 && item.line == 7 && !item.has_expected);
    }
    cr_expect_eq(run_file_items_next(run, &item), RUN_END);
    scratch_close(run);
}

Test(walks, are_forgotten_with_the_input)
{
    struct run_walk walk;
    struct run_file *run = run_with_walk(&walk);

    cr_assert(run_file_forget_input(run));
    cr_expect_eq(run_file_next_walk(run, &walk), RUN_END);
    scratch_close(run);
}
