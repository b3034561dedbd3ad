#include "io/run/check.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/io/run/support.h"

TestSuite(run_check, .init = make_folder, .fini = remove_folder);

Test(run_check, refuses_a_file_that_lacks_a_table)
{
    close_run(open_run(RUN_CREATE));
    stranger_executes(path, "DROP TABLE meta");
    expect_refusal_with(RUN_READ, "is damaged (no such table: meta)");
}

Test(run_check, refuses_a_view_in_place_of_a_table)
{
    close_run(open_run(RUN_CREATE));
    stranger_executes(path,
                      "INSERT INTO source VALUES(1, 'x', 0); ALTER TABLE source RENAME TO other;"
                      "CREATE VIEW source AS SELECT number, name FROM other");
    expect_refusal_with(RUN_READ, "is damaged");
}

Test(run_check, reports_a_file_that_was_cut)
{
    fill(2000);
    struct stat about;
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_eq(truncate(path, about.st_size / 2 / 8192 * 8192), 0);
    expect_refusal_with(RUN_RESUME, "is damaged (database disk image is malformed)");
    expect_refusal_with(RUN_READ, "is damaged");
    cr_assert_eq(truncate(path, 50), 0);
    expect_refusal_with(RUN_READ, "is damaged");
}

/* Flipped bytes: opening or reading fails with a reason. */
Test(run_check, survives_flipped_pages)
{
    fill(2000);
    struct stat about;
    cr_assert_eq(stat(path, &about), 0);
    int file = open(path, O_RDWR);
    unsigned reported = 0;
    for (off_t page = 0; page < about.st_size; page += 8192) {
        uint8_t before[64], after[64];
        off_t at = page + (page == 0 ? 100 : 0);
        cr_assert_eq(pread(file, before, sizeof(before), at), (ssize_t)sizeof(before));
        for (unsigned i = 0; i < sizeof(after); i++)
            after[i] = before[i] ^ 0xa5;
        cr_assert_eq(pwrite(file, after, sizeof(after), at), (ssize_t)sizeof(after));
        struct failure failure = {0};
        struct run_file *run = run_file_open(path, RUN_READ, &failure);
        if (run == NULL || !read_all(run))
            reported++;
        if (run == NULL)
            cr_expect_eq(failure.status, EXIT_TROUBLE);
        (void)!run_file_close(run, &failure);
        cr_assert_eq(pwrite(file, before, sizeof(before), at), (ssize_t)sizeof(before));
    }
    close(file);
    cr_expect_geq(reported, about.st_size / 8192 * 9 / 10, "%u of %jd", reported,
                  (intmax_t)about.st_size / 8192);
}

