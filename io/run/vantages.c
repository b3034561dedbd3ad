#include "io/run/vantages.h"

#include <stdio.h>

#include "io/run/schema.h"
#include "io/run/statement.h"

static const char MALFORMED[] = "the result of a vantage is malformed";

static const char ADD[] =
    "INSERT INTO vantage(" VANTAGE_COLUMNS ", sum)"
    " SELECT " VANTAGE_ROW("next", "?1", "0") ", " ROW_SUM(
        "vantage",
        VANTAGE_ROW("next", "?1",
                    "0")) " FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM vantage)"
                          " WHERE true ON CONFLICT(name) DO NOTHING";
static const char SET_STATE[] = "UPDATE vantage SET state = ?2, sum = " ROW_SUM(
    "vantage", VANTAGE_ROW("number", "name", "?2")) " WHERE number = ?1";
static const char ALL[] = "SELECT " VANTAGE_COLUMNS " FROM vantage ORDER BY number LIMIT ?1";

/* Settled results are kept. */
static const char ADD_SEEN[] = INSERT_ROW(
    "seen", SEEN_COLUMNS, "?1, ?2, ?3, ?4, ?5, ?6, ?7") " ON CONFLICT(address, vantage) DO UPDATE "
                                                        "SET checked_at = ?3, elapsed_ms = ?4,"
                                                        " tries = ?5, settled = ?6, facts = ?7, "
                                                        "sum = excluded.sum WHERE settled = 0";
static const char SEEN[] = "SELECT " SEEN_COLUMNS " FROM seen WHERE address BETWEEN ?1 AND ?2"
                           " ORDER BY address, vantage";
static const char KNOWN[] =
    "SELECT address FROM seen WHERE address BETWEEN ?1 AND ?2 AND vantage = ?3 AND settled"
    " ORDER BY address LIMIT ?4";
static const char COUNT[] = "SELECT count(*) FROM seen WHERE vantage = ?1 AND settled";

/* ---- vantages ---- */

static bool read_vantage(void *array, unsigned at, sqlite3_stmt *row)
{
    struct run_vantage *out = (struct run_vantage *)array + at;
    const char *name = (const char *)sqlite3_column_text(row, 1);
    int64_t state = sqlite3_column_int64(row, 2);

    if (!statement_u32(&out->number, row, 0) || out->number < 1 || state < 0 ||
        state >= VANTAGE_STATES || !name || strlen(name) >= sizeof(out->name) ||
        !is_plain_text(name))
        return false;
    out->state = (enum vantage_state)state;
    snprintf(out->name, sizeof(out->name), "%s", name);
    return true;
}

bool run_file_vantages(struct run_file *run, struct run_vantage out[VANTAGES_MAX], unsigned *count)
{
    sqlite3_stmt *rows = statement_read(run, ALL);

    if (rows)
        sqlite3_bind_int64(rows, 1, VANTAGES_MAX);
    return statement_fill(run, rows, read_vantage, out, VANTAGES_MAX, count,
                          "a vantage is malformed");
}

static bool find_vantage(struct run_file *run, const char *name, uint32_t *number)
{
    struct run_vantage all[VANTAGES_MAX];
    unsigned count;

    if (!run_file_vantages(run, all, &count))
        return false;
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(all[i].name, name) == 0) {
            *number = all[i].number;
            return true;
        }
    }
    return failure_set(&run->failure, EXIT_TROUBLE,
                       "%s already holds %d vantages, the most it can: start anew without --resume "
                       "to ask another one",
                       run->path, VANTAGES_MAX);
}

bool run_file_add_vantage(struct run_file *run, const char *name, uint32_t *number)
{
    sqlite3_stmt *add = statement_write(run, ADD);

    if (!add)
        return false;
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    return statement_do(run, add) && find_vantage(run, name, number);
}

bool run_file_set_vantage(struct run_file *run, uint32_t number, enum vantage_state state)
{
    sqlite3_stmt *set = statement_write(run, SET_STATE);

    if (!set)
        return false;
    sqlite3_bind_int64(set, 1, number);
    sqlite3_bind_int(set, 2, (int)state);
    return statement_do(run, set);
}

/* ---- results ---- */

bool run_file_add_seen(struct run_file *run, const struct run_found *found)
{
    struct address_blob address = address_blob_of(&found->address);
    sqlite3_stmt *add = statement_write(run, ADD_SEEN);

    if (!add)
        return false;
    statement_bind_address(add, 1, &address);
    sqlite3_bind_int64(add, 2, found->vantage);
    sqlite3_bind_int64(add, 3, found->checked_at);
    sqlite3_bind_int64(add, 4, found->elapsed_ms);
    sqlite3_bind_int64(add, 5, found->tries);
    sqlite3_bind_int(add, 6, found->settled);
    sqlite3_bind_blob(add, 7, found->length > 0 ? (const void *)found->facts : "",
                      (int)found->length, SQLITE_STATIC);
    return statement_do(run, add);
}

static bool read_address(void *array, unsigned at, sqlite3_stmt *row)
{
    struct ipaddr *out = (struct ipaddr *)array + at;

    return statement_address(out, row, 0) && (at == 0 || ipaddr_compare(out - 1, out) < 0);
}

bool run_file_known_seen(struct run_file *run, uint32_t vantage, const struct iprange *range,
                         struct ipaddr *out, unsigned n, unsigned *got)
{
    struct range_blobs blobs;
    sqlite3_stmt *rows = statement_read(run, KNOWN);

    if (rows) {
        statement_bind_range(rows, &blobs, range);
        sqlite3_bind_int64(rows, 3, vantage);
        sqlite3_bind_int64(rows, 4, n);
    }
    return statement_fill(run, rows, read_address, out, n, got, MALFORMED);
}

uint64_t run_file_count_seen(struct run_file *run, uint32_t vantage)
{
    sqlite3_stmt *count = statement_read(run, COUNT);

    if (!count)
        return 0;
    sqlite3_bind_int64(count, 1, vantage);
    if (statement_next(run, count) != RUN_ROW)
        return 0;
    uint64_t number = (uint64_t)sqlite3_column_int64(count, 0);
    sqlite3_reset(count);
    return number;
}

bool run_file_seen_begin(struct run_file *run, const struct iprange *range)
{
    sqlite3_stmt *seen = statement_read(run, SEEN);

    if (seen)
        statement_bind_range(seen, &run->seen_range, range);
    return seen;
}

static bool read_seen(struct run_found *out, sqlite3_stmt *row)
{
    out->settled = sqlite3_column_int(row, 5) != 0;
    out->implied = out->first_of_cut = false;
    out->facts = sqlite3_column_blob(row, 6); /* NULL if it has no bytes */
    out->length = (uint32_t)sqlite3_column_bytes(row, 6);
    return statement_address(&out->address, row, 0) && statement_u32(&out->vantage, row, 1) &&
           out->vantage >= 1 && statement_time(&out->checked_at, row, 2) &&
           statement_u32(&out->elapsed_ms, row, 3) && statement_u32(&out->tries, row, 4);
}

enum run_step run_file_seen_next(struct run_file *run, struct run_found *out)
{
    sqlite3_stmt *row = statement_continue(run, SEEN);
    enum run_step step = statement_next(run, row);

    if (step != RUN_ROW || read_seen(out, row))
        return step;
    statement_damaged(run, MALFORMED);
    return RUN_FAILED;
}
