#include "io/run/input.h"

#include "tests/unit/io/run/support.h"

TestSuite(run_input, .init = make_folder, .fini = remove_folder);

/* "range=expected ". Returns its length. */
static size_t span_text(const struct span *span, char *out, size_t size)
{
    char text[IPRANGE_TEXT_MAX], host[DNSNAME_TEXT_MAX] = "";
    iprange_print(text, &span->range);
    if (span->has_expected)
        dnsname_print(host, &span->expected);
    return (size_t)snprintf(out, size, "%s=%s ", text, host);
}

/* All spans, read in portions of n. */
static void spans_text(struct run_file *run, unsigned n, char *out, size_t size)
{
    struct span spans[8];
    struct span_cursor cursor = {0};
    unsigned got;
    size_t used = 0;
    out[0] = '\0';
    do {
        cr_assert(run_file_next_spans(run, &cursor, spans, n, &got), "%s",
                  run_file_failure(run)->text);
        cr_assert_leq(got, n);
        for (unsigned i = 0; i < got; i++)
            used += span_text(&spans[i], out + used, size - used);
    } while (got > 0);
}

/* The same, read one after another. */
static void single_spans_text(struct run_file *run, char *out, size_t size)
{
    const struct span *span;
    enum run_step step;
    size_t used = 0;
    out[0] = '\0';
    cr_assert(run_file_spans_begin(run));
    while ((step = run_file_spans_next(run, &span)) == RUN_ROW)
        used += span_text(span, out + used, size - used);
    cr_expect_eq(step, RUN_END);
}

Test(run_input, gives_items_in_input_order_and_spans_in_address_order)
{
    char text[1024];
    uint32_t first, second;
    struct run_item item;
    struct run_totals totals;
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_source(run, "fleet.csv", &first));
    cr_assert(run_file_add_source(run, "-", &second));
    cr_expect_neq(first, second);
    add_item(run, first, 2, "2001:db8::1", "2001:db8::1", NULL);
    add_item(run, first, 3, "198.51.100.0", "198.51.100.255", "mta.example.com");
    add_item(run, first, 4, "198.51.100.9", "198.51.100.9", "mta9.example.com");
    add_item(run, first, 4, "198.51.100.9", "198.51.100.9", "mta9.example.com");
    add_item(run, second, UINT32_MAX + 1ULL, "198.51.100.9", "198.51.100.9", NULL);
    add_item(run, second, 6, "9.0.0.0", "9.0.0.0", "a\\.b.example");
    add_item(run, second, 7, "198.51.100.0", "198.51.100.3", NULL);
    cr_expect_not(run_file_is_sealed(run));
    cr_assert(run_file_seal_input(run));
    cr_expect(run_file_is_sealed(run));
    static const char sorted[] =
        "9.0.0.0=a\\.b.example 198.51.100.0/30= 198.51.100.0/24=mta.example.com "
        "198.51.100.9= 198.51.100.9=mta9.example.com 2001:db8::1= ";
    for (unsigned n = 1; n <= 8; n++) {
        spans_text(run, n, text, sizeof(text));
        cr_expect_str_eq(text, sorted, "portions of %u: %s", n, text);
    }
    for (unsigned time = 0; time < 2; time++) {
        single_spans_text(run, text, sizeof(text));
        cr_expect_str_eq(text, sorted, "%s", text);
    }
    struct span spans[8];
    unsigned got;
    cr_assert(run_file_next_spans(run, &(struct span_cursor){0}, spans, 8, &got));
    cr_expect_eq(got, 6, "all fit in one portion");
    close_run(run);

    run = open_run(RUN_READ);
    cr_expect(run_file_is_sealed(run));
    cr_expect_str_eq(run_file_source(run, first), "fleet.csv");
    cr_expect_str_eq(run_file_source(run, second), "-");
    cr_expect_str_eq(run_file_source(run, 0), "");
    cr_expect_str_eq(run_file_source(run, 99), "");
    static const uint64_t lines[] = {2, 3, 4, 4, UINT32_MAX + 1ULL, 6, 7};
    cr_assert(run_file_items_begin(run));
    for (int i = 0; i < 7; i++) {
        cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
        cr_expect_eq(item.line, lines[i]);
        cr_expect_eq(item.source, i < 4 ? first : second);
        cr_expect_eq(item.has_expected, i != 0 && i != 4 && i != 6);
    }
    cr_expect_eq(run_file_items_next(run, &item), RUN_END);
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.items, 7);
    cr_expect_eq(totals.rejected, 0);
    cr_expect(totals.addresses == 1 + 256 + 1 + 1 + 1 + 1 + 4);
    close_run(run);
}

Test(run_input, totals_pass_two_to_the_64)
{
    struct run_totals totals;
    struct run_file *run = open_run(RUN_CREATE);
    add_item(run, 1, 1, "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", NULL);
    add_item(run, 1, 1, "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", NULL);
    close_run(run);
    run = open_run(RUN_RESUME);
    cr_assert(run_file_totals(run, &totals));
    cr_expect(totals.addresses == (ip_count)2 << 64);
    add_item(run, 1, 1, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL);
    cr_assert(run_file_totals(run, &totals));
    cr_expect(totals.addresses == ~(ip_count)0);
    close_run(run);
}

