/* Rows in order, read from a run that was opened with RUN_COMPARE: the opening leaves items and
 * results to the reading, which must find what is wrong with them. */
#include "io/run/ordered_rows.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/io/run/support.h"

TestSuite(ordered_rows, .init = make_folder, .fini = remove_folder);

enum { ROWS = 40, PAGE = 8192 };

/* Reads all rows. Their text is in *out; false: the failure is set. */
static bool read_rows(struct run_file *run, char **out)
{
    size_t size;
    FILE *text = open_memstream(out, &size);
    struct ordered_rows *rows = ordered_rows_open(run);
    enum run_step step = RUN_FAILED;
    struct ordered_row row;
    while (rows && (step = ordered_rows_next(rows, &row)) == RUN_ROW) {
        char address[IPADDR_TEXT_MAX], name[DNSNAME_TEXT_MAX] = "";
        ipaddr_print(address, &row.row.address);
        if (row.row.expected)
            dnsname_print(name, row.row.expected);
        fprintf(text, "%s %s %.*s\n", address, name, row.found ? (int)row.found->length : 0,
                row.found ? (const char *)row.found->facts : "");
    }
    ordered_rows_close(rows);
    fclose(text);
    cr_expect_eq(step == RUN_FAILED, failure_is_set(run_file_failure(run)));
    return step == RUN_END;
}

/* The opening, or else the reading, reports a damage. *refused: it was the opening. */
static bool finds_damage(bool *refused, struct failure *failure)
{
    struct run_file *run = run_file_open(path, RUN_COMPARE, failure);
    struct failure ignored = {0};
    char *text = NULL;
    *refused = !run;
    bool damaged = !run || !read_rows(run, &text);
    if (run && damaged)
        *failure = *run_file_failure(run);
    (void)!run_file_close(run, &ignored);
    free(text);
    return damaged;
}

static void expect_found(const char *sql, bool by_opening, const char *part)
{
    struct failure failure = {0};
    bool refused;
    remove_run();
    fill(ROWS);
    stranger_executes(path, sql);
    cr_expect(finds_damage(&refused, &failure), "%s", sql);
    cr_expect_eq(refused, by_opening, "%s", sql);
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, path), "%s", failure.text);
    cr_expect_not_null(strstr(failure.text, part), "%s: %s", sql, failure.text);
}

Test(ordered_rows, gives_the_rows_of_a_sound_run)
{
    char *ways[2];
    fill(ROWS);
    for (unsigned i = 0; i < 2; i++) {
        struct run_file *run = open_run(i == 0 ? RUN_READ : RUN_COMPARE);
        cr_expect(read_rows(run, &ways[i]));
        close_run(run);
    }
    cr_expect_str_eq(ways[0], ways[1]);
    cr_expect_not_null(strstr(ways[0], "10.0.0.39 mta.example.com facts of"));
    for (unsigned i = 0; i < 2; i++)
        free(ways[i]);
}

/* The first, a middle and the last row, and rows that lie outside of all items. */
Test(ordered_rows, checks_the_sum_of_each_result)
{
    static const char WRONG[] = "is damaged (the sum of a row of found is wrong)";
    static const char *const blocks[] = {"040a000000", "040a000010", "040a000020"};
    for (unsigned i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        char sql[128];
        snprintf(sql, sizeof(sql), "UPDATE found SET sum = sum + 1 WHERE block = x'%s'", blocks[i]);
        expect_found(sql, false, WRONG);
        snprintf(sql, sizeof(sql),
                 "UPDATE found SET entries = entries || x'00' WHERE block = x'%s'", blocks[i]);
        expect_found(sql, false, WRONG);
    }
    expect_found("UPDATE found SET block = x'0400000000' WHERE block = x'040a000000'", false,
                 WRONG);
    expect_found("UPDATE found SET block = x'000a000000' WHERE block = x'040a000000'", false,
                 WRONG);
    expect_found("UPDATE found SET block = 'x' WHERE block = x'040a000000'", false, WRONG);
    expect_found("UPDATE found SET block = x'04ffffff00' WHERE block = x'040a000020'", false,
                 WRONG);
    expect_found("UPDATE found SET entries = CAST(entries AS TEXT) WHERE block = x'040a000010'",
                 false, WRONG);
    expect_found("INSERT INTO found VALUES(x'04ff000000', x'', 0)", false, WRONG);
}

