#include "io/run/statement.h"

#include <errno.h>
#include <stdio.h>

#include "io/system/clock.h"

static const char BEGIN[] = "BEGIN IMMEDIATE";
static const char COMMIT[] = "COMMIT";

/* ---- failures ---- */

/* error: of the system; 0: none. */
static bool fail(struct run_file *run, int error, const char *advice)
{
    return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s%s%s%s", run->path,
                       sqlite3_errmsg(run->db), error != 0 ? ": " : "",
                       error != 0 ? strerror(error) : "", advice);
}

const char *statement_anew(const struct run_file *run)
{
    return run->writable ? "start anew with --force" : "audit anew";
}

bool statement_damaged(struct run_file *run, const char *what)
{
    return failure_set(&run->failure, EXIT_TROUBLE,
                       "%s is damaged (%s): restore it from a copy, or %s", run->path, what,
                       statement_anew(run));
}

bool statement_foreign(struct run_file *run)
{
    return failure_set(&run->failure, EXIT_TROUBLE, "%s is not a run file of fcrdns", run->path);
}

/* A killed run leaves a write-ahead log; merging it needs write access. */
static bool fail_access(struct run_file *run, int error)
{
    if (!run->writable || sqlite3_db_readonly(run->db, "main") != 1)
        return fail(run, error, "");
    return failure_set(
        &run->failure, EXIT_TROUBLE,
        "%s was left by a run that was killed, and its last writes wait in a log beside it: give "
        "write access to both and to their folder, or read a copy",
        run->path);
}

bool statement_failed(struct run_file *run, int code)
{
    /* sqlite3_system_errno does not cover errors at the end of a transaction; errno does, until the
     * next call. */
    int error = errno;

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return failure_set(&run->failure, EXIT_TROUBLE,
                           "%s is in use by another run: wait for its end", run->path);
    case SQLITE_NOMEM:
        return failure_out_of_memory(&run->failure);
    case SQLITE_NOTADB:
        return statement_foreign(run);
    case SQLITE_CORRUPT:
    case SQLITE_ERROR: /* a table or an index is missing */
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return statement_damaged(run, sqlite3_errmsg(run->db));
    case SQLITE_FULL:
        return fail(run, error,
                    run->offers_resume ? "; make room, then go on with --resume" : "; make room");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return fail_access(run, error);
    case SQLITE_IOERR:
        /* A file that is open for reading only cannot be locked against other runs. */
        if (sqlite3_extended_errcode(run->db) == SQLITE_IOERR_LOCK)
            return fail_access(run, error);
        return fail(run, error, "");
    default:
        return fail(run, 0, "");
    }
}

/* ---- statements ---- */

/* The slot of a text, or the free one where it belongs. */
static struct prepared *find_slot(struct run_file *run, const char *text)
{
    uint64_t hash = (uint64_t)(uintptr_t)text * 0x9E3779B97F4A7C15u; /* Knuth, TAOCP 3, 6.4 */
    unsigned at = (unsigned)(hash >> (64 - STATEMENT_SLOTS_BITS));

    while (run->statements[at].text && run->statements[at].text != text)
        at = (at + 1) % STATEMENT_SLOTS;
    return &run->statements[at];
}

sqlite3_stmt *statement_continue(struct run_file *run, const char *text)
{
    return failure_is_set(&run->failure) || !run->db ? NULL : find_slot(run, text)->statement;
}

sqlite3_stmt *statement_read(struct run_file *run, const char *text)
{
    if (failure_is_set(&run->failure) || (!run->db && !run->wake(run)))
        return NULL;
    struct prepared *slot = find_slot(run, text);
    if (slot->statement) {
        sqlite3_reset(slot->statement);
        return slot->statement;
    }
    int code =
        sqlite3_prepare_v3(run->db, text, -1, SQLITE_PREPARE_PERSISTENT, &slot->statement, NULL);
    if (code == SQLITE_OK)
        slot->text = text;
    else
        statement_failed(run, code);
    return slot->statement;
}

/* Begins a transaction, unless one is open. */
static bool begin(struct run_file *run)
{
    if (!run->writing)
        run->writing = statement_do(run, statement_read(run, BEGIN));
    return run->writing;
}

sqlite3_stmt *statement_write(struct run_file *run, const char *text)
{
    if (!begin(run))
        return NULL;
    run->uncommitted++;
    return statement_read(run, text);
}

