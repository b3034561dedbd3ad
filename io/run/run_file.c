#include "io/run/run_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/run/check.h"
#include "io/run/companions.h"
#include "io/run/database.h"
#include "io/run/schema.h"
#include "io/run/statement.h"
#include "io/run/walks.h"
#include "io/system/clock.h"

enum {
    RUN_FILE_ID = 0x66637264, /* "fcrd", the application id of SQLite files */
    HEADER_TEXT_MAX = 96,
    COMMIT_WRITES = 200000,
};

static const int64_t COMMIT_NS = 1000000000;

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
            "that wrote it, or %s",
            run->path, (long long)version, RUN_FILE_VERSION_MORE, statement_anew(run));
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
    if (!database_open(run))
        return false;
    if (run->writable && is_empty(run))
        return write_new(run);
    if (!check_version(run))
        return false;
    if (run->writable && sqlite3_db_readonly(run->db, "main") == 1)
        return failure_set(&run->failure, EXIT_TROUBLE,
                           "%s cannot be written: check its permissions", run->path);
    return (run->writable ? statement_execute(run, WRITE_SETTINGS) : database_only_read(run)) &&
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
    database_close(run);
    free(run->name);
    free(run->path);
    free(run);
}

static bool create(struct run_file *run)
{
    if (!make_file(run))
        return false;
    if (database_open(run) && write_new(run))
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
    run->checks_rows = mode == RUN_COMPARE;
    if (mode == RUN_COMPARE)
        mode = RUN_READ;
    run->writable = mode != RUN_READ;
    run->committed_ns = clock_monotonic_ns();
    if (database_find(run, mode) && companions_check(run->folder, run->path, mode, &run->failure) &&
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
    unsigned share = ALL_KIB / (runs > 0 ? runs : 1);

    return database_cache(run, share > LEAST_KIB ? share : (unsigned)LEAST_KIB);
}

const struct failure *run_file_failure(const struct run_file *run)
{
    return &run->failure;
}

void run_file_offer_resume(struct run_file *run)
{
    run->offers_resume = true;
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
