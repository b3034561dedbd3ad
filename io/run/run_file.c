#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/run/run_file_private.h"

enum {
    RUN_FILE_ID = 0x66637264 /* "fcrd", the application id of SQLite files */,
    HEADER_TEXT_MAX = 96
};

static const char SCHEMA[] =
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT "
    "ROWID;"
    "CREATE TABLE source(number INTEGER PRIMARY KEY, name TEXT NOT NULL, sum INTEGER NOT NULL);"
    "CREATE TABLE item(seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL,"
    " first BLOB NOT NULL, last BLOB NOT NULL, expected TEXT NOT NULL, mapped INTEGER NOT NULL,"
    " sum INTEGER NOT NULL);"
    "CREATE TABLE rejected(seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL,"
    " reason TEXT NOT NULL, text BLOB NOT NULL, sum INTEGER NOT NULL);"
    "CREATE TABLE found(block BLOB PRIMARY KEY, entries BLOB NOT NULL, sum INTEGER NOT NULL) "
    "WITHOUT ROWID;"
    "CREATE TABLE zone(question TEXT PRIMARY KEY, kind INTEGER, apex TEXT NOT NULL, mname TEXT NOT "
    "NULL,"
    " rname TEXT NOT NULL, servers TEXT, server_count INTEGER NOT NULL, checked_at INTEGER NOT "
    "NULL,"
    " sum INTEGER NOT NULL) WITHOUT ROWID;";

/* What vantages (--vantage) tell. */
static const char VANTAGE_SCHEMA[] =
    "CREATE TABLE vantage(number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state INTEGER NOT "
    "NULL,"
    " sum INTEGER NOT NULL);"
    "CREATE TABLE seen(address BLOB NOT NULL, vantage INTEGER NOT NULL, checked_at INTEGER NOT "
    "NULL,"
    " elapsed_ms INTEGER NOT NULL, tries INTEGER NOT NULL, settled INTEGER NOT NULL, facts BLOB "
    "NOT NULL,"
    " sum INTEGER NOT NULL, PRIMARY KEY(address, vantage)) WITHOUT ROWID;"
    "CREATE TABLE ask(zone TEXT NOT NULL, address BLOB NOT NULL, type INTEGER NOT NULL, name TEXT "
    "NOT NULL,"
    " sum INTEGER NOT NULL, PRIMARY KEY(zone, address, type, name)) WITHOUT ROWID;"
    "CREATE TABLE nameserver(name TEXT NOT NULL, type INTEGER NOT NULL, kind INTEGER, addresses "
    "TEXT,"
    " sum INTEGER NOT NULL, PRIMARY KEY(name, type)) WITHOUT ROWID;"
    "CREATE TABLE zone_server(server BLOB NOT NULL, zone TEXT NOT NULL, name TEXT NOT NULL,"
    " state INTEGER NOT NULL, serial INTEGER NOT NULL, asked INTEGER NOT NULL, differing INTEGER "
    "NOT NULL,"
    " failed INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY(server, zone, name)) WITHOUT "
    "ROWID;"
    "CREATE INDEX zone_server_zone ON zone_server(zone);"
    "CREATE TABLE told(address BLOB NOT NULL, type INTEGER NOT NULL, name TEXT NOT NULL,"
    " server BLOB NOT NULL, zone TEXT NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL,"
    " until INTEGER NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY(address, type, name, server)) "
    "WITHOUT ROWID;";

/* Before anything else is read. The file may come from a stranger: nothing in its schema may run.
 * Exclusive locking keeps other runs out, and the index of the write-ahead log in memory instead of
 * a third file. Pages of 8192 octets (for new files) take a fifth less work for rows of facts than
 * 4096; the cache is counted in the pages known when it is set. */
static const char SETTINGS[] = "PRAGMA locking_mode = EXCLUSIVE;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA cell_size_check = ON;"
                               "PRAGMA secure_delete = OFF;"
                               "PRAGMA mmap_size = 0;"
                               "PRAGMA temp_store = FILE;"
                               "PRAGMA page_size = 8192;"
                               "PRAGMA cache_size = -2048;";

/* The log is written back when it holds 4 MiB, and cut again when a large transaction made it grow.
 * The cache holds the pages of all zones that are asked side by side (audit/spread.h): with 2 MiB
 * each page was written four times, with 8 no less often than with 4. Runs that are read are many
 * at times, and one after the other. */
static const char WRITE_SETTINGS[] = "PRAGMA cache_size = -4096;"
                                     "PRAGMA journal_mode = WAL;"
                                     "PRAGMA synchronous = NORMAL;"
                                     "PRAGMA wal_autocheckpoint = 500;"
                                     "PRAGMA journal_size_limit = 8388608;";

