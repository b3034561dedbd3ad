#include "io/run/input.h"

#include <stdlib.h>

#include "audit/expectation.h"
#include "audit/pattern.h"
#include "io/run/item_row.h"
#include "io/run/meta.h"
#include "io/run/schema.h"
#include "io/run/spans.h"
#include "io/run/statement.h"

enum { SOURCES_MAX = 1024 * 1024 }; /* an input is an argument of the command line */

static const char ADD_SOURCE[] = INSERT_ROW("source", SOURCE_COLUMNS, "?1, ?2");
static const char SOURCES[] = "SELECT " SOURCE_COLUMNS " FROM source ORDER BY number";
static const char ADD_ITEM[] =
    INSERT_ROW_AT("item", "seq", "?7", ITEM_COLUMNS, "?1, ?2, ?3, ?4, ?5, ?6");
static const char ITEMS[] = "SELECT " ITEM_COLUMNS ", seq FROM item WHERE seq > ?1 ORDER BY seq";
static const char ADD_REJECTED[] = INSERT_ROW("rejected", REJECTED_COLUMNS, "?1, ?2, ?3, ?4");
static const char REJECTED[] = "SELECT " REJECTED_COLUMNS " FROM rejected ORDER BY seq";

/* ---- sources ---- */

static bool keep_source(struct run_file *run, const char *name)
{
    struct input_state *input = &run->input;

    if (input->source_count == SOURCES_MAX)
        return failure_set(&run->failure, EXIT_TROUBLE, "more than %d inputs", SOURCES_MAX);
    char **sources = reallocarray(input->sources, input->source_count + 1, sizeof(*input->sources));
    if (!sources)
        return failure_out_of_memory(&run->failure);
    input->sources = sources;
    sources[input->source_count] = strdup(name);
    if (!sources[input->source_count])
        return failure_out_of_memory(&run->failure);
    input->source_count++;
    return true;
}

void run_file_free_input(struct run_file *run)
{
    struct input_state *input = &run->input;

    for (uint32_t i = 0; i < input->source_count; i++)
        free(input->sources[i]);
    free(input->sources);
    *input = (struct input_state){0};
}

bool run_file_add_source(struct run_file *run, const char *name, uint32_t *number)
{
    sqlite3_stmt *add = statement_write(run, ADD_SOURCE);

    if (!add || !keep_source(run, name))
        return false;
    *number = run->input.source_count;
    sqlite3_bind_int64(add, 1, *number);
    sqlite3_bind_text(add, 2, name, -1, SQLITE_STATIC);
    return statement_do(run, add);
}

const char *run_file_source(struct run_file *run, uint32_t number)
{
    const struct input_state *input = &run->input;

    return number >= 1 && number <= input->source_count ? input->sources[number - 1] : "";
}

static bool load_sources(struct run_file *run)
{
    sqlite3_stmt *row = statement_read(run, SOURCES);
    enum run_step step;

    while ((step = statement_next(run, row)) == RUN_ROW) {
        const char *name = (const char *)sqlite3_column_text(row, 1);
        if (!name || sqlite3_column_int64(row, 0) != run->input.source_count + 1)
            return statement_damaged(run, "the list of inputs has a gap");
        if (!keep_source(run, name))
            return false;
    }
    return step == RUN_END;
}

/* ---- totals ---- */

static void count_item(struct run_totals *totals, const struct iprange *range)
{
    ip_count count = iprange_count(range); /* 0: 2^128 */

    totals->items++;
    if (count == 0 || __builtin_add_overflow(totals->addresses, count, &totals->addresses))
        totals->addresses = ~(ip_count)0;
}

bool run_file_load_input(struct run_file *run)
{
    struct run_totals *totals = &run->input.totals;

    totals->items = run_file_get_number(run, "input.items", 0);
    totals->rejected = run_file_get_number(run, "input.rejected", 0);
    totals->addresses = (ip_count)run_file_get_number(run, "input.addresses_high", 0) << 64 |
                        run_file_get_number(run, "input.addresses", 0);
    run_file_load_spans_sum(run);
    return load_sources(run);
}