Test(ordered_rows, checks_the_items_against_their_sum_and_number)
{
    static const char *const wrong_sum[] = {
        "UPDATE item SET expected = 'mtb.example.com' WHERE seq = 1",
        "UPDATE item SET expected = '' WHERE seq = 40",
        "UPDATE item SET first = x'040a0000ff', last = x'040a0000ff' WHERE seq = 40",
        "DELETE FROM item WHERE seq = 7; INSERT INTO item SELECT 7, source, line, first, last,"
        " expected, mapped, sum FROM item WHERE seq = 8",
        "UPDATE meta SET value = value + 1, sum = 0 WHERE key = 'none'; DELETE FROM item"
        " WHERE seq = 7; INSERT INTO item VALUES(7, 1, 1, x'0409000000', x'0409000000', '', 0, 0)"};
    for (unsigned i = 0; i < sizeof(wrong_sum) / sizeof(wrong_sum[0]); i++)
        expect_found(wrong_sum[i], false, "is damaged (the sum of all items is wrong)");
    expect_found("DELETE FROM item WHERE seq = 1", false, "it holds less input than was counted");
    expect_found("DELETE FROM item WHERE seq = 40", false, "it holds less input than was counted");
    expect_found("DELETE FROM item", false, "it holds less input than was counted");
    /* Before all of its rows are made. */
    expect_found("UPDATE item SET last = x'04ffffffff' WHERE seq = 1", false,
                 "it holds more input than was counted");
}

Test(ordered_rows, leaves_the_other_tables_to_the_opening)
{
    expect_found("UPDATE meta SET value = 'x' WHERE key = 'sealed'", true,
                 "the sum of a row of meta is wrong");
    expect_found("UPDATE meta SET value = value + 1 WHERE key = 'input.spans'", true,
                 "the sum of a row of meta is wrong");
    expect_found("INSERT INTO source VALUES(1, 'x', 0)", true,
                 "the sum of a row of source is wrong");
    expect_found("INSERT INTO rejected VALUES(1, 1, 1, 'x', x'', 0)", true,
                 "the sum of a row of rejected is wrong");
    expect_found("INSERT INTO zone VALUES('example', NULL, '', '', '', NULL, 0, 0, 0)", true,
                 "the sum of a row of zone is wrong");
    expect_found("INSERT INTO told VALUES(x'040a000000', 12, '', x'', '', 0, '', 0, 0)", true,
                 "the sum of a row of told is wrong");
}

/* A file of an earlier version of the program, or with a walk. */
Test(ordered_rows, without_a_sum_of_items_the_opening_checks_all_rows)
{
    expect_found("DELETE FROM meta WHERE key = 'input.spans';"
                 " UPDATE item SET expected = 'mtb.example.com' WHERE seq = 1",
                 true, "the sum of a row of item is wrong");
    expect_found("DELETE FROM meta WHERE key = 'input.spans'; UPDATE found SET sum = sum + 1", true,
                 "the sum of a row of found is wrong");
    remove_run();
    fill(ROWS);
    stranger_executes(path, "DELETE FROM meta WHERE key = 'input.spans'");
    struct failure failure = {0};
    bool refused;
    cr_expect_not(finds_damage(&refused, &failure), "%s", failure.text);
}

static void expect_sound(void)
{
    struct failure failure = {0};
    bool refused;
    cr_expect_not(finds_damage(&refused, &failure), "%s", failure.text);
}

Test(ordered_rows, the_sum_of_items_survives_a_second_reading_of_the_input)
{
    struct run_file *run = open_run(RUN_CREATE);
    add_item(run, 1, 1, "10.0.0.1", "10.0.0.9", "mta.example.com");
    cr_assert(run_file_commit(run));
    close_run(run);
    run = open_run(RUN_RESUME);
    cr_assert(run_file_forget_input(run));
    add_item(run, 1, 1, "10.0.0.1", "10.0.0.1", "mta.example.com");
    cr_assert(run_file_commit(run));
    close_run(run);
    run = open_run(RUN_RESUME);
    add_item(run, 1, 2, "10.0.0.2", "10.0.0.9", NULL);
    add_item(run, 1, 3, "10.0.0.2", "10.0.0.9", NULL);
    cr_assert(run_file_seal_input(run));
    close_run(run);
    expect_sound();
    stranger_executes(path, "UPDATE item SET expected = 'x.example' WHERE seq = 1");
    struct failure failure = {0};
    bool refused;
    cr_expect(finds_damage(&refused, &failure));
    cr_expect_not(refused);
}

