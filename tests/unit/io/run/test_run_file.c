#include "io/run/run_file.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/unit/io/run/support.h"

TestSuite(run_file, .init = make_folder, .fini = remove_folder);

Test(run_file, resumes_after_a_kill)
{
    char text[256];
    die_while_writing();
    struct run_file *run = open_run(RUN_RESUME);
    found_text(run, "192.0.2.0", "192.0.2.255", text, sizeof(text));
    cr_expect_str_eq(text, "192.0.2.1:kept ");
    add_found(run, "192.0.2.2", true, "new");
    close_run(run);
    run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, true), 2);
    close_run(run);
}

Test(run_file, is_read_after_a_kill)
{
    char text[256];
    die_while_writing();
    struct run_file *run = open_run(RUN_READ);
    found_text(run, "192.0.2.0", "192.0.2.255", text, sizeof(text));
    cr_expect_str_eq(text, "192.0.2.1:kept ");
    close_run(run);
}

/* In a child without any right to write. */
static void read_without_rights(void)
{
    char log[80];
    snprintf(log, sizeof(log), "%s-wal", path);
    cr_assert_eq(chmod(path, 0444), 0);
    (void)!chmod(log, 0444); /* a run that ended well has no log */
    cr_assert_eq(chmod(folder, 0555), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct failure failure = {0};
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(3);
        struct run_file *run = run_file_open(path, RUN_READ, &failure);
        _exit(!run                                                                    ? 4
              : run_file_count_found(run, true) == 1 && run_file_close(run, &failure) ? 0
                                                                                      : 5);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    cr_expect_eq(WEXITSTATUS(status), 0);
    cr_assert_eq(chmod(folder, 0755), 0);
}

Test(run_file, reading_a_killed_run_needs_no_write_access)
{
    die_while_writing();
    read_without_rights();
}

Test(run_file, reading_a_finished_run_needs_no_write_access)
{
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "192.0.2.1", true, "x");
    close_run(run);
    struct stat about;
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 07137, 0, "mode %o", about.st_mode);
    read_without_rights();
}

Test(run_file, two_readers_share_a_finished_run)
{
    close_run(open_run(RUN_CREATE));
    struct run_file *one = open_run(RUN_READ);
    struct run_file *two = open_run(RUN_READ);
    close_run(one);
    close_run(two);
}

Test(run_file, a_second_run_is_refused)
{
    static const char text[] = " is in use by another run: wait for its end";
    struct run_file *run = open_run(RUN_CREATE);
    expect_refusal(RUN_RESUME, text);
    expect_refusal(RUN_READ, text);
    add_found(run, "192.0.2.1", true, "x");
    cr_assert(run_file_commit(run));
    expect_refusal(RUN_RESUME, text);
    close_run(run);
    close_run(open_run(RUN_RESUME));
}

Test(run_file, an_earlier_file_is_not_replaced)
{
    close_run(open_run(RUN_CREATE));
    expect_refusal(RUN_CREATE, " exists: go on with --resume, or replace it with --force");
    close_run(open_run(RUN_READ));
}

Test(run_file, the_file_must_exist)
{
    expect_refusal(RUN_RESUME, ": there is no run here");
    expect_refusal(RUN_READ, ": there is no run here");
    cr_assert_eq(access(path, F_OK), -1, "nothing was created");
}

Test(run_file, the_folder_must_exist)
{
    snprintf(path, sizeof(path), "%s/none/run.db", folder);
    expect_refusal(RUN_CREATE, ": No such file or directory");
}

