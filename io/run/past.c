#include "io/run/past.h"

#include "io/run/meta.h"
#include "io/run/schema.h"
#include "io/run/statement.h"

/* A range holds for all rows of its addresses, except those that have a row of their own. */
enum scope { SCOPE_RANGE, SCOPE_ROW };

static const char MALFORMED[] = "the past of an address is malformed";
static const char WHOLE_KEY[] = "past";

static const char ADD[] =
    INSERT_ROW("past", PAST_COLUMNS, "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11");
static const char REMOVE_ALL[] = "DELETE FROM past";
static const char SEVERAL[] = "SELECT 1 FROM past WHERE scope = 1 LIMIT 1";
static const char FROM[] =
    "SELECT " PAST_COLUMNS " FROM past WHERE scope = 0 AND last >= ?1 ORDER BY last LIMIT 1";
static const char ONE[] =
    "SELECT " PAST_COLUMNS " FROM past WHERE scope = 1 AND last = ?1 AND expected = ?2";

bool run_file_load_past(struct run_file *run)
{
    struct past_state *past = &run->past;

    if (!statement_has_table(run, &PAST_TABLE, &past->exists))
        return false;
    if (!past->exists)
        return true;
    past->whole = run_file_get_number(run, WHOLE_KEY, 0) == 1;
    sqlite3_stmt *row = statement_read(run, SEVERAL);
    enum run_step step = statement_next(run, row);
    past->several = step == RUN_ROW;
    sqlite3_reset(row);
    return step != RUN_FAILED;
}

bool run_file_has_past(const struct run_file *run)
{
    return run->past.whole;
}

/* ---- writing ---- */

bool run_file_past_begin(struct run_file *run)
{
    bool exists = run->past.exists;

    run->past = (struct past_state){.exists = exists};
    if (exists)
        return run_file_set_number(run, WHOLE_KEY, 0) &&
               statement_do(run, statement_write(run, REMOVE_ALL));
    run->past.exists = statement_make_table(run, &PAST_TABLE);
    return run->past.exists;
}

static const char *key_of(bool has, enum verdict verdict)
{
    return has ? verdict_row(verdict)->key : "";
}

/* expected: NULL: none. */
static bool write_row(struct run_file *run, enum scope scope, const struct past_range *written,
                      const struct dnsname *expected)
{
    const struct row_past *past = &written->past;
    struct range_blobs range = {address_blob_of(&written->range.first),
                                address_blob_of(&written->range.last)};
    char name[DNSNAME_TEXT_MAX];
    sqlite3_stmt *add = statement_write(run, ADD);

    if (!add)
        return false;
    sqlite3_bind_int(add, 1, scope);
    statement_bind_address(add, 2, &range.first);
    statement_bind_address(add, 3, &range.last);
    statement_bind_name(add, 4, expected, name);
    sqlite3_bind_text(add, 5, key_of(past->has_verdict, past->verdict), -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 6, key_of(past->has_certain, past->certain), -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 7, past->since);
    sqlite3_bind_int64(add, 8, past->states);
    sqlite3_bind_int(add, 9, past->unconfirmed);
    sqlite3_bind_int(add, 10, past->renamed);
    sqlite3_bind_int64(add, 11, past->names);
    return statement_do(run, add);
}

static bool flush(struct run_file *run)
{
    struct past_state *past = &run->past;
    bool pending = past->pending;

    past->pending = false;
    return !pending || write_row(run, SCOPE_RANGE, &past->written, NULL);
}

static bool is_same(const struct row_past *a, const struct row_past *b)
{
    return a->has_verdict == b->has_verdict && (!a->has_verdict || a->verdict == b->verdict) &&
           a->has_certain == b->has_certain && (!a->has_certain || a->certain == b->certain) &&
           a->since == b->since && a->states == b->states && a->unconfirmed == b->unconfirmed &&
           a->renamed == b->renamed && a->names == b->names;
}

bool run_file_add_past(struct run_file *run, const struct sweep_row *row,
                       const struct row_past *past)
{
    struct past_state *state = &run->past;
    struct past_range *written = &state->written;
    struct past_range here = {{row->address, row->address}, *past};

    if (state->pending && is_same(&written->past, past)) {
        written->range.last = row->address; /* no rows are between */
        return true;
    }
    if (state->pending && ipaddr_equal(&written->range.last, &row->address)) {
        state->several = true;
        return write_row(run, SCOPE_ROW, &here, row->expected);
    }
    if (!flush(run))
        return false;
    *written = here;
    state->pending = true;
    return true;
}

