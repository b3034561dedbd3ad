/*
 * What was found, range by range, or all of it. Ranges mostly come in the order of their addresses,
 * so the reading stays where it stands behind a range: the next one goes on from there if nothing
 * lies between, and searches else.
 */
#include "io/run/run_file_private.h"

static bool fail_malformed(struct run_file *run)
{
    return run_fail_damaged(run, "what was found about an address is malformed");
}

bool run_begin_block(struct run_file *run, sqlite3_stmt *row, struct found_block *block)
{
    struct ipaddr first;
    const void *bytes = sqlite3_column_blob(row, 1); /* NULL if it has none */
    return (run_read_address(&first, row, 0) &&
            found_block_begin(block, &first, bytes, (size_t)sqlite3_column_bytes(row, 1))) ||
           fail_malformed(run);
}

enum run_step run_next_found(struct run_file *run, sqlite3_stmt *rows, struct found_block *block,
                             struct run_found *out)
{
    enum run_step step = RUN_ROW;
    while (step == RUN_ROW) {
        enum found_block_step entry = found_block_next(block, out);
        if (entry == FOUND_BLOCK_ENTRY)
            return RUN_ROW;
        if (entry == FOUND_BLOCK_UNSOUND) {
            fail_malformed(run);
            return RUN_FAILED;
        }
        step = run_next(run, rows);
        if (step == RUN_ROW && !run_begin_block(run, rows, block))
            return RUN_FAILED;
    }
    return step;
}

void run_leave_found(struct run_file *run)
{
    if (run->found.open)
        sqlite3_reset(run->statements[SQL_FOUND]);
    run->found.open = false;
}

static bool lies_ahead(const struct found_reading *found, const struct ipaddr *address)
{
    int order = ipaddr_compare(&found->from, address);
    return order < 0 || (order == 0 && !found->beyond);
}

static bool fail_order(struct run_file *run)
{
    return run_fail_damaged(run, "addresses are out of order");
}

/* To the next address, or behind the last one. Pages that are mixed up give rows in any order, and
 * what walks along them would miss some, or never end. */
static bool step(struct run_file *run)
{
    struct found_reading *found = &run->found;
    found->given = false;
    found->step = run_next_found(run, run->statements[SQL_FOUND], &found->block, &found->at);
    if (found->step != RUN_ROW)
        return found->step == RUN_END;
    return lies_ahead(found, &found->at.address) || fail_order(run);
}

static bool go_on(struct run_file *run)
{
    run->found.from = run->found.at.address;
    run->found.beyond = true;
    return step(run);
}

/* A row holds addresses before `first` too, which are passed by. */
static bool search(struct run_file *run, const struct ipaddr *first)
{
    struct found_reading *found = &run->found;
    struct ipaddr block = found_block_of(first);
    sqlite3_stmt *statement = run_statement(run, SQL_FOUND);
    if (statement == NULL)
        return false;
    found->open = true;
    found->beyond = false;
    found->from = block;
    found->block = (struct found_block){0};
    found->from_block = address_blob_of(&block);
    bind_blob(statement, 1, &found->from_block);
    bool good = step(run);
    while (good && found->step == RUN_ROW && ipaddr_compare(&found->at.address, first) < 0)
        good = go_on(run);
    found->from = *first;
    found->beyond = false;
    return good;
}

/* The first address at `first` or behind it is the one it stands on. */
static bool stands_before(const struct found_reading *found, const struct ipaddr *first)
{
    return found->open && lies_ahead(found, first) &&
           (found->step == RUN_END || ipaddr_compare(first, &found->at.address) <= 0);
}

bool run_file_found_begin(struct run_file *run, const struct iprange *range)
{
    if (failure_is_set(&run->failure))
        return false;
    run->found.range = *range;
    run->found.given = false;
    return stands_before(&run->found, &range->first) || search(run, &range->first);
}

