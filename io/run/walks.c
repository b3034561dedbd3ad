#include "io/run/walks.h"

#include "io/run/input.h"
#include "io/run/schema.h"
#include "io/run/statement.h"

/* In the file. */
enum walk_state { WALK_NEW, WALK_ABOVE, WALK_EXISTS, WALK_FOUND };

static const char ADD[] = INSERT_OR_REPLACE_ROW("walk", WALK_COLUMNS, "?1, ?2, ?3, ?4, ?5");
static const char NEXT[] =
    "SELECT " WALK_COLUMNS " FROM walk ORDER BY state = 0, source, line, first LIMIT 1";
static const char REMOVE[] = "DELETE FROM walk WHERE source = ?1 AND line = ?2 AND first = ?3"
                             " AND last = ?4";
static const char NODES[] = "SELECT " WALK_COLUMNS " FROM walk WHERE source = ?1 AND line = ?2"
                            " AND (first, last) > (?3, ?4) AND state < 3"
                            " ORDER BY first, last LIMIT ?5";
static const char CLEAR[] = "DELETE FROM walk WHERE source = ?1 AND line = ?2 AND state < 3";
static const char COUNT[] =
    "SELECT count(*) FROM walk WHERE source = ?1 AND line = ?2 AND state = 3";
static const char TO_ITEMS[] =
    "INSERT INTO item(" ITEM_COLUMNS ", sum)"
    " SELECT source, line, first, last, '', 0,"
    " " ROW_SUM("item", "source, line, first, last, '', 0") " FROM walk WHERE source = ?1 AND line "
                                                            "= ?2 AND state = 3 ORDER BY first";
static const char REMOVE_ALL[] = "DELETE FROM walk WHERE source = ?1 AND line = ?2";

bool run_file_load_walks(struct run_file *run)
{
    return statement_has_table(run, &WALK_TABLE, &run->has_walks);
}

bool run_file_has_walks(const struct run_file *run)
{
    return run->has_walks;
}

static bool make_table(struct run_file *run)
{
    run->has_walks = run->has_walks || statement_make_table(run, &WALK_TABLE);
    return run->has_walks;
}

static bool add(struct run_file *run, const struct run_walk *walk, const struct iprange *range,
                enum walk_state state)
{
    struct address_blob first = address_blob_of(&range->first);
    struct address_blob last = address_blob_of(&range->last);
    sqlite3_stmt *row = make_table(run) ? statement_write(run, ADD) : NULL;

    if (!row)
        return false;
    sqlite3_bind_int64(row, 1, walk->source);
    sqlite3_bind_int64(row, 2, (int64_t)walk->line);
    statement_bind_address(row, 3, &first);
    statement_bind_address(row, 4, &last);
    sqlite3_bind_int(row, 5, (int)state);
    return statement_do(run, row);
}

bool run_file_add_walk(struct run_file *run, const struct run_walk *walk,
                       const struct iprange *prefix)
{
    return add(run, walk, prefix, WALK_NEW);
}

bool run_file_add_walk_node(struct run_file *run, const struct run_walk *walk,
                            const struct run_walk_node *node)
{
    return add(run, walk, &node->prefix, node->exists ? WALK_EXISTS : WALK_ABOVE);
}

bool run_file_add_walk_found(struct run_file *run, const struct run_walk *walk,
                             const struct ipaddr *address)
{
    struct iprange one = {*address, *address};

    return add(run, walk, &one, WALK_FOUND);
}

/* ---- reading ---- */

static bool is_prefix(const struct iprange *range)
{
    ip_count count = iprange_count(range); /* 0: 2^128 */

    return (count & (count - 1)) == 0 && (ipaddr_number(&range->first) & (count - 1)) == 0;
}

static bool read_row(struct run_file *run, sqlite3_stmt *row, struct run_walk *walk,
                     struct iprange *range, int *state)
{
    walk->line = (uint64_t)sqlite3_column_int64(row, 1);
    *state = sqlite3_column_int(row, 4);
    bool good = statement_u32(&walk->source, row, 0) && statement_range(range, row, 2) &&
                is_prefix(range) && *state >= WALK_NEW && *state <= WALK_FOUND;
    return good || statement_damaged(run, "a walk is malformed");
}

