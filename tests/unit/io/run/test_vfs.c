#include "io/run/vfs.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/unit/io/run/support.h"

TestSuite(vfs, .init = make_folder, .fini = remove_folder);

/* From https://www.sqlite.org/fileformat.html, section 3. */
static const uint8_t JOURNAL_MAGIC[8] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7};
enum { JOURNAL_SECTOR = 512, PAGE = 8192, LOCK_PAGE_AT = 0x40000000 };

struct octets {
    uint8_t bytes[1 << 17];
    size_t length;
};

static struct octets read_whole(const char *name)
{
    static struct octets out;
    FILE *file = fopen(name, "r");
    cr_assert_not_null(file, "%s", name);
    out.length = fread(out.bytes, 1, sizeof(out.bytes), file);
    cr_assert_lt(out.length, sizeof(out.bytes));
    fclose(file);
    return out;
}

static void put_u32(struct octets *out, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        out->bytes[out->length++] = (uint8_t)(number >> shift);
}

static void put(struct octets *out, const void *bytes, size_t length)
{
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

/* A hot journal that names a super-journal: SQLite rolls back and then deletes that file. */
static void write_hot_journal(const char *super)
{
    static struct octets journal;
    char name[96];
    uint32_t sum = 0;
    struct stat about;
    journal.length = 0;
    cr_assert_eq(stat(path, &about), 0);
    put(&journal, JOURNAL_MAGIC, sizeof(JOURNAL_MAGIC));
    put_u32(&journal, 0); /* pages in the journal */
    put_u32(&journal, 1);
    put_u32(&journal, (uint32_t)(about.st_size / PAGE));
    put_u32(&journal, JOURNAL_SECTOR);
    put_u32(&journal, PAGE);
    journal.length = JOURNAL_SECTOR;
    put_u32(&journal, LOCK_PAGE_AT / PAGE + 1);
    put(&journal, super, strlen(super));
    put_u32(&journal, (uint32_t)strlen(super));
    for (const char *c = super; *c; c++)
        sum += (uint8_t)*c;
    put_u32(&journal, sum);
    put(&journal, JOURNAL_MAGIC, sizeof(JOURNAL_MAGIC));
    snprintf(name, sizeof(name), "%s-journal", path);
    FILE *file = fopen(name, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(journal.bytes, 1, journal.length, file), journal.length);
    fclose(file);
}

Test(vfs, a_journal_cannot_make_it_delete_a_file)
{
    char victims[2][96];
    snprintf(victims[0], sizeof(victims[0]), "%s/victim", folder);
    snprintf(victims[1], sizeof(victims[1]), "%s/other.db-wal", folder);
    for (unsigned i = 0; i < 2; i++) {
        FILE *file = fopen(victims[i], "w");
        cr_assert_not_null(file);
        fclose(file);
        close_run(open_run(RUN_CREATE));
        write_hot_journal(victims[i]);
        expect_refusal_with(RUN_READ, "holds a write that was interrupted");
        expect_refusal_with(RUN_RESUME, "has a journal that names another file");
        cr_expect_eq(access(victims[i], F_OK), 0, "%s is gone", victims[i]);
        unlink(victims[i]);
        remove_run();
    }
}

/* A writer that is killed while changed pages are in the database and the old ones in the
 * journal. */
static void leave_hot_journal(void)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        sqlite3 *db;
        bool good =
            sqlite3_open(path, &db) == SQLITE_OK &&
            sqlite3_exec(db, "PRAGMA cache_size = 1; BEGIN; UPDATE found SET entries = x'00'", NULL,
                         NULL, NULL) == SQLITE_OK;
        raise(good ? SIGKILL : SIGABRT);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

Test(vfs, an_interrupted_write_of_ours_is_rolled_back)
{
    fill(2000);
    leave_hot_journal();
    expect_refusal_with(RUN_READ, "-journal holds a write that was interrupted");
    struct run_file *run = open_run(RUN_RESUME);
    cr_expect_eq(run_file_count_found(run, true), 2000);
    close_run(run);
    close_run(open_run(RUN_READ));
}

/* The names in the folder, joined. */
static const char *list_folder(void)
{
    static char out[256];
    FILE *names;
    char command[96];
    snprintf(command, sizeof(command), "ls -A %s", folder);
    names = popen(command, "r");
    out[fread(out, 1, sizeof(out) - 1, names)] = '\0';
    pclose(names);
    return out;
}

Test(vfs, reading_changes_nothing)
{
    static struct octets before[2], after[2];
    char log[96];
    snprintf(log, sizeof(log), "%s-wal", path);
    die_while_writing();
    before[0] = read_whole(path);
    before[1] = read_whole(log);
    struct run_file *run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, true), 1);
    cr_expect_str_eq(list_folder(), "run.db\nrun.db-wal\n");
    cr_expect_not(run_file_set(run, "a", "b"));
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    after[0] = read_whole(path);
    after[1] = read_whole(log);
    for (unsigned i = 0; i < 2; i++)
        cr_expect(before[i].length == after[i].length &&
                  memcmp(before[i].bytes, after[i].bytes, after[i].length) == 0);
    cr_expect_str_eq(list_folder(), "run.db\nrun.db-wal\n");
}

