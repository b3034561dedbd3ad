/* The resolvers that are asked beside those of the run, and what they found. */
#include <stdio.h>

#include "io/run/run_file_private.h"
#include "io/run/vantages.h"

static enum run_step damaged(struct run_file *run, sqlite3_stmt *row)
{
    run_fail_damaged(run, "what a vantage found is malformed");
    sqlite3_reset(row);
    return RUN_FAILED;
}

static bool read_vantage(struct run_vantage *out, sqlite3_stmt *row)
{
    int64_t number = sqlite3_column_int64(row, 0);
    int64_t state = sqlite3_column_int64(row, 2);
    const char *name = (const char *)sqlite3_column_text(row, 1);
    if (number < 1 || number > UINT32_MAX || state < 0 || state >= VANTAGE_STATES || name == NULL ||
        strlen(name) >= sizeof out->name || !run_is_plain(name))
        return false;
    out->number = (uint32_t)number;
    out->state = (enum vantage_state)state;
    snprintf(out->name, sizeof out->name, "%s", name);
    return true;
}

bool run_file_vantages(struct run_file *run, struct run_vantage out[VANTAGES_MAX], unsigned *count)
{
    enum run_step status = RUN_END;
    *count = 0;
    sqlite3_stmt *rows = run_statement(run, SQL_VANTAGES);
    if (rows == NULL)
        return false;
    sqlite3_bind_int64(rows, 1, VANTAGES_MAX);
    while (*count < VANTAGES_MAX && (status = run_next(run, rows)) == RUN_ROW) {
        if (!read_vantage(&out[*count], rows))
            return damaged(run, rows) == RUN_ROW;
        ++*count;
    }
    sqlite3_reset(rows);
    return status != RUN_FAILED;
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
    return failure_set(
        &run->failure, EXIT_TROUBLE,
        "%s holds the most vantages it can, %d: start anew without --resume for another one",
        run->path, VANTAGES_MAX);
}

bool run_file_add_vantage(struct run_file *run, const char *name, uint32_t *number)
{
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_VANTAGE);
    if (add == NULL)
        return false;
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    return run_do(run, add) && find_vantage(run, name, number);
}

bool run_file_set_vantage(struct run_file *run, uint32_t number, enum vantage_state state)
{
    sqlite3_stmt *set = run_write_statement(run, SQL_SET_VANTAGE);
    if (set == NULL)
        return false;
    sqlite3_bind_int64(set, 1, number);
    sqlite3_bind_int(set, 2, (int)state);
    return run_do(run, set);
}

uint64_t run_file_count_seen(struct run_file *run, uint32_t vantage)
{
    sqlite3_stmt *count = run_statement(run, SQL_COUNT_SEEN);
    if (count == NULL)
        return 0;
    sqlite3_bind_int64(count, 1, vantage);
    if (run_next(run, count) != RUN_ROW)
        return 0;
    uint64_t number = (uint64_t)sqlite3_column_int64(count, 0);
    sqlite3_reset(count);
    return number;
}

bool run_file_seen_begin(struct run_file *run, const struct iprange *range)
{
    sqlite3_stmt *seen = run_statement(run, SQL_SEEN);
    if (seen == NULL)
        return false;
    run->seen_from = address_blob_of(&range->first);
    run->seen_to = address_blob_of(&range->last);
    bind_blob(seen, 1, &run->seen_from);
    bind_blob(seen, 2, &run->seen_to);
    return true;
}

static bool read_seen(struct run_found *out, sqlite3_stmt *row)
{
    int64_t vantage = sqlite3_column_int64(row, 6);
    out->vantage = (uint32_t)vantage;
    out->checked_at = sqlite3_column_int64(row, 1);
    out->settled = sqlite3_column_int(row, 4) != 0;
    out->facts = sqlite3_column_blob(row, 5); /* NULL if it has no bytes */
    out->length = (uint32_t)sqlite3_column_bytes(row, 5);
    return vantage >= 1 && vantage <= UINT32_MAX && run_read_address(&out->address, row, 0) &&
           run_read_u32(&out->elapsed_ms, row, 2) && run_read_u32(&out->tries, row, 3);
}

enum run_step run_file_seen_next(struct run_file *run, struct run_found *out)
{
    sqlite3_stmt *row = failure_is_set(&run->failure) ? NULL : run->statements[SQL_SEEN];
    enum run_step status = run_next(run, row);
    return status != RUN_ROW || read_seen(out, row) ? status : damaged(run, row);
}
