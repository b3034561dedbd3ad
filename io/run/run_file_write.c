#include <inttypes.h>
#include <stdio.h>

#include "io/run/run_file_private.h"

enum { NUMBER_TEXT_MAX = 24 };

sqlite3_stmt *run_write_statement(struct run_file *run, enum statement which)
{
    if (!run->writing) {
        sqlite3_stmt *begin = run_statement(run, SQL_BEGIN);
        if (begin == NULL || !run_do(run, begin))
            return NULL;
        run->writing = true;
    }
    return run_statement(run, which);
}

bool run_file_set(struct run_file *run, const char *key, const char *value)
{
    sqlite3_stmt *set = run_write_statement(run, SQL_SET);
    if (set == NULL)
        return false;
    sqlite3_bind_text(set, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(set, 2, value, -1, SQLITE_STATIC);
    return run_do(run, set);
}

bool run_file_set_number(struct run_file *run, const char *key, uint64_t value)
{
    char text[NUMBER_TEXT_MAX];
    snprintf(text, sizeof text, "%" PRIu64, value);
    return run_file_set(run, key, text);
}

bool run_file_add_source(struct run_file *run, const char *name, uint32_t *number)
{
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_SOURCE);
    if (add == NULL || !run_keep_source(run, name))
        return false;
    *number = run->source_count;
    sqlite3_bind_int64(add, 1, *number);
    sqlite3_bind_text(add, 2, name, -1, SQLITE_STATIC);
    return run_do(run, add);
}

void run_count_item(struct run_totals *totals, const struct iprange *range)
{
    ip_count count = iprange_count(range); /* 0 stands for 2^128 */
    totals->items++;
    if (count == 0 || __builtin_add_overflow(totals->addresses, count, &totals->addresses))
        totals->addresses = ~(ip_count)0;
}

bool run_file_add_item(struct run_file *run, const struct run_item *item)
{
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_ITEM);
    if (add == NULL)
        return false;
    struct address_blob first = address_blob_of(&item->range.first);
    struct address_blob last = address_blob_of(&item->range.last);
    char expected[DNSNAME_TEXT_MAX];
    size_t len = item->has_expected ? dnsname_print(expected, &item->expected) : 0;
    sqlite3_bind_int64(add, 1, item->source);
    sqlite3_bind_int64(add, 2, (int64_t)item->line);
    bind_blob(add, 3, &first);
    bind_blob(add, 4, &last);
    sqlite3_bind_text(add, 5, expected, (int)len, SQLITE_STATIC);
    sqlite3_bind_int(add, 6, item->mapped);
    run_count_item(&run->totals, &item->range);
    run->totals_changed = true;
    return run_do(run, add);
}

bool run_file_add_rejected(struct run_file *run, const struct run_rejected *rejected)
{
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_REJECTED);
    if (add == NULL)
        return false;
    sqlite3_bind_int64(add, 1, rejected->source);
    sqlite3_bind_int64(add, 2, (int64_t)rejected->line);
    sqlite3_bind_text(add, 3, rejected->reason, -1, SQLITE_STATIC);
    sqlite3_bind_blob64(add, 4, rejected->length > 0 ? rejected->text : "", rejected->length,
                        SQLITE_STATIC);
    run->totals.rejected++;
    run->totals_changed = true;
    return run_do(run, add);
}

bool run_file_forget_input(struct run_file *run)
{
    if (!run_file_commit(run) ||
        !run_execute(run, "BEGIN IMMEDIATE;"
                          "DROP INDEX IF EXISTS item_span;"
                          "DELETE FROM item;"
                          "DELETE FROM rejected;"
                          "DELETE FROM source;"
                          "DELETE FROM meta WHERE key = 'sealed' OR key LIKE 'input.%';"
                          "COMMIT"))
        return false;
    run_forget_sources(run);
    run->totals = (struct run_totals){0};
    run->totals_changed = false;
    return true;
}

bool run_file_seal_input(struct run_file *run)
{
    /* The rows are committed first: building the index takes a while on a large input. */
    return run_file_commit(run) && run_execute(run, "DROP INDEX IF EXISTS item_span") &&
           run_execute(run, SPAN_INDEX) && run_file_set_number(run, "sealed", 1) &&
           run_file_commit(run);
}