static void expect_damage(const char *sql)
{
    fill(3);
    stranger_changes(path, sql);
    struct failure failure = {0};
    struct run_file *run = run_file_open(path, RUN_READ, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    cr_expect_not(read_all(run), "%s", sql);
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged ("), "%s",
                       run_file_failure(run)->text);
    cr_expect_not(run_file_items_begin(run), "the failure sticks");
    cr_expect_not(run_file_set(run, "a", "b"));
    cr_expect_eq(run_file_count_found(run, false), 0);
    (void)!run_file_close(run, &failure);
    unlink(path);
}

Test(run_check, checks_every_value)
{
    expect_damage("UPDATE item SET first = x'0400000000ff' WHERE seq = 2");
    expect_damage("UPDATE item SET first = x'0600000000' WHERE seq = 2");
    expect_damage("UPDATE item SET first = x'04ffffffff' WHERE seq = 2");
    expect_damage("UPDATE item SET last = x'0600000000000000000000000000000000' WHERE seq = 2");
    expect_damage("UPDATE item SET first = x'' WHERE seq = 2");
    expect_damage("UPDATE item SET expected = 'a..b' WHERE seq = 2");
    expect_damage("UPDATE item SET expected = 'a.example.' WHERE seq = 2"); /* a second spelling of
                                                                               one name */
    expect_damage("UPDATE item SET source = -1 WHERE seq = 2");
    expect_damage("UPDATE item SET last = x'04ff000002' WHERE seq = 2"); /* more addresses than were
                                                                            counted */
    expect_damage("DELETE FROM item WHERE seq = 3");
    expect_damage("INSERT INTO item(source, line, first, last, expected, mapped, sum)"
                  " SELECT source, line, first, last, expected, mapped, 0 FROM item WHERE seq = 3");
    expect_damage("UPDATE meta SET value = 4 WHERE key = 'input.items'");
    expect_damage("UPDATE found SET block = x'040a00000100' WHERE block = x'040a000000'");
    expect_damage("UPDATE found SET block = x'040a000001' WHERE block = x'040a000000'");
    expect_damage("UPDATE found SET entries = substr(entries, 1, length(entries) - 1)");
    expect_damage("UPDATE found SET entries = entries || entries");
    expect_damage("UPDATE found SET entries = x'41' || substr(entries, 2)");
    expect_damage("UPDATE found SET entries = zeroblob(3000000)");
    expect_damage("UPDATE found SET entries = substr(entries, 1, 1) || x'ffffffffffffff7f' ||"
                  " substr(entries, 10)"); /* a time after which no TTL can be added */
    expect_damage("UPDATE found SET entries = substr(entries, 1, 1) || x'ffffffffffffffff' ||"
                  " substr(entries, 10)");
}

/* At least one row in each table that every run fills. */
static void fill_all_tables(void)
{
    struct run_file *run = open_run(RUN_CREATE);
    uint32_t number;
    struct run_rejected rejected = {
        .source = 1, .line = 2, .reason = "is no address", .text = "x,y", .length = 3};
    cr_assert(run_file_add_source(run, "fleet.csv", &number));
    add_item(run, 1, 1, "10.0.0.1", "10.0.0.1", "mta.example.com");
    cr_assert(run_file_add_rejected(run, &rejected));
    add_found(run, "10.0.0.1", true, "facts");
    add_zone(run, "example.com", ANSWER_RECORDS, "example.com");
    add_servers(run, "example.com", 1, 1);
    want_zone(run, "waiting.example");
    cr_assert(run_file_set(run, "resolvers", "127.0.0.1"));
    cr_assert(run_file_seal_input(run));
    close_run(run);
}

Test(run_check, reports_a_changed_value)
{
    static const char *const changes[][2] = {
        {"meta", "UPDATE meta SET value = '127.0.0.2' WHERE key = 'resolvers'"},
        {"meta", "UPDATE meta SET key = 'sealec' WHERE key = 'sealed'"},
        {"source", "UPDATE source SET name = 'fleet.cs'"},
        {"item", "UPDATE item SET line = 2"},
        {"item", "UPDATE item SET expected = 'mtb.example.com'"},
        {"item", "UPDATE item SET mapped = 1"},
        {"rejected", "UPDATE rejected SET reason = 'is non'"},
        {"rejected", "UPDATE rejected SET text = x'782c7a'"},
        {"found", "UPDATE found SET block = x'040a000010'"},
        {"found", "UPDATE found SET entries = entries || x'00'"},
        {"found", "UPDATE found SET entries = CAST(entries AS TEXT)"},
        {"zone", "UPDATE zone SET kind = 3 WHERE question = 'example.com'"},
        {"zone", "UPDATE zone SET servers = 'ns1.example.co' WHERE question = 'example.com'"},
        {"zone", "UPDATE zone SET question = 'waitin.example' WHERE question = 'waiting.example'"},
        {"zone", "UPDATE zone SET sum = sum + 1 WHERE question = 'example.com'"}};
    fill_all_tables();
    struct run_file *run = open_run(RUN_READ);
    cr_expect(read_all(run));
    close_run(run);
    for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        char part[128];
        unlink(path);
        fill_all_tables();
        stranger_executes(path, changes[i][1]);
        snprintf(part, sizeof(part), "is damaged (the sum of a row of %s is wrong)", changes[i][0]);
        expect_refusal_with(RUN_READ, part);
        expect_refusal_with(RUN_RESUME, part);
    }
}

Test(run_check, reports_a_missing_index)
{
    fill_all_tables();
    stranger_executes(
        path, "PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'item_span'");
    expect_refusal_with(RUN_RESUME, "is damaged");
}

Test(run_check, refuses_further_tables_and_triggers)
{
    fill_all_tables();
    stranger_executes(path, "CREATE TABLE more(x)");
    expect_refusal_with(RUN_READ, "is damaged (it has other tables than a run file): restore it "
                                  "from a copy, or audit anew");
    unlink(path);
    fill_all_tables();
    stranger_executes(path, "CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM found; END");
    expect_refusal_with(RUN_RESUME, "is damaged (it has other tables than a run file): restore it "
                                    "from a copy, or start anew with --force");
}
