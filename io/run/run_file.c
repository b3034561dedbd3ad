#include "io/run/run_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/run/check.h"
#include "io/run/companions.h"
#include "io/run/row_sum.h"
#include "io/run/schema.h"
#include "io/run/statement.h"
#include "io/run/vfs.h"
#include "io/run/walks.h"
#include "io/system/clock.h"

enum {
    RUN_FILE_ID = 0x66637264, /* "fcrd", the application id of SQLite files */
    HEADER_TEXT_MAX = 96,
    COMMIT_WRITES = 200000,
};

static const int64_t COMMIT_NS = 1000000000;

/* Set before anything else is read. The file may come from a stranger: nothing in its schema may
 * run. Exclusive locking keeps other runs out, and keeps the index of the log in memory instead of
 * a third file. Pages of 8192 octets (of new files) take a fifth less work for facts than 4096. The
 * cache is counted in pages of the size known when it is set. */
static const char SETTINGS[] = "PRAGMA locking_mode = EXCLUSIVE;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA secure_delete = OFF;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = FILE;"
                               "PRAGMA page_size = 8192;"
                               "PRAGMA cache_size = -2048;";

/* The log is written back at 4 MiB, and cut after a large transaction made it longer. The cache
 * holds the pages of all zones that are asked at the same time (audit/spread.h): with 2 MiB each
 * page was written four times, with 8 as often as with 4. A report reads many runs, one after the
 * other. */
static const char WRITE_SETTINGS[] = "PRAGMA cache_size = -4096;"
                                     "PRAGMA journal_mode = WAL;"
                                     "PRAGMA synchronous = NORMAL;"
                                     "PRAGMA wal_autocheckpoint = 500;"
                                     "PRAGMA journal_size_limit = 8388608;";

/* Merges the log, so that one plain file remains. */
static const char MERGE_LOG[] = "PRAGMA journal_mode = DELETE;";
static const char READ_SETTINGS[] = "PRAGMA query_only = ON;";

/* ---- the file ---- */

/* An empty file; SQLite has no flag for O_EXCL. */
static bool make_file(struct run_file *run)
{
    int file = open(run->path, O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_WRONLY, 0640);

    if (file >= 0) {
        close(file);
        return true;
    }
    if (errno == EEXIST)
        return failure_set(&run->failure, EXIT_TROUBLE,
                           "%s exists: go on with --resume, or replace it with --force", run->path);
    return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s", run->path, strerror(errno));
}

/* Opens the real folder, so that SQLite follows no link, even one that is put there later. A name
 * that begins with a slash is also never a URI; Debian's SQLite takes "file:..." for one. False
 * with errno. */
static bool open_folder(struct run_file *run)
{
    const char *slash = strrchr(run->path, '/');
    size_t length = slash && slash > run->path ? (size_t)(slash - run->path) : 1;
    char *parent = strndup(slash ? run->path : ".", length);
    char *folder = parent ? realpath(parent, NULL) : NULL;

    free(parent);
    if (!folder)
        return false;
    if (asprintf(&run->name, "%s/%s", folder, slash ? slash + 1 : run->path) < 0)
        run->name = NULL;
    run->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return run->name && run->folder >= 0;
}

static bool find_folder(struct run_file *run, enum run_mode mode)
{
    if (open_folder(run))
        return true;
    if (errno == ENOMEM)
        return failure_out_of_memory(&run->failure);
    return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s", run->path,
                       errno == ENOENT && mode != RUN_CREATE ? "there is no run here"
                                                             : strerror(errno));
}