Test(ordered_rows, items_of_a_walk_are_checked_by_the_opening)
{
    struct run_file *run = open_run(RUN_CREATE);
    struct run_walk walk;
    uint32_t source;
    struct iprange prefix = range("2001:db8::", "2001:db8::ffff");
    struct ipaddr address = address_of("2001:db8::7");
    cr_assert(run_file_add_source(run, "walk", &source));
    add_item(run, source, 1, "10.0.0.1", "10.0.0.1", NULL);
    cr_assert(run_file_add_walk(run, &(struct run_walk){source, 7}, &prefix));
    cr_assert(run_file_seal_input(run));
    cr_assert_eq(run_file_next_walk(run, &walk), RUN_ROW);
    cr_assert(run_file_add_walk_found(run, &walk, &address));
    cr_assert(run_file_finish_walk(run, &walk));
    close_run(run);
    expect_sound();
    stranger_executes(path, "UPDATE item SET line = 9 WHERE seq = 2");
    expect_refusal_with(RUN_COMPARE, "the sum of a row of item is wrong");
}

/* The index alone: nothing else compares it with its table in a run that is only read. */
Test(ordered_rows, finds_a_flipped_bit_in_the_index_of_items)
{
    static const char name[] = "mta.example.com";
    static char octets[64 * PAGE];
    unsigned in_index = 0;
    fill(ROWS);
    int file = open(path, O_RDWR);
    ssize_t size = pread(file, octets, sizeof(octets), 0);
    cr_assert(size > PAGE && size < (ssize_t)sizeof(octets));
    for (ssize_t at = 0; at + (ssize_t)sizeof(name) - 1 <= size; at++) {
        struct failure failure = {0};
        bool refused;
        if (memcmp(octets + at, name, sizeof(name) - 1) != 0)
            continue;
        cr_assert_eq(pwrite(file, "n", 1, at), 1);
        struct run_file *run = run_file_open(path, RUN_READ, &failure);
        in_index += run != NULL;
        if (run) {
            close_run(run);
            cr_expect(finds_damage(&refused, &failure) && !refused);
            cr_expect_not_null(strstr(failure.text, "the sum of all items is wrong"), "%s",
                               failure.text);
        }
        cr_assert_eq(pwrite(file, "m", 1, at), 1);
    }
    close(file);
    cr_expect_eq(in_index, ROWS);
}

/* Flipped octets at the head of each page and elsewhere: a damage is reported, or it is where
 * nothing is read and the rows are the same. */
Test(ordered_rows, never_gives_other_rows_for_a_damaged_file)
{
    enum { STEP = 509 };
    struct stat about;
    char *sound, *text;
    unsigned reported = 0, all = 0;
    fill(300);
    struct run_file *run = open_run(RUN_COMPARE);
    cr_assert(read_rows(run, &sound));
    close_run(run);
    cr_assert_eq(stat(path, &about), 0);
    int file = open(path, O_RDWR);
    for (off_t at = 100; at + 1 < about.st_size; at += at % PAGE < 64 ? 3 : STEP, all++) {
        struct failure failure = {0};
        uint8_t before, after;
        cr_assert_eq(pread(file, &before, 1, at), 1);
        after = before ^ (uint8_t)(1u << (at & 7));
        cr_assert_eq(pwrite(file, &after, 1, at), 1);
        run = run_file_open(path, RUN_COMPARE, &failure);
        text = NULL;
        if (run && read_rows(run, &text))
            cr_expect_str_eq(text, sound, "other rows with octet %jd", (intmax_t)at);
        else
            reported++;
        (void)!run_file_close(run, &failure);
        free(text);
        cr_assert_eq(pwrite(file, &before, 1, at), 1);
    }
    close(file);
    free(sound);
    cr_expect(reported > all / 4 && reported < all, "%u of %u", reported, all);
}