enum run_step statement_next(struct run_file *run, sqlite3_stmt *statement)
{
    int code = statement ? sqlite3_step(statement) : SQLITE_MISUSE;

    if (code == SQLITE_ROW)
        return RUN_ROW;
    if (code != SQLITE_DONE && statement)
        statement_failed(run, code);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? RUN_END : RUN_FAILED;
}

bool statement_do(struct run_file *run, sqlite3_stmt *statement)
{
    return statement_next(run, statement) == RUN_END;
}

bool statement_execute(struct run_file *run, const char *text)
{
    if (failure_is_set(&run->failure))
        return false;
    int code = sqlite3_exec(run->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK || statement_failed(run, code);
}

bool statement_has_table(struct run_file *run, const struct run_table *table, bool *has)
{
    static const char EXISTS[] = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?1";
    sqlite3_stmt *row = statement_read(run, EXISTS);

    if (!row)
        return false;
    sqlite3_bind_text(row, 1, table->name, -1, SQLITE_STATIC);
    enum run_step step = statement_next(run, row);
    *has = step == RUN_ROW;
    sqlite3_reset(row);
    return step != RUN_FAILED;
}

bool statement_make_table(struct run_file *run, const struct run_table *table)
{
    char version[64];

    snprintf(version, sizeof(version), "PRAGMA user_version = %d", RUN_FILE_VERSION_MORE);
    return begin(run) && statement_execute(run, table->create) && statement_execute(run, version);
}

bool statement_commit(struct run_file *run)
{
    if (failure_is_set(&run->failure))
        return false;
    run->committed_ns = clock_monotonic_ns();
    run->uncommitted = 0;
    if (!run->writing)
        return true;
    run->writing = false;
    return statement_do(run, statement_read(run, COMMIT));
}

bool statement_fill(struct run_file *run, sqlite3_stmt *rows, statement_row_fn *read_row, void *out,
                    unsigned n, unsigned *got, const char *what)
{
    enum run_step step = rows ? RUN_END : RUN_FAILED;

    *got = 0;
    while (rows && *got < n && (step = statement_next(run, rows)) == RUN_ROW) {
        if (!read_row(out, *got, rows))
            return statement_damaged(run, what);
        ++*got;
    }
    sqlite3_reset(rows);
    return step != RUN_FAILED;
}

void statement_reset_all(struct run_file *run)
{
    for (unsigned i = 0; run->statements && i < STATEMENT_SLOTS; i++)
        sqlite3_reset(run->statements[i].statement);
}

void statement_finalize_all(struct run_file *run)
{
    for (unsigned i = 0; run->statements && i < STATEMENT_SLOTS; i++)
        sqlite3_finalize(run->statements[i].statement);
}

/* ---- values ---- */

void statement_bind_name(sqlite3_stmt *statement, int index, const struct dnsname *name,
                         char text[DNSNAME_TEXT_MAX])
{
    size_t length = name ? dnsname_print(text, name) : 0;

    sqlite3_bind_text(statement, index, text, (int)length, SQLITE_STATIC);
}

bool statement_name(struct dnsname *out, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);

    return text && dnsname_from_printed(out, text, (size_t)sqlite3_column_bytes(row, column));
}

bool statement_u32(uint32_t *out, sqlite3_stmt *row, int column)
{
    int64_t number = sqlite3_column_int64(row, column);

    *out = (uint32_t)number;
    return number >= 0 && number <= UINT32_MAX;
}

bool statement_time(int64_t *out, sqlite3_stmt *row, int column)
{
    *out = sqlite3_column_int64(row, column);
    return is_time(*out);
}

bool statement_address(struct ipaddr *out, sqlite3_stmt *row, int column)
{
    const uint8_t *blob = sqlite3_column_blob(row, column);
    int length = sqlite3_column_bytes(row, column);

    return blob && length > 1 && ipaddr_from_octets(out, blob + 1, (size_t)length - 1) &&
           out->family == blob[0];
}

bool statement_range(struct iprange *out, sqlite3_stmt *row, int column)
{
    return statement_address(&out->first, row, column) &&
           statement_address(&out->last, row, column + 1) &&
           out->first.family == out->last.family && ipaddr_compare(&out->first, &out->last) <= 0;
}