bool run_file_past_end(struct run_file *run)
{
    run->past.known = false;
    run->past.whole = flush(run) && run_file_set_number(run, WHOLE_KEY, 1) && statement_commit(run);
    return run->past.whole;
}

/* ---- reading ---- */

/* The empty text: *has is false. */
static bool read_verdict(bool *has, enum verdict *out, sqlite3_stmt *row, int column)
{
    const char *text = (const char *)sqlite3_column_text(row, column);
    unsigned i = 0;

    *has = text && text[0];
    if (!*has)
        return text != NULL;
    while (i < VERDICTS && strcmp(verdict_row((enum verdict)i)->key, text) != 0)
        i++;
    *out = (enum verdict)i;
    return i < VERDICTS;
}

static bool read_past(struct row_past *out, sqlite3_stmt *row)
{
    uint32_t unconfirmed = 0, renamed = 0;
    bool good = read_verdict(&out->has_verdict, &out->verdict, row, 4) &&
                read_verdict(&out->has_certain, &out->certain, row, 5) &&
                statement_time(&out->since, row, 6) && statement_u32(&out->states, row, 7) &&
                statement_u32(&unconfirmed, row, 8) && statement_u32(&renamed, row, 9) &&
                statement_u32(&out->names, row, 10);

    out->unconfirmed = unconfirmed == 1;
    out->renamed = renamed == 1;
    return good && row_past_states_are_valid(out->states) && unconfirmed <= 1 && renamed <= 1 &&
           (!out->has_certain ||
            (verdict_is_certain(out->certain) && out->certain != VERDICT_NOT_PUBLIC));
}

static bool read_range(struct run_file *run, sqlite3_stmt *row)
{
    struct past_range *at = &run->past.at;

    return (statement_address(&at->range.first, row, 1) &&
            statement_address(&at->range.last, row, 2) && read_past(&at->past, row)) ||
           statement_damaged(run, MALFORMED);
}

/* The range that was read last is also that of this address. */
static bool is_known(const struct past_state *past, const struct ipaddr *address)
{
    return past->known && ipaddr_compare(&past->from, address) <= 0 &&
           (past->step == RUN_END || ipaddr_compare(address, &past->at.range.last) <= 0);
}

static bool find_range(struct run_file *run, const struct ipaddr *address)
{
    struct past_state *past = &run->past;

    if (is_known(past, address))
        return true;
    struct address_blob blob = address_blob_of(address);
    sqlite3_stmt *row = statement_read(run, FROM);
    if (!row)
        return false;
    statement_bind_address(row, 1, &blob);
    past->step = statement_next(run, row);
    past->known = past->step == RUN_END || (past->step == RUN_ROW && read_range(run, row));
    past->from = *address;
    sqlite3_reset(row);
    return past->known;
}

/* Of a row that differs from the others of its address; *found: there is one. */
static bool find_row(struct run_file *run, const struct sweep_row *wanted, struct row_past *out,
                     bool *found)
{
    struct address_blob blob = address_blob_of(&wanted->address);
    char name[DNSNAME_TEXT_MAX];
    sqlite3_stmt *row = statement_read(run, ONE);

    *found = false;
    if (!row)
        return false;
    statement_bind_address(row, 1, &blob);
    statement_bind_name(row, 2, wanted->expected, name);
    enum run_step step = statement_next(run, row);
    *found = step == RUN_ROW;
    bool good = step == RUN_END || (*found && read_past(out, row));
    sqlite3_reset(row);
    return good || (step == RUN_ROW && statement_damaged(run, MALFORMED));
}

bool run_file_past(struct run_file *run, const struct sweep_row *row, struct row_past *out)
{
    const struct past_state *past = &run->past;
    bool found = false;

    *out = ROW_PAST_NONE;
    if (failure_is_set(&run->failure))
        return false;
    if (!past->whole)
        return true;
    if (past->several && (!find_row(run, row, out, &found) || found))
        return found;
    if (!find_range(run, &row->address))
        return false;
    if (past->step == RUN_ROW && iprange_contains(&past->at.range, &row->address))
        *out = past->at.past;
    return true;
}