/* Merges the log, so that what is left is one plain file; a run that is open for reading does the
 * same with what a killed run left behind. */
static const char LEAVE_LOG[] = "PRAGMA journal_mode = DELETE;";
static const char READ_SETTINGS[] = "PRAGMA journal_mode = DELETE; PRAGMA query_only = ON;";

/* An empty file made by us alone; SQLite has no flag for it. */
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

static bool find_file(struct run_file *run)
{
    struct stat about;
    if (lstat(run->path, &about) != 0)
        return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s", run->path,
                           errno == ENOENT ? "there is no run here" : strerror(errno));
    if (S_ISLNK(about.st_mode))
        return failure_set(&run->failure, EXIT_TROUBLE,
                           "%s is a symbolic link: name the run directory that holds it",
                           run->path);
    if (!S_ISREG(about.st_mode))
        return failure_set(&run->failure, EXIT_TROUBLE, "%s is not a file", run->path);
    return true;
}

/* Where the folder really is: SQLite then follows no link at all, whatever is put on the way later.
 * A name that begins with a slash is no URI either, as which Debian's SQLite would take one that
 * begins with "file:". */
static char *real_name(const char *path)
{
    char *copy = strdup(path), *name = NULL;
    char *slash = copy ? strrchr(copy, '/') : NULL;
    if (slash)
        *slash = '\0';
    char *folder = copy ? realpath(slash ? (slash == copy ? "/" : copy) : ".", NULL) : NULL;
    if (folder && asprintf(&name, "%s/%s", folder, slash ? slash + 1 : path) < 0)
        name = NULL;
    free(folder);
    free(copy);
    return name;
}