static sqlite3_stmt *bind_walk(sqlite3_stmt *statement, const struct run_walk *walk)
{
    if (statement) {
        sqlite3_bind_int64(statement, 1, walk->source);
        sqlite3_bind_int64(statement, 2, (int64_t)walk->line);
    }
    return statement;
}

/* Gives the walk its own source. */
static bool begin(struct run_file *run, struct run_walk *walk, const struct iprange *prefix)
{
    struct address_blob first = address_blob_of(&prefix->first);
    struct address_blob last = address_blob_of(&prefix->last);
    sqlite3_stmt *remove = bind_walk(statement_write(run, REMOVE), walk);
    uint32_t source;

    if (!remove)
        return false;
    statement_bind_address(remove, 3, &first);
    statement_bind_address(remove, 4, &last);
    if (!statement_do(run, remove) ||
        !run_file_add_source(run, run_file_source(run, walk->source), &source))
        return false;
    walk->source = source;
    return add(run, walk, prefix, WALK_ABOVE);
}

enum run_step run_file_next_walk(struct run_file *run, struct run_walk *out)
{
    struct iprange range;
    int state = WALK_NEW;

    if (!run->has_walks)
        return RUN_END;
    sqlite3_stmt *row = statement_read(run, NEXT);
    enum run_step step = statement_next(run, row);
    bool good = step != RUN_ROW || read_row(run, row, out, &range, &state);
    sqlite3_reset(row);
    if (step == RUN_ROW && good && state == WALK_NEW)
        good = begin(run, out, &range);
    return good ? step : RUN_FAILED;
}

bool run_file_walk_nodes(struct run_file *run, const struct run_walk *walk, struct iprange *cursor,
                         struct run_walk_node *out, unsigned n, unsigned *got)
{
    struct address_blob first = {0}, last = {0};
    sqlite3_stmt *rows = bind_walk(statement_read(run, NODES), walk);
    enum run_step step = RUN_END;
    struct run_walk same;
    int state;

    *got = 0;
    if (!rows)
        return false;
    if (cursor->first.family != 0) {
        first = address_blob_of(&cursor->first);
        last = address_blob_of(&cursor->last);
    }
    statement_bind_address(rows, 3, &first);
    statement_bind_address(rows, 4, &last);
    sqlite3_bind_int64(rows, 5, n);
    while (*got < n && (step = statement_next(run, rows)) == RUN_ROW) {
        if (!read_row(run, rows, &same, &out[*got].prefix, &state))
            return false;
        out[*got].exists = state == WALK_EXISTS;
        *cursor = out[*got].prefix;
        ++*got;
    }
    sqlite3_reset(rows);
    return step != RUN_FAILED;
}

bool run_file_count_walk_found(struct run_file *run, const struct run_walk *walk, uint64_t *count)
{
    sqlite3_stmt *row = bind_walk(statement_read(run, COUNT), walk);
    enum run_step step = statement_next(run, row);

    if (step == RUN_ROW)
        *count = (uint64_t)sqlite3_column_int64(row, 0);
    sqlite3_reset(row);
    return step == RUN_ROW;
}

/* ---- the end ---- */

bool run_file_clear_walk_nodes(struct run_file *run, const struct run_walk *walk)
{
    return statement_do(run, bind_walk(statement_write(run, CLEAR), walk));
}

bool run_file_finish_walk(struct run_file *run, const struct run_walk *walk)
{
    uint64_t count;

    if (!run_file_count_walk_found(run, walk, &count) ||
        !statement_do(run, bind_walk(statement_write(run, TO_ITEMS), walk)) ||
        !statement_do(run, bind_walk(statement_write(run, REMOVE_ALL), walk)))
        return false;
    run->input.totals.items += count;
    run->input.totals.addresses += count;
    run->input.totals_changed = true;
    return true;
}