static bool add_seen(struct run_file *run, const struct run_found *found)
{
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_SEEN);
    if (add == NULL)
        return false;
    sqlite3_bind_int64(add, 7, found->vantage);
    struct address_blob address = address_blob_of(&found->address);
    bind_blob(add, 1, &address);
    sqlite3_bind_int64(add, 2, found->checked_at);
    sqlite3_bind_int64(add, 3, found->elapsed_ms);
    sqlite3_bind_int64(add, 4, found->tries);
    sqlite3_bind_int(add, 5, found->settled);
    sqlite3_bind_blob(add, 6, found->length > 0 ? (const void *)found->facts : "",
                      (int)found->length, SQLITE_STATIC);
    return run_do(run, add);
}

static bool merge(struct run_file *run, struct found_block *held, const struct run_found *found,
                  unsigned n)
{
    switch (found_block_merge(&run->merged, held, found, n)) {
    case FOUND_MERGED:
        return true;
    case FOUND_HELD_UNSOUND:
        return run_fail_damaged(run, "what was found about an address is malformed");
    case FOUND_NO_ROOM:
        break;
    }
    return failure_out_of_memory(&run->failure);
}

/* What was merged, by one of the two statements that take it. */
static bool write_block(struct run_file *run, enum statement which,
                        const struct address_blob *block)
{
    sqlite3_stmt *write = run_write_statement(run, which);
    if (write == NULL)
        return false;
    bind_blob(write, 1, block);
    sqlite3_bind_blob64(write, 2, run->merged.bytes, run->merged.length, SQLITE_STATIC);
    return run_do(run, write);
}

static bool add_to_block(struct run_file *run, const struct address_blob *blob,
                         const struct run_found *found, unsigned n)
{
    struct found_block held;
    sqlite3_stmt *row = run_statement(run, SQL_FOUND_BLOCK);
    if (row == NULL)
        return false;
    bind_blob(row, 1, blob);
    enum run_step step = run_next(run, row);
    bool good = step == RUN_ROW && run_begin_block(run, row, &held) && merge(run, &held, found, n);
    if (step == RUN_END)
        run_fail_damaged(run, "a row is there and cannot be found");
    sqlite3_reset(row);
    return good && write_block(run, SQL_SET_FOUND, blob);
}

/* found[0..n) are of one block, in order. Where results come in no order most blocks are new. */
static bool add_block(struct run_file *run, const struct run_found *found, unsigned n)
{
    struct ipaddr first = found_block_of(&found->address);
    struct address_blob blob = address_blob_of(&first);
    return merge(run, NULL, found, n) && write_block(run, SQL_ADD_FOUND, &blob) &&
           (sqlite3_changes(run->db) > 0 || add_to_block(run, &blob, found, n));
}

/* How many of found[0..n) lie in the block of the first one, and ascend. */
static unsigned block_count(const struct run_found *found, unsigned n)
{
    struct ipaddr first = found_block_of(&found->address);
    unsigned count = 1;
    for (; count < n; count++) {
        struct ipaddr other = found_block_of(&found[count].address);
        if (!ipaddr_equal(&other, &first) ||
            ipaddr_compare(&found[count - 1].address, &found[count].address) >= 0)
            break;
    }
    return count;
}

bool run_file_add_found(struct run_file *run, const struct run_found *found, unsigned n)
{
    bool good = !failure_is_set(&run->failure);
    run_leave_found(run);
    for (unsigned i = 0, count; good && i < n; i += count) {
        count = found[i].vantage > 0 ? 1 : block_count(&found[i], n - i);
        good = found[i].vantage > 0 ? add_seen(run, &found[i]) : add_block(run, &found[i], count);
    }
    return good;
}

/* In the same transaction as the rows they count. */
static bool write_totals(struct run_file *run)
{
    if (!run->totals_changed)
        return true;
    run->totals_changed = false;
    return run_file_set_number(run, "input.items", run->totals.items) &&
           run_file_set_number(run, "input.rejected", run->totals.rejected) &&
           run_file_set_number(run, "input.addresses", (uint64_t)run->totals.addresses) &&
           run_file_set_number(run, "input.addresses_high",
                               (uint64_t)(run->totals.addresses >> 64));
}

bool run_file_commit(struct run_file *run)
{
    if (failure_is_set(&run->failure))
        return false;
    if (!run->writing)
        return true;
    if (!write_totals(run))
        return false;
    run_leave_found(run);
    sqlite3_stmt *commit = run_statement(run, SQL_COMMIT);
    run->writing = false;
    return commit != NULL && run_do(run, commit);
}