Test(run_input, a_range_has_a_ceiling)
{
    static const char *const all[] = {"::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};
    static const struct {
        ip_count most;
        int items; /* that can be read */
    } cases[] = {{0, 3}, {~(ip_count)0, 2}, {257, 2}, {256, 2}, {255, 1}, {1, 1}};
    struct run_file *run = open_run(RUN_CREATE);
    add_item(run, 1, 1, "192.0.2.1", "192.0.2.1", NULL);
    add_item(run, 1, 2, "192.0.2.0", "192.0.2.255", NULL);
    add_item(run, 1, 3, all[0], all[1], NULL);
    close_run(run);
    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct failure failure = {0};
        struct run_item item;
        int items = 0;
        enum run_step step;
        run = open_run(RUN_READ);
        run_file_limit_ranges(run, cases[i].most);
        cr_assert(run_file_items_begin(run));
        while ((step = run_file_items_next(run, &item)) == RUN_ROW)
            items++;
        cr_expect_eq(items, cases[i].items, "%u", i);
        cr_expect_eq(step, items == 3 ? RUN_END : RUN_FAILED, "%u", i);
        cr_expect_eq(failure_is_set(run_file_failure(run)), items < 3);
        (void)!run_file_close(run, &failure);
    }
}

Test(run_input, keeps_rejected_rows_byte_for_byte)
{
    static const char bytes[] = "a\0b\xff,\"\n";
    struct run_rejected row = {
        .source = 1, .line = 9, .reason = "holds a NUL", .text = bytes, .length = 7};
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_rejected(run, &row));
    row = (struct run_rejected){
        .source = 2, .line = 10, .reason = "the row is empty", .text = NULL, .length = 0};
    cr_assert(run_file_add_rejected(run, &row));
    close_run(run);
    run = open_run(RUN_READ);
    cr_assert(run_file_rejected_begin(run));
    cr_assert_eq(run_file_rejected_next(run, &row), RUN_ROW);
    cr_expect_eq(row.source, 1);
    cr_expect_eq(row.line, 9);
    cr_expect_str_eq(row.reason, "holds a NUL");
    cr_expect_eq(row.length, 7);
    cr_expect_arr_eq(row.text, bytes, 7);
    cr_assert_eq(run_file_rejected_next(run, &row), RUN_ROW);
    cr_expect_eq(row.length, 0);
    cr_expect_not_null(row.text);
    cr_expect_eq(run_file_rejected_next(run, &row), RUN_END);
    struct run_totals totals;
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.rejected, 2);
    close_run(run);
}

Test(run_input, checks_a_rejected_row)
{
    struct run_rejected row = {.source = 1, .line = 9, .reason = "r", .text = "t", .length = 1};
    struct failure failure = {0};
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_rejected(run, &row));
    close_run(run);
    stranger_changes(path, "UPDATE rejected SET source = 4294967296");
    run = open_run(RUN_READ);
    cr_assert(run_file_rejected_begin(run));
    cr_expect_eq(run_file_rejected_next(run, &row), RUN_FAILED);
    cr_expect(failure_is_set(run_file_failure(run)));
    (void)!run_file_close(run, &failure);
}

Test(run_input, keeps_the_place_of_items_and_which_were_ipv4_in_ipv6)
{
    struct run_file *run = open_run(RUN_CREATE);
    struct run_item item = {.source = 1, .line = 1, .range = range("192.0.2.1", "192.0.2.1")};
    for (unsigned i = 0; i < 3; i++) {
        item.mapped = i == 1;
        item.seq = 10 * (i + 1); /* a shard has some items of its input */
        cr_assert(run_file_add_item(run, &item));
    }
    cr_assert(run_file_seal_input(run));
    cr_assert(run_file_items_begin(run));
    for (unsigned i = 0; i < 3; i++) {
        item.mapped = i != 1;
        cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
        cr_expect_eq(item.mapped, i == 1, "item %u", i);
        cr_expect_eq(item.seq, 10 * (i + 1), "item %u", i);
    }
    close_run(run);
}

Test(run_input, forgetting_the_input_keeps_the_rest)
{
    char text[256];
    uint32_t number;
    struct run_totals totals;
    struct run_rejected row = {.source = 1, .line = 1, .reason = "r", .text = "t", .length = 1};
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_source(run, "old.csv", &number));
    add_item(run, number, 1, "192.0.2.1", "192.0.2.1", NULL);
    cr_assert(run_file_add_rejected(run, &row));
    cr_assert(run_file_set(run, "started_at", "then"));
    cr_assert(run_file_seal_input(run));
    add_found(run, "192.0.2.1", true, "x");
    cr_assert(run_file_forget_input(run));
    cr_expect_not(run_file_is_sealed(run));
    cr_expect_str_eq(run_file_source(run, number), "");
    cr_assert(run_file_totals(run, &totals));
    cr_expect(totals.items == 0 && totals.rejected == 0 && totals.addresses == 0);
    cr_assert(run_file_add_source(run, "new.csv", &number));
    add_item(run, number, 1, "192.0.2.7", "192.0.2.7", NULL);
    cr_assert(run_file_seal_input(run));
    spans_text(run, 4, text, sizeof(text));
    cr_expect_str_eq(text, "192.0.2.7= ");
    close_run(run);
    run = open_run(RUN_READ);
    cr_expect_str_eq(run_file_source(run, number), "new.csv");
    cr_expect(run_file_get(run, "started_at", text, sizeof(text)));
    cr_expect_eq(run_file_count_found(run, true), 1);
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.items, 1);
    close_run(run);
}