static void write_bytes(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

/* A run that was killed before its first transaction. */
/* SQLite has a limit of its own, below that of the system. */
Test(run_file, a_path_that_is_too_long_is_named)
{
    enum { NAME = 200, FOLDERS = 3 };
    struct failure failure = {0};
    char longest[sizeof(folder) + FOLDERS * (NAME + 1) + sizeof("/run.db")];
    size_t used = (size_t)snprintf(longest, sizeof(longest), "%s", folder);
    for (unsigned i = 0; i < FOLDERS; i++) {
        longest[used] = '/';
        memset(longest + used + 1, 'x', NAME);
        longest[used += 1 + NAME] = '\0';
        cr_assert_eq(mkdir(longest, 0700), 0);
    }
    strcpy(longest + used, "/run.db");
    cr_expect_null(run_file_open(longest, RUN_CREATE, &failure));
    cr_expect(strstr(failure.text, "too long for SQLite"), "%s", failure.text);
    cr_expect_eq(access(longest, F_OK), -1);
    for (; used > strlen(folder); used -= 1 + NAME) {
        longest[used] = '\0';
        cr_expect_eq(rmdir(longest), 0);
    }
}

Test(run_file, an_empty_file_is_resumed_from_the_beginning)
{
    write_bytes("", 0);
    struct run_file *run = open_run(RUN_RESUME);
    cr_assert_not(run_file_is_sealed(run));
    close_run(run);
    close_run(open_run(RUN_READ));
}

Test(run_file, refuses_other_files)
{
    write_bytes("", 0);
    expect_refusal(RUN_READ, " is not a run file of fcrdns");
    for (size_t len = 1; len < 4096; len = len * 2 + 7) {
        char bytes[4096];
        memset(bytes, 'x', sizeof(bytes));
        write_bytes(bytes, len);
        expect_refusal(RUN_RESUME, " is not a run file of fcrdns");
        expect_refusal(RUN_READ, " is not a run file of fcrdns");
    }
    unlink(path);
    cr_assert_eq(mkdir(path, 0700), 0);
    expect_refusal(RUN_READ, " is not a file");
    rmdir(path);
}

Test(run_file, refuses_other_databases)
{
    stranger_executes(path, "CREATE TABLE t(x); PRAGMA user_version = 1");
    expect_refusal(RUN_RESUME, " is not a run file of fcrdns");
    expect_refusal(RUN_READ, " is not a run file of fcrdns");
}

Test(run_file, refuses_other_versions)
{
    close_run(open_run(RUN_CREATE));
    stranger_executes(path, "PRAGMA user_version = 1");
    expect_refusal_with(RUN_RESUME, "has version 1 of the run file, this fcrdns knows version 5");
    expect_refusal_with(RUN_READ, "has version 1");
}

Test(run_file, reading_writes_nothing)
{
    fill(10);
    struct stat before, after;
    cr_assert_eq(stat(path, &before), 0);
    struct run_file *run = open_run(RUN_READ);
    cr_expect(read_all(run));
    cr_expect_not(run_file_set(run, "a", "b"));
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    cr_assert_eq(stat(path, &after), 0);
    cr_expect(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
              before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    cr_expect_eq(before.st_size, after.st_size);
}

/* The failure is kept, and closing reports it again. Everything committed stays readable. */
Test(run_file, a_full_disk_is_reported)
{
    char text[256];
    signal(SIGXFSZ, SIG_IGN);
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "192.0.2.1", true, "x");
    cr_assert(run_file_commit(run));
    struct rlimit limit, before;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 256 * 1024;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    bool good = true;
    static const uint8_t facts[1000];
    struct run_found found = {
        .address = address_of("10.0.0.0"), .settled = true, .facts = facts, .length = 1000};
    for (int i = 0; i < 100000 && good; i++) {
        good = run_file_add_found(run, &found, 1) && ipaddr_next(&found.address);
        if (good && i % 100 == 99)
            good = run_file_commit(run);
    }
    cr_assert_not(good);
    cr_expect_eq(run_file_failure(run)->status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(run_file_failure(run)->text, path), "%s",
                       run_file_failure(run)->text);
    cr_expect_not_null(strstr(run_file_failure(run)->text, strerror(EFBIG)), "%s",
                       run_file_failure(run)->text);
    cr_expect_not(run_file_commit(run));
    cr_expect_not(run_file_add_found(run, &found, 1));
    struct failure failure = {0};
    cr_expect_not(run_file_close(run, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    run = open_run(RUN_RESUME);
    found_text(run, "192.0.2.1", "192.0.2.1", text, sizeof(text));
    cr_expect_str_eq(text, "192.0.2.1:x ");
    close_run(run);
}

/* No reading in portions keeps a read transaction open, which would make the log grow. */
Test(run_file, the_log_stays_small)
{
    char log[80], text[IPADDR_TEXT_MAX];
    snprintf(log, sizeof(log), "%s-wal", path);
    struct run_file *run = open_run(RUN_CREATE);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(text, sizeof(text), "10.0.0.%u", i);
        add_item(run, 1, i, text, text, NULL);
    }
    cr_assert(run_file_seal_input(run));
    struct span_cursor cursor = {0};
    static const uint8_t facts[1000];
    struct run_found found = {
        .address = address_of("10.0.0.0"), .settled = true, .facts = facts, .length = 1000};
    for (int i = 0; i < 30000; i++) {
        struct span span;
        struct ipaddr known;
        unsigned got;
        if (i % 300 == 0) {
            cr_assert(run_file_next_spans(run, &cursor, &span, 1, &got));
            cr_assert(run_file_known(run, 0, &found.address, &found.address, &known, 1, &got));
        }
        cr_assert(run_file_add_found(run, &found, 1));
        cr_assert(ipaddr_next(&found.address));
        if (i % 300 == 299)
            cr_assert(run_file_commit(run));
    }
    struct stat about;
    cr_assert_eq(stat(log, &about), 0);
    cr_expect_leq(about.st_size, 10 << 20, "30 MB were written, the log has %jd",
                  (intmax_t)about.st_size);
    close_run(run);
    cr_expect_eq(access(log, F_OK), -1, "a run that ended well leaves one file");
}

/* A report that is interrupted. */
Test(run_file, can_be_closed_during_a_reading)
{
    struct run_file *run = open_run(RUN_CREATE);
    struct iprange all = {address_of("10.0.0.0"), address_of("10.255.255.255")};
    struct run_item item = {.line = 1, .range = all};
    static const uint8_t facts[10];
    struct run_found found = {.settled = true, .facts = facts, .length = sizeof(facts)};
    cr_assert(run_file_add_source(run, "fleet.csv", &item.source));
    for (unsigned i = 0; i < 2; i++) {
        found.address = address_of(i ? "10.0.0.1" : "10.0.0.2");
        cr_assert(run_file_add_item(run, &item));
        cr_assert(run_file_add_found(run, &found, 1));
    }
    cr_assert(run_file_seal_input(run));
    cr_assert(run_file_items_begin(run));
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
    cr_assert(run_file_found_begin(run, &all));
    cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
    close_run(run);
}

Test(run_file, close_accepts_null)
{
    struct failure failure = {0};
    cr_expect(run_file_close(NULL, &failure));
}