bool run_file_save_totals(struct run_file *run)
{
    const struct run_totals *totals = &run->input.totals;

    if (!run->input.totals_changed)
        return true;
    run->input.totals_changed = false;
    return run_file_set_number(run, "input.items", totals->items) &&
           run_file_set_number(run, "input.rejected", totals->rejected) &&
           run_file_set_number(run, "input.addresses", (uint64_t)totals->addresses) &&
           run_file_set_number(run, "input.addresses_high", (uint64_t)(totals->addresses >> 64)) &&
           run_file_save_spans_sum(run);
}

static void note_order(struct input_state *input, const struct iprange *range)
{
    bool above = input->highest.family == 0 || ipaddr_compare(&input->highest, &range->first) < 0;

    input->ascending += above;
    input->highest = range->last;
}

/* Items that walks found are copied inside the database. */
bool run_file_items_ascend(const struct run_file *run)
{
    return run->input.ascending == run->input.totals.items && !run->has_walks;
}

bool run_file_totals(struct run_file *run, struct run_totals *out)
{
    *out = run->input.totals;
    return !failure_is_set(&run->failure);
}

/* ---- the whole input ---- */

static bool commit(struct run_file *run)
{
    return run_file_save_totals(run) && statement_commit(run);
}

bool run_file_forget_input(struct run_file *run)
{
    if (!commit(run) ||
        !statement_execute(run, "BEGIN IMMEDIATE;"
                                "DROP INDEX IF EXISTS item_span;"
                                "DELETE FROM item;"
                                "DELETE FROM rejected;"
                                "DELETE FROM source;"
                                "DELETE FROM meta WHERE key = 'sealed' OR key LIKE 'input.%';"
                                "COMMIT"))
        return false;
    run_file_free_input(run);
    return !run->has_walks || statement_execute(run, "DELETE FROM walk");
}

/* The rows are committed first, because the index of a large input takes a while. */
bool run_file_seal_input(struct run_file *run)
{
    return commit(run) && statement_execute(run, "DROP INDEX IF EXISTS item_span;" SPAN_INDEX) &&
           run_file_set_number(run, "sealed", 1) && commit(run);
}

bool run_file_is_sealed(struct run_file *run)
{
    return run_file_get_number(run, "sealed", 0) == 1;
}

/* ---- items ---- */

bool run_file_add_item(struct run_file *run, const struct run_item *item)
{
    sqlite3_stmt *add = statement_write(run, ADD_ITEM);
    struct range_blobs range = {address_blob_of(&item->range.first),
                                address_blob_of(&item->range.last)};
    char expected[DNSNAME_TEXT_MAX];

    if (!add)
        return false;
    expected[0] = '\0';
    sqlite3_bind_int64(add, 1, item->source);
    sqlite3_bind_int64(add, 2, (int64_t)item->line);
    statement_bind_address(add, 3, &range.first);
    statement_bind_address(add, 4, &range.last);
    statement_bind_name(add, 5, item->has_expected ? &item->expected : NULL, expected);
    sqlite3_bind_int(add, 6, item->mapped);
    if (item->seq > 0)
        sqlite3_bind_int64(add, 7, (int64_t)item->seq);
    count_item(&run->input.totals, &item->range);
    note_order(&run->input, &item->range);
    run_file_sum_span(run, &range, expected);
    run->input.totals_changed = true;
    return statement_do(run, add);
}

bool item_row_expected(bool *has, struct dnsname *out, sqlite3_stmt *row, int column,
                       const struct iprange *range)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    const char *fault;

    *has = sqlite3_column_bytes(row, column) > 0;
    if (!*has)
        return text != NULL;
    return statement_name(out, row, column) &&
           (expectation_of(out) != EXPECT_PATTERN || pattern_check(out, range, &fault));
}

void run_file_limit_ranges(struct run_file *run, ip_count most)
{
    run->input.range_most = most;
}

static bool check_range(struct run_file *run, const struct iprange *range)
{
    char texts[2][IP_COUNT_TEXT_MAX];
    ip_count count = iprange_count(range), most = run->input.range_most;

    if (most == 0 || (count != 0 && count <= most))
        return true;
    ip_count_print(texts[0], count);
    ip_count_print(texts[1], most);
    return failure_set(&run->failure, EXIT_TROUBLE,
                       "%s holds a range of %s addresses, more than --max-range %s", run->path,
                       texts[0], texts[1]);
}