static bool open_database(struct run_file *run)
{
    char *name = real_name(run->path);
    int code = SQLITE_NOMEM;
    /* Nobody asks how much memory it takes, and counting it takes a lock twice for each block.
     * SQLite heeds this when the first run file is opened, and refuses it later. */
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (name != NULL)
        code = sqlite3_open_v2(name, &run->db,
                               SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW,
                               NULL);
    free(name);
    if (run->db == NULL)
        return failure_out_of_memory(&run->failure);
    if (code != SQLITE_OK)
        return run_fail(run, code);
    sqlite3_limit(run->db, SQLITE_LIMIT_LENGTH, RUN_VALUE_MAX);
    sqlite3_db_config(run->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(run->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(run->db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    return run_execute(run, SETTINGS) && run_add_functions(run);
}

static bool write_schema(struct run_file *run)
{
    char header[HEADER_TEXT_MAX];
    snprintf(header, sizeof header, "BEGIN; PRAGMA application_id = %d; PRAGMA user_version = %d",
             RUN_FILE_ID, RUN_FILE_VERSION);
    return run_execute(run, header) && run_execute(run, SCHEMA) &&
           run_execute(run, VANTAGE_SCHEMA) && run_execute(run, "COMMIT");
}

static bool read_pragma(struct run_file *run, const char *text, int64_t *out)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(run->db, text, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW)
        *out = sqlite3_column_int64(statement, 0);
    else
        run_fail(run, code);
    sqlite3_finalize(statement);
    return code == SQLITE_ROW;
}

static bool check_schema(struct run_file *run)
{
    int64_t id, version;
    if (!read_pragma(run, "PRAGMA application_id", &id) ||
        !read_pragma(run, "PRAGMA user_version", &version))
        return false;
    if (id != RUN_FILE_ID)
        return run_fail_foreign(run);
    if (version != RUN_FILE_VERSION)
        return failure_set(
            &run->failure, EXIT_TROUBLE,
            "%s has version %lld of the run file, this fcrdns knows version %d: use the fcrdns "
            "that wrote it, or start anew with --force",
            run->path, (long long)version, RUN_FILE_VERSION);
    return true;
}

static bool is_ours(const char *sql)
{
    return strstr(SCHEMA, sql) != NULL || strstr(VANTAGE_SCHEMA, sql) != NULL ||
           strcmp(sql, SPAN_INDEX) == 0;
}

/* What the file says of its tables must be our own words: nothing else can be in it, and nothing be
 * read as something else. */
static bool check_tables(struct run_file *run)
{
    sqlite3_stmt *tables = NULL;
    int code = sqlite3_prepare_v2(
        run->db,
        "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_autoindex!_%' ESCAPE '!'", -1,
        &tables, NULL);
    bool good = code == SQLITE_OK || run_fail(run, code);
    while (good && (code = sqlite3_step(tables)) == SQLITE_ROW) {
        const char *sql = (const char *)sqlite3_column_text(tables, 0);
        if (sql == NULL || !is_ours(sql))
            good = run_fail_damaged(run, "it describes other tables than ours");
    }
    if (good && code != SQLITE_DONE)
        good = run_fail(run, code);
    sqlite3_finalize(tables);
    return good;
}

static bool load_totals(struct run_file *run)
{
    run->totals.items = run_file_get_number(run, "input.items", 0);
    run->totals.rejected = run_file_get_number(run, "input.rejected", 0);
    run->totals.addresses = (ip_count)run_file_get_number(run, "input.addresses_high", 0) << 64 |
                            run_file_get_number(run, "input.addresses", 0);
    return !failure_is_set(&run->failure);
}

static bool load_sources(struct run_file *run)
{
    sqlite3_stmt *sources = run_statement(run, SQL_SOURCES);
    int code = SQLITE_ERROR;
    bool good = sources != NULL;
    while (good && (code = sqlite3_step(sources)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(sources, 1);
        if (name == NULL || sqlite3_column_int64(sources, 0) != run->source_count + 1)
            good = run_fail_damaged(run, "the list of inputs has a gap");
        else
            good = run_keep_source(run, name);
    }
    if (good && code != SQLITE_DONE)
        good = run_fail(run, code);
    sqlite3_reset(sources);
    return good;
}

bool run_keep_source(struct run_file *run, const char *name)
{
    if (run->source_count == RUN_SOURCES_MAX)
        return failure_set(&run->failure, EXIT_TROUBLE, "more than %d inputs", RUN_SOURCES_MAX);
    char **sources = reallocarray(run->sources, run->source_count + 1, sizeof *sources);
    if (sources != NULL)
        run->sources = sources;
    char *copy = strdup(name);
    if (sources == NULL || copy == NULL) {
        free(copy);
        return failure_out_of_memory(&run->failure);
    }
    sources[run->source_count++] = copy;
    return true;
}

void run_forget_sources(struct run_file *run)
{
    for (uint32_t i = 0; i < run->source_count; i++)
        free(run->sources[i]);
    free(run->sources);
    run->sources = NULL;
    run->source_count = 0;
}

static bool write_new(struct run_file *run)
{
    return write_schema(run) && run_execute(run, WRITE_SETTINGS);
}

static bool begin_new(struct run_file *run)
{
    return open_database(run) && write_new(run);
}

/* A run that was killed before its first transaction leaves a file without a page: it goes on from
 * the beginning. */
static bool is_unborn(struct run_file *run)
{
    int64_t pages; /* asked for first: what is half written is taken back then */
    struct stat about;
    return read_pragma(run, "PRAGMA page_count", &pages) && pages == 0 &&
           stat(run->path, &about) == 0 && about.st_size == 0;
}

static bool begin_old(struct run_file *run, bool writable)
{
    if (!find_file(run) || !open_database(run))
        return false;
    if (writable && is_unborn(run))
        return write_new(run);
    if (!check_schema(run))
        return false;
    if (writable && sqlite3_db_readonly(run->db, "main") == 1)
        return failure_set(&run->failure, EXIT_TROUBLE,
                           "%s cannot be written: check its permissions", run->path);
    return run_execute(run, writable ? WRITE_SETTINGS : READ_SETTINGS) && check_tables(run) &&
           run_check(run) && load_totals(run) && load_sources(run);
}

static void dispose(struct run_file *run)
{
    run_forget_sources(run);
    found_bytes_free(&run->merged);
    for (unsigned i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(run->statements[i]);
    sqlite3_close(run->db);
    free(run->path);
    free(run);
}

struct run_file *run_file_open(const char *path, enum run_mode mode, struct failure *failure)
{
    struct run_file *run = calloc(1, sizeof *run);
    bool good = false;
    bool made = false;
    if (run == NULL || (run->path = strdup(path)) == NULL) {
        failure_out_of_memory(failure);
        goto out;
    }
    run->mode = mode;
    if (mode == RUN_CREATE)
        good = (made = make_file(run)) && begin_new(run);
    else
        good = begin_old(run, mode == RUN_RESUME);
    if (!good)
        failure_set(failure, run->failure.status, "%s", run->failure.text);
out:
    if (good)
        return run;
    if (made)
        unlink(path);
    if (run != NULL)
        dispose(run);
    return NULL;
}

bool run_file_close(struct run_file *run, struct failure *failure)
{
    if (run == NULL)
        return true;
    /* A reading that was given up half-way would keep the log from being left. */
    for (unsigned i = 0; i < STATEMENTS; i++)
        sqlite3_reset(run->statements[i]);
    bool good = run->mode == RUN_READ || (run_file_commit(run) && run_execute(run, LEAVE_LOG));
    if (!good)
        failure_set(failure, run->failure.status, "%s", run->failure.text);
    dispose(run);
    return good;
}

const struct failure *run_file_failure(const struct run_file *run)
{
    return &run->failure;
}
