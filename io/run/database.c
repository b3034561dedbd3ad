#include "io/run/database.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/run/row_sum.h"
#include "io/run/statement.h"
#include "io/run/vfs.h"

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

/* ---- the folder ---- */

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
    free(run->name);
    if (asprintf(&run->name, "%s/%s", folder, slash ? slash + 1 : run->path) < 0)
        run->name = NULL;
    run->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    return run->name && run->folder >= 0;
}

bool database_find(struct run_file *run, enum run_mode mode)
{
    if (open_folder(run))
        return true;
    if (errno == ENOMEM)
        return failure_out_of_memory(&run->failure);
    return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s", run->path,
                       errno == ENOENT && mode != RUN_CREATE ? "there is no run here"
                                                             : strerror(errno));
}

/* ---- the connection ---- */

/* SQLite accepts this before the first run file is opened, and refuses it later. Memory statistics
 * are not used, and cost two locks for each block. A connection begins with room for twenty pages,
 * used or not, unless it allocates each page on its own. */
static void configure(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    (void)sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

bool database_open(struct run_file *run)
{
    int flags = run->writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

    configure();
    run->statements = calloc(STATEMENT_SLOTS, sizeof(run->statements[0]));
    if (!run->statements)
        return failure_out_of_memory(&run->failure);
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

bool database_only_read(struct run_file *run)
{
    return statement_execute(run, "PRAGMA query_only = ON");
}

bool database_cache(struct run_file *run, unsigned kib)
{
    char text[64];

    snprintf(text, sizeof(text), "PRAGMA cache_size = -%u", kib);
    return statement_execute(run, text);
}

void database_close(struct run_file *run)
{
    statement_finalize_all(run);
    free(run->statements);
    run->statements = NULL;
    sqlite3_close(run->db);
    run->db = NULL;
    vfs_free(run->vfs);
    run->vfs = NULL;
    if (run->folder >= 0)
        close(run->folder);
    run->folder = -1;
}