/* After the last item that was read. */
static sqlite3_stmt *begin_items(struct run_file *run)
{
    sqlite3_stmt *row = statement_read(run, ITEMS);

    if (row)
        sqlite3_bind_int64(row, 1, run->input.read_seq);
    return row;
}

bool run_file_items_begin(struct run_file *run)
{
    run->input.read = (struct run_totals){0};
    run->input.read_seq = 0;
    return begin_items(run);
}

/* A flipped bit in the last address of a range could make a report of a billion rows. */
bool item_row_count(struct run_file *run, struct run_totals *read, const struct iprange *range)
{
    const struct run_totals *totals = &run->input.totals;

    count_item(read, range);
    if (read->items > totals->items || read->addresses > totals->addresses)
        return statement_damaged(run, "it holds more input than was counted");
    return check_range(run, range);
}

bool item_row_counted(struct run_file *run, const struct run_totals *read)
{
    const struct run_totals *totals = &run->input.totals;

    return (read->items >= totals->items && read->addresses >= totals->addresses) ||
           statement_damaged(run, "it holds less input than was counted");
}

static bool read_item(struct run_file *run, struct run_item *out, sqlite3_stmt *row)
{
    out->line = (uint64_t)sqlite3_column_int64(row, 1);
    out->mapped = sqlite3_column_int(row, 5) != 0;
    run->input.read_seq = sqlite3_column_int64(row, 6);
    out->seq = (uint64_t)run->input.read_seq;
    if (!statement_u32(&out->source, row, 0) || !statement_range(&out->range, row, 2) ||
        !item_row_expected(&out->has_expected, &out->expected, row, 4, &out->range))
        return statement_damaged(run, "an item is malformed");
    return item_row_count(run, &run->input.read, &out->range);
}

enum run_step run_file_items_next(struct run_file *run, struct run_item *out)
{
    sqlite3_stmt *row = statement_continue(run, ITEMS);
    bool good = true;

    if (!row) /* the run was closed in between (io/run/run_pool.h) */
        row = begin_items(run);
    enum run_step step = statement_next(run, row);

    if (step == RUN_ROW)
        good = read_item(run, out, row);
    else if (step == RUN_END)
        good = item_row_counted(run, &run->input.read);
    return good ? step : RUN_FAILED;
}

const struct dnsname *run_item_expected(const struct run_item *item, const struct ipaddr *address,
                                        struct dnsname *room)
{
    return item->has_expected ? expectation_at(room, &item->expected, &item->range.first, address)
                              : NULL;
}

/* ---- rejected rows ---- */

bool run_file_add_rejected(struct run_file *run, const struct run_rejected *rejected)
{
    sqlite3_stmt *add = statement_write(run, ADD_REJECTED);

    if (!add)
        return false;
    sqlite3_bind_int64(add, 1, rejected->source);
    sqlite3_bind_int64(add, 2, (int64_t)rejected->line);
    sqlite3_bind_text(add, 3, rejected->reason, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(add, 4, rejected->length > 0 ? rejected->text : "", rejected->length,
                        SQLITE_STATIC);
    run->input.totals.rejected++;
    run->input.totals_changed = true;
    return statement_do(run, add);
}

bool run_file_rejected_begin(struct run_file *run)
{
    return statement_read(run, REJECTED);
}

static bool read_rejected(struct run_rejected *out, sqlite3_stmt *row)
{
    const char *text = sqlite3_column_blob(row, 3); /* NULL if it has no bytes */

    out->line = (uint64_t)sqlite3_column_int64(row, 1);
    out->reason = (const char *)sqlite3_column_text(row, 2);
    out->text = text ? text : "";
    out->length = (size_t)sqlite3_column_bytes(row, 3);
    return statement_u32(&out->source, row, 0) && out->reason;
}

enum run_step run_file_rejected_next(struct run_file *run, struct run_rejected *out)
{
    sqlite3_stmt *row = statement_continue(run, REJECTED);
    enum run_step step = statement_next(run, row);

    if (step != RUN_ROW || read_rejected(out, row))
        return step;
    statement_damaged(run, "a rejected row is malformed");
    return RUN_FAILED;
}
