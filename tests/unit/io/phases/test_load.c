#include "io/phases/load.h"

#include "tests/unit/io/scratch.h"

TestSuite(load, .init = scratch_make, .fini = scratch_remove);

static char *inputs[4];
static struct load_options options = {.intake = {.max_range = 16777216}, .inputs = inputs};
static struct intake_counts counts;
static struct failure failure;

static void add_input(const char *text)
{
    inputs[options.count] = strdup(text);
    cr_assert_not_null(inputs[options.count++]);
}

static void add_file(const char *name, const char *text)
{
    add_input(scratch_write(name, text));
}

static void free_inputs(void)
{
    while (options.count > 0)
        free(inputs[--options.count]);
}

static void expect_item(struct run_file *run, uint32_t source, uint64_t line, const char *range,
                        const char *expected)
{
    struct run_item item;
    char text[IPRANGE_TEXT_MAX];
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW, "%s", range);
    iprange_print(text, &item.range);
    cr_expect_str_eq(text, range);
    cr_expect_eq(item.source, source, "%s", range);
    cr_expect_eq(item.line, line, "%s", range);
    cr_expect_eq(item.has_expected, expected != NULL);
    if (expected && item.has_expected)
        expect_name(&item.expected, expected);
}

Test(load, items_and_refused_rows_in_input_order)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    struct run_rejected rejected;
    struct run_item item;
    add_file("fleet.csv", "ip,host\n198.51.100.9,MTA9.example.com\n198.51.100.300,x.example.com\n"
                          "198.51.100.0/30,\n198.51.100.9,\n");
    add_input("2001:db8::1");
    cr_assert(load_inputs(run, &options, &counts, &failure), "%s", failure.text);
    cr_expect(run_file_is_sealed(run));
    cr_expect_eq(counts.rows, 5);
    cr_expect_eq(counts.items, 4);
    cr_expect_eq(counts.rejected, 1);
    cr_expect_eq(counts.broken, 0);
    cr_expect_eq(counts.with_expected, 1);
    cr_expect(counts.addresses == 7);
    cr_assert(run_file_items_begin(run));
    expect_item(run, 1, 2, "198.51.100.9", "mta9.example.com");
    expect_item(run, 1, 4, "198.51.100.0/30", NULL);
    expect_item(run, 1, 5, "198.51.100.9", NULL);
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
    cr_expect_str_eq(run_file_source(run, item.source), "2001:db8::1");
    cr_expect_eq(run_file_items_next(run, &item), RUN_END);
    cr_assert(run_file_rejected_begin(run));
    cr_assert_eq(run_file_rejected_next(run, &rejected), RUN_ROW);
    cr_expect_eq(rejected.line, 3);
    cr_expect_eq(run_file_rejected_next(run, &rejected), RUN_END);
    scratch_close(run);
    free_inputs();
}

Test(load, mapped_addresses_are_marked)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    struct run_item item;
    add_input("::ffff:198.51.100.9");
    cr_assert(load_inputs(run, &options, &counts, &failure), "%s", failure.text);
    cr_assert(run_file_items_begin(run));
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
    cr_expect(item.mapped);
    cr_expect_eq(item.range.first.family, IP_V4);
    scratch_close(run);
    free_inputs();
}

Test(load, a_missing_input_is_a_failure_and_seals_nothing)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    add_input("198.51.100.9");
    add_input(scratch_path("missing.csv"));
    cr_expect_not(load_inputs(run, &options, &counts, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, "missing.csv"), "%s", failure.text);
    cr_expect_not(run_file_is_sealed(run));
    scratch_close(run);
    free_inputs();
}

Test(load, an_empty_file_is_a_failure)
{
    add_file("empty.csv", "");
    cr_expect_not(load_dry(&options, &counts, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    free_inputs();
}

Test(load, a_dry_run_counts_the_same)
{
    add_file("list.txt", "# list\n\n198.51.100.0/24\nnonsense here\n198.51.100.7\n");
    cr_assert(load_dry(&options, &counts, &failure), "%s", failure.text);
    cr_expect_eq(counts.items, 2);
    cr_expect_eq(counts.rejected, 1);
    cr_expect(counts.addresses == 257);
    free_inputs();
}

Test(load, refused_rows_are_printed_on_request)
{
    add_file("list.txt", "198.51.100.7\n198.51.100.777\n");
    options.show_rejected = true;
    options.quiet = true;
    scratch_catch_messages();
    cr_assert(load_dry(&options, &counts, &failure), "%s", failure.text);
    char *messages = scratch_messages();
    cr_expect_not_null(strstr(messages, "list.txt:2: refused: "), "%s", messages);
    free(messages);
    free_inputs();
}

Test(load, guessed_headers_are_reported_unless_quiet)
{
    add_file("fleet.csv", "machine,owner\n198.51.100.7,ops\n");
    scratch_catch_messages();
    cr_assert(load_dry(&options, &counts, &failure), "%s", failure.text);
    char *messages = scratch_messages();
    cr_expect_not_null(strstr(messages, "fleet.csv:1: "), "%s", messages);
    free(messages);
    options.quiet = true;
    scratch_catch_messages();
    cr_assert(load_dry(&options, &counts, &failure), "%s", failure.text);
    messages = scratch_messages();
    cr_expect_str_eq(messages, "");
    free(messages);
    free_inputs();
}

Test(load, a_corrupt_stream_is_reported_and_the_rows_before_it_are_used)
{
    /* A plain stream cannot break; this gzip file ends within its header. */
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    struct run_totals totals;
    add_input("198.51.100.7");
    add_file("list.gz", "\x1f\x8b\x08");
    options.quiet = true; /* reported even so */
    scratch_catch_messages();
    bool good = load_inputs(run, &options, &counts, &failure);
    char *messages = scratch_messages();
    cr_expect_not_null(strstr(messages, "breaks off"), "%s", messages);
    cr_expect_eq(counts.broken, 1);
    cr_expect(good, "%s", failure.text);
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.items, 1);
    free(messages);
    scratch_close(run);
    free_inputs();
}