/* What was written meanwhile ended the reading. */
static bool take_up(struct run_file *run)
{
    struct found_reading *found = &run->found;
    bool given = found->given;
    struct ipaddr last = given ? found->at.address : found->range.first;
    if (found->open)
        return true;
    if (!search(run, &last))
        return false;
    found->given = given && found->step == RUN_ROW && ipaddr_equal(&found->at.address, &last);
    return true;
}

enum run_step run_file_found_next(struct run_file *run, struct run_found *out)
{
    struct found_reading *found = &run->found;
    if (failure_is_set(&run->failure) || !take_up(run) || (found->given && !go_on(run)))
        return RUN_FAILED;
    if (found->step == RUN_END || ipaddr_compare(&found->at.address, &found->range.last) > 0)
        return RUN_END;
    found->given = true;
    *out = found->at;
    return RUN_ROW;
}

static bool ascends(struct ipaddr *before, const struct ipaddr *address)
{
    bool good = ipaddr_compare(before, address) < 0;
    *before = *address;
    return good;
}

bool run_file_facts_begin(struct run_file *run)
{
    run->facts = (struct found_block){0};
    run->facts_before = (struct ipaddr){0};
    return run_statement(run, SQL_FACTS) != NULL;
}

enum run_step run_file_facts_next(struct run_file *run, struct run_facts *out)
{
    struct run_found found;
    if (failure_is_set(&run->failure))
        return RUN_FAILED;
    enum run_step status = run_next_found(run, run->statements[SQL_FACTS], &run->facts, &found);
    if (status != RUN_ROW)
        return status;
    *out = (struct run_facts){found.address, found.facts, found.length};
    if (ascends(&run->facts_before, &found.address))
        return RUN_ROW;
    fail_order(run);
    return RUN_FAILED;
}

/* The next address that may be settled. */
static enum run_step next_known(struct run_file *run, sqlite3_stmt *rows, uint32_t vantage,
                                struct found_block *block, struct run_found *out)
{
    if (vantage == 0)
        return run_next_found(run, rows, block, out);
    enum run_step status = run_next(run, rows);
    out->settled = true;
    if (status != RUN_ROW || run_read_address(&out->address, rows, 0))
        return status;
    fail_malformed(run);
    return RUN_FAILED;
}

bool run_file_known(struct run_file *run, uint32_t vantage, const struct ipaddr *from,
                    const struct ipaddr *to, struct ipaddr *out, unsigned n, unsigned *got)
{
    struct ipaddr begin = vantage > 0 ? *from : found_block_of(from), before = {0};
    struct address_blob first = address_blob_of(&begin), last = address_blob_of(to);
    struct found_block block = {0};
    struct run_found found;
    enum run_step status = RUN_END;
    *got = 0;
    sqlite3_stmt *known = run_statement(run, vantage > 0 ? SQL_KNOWN_SEEN : SQL_KNOWN);
    if (known == NULL)
        return false;
    bind_blob(known, 1, &first);
    bind_blob(known, 2, &last);
    if (vantage > 0)
        sqlite3_bind_int64(known, 3, vantage);
    while (*got < n && (status = next_known(run, known, vantage, &block, &found)) == RUN_ROW) {
        if (!ascends(&before, &found.address)) {
            fail_order(run);
            status = RUN_FAILED;
            break;
        }
        if (found.settled && ipaddr_compare(from, &found.address) <= 0 &&
            ipaddr_compare(&found.address, to) <= 0)
            out[(*got)++] = found.address;
    }
    sqlite3_reset(known);
    return status != RUN_FAILED;
}

uint64_t run_file_count_found(struct run_file *run, bool settled_only)
{
    struct found_block block = {0};
    struct run_found found;
    uint64_t count = 0;
    enum run_step status;
    sqlite3_stmt *rows = run_statement(run, SQL_COUNT_FOUND);
    while ((status = rows ? run_next_found(run, rows, &block, &found) : RUN_FAILED) == RUN_ROW)
        count += !settled_only || found.settled;
    return status == RUN_END ? count : 0;
}