/* The commits in it are lost; the file itself is sound. */
Test(vfs, a_run_is_read_without_its_log)
{
    char log[96];
    snprintf(log, sizeof(log), "%s-wal", path);
    die_while_writing();
    unlink(log);
    struct run_file *run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, true), 0);
    close_run(run);
    cr_expect_str_eq(list_folder(), "run.db\n");
}

Test(vfs, a_log_of_garbage_is_ignored)
{
    char log[96];
    snprintf(log, sizeof(log), "%s-wal", path);
    die_while_writing();
    cr_assert_eq(truncate(log, 0), 0);
    FILE *file = fopen(log, "w");
    for (unsigned i = 0; i < 3 * PAGE; i++)
        fputc((int)(i * 2654435761u >> 24), file);
    fclose(file);
    struct run_file *run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, true), 0);
    close_run(run);
}

/* Changes an octet of the log while a run writes it. */
static void damage_log(off_t at)
{
    char log[96];
    uint8_t octet;
    snprintf(log, sizeof(log), "%s-wal", path);
    int file = open(log, O_RDWR);
    cr_assert_eq(pread(file, &octet, 1, at), 1);
    octet ^= 0x10;
    cr_assert_eq(pwrite(file, &octet, 1, at), 1);
    close(file);
}

/* Either the run fails and says so, or the damage is in a page that a later one replaces. Without
 * the sums it would end well and leave a file that is refused later. */
Test(vfs, a_log_that_is_damaged_meanwhile_is_reported)
{
    enum { HEADER = 32, FRAME = 24 + PAGE, FRAMES = 6 };
    unsigned reported = 0;
    for (unsigned i = 0; i < FRAMES; i++) {
        struct run_file *run = open_run(RUN_CREATE);
        for (unsigned octet = 0; octet < FRAMES; octet++) {
            struct run_found found = made_found("10.0.0.1", true, "x");
            found.address.bytes[1] = (uint8_t)octet;
            cr_assert(run_file_add_found(run, &found, 1));
            cr_assert(run_file_commit(run));
        }
        damage_log(HEADER + i * FRAME + FRAME - 1);
        struct failure failure = {0};
        if (run_file_close(run, &failure)) {
            run = open_run(RUN_READ);
            cr_expect_eq(run_file_count_found(run, true), FRAMES);
            close_run(run);
        } else {
            reported++;
            cr_expect_not_null(
                strstr(failure.text, "run.db-wal was damaged while the run wrote it"), "%u: %s", i,
                failure.text);
        }
        remove_run();
    }
    cr_expect_geq(reported, 1);
}

/* Its pages are sound by themselves. */
Test(vfs, the_log_of_another_database_is_damage)
{
    char log[96], other[96], other_log[100];
    snprintf(log, sizeof(log), "%s-wal", path);
    snprintf(other, sizeof(other), "%s/other.db", folder);
    snprintf(other_log, sizeof(other_log), "%s-wal", other);
    fill(100);
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(other, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db,
                              "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                              "CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(100000))",
                              NULL, NULL, NULL),
                 SQLITE_OK);
    cr_assert_eq(rename(other_log, log), 0);
    /* Only a file that says so has a log. */
    uint8_t wal_mode[2] = {2, 2};
    int file = open(path, O_WRONLY);
    cr_assert_eq(pwrite(file, wal_mode, sizeof(wal_mode), 18), 2);
    close(file);
    expect_refusal_with(RUN_READ, path);
    sqlite3_close(db);
    unlink(other);
    unlink(other_log);
}
