#include "io/phases/load.h"

#include "tests/unit/io/scratch.h"

TestSuite(load, .init = scratch_make, .fini = scratch_remove);

static char *inputs[4];
static struct load_options options = {.intake = {.max_range = 16777216}, .inputs = inputs};
static struct load_result loaded;
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
    cr_assert(load_inputs(run, &options, &loaded, &failure), "%s", failure.text);
    cr_expect(run_file_is_sealed(run));
    cr_expect_eq(loaded.counts.rows, 5);
    cr_expect_eq(loaded.counts.items, 4);
    cr_expect_eq(loaded.counts.rejected, 1);
    cr_expect_eq(loaded.counts.broken, 0);
    cr_expect_eq(loaded.counts.with_expected, 1);
    cr_expect(loaded.counts.addresses == 7);
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
    cr_assert(load_inputs(run, &options, &loaded, &failure), "%s", failure.text);
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
    cr_expect_not(load_inputs(run, &options, &loaded, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, "missing.csv"), "%s", failure.text);
    cr_expect_not(run_file_is_sealed(run));
    scratch_close(run);
    free_inputs();
}

Test(load, an_empty_file_is_a_failure)
{
    add_file("empty.csv", "");
    cr_expect_not(load_dry(&options, &loaded, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    free_inputs();
}

Test(load, a_dry_run_counts_the_same)
{
    add_file("list.txt", "# list\n\n198.51.100.0/24\nnonsense here\n198.51.100.7\n");
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
    cr_expect_eq(loaded.counts.items, 2);
    cr_expect_eq(loaded.counts.rejected, 1);
    cr_expect(loaded.counts.addresses == 257);
    free_inputs();
}

Test(load, the_columns_that_are_read_are_described)
{
    add_file("fleet.csv", "ip,host\n198.51.100.9,mta9.example.com\n");
    options.show_columns = true;
    scratch_catch_messages();
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
    char *messages = scratch_messages();
    cr_expect_not_null(
        strstr(messages, "fleet.csv: address: column 1 (ip); expected name: column 2 (host)\n"),
        "%s", messages);
    cr_expect_str_eq(loaded.columns, "address: column 1 (ip); expected name: column 2 (host)");
    free(messages);
    add_input("198.51.100.8");
    add_file("list.txt", "198.51.100.7\n");
    options.quiet = true;
    scratch_catch_messages();
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
    messages = scratch_messages();
    cr_expect_str_eq(messages, "");
    cr_expect_not_null(strstr(loaded.columns, "fleet.csv: address: column 1 (ip); "), "%s",
                       loaded.columns);
    cr_expect_not_null(strstr(loaded.columns, "list.txt: address: column 1; expected name: none"),
                       "%s", loaded.columns);
    cr_expect_not_null(strstr(loaded.columns, "(host) | /"), "%s", loaded.columns);
    free(messages);
    free_inputs();
}

Test(load, a_long_description_of_columns_is_cut)
{
    enum { FILES = 200 };
    char *many[FILES];
    struct load_options all = {.intake = options.intake, .inputs = many, .count = FILES};
    add_file("list.txt", "198.51.100.7\n");
    for (unsigned i = 0; i < FILES; i++)
        many[i] = inputs[0];
    cr_assert(load_dry(&all, &loaded, &failure), "%s", failure.text);
    cr_expect_eq(strlen(loaded.columns), LOAD_COLUMNS_MAX - 1);
    cr_expect_str_eq(loaded.columns + LOAD_COLUMNS_MAX - 4, "...");
    cr_expect_eq(loaded.counts.items, FILES);
    free_inputs();
}

Test(load, the_first_refused_rows_are_kept_as_examples)
{
    char text[1024] = "ip,host\n198.51.100.6,mta6\n";
    for (unsigned i = 0; i < LOAD_EXAMPLES; i++)
        strcat(text, "198.51.100.777,\n");
    add_file("fleet.csv", text);
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
    cr_expect_eq(loaded.counts.rejected, LOAD_EXAMPLES);
    cr_expect_eq(loaded.counts.unnamed, 1);
    cr_assert_eq(loaded.example_count, LOAD_EXAMPLES);
    cr_expect_eq(loaded.examples[0].line, 2);
    cr_expect_str_eq(loaded.examples[0].reason,
                     "name not usable: expected host name has only one label");
    cr_expect_str_eq(loaded.examples[1].reason, "octet 777 is more than 255");
    free_inputs();
}

Test(load, a_row_without_a_usable_name_is_kept_with_its_reason)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    struct run_rejected rejected;
    add_file("fleet.csv", "ip,host\n198.51.100.9,mta9\n");
    cr_assert(load_inputs(run, &options, &loaded, &failure), "%s", failure.text);
    cr_assert(run_file_items_begin(run));
    expect_item(run, 1, 2, "198.51.100.9", NULL);
    cr_assert(run_file_rejected_begin(run));
    cr_assert_eq(run_file_rejected_next(run, &rejected), RUN_ROW);
    cr_expect_str_eq(rejected.reason, "name not usable: expected host name has only one label");
    scratch_close(run);
    free_inputs();
}

Test(load, refused_rows_are_printed_on_request)
{
    add_file("list.txt", "198.51.100.7\n198.51.100.777\n");
    options.show_rejected = true;
    options.quiet = true;
    scratch_catch_messages();
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
    char *messages = scratch_messages();
    cr_expect_not_null(strstr(messages, "list.txt:2: refused: "), "%s", messages);
    free(messages);
    free_inputs();
}

Test(load, guessed_headers_are_reported_unless_quiet)
{
    add_file("fleet.csv", "Kiste,owner\n198.51.100.7,ops\n");
    scratch_catch_messages();
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
    char *messages = scratch_messages();
    cr_expect_not_null(strstr(messages, "fleet.csv:1: "), "%s", messages);
    free(messages);
    options.quiet = true;
    scratch_catch_messages();
    cr_assert(load_dry(&options, &loaded, &failure), "%s", failure.text);
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
    bool good = load_inputs(run, &options, &loaded, &failure);
    char *messages = scratch_messages();
    cr_expect_not_null(strstr(messages, "breaks off"), "%s", messages);
    cr_expect_eq(loaded.counts.broken, 1);
    cr_expect(good, "%s", failure.text);
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.items, 1);
    free(messages);
    scratch_close(run);
    free_inputs();
}