static bool open_database(struct run_file *run)
{
    int flags = run->writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

    /* Memory statistics are not used, and cost two locks for each block. SQLite accepts this before
     * the first run file is opened, and refuses it later. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    run->vfs = vfs_new(run->name, run->folder, run->writable, &run->failure);
    if (!run->vfs)
        return false;
    int code =
        sqlite3_open_v2(run->name, &run->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
                        vfs_name(run->vfs));
    if (!run->db)
        return failure_out_of_memory(&run->failure);
    if (code != SQLITE_OK)
        return statement_failed(run, code);
    sqlite3_limit(run->db, SQLITE_LIMIT_LENGTH, RUN_VALUE_MAX);
    sqlite3_db_config(run->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(run->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(run->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    if (!statement_execute(run, SETTINGS))
        return false;
    code = row_sum_register(run->db);
    return code == SQLITE_OK || statement_failed(run, code);
}

/* ---- a new run ---- */

static bool write_schema(struct run_file *run)
{
    char header[HEADER_TEXT_MAX];

    snprintf(header, sizeof(header), "BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d",
             RUN_FILE_ID, RUN_FILE_VERSION);
    bool good = statement_execute(run, header);
    for (unsigned i = 0; good && i < RUN_TABLES_COUNT; i++)
        good = statement_execute(run, RUN_TABLES[i].create);
    return good && statement_execute(run, "COMMIT");
}

static bool write_new(struct run_file *run)
{
    return write_schema(run) && statement_execute(run, WRITE_SETTINGS);
}

/* ---- an earlier run ---- */

static bool read_pragma(struct run_file *run, const char *text, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(run->db, text, -1, &statement, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        statement_failed(run, code);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW;
}

static bool check_version(struct run_file *run)
{
    int64_t id, version;

    if (!read_pragma(run, "PRAGMA application_id", &id) ||
        !read_pragma(run, "PRAGMA user_version", &version))
        return false;
    if (id != RUN_FILE_ID)
        return statement_foreign(run);
    if (version != RUN_FILE_VERSION && version != RUN_FILE_VERSION_MORE)
        return failure_set(
            &run->failure, EXIT_TROUBLE,
            "%s has version %lld of the run file, this fcrdns knows version %d: use the fcrdns "
            "that wrote it, or start anew with --force",
            run->path, (long long)version, RUN_FILE_VERSION_MORE);
    return true;
}

/* A run that was killed before its first transaction leaves a file without a page. It begins
 * anew. The number of pages is read first: it rolls a half-written transaction back. */
static bool is_empty(struct run_file *run)
{
    int64_t pages;
    struct stat about;

    return read_pragma(run, "PRAGMA page_count", &pages) && pages == 0 &&
           stat(run->path, &about) == 0 && about.st_size == 0;
}

static bool open_earlier(struct run_file *run)
{
    if (!open_database(run))
        return false;
    if (run->writable && is_empty(run))
        return write_new(run);
    if (!check_version(run))
        return false;
    if (run->writable && sqlite3_db_readonly(run->db, "main") == 1)
        return failure_set(&run->failure, EXIT_TROUBLE,
                           "%s cannot be written: check its permissions", run->path);
    return statement_execute(run, run->writable ? WRITE_SETTINGS : READ_SETTINGS) &&
           check_tables(run) && run_file_load_cuts(run) && run_file_load_past(run) &&
           run_file_load_walks(run) && check_contents(run) && run_file_load_input(run);
}

/* ---- opening and closing ---- */

static void dispose(struct run_file *run)
{
    if (!run)
        return;
    run_file_free_input(run);
    run_file_free_cuts(run);
    found_block_bytes_free(&run->found.merged);
    statement_finalize_all(run);
    sqlite3_close(run->db);
    vfs_free(run->vfs);
    if (run->folder >= 0)
        close(run->folder);
    free(run->name);
    free(run->path);
    free(run);
}

static bool create(struct run_file *run)
{
    if (!make_file(run))
        return false;
    if (open_database(run) && write_new(run))
        return true;
    unlink(run->path);
    return false;
}

struct run_file *run_file_open(const char *path, enum run_mode mode, struct failure *failure)
{
    struct run_file *run = calloc(1, sizeof(*run));

    if (run)
        run->folder = -1;
    if (!run || !(run->path = strdup(path))) {
        dispose(run);
        failure_out_of_memory(failure);
        return NULL;
    }
    run->writable = mode != RUN_READ;
    run->committed_ns = clock_monotonic_ns();
    if (find_folder(run, mode) && companions_check(run->folder, run->path, mode, &run->failure) &&
        (mode == RUN_CREATE ? create(run) : open_earlier(run)))
        return run;
    failure_pass(failure, &run->failure);
    dispose(run);
    return NULL;
}

bool run_file_close(struct run_file *run, struct failure *failure)
{
    if (!run)
        return true;
    statement_reset_all(run); /* an open reading would keep the log from being merged */
    bool good = !run->writable || (run_file_commit(run) && statement_execute(run, MERGE_LOG));
    if (!good)
        failure_pass(failure, &run->failure);
    dispose(run);
    return good;
}

bool run_file_share_cache(struct run_file *run, unsigned runs)
{
    enum { ALL_KIB = 2048, LEAST_KIB = 64 };
    char text[64];
    unsigned share = ALL_KIB / (runs > 0 ? runs : 1);

    snprintf(text, sizeof(text), "PRAGMA cache_size = -%u",
             share > LEAST_KIB ? share : (unsigned)LEAST_KIB);
    return statement_execute(run, text);
}

const struct failure *run_file_failure(const struct run_file *run)
{
    return &run->failure;
}

/* ---- transactions ---- */

bool run_file_commit(struct run_file *run)
{
    if (!run_file_save_totals(run))
        return false;
    if (run->writing)
        run_file_pause_found(run);
    return statement_commit(run);
}

bool run_file_commit_is_due(const struct run_file *run)
{
    return clock_monotonic_ns() - run->committed_ns >= COMMIT_NS;
}

bool run_file_commit_when_due(struct run_file *run)
{
    return !run_file_commit_is_due(run) || run_file_commit(run);
}

bool run_file_commit_when_large(struct run_file *run)
{
    return run->uncommitted < COMMIT_WRITES || run_file_commit(run);
}
