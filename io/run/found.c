/*
 * Ranges mostly come in the order of their addresses. So the reading keeps its position at the end
 * of a range: the next range continues from there if no address lies between, and searches
 * otherwise.
 */
#include "io/run/found.h"

#include <stdio.h>

#include "io/run/cuts.h"
#include "io/run/row_sum.h"
#include "io/run/schema.h"
#include "io/run/statement.h"
#include "io/run/vantages.h"

static const char MALFORMED[] = "the result of an address is malformed";

static const char ADD[] = INSERT_ROW("found", FOUND_COLUMNS, "?1, ?2") " ON CONFLICT DO NOTHING";
static const char SET[] =
    "UPDATE found SET entries = ?2, sum = " ROW_SUM("found", "?1, ?2") " WHERE block = ?1";

enum { BLOCK_COLUMNS = 2 };

#define BLOCKS "SELECT " FOUND_COLUMNS ", sum FROM found"
/* From the first row, even if its key is not an address: damage is found. */
static const char FROM_FIRST[] = BLOCKS " ORDER BY block";
static const char FROM_BLOCK[] = BLOCKS " WHERE block >= ?1 ORDER BY block";
static const char ALL_BLOCKS[] = BLOCKS " ORDER BY block";
/* A statement of its own, since it may be open beside FROM_BLOCK. */
static const char ALL_FACTS[] = BLOCKS " WHERE block >= ?1 ORDER BY block";
static const char BLOCKS_BETWEEN[] = BLOCKS " WHERE block BETWEEN ?1 AND ?2 ORDER BY block";
static const char ONE_BLOCK[] = BLOCKS " WHERE block = ?1";

/* ---- rows ---- */

static bool begin_block(struct run_file *run, sqlite3_stmt *row, struct found_block *block)
{
    struct ipaddr first;

    if (run->checks_rows && !row_sum_is_right("found", row, BLOCK_COLUMNS))
        return statement_damaged(run, "the sum of a row of found is wrong");
    const void *bytes = sqlite3_column_blob(row, 1); /* NULL if it has no bytes */

    return (statement_address(&first, row, 0) &&
            found_block_begin(block, &first, bytes, (size_t)sqlite3_column_bytes(row, 1))) ||
           statement_damaged(run, MALFORMED);
}

/* The next address of the rows; `block` is the current row, zeroed before the first one. */
static enum run_step next_entry(struct run_file *run, sqlite3_stmt *rows, struct found_block *block,
                                struct run_found *out)
{
    enum run_step step = RUN_ROW;

    while (step == RUN_ROW) {
        enum found_block_step entry = found_block_next(block, out);
        if (entry == FOUND_BLOCK_ENTRY && is_time(out->checked_at))
            return RUN_ROW;
        if (entry != FOUND_BLOCK_END) {
            statement_damaged(run, MALFORMED);
            return RUN_FAILED;
        }
        step = statement_next(run, rows);
        if (step == RUN_ROW && !begin_block(run, rows, block))
            return RUN_FAILED;
    }
    return step;
}

/* Mixed-up pages give rows in any order: a walk along them could miss some, or never end. */
static bool check_order(struct run_file *run, struct ipaddr *before, const struct ipaddr *address)
{
    bool ascends = ipaddr_compare(before, address) < 0;

    *before = *address;
    return ascends || statement_damaged(run, "addresses are out of order");
}

/* ---- writing ---- */

static bool merge(struct run_file *run, struct found_block *held, const struct run_found *found,
                  unsigned n)
{
    switch (found_block_merge(&run->found.merged, held, found, n)) {
    case FOUND_BLOCK_MERGED:
        return true;
    case FOUND_BLOCK_HELD_UNSOUND:
        return statement_damaged(run, MALFORMED);
    case FOUND_BLOCK_TOO_LONG:
        return failure_set(&run->failure, EXIT_TROUBLE, "%s: facts of more than %d bytes",
                           run->path, FACTS_MAX);
    case FOUND_BLOCK_NO_MEMORY:
        break;
    }
    return failure_out_of_memory(&run->failure);
}

/* text: ADD or SET. */
static bool write_merged(struct run_file *run, const char *text, const struct address_blob *block)
{
    const struct found_block_bytes *merged = &run->found.merged;
    sqlite3_stmt *write = statement_write(run, text);

    if (!write)
        return false;
    statement_bind_address(write, 1, block);
    sqlite3_bind_blob64(write, 2, merged->bytes, merged->length, SQLITE_STATIC);
    return statement_do(run, write);
}

static bool add_to_block(struct run_file *run, const struct address_blob *blob,
                         const struct run_found *found, unsigned n)
{
    struct found_block held;
    sqlite3_stmt *row = statement_read(run, ONE_BLOCK);

    if (!row)
        return false;
    statement_bind_address(row, 1, blob);
    enum run_step step = statement_next(run, row);
    if (step == RUN_END)
        statement_damaged(run, "a row exists and cannot be found");
    bool good = step == RUN_ROW && begin_block(run, row, &held) && merge(run, &held, found, n);
    sqlite3_reset(row);
    return good && write_merged(run, SET, blob);
}

/* found[0..n) ascend within one block. Most blocks are new, so it is inserted first. */
static bool add_block(struct run_file *run, const struct run_found *found, unsigned n)
{
    struct ipaddr first = found_block_of(&found->address);
    struct address_blob blob = address_blob_of(&first);

    return merge(run, NULL, found, n) && write_merged(run, ADD, &blob) &&
           (sqlite3_changes(run->db) > 0 || add_to_block(run, &blob, found, n));
}

/* How many of found[0..n) ascend within the block of the first one. */
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

    run_file_pause_found(run);
    for (unsigned i = 0, count; good && i < n; i += count) {
        count = found[i].vantage > 0 ? 1 : block_count(&found[i], n - i);
        good = found[i].vantage > 0 ? run_file_add_seen(run, &found[i])
                                    : add_block(run, &found[i], count);
    }
    return good;
}

/* ---- reading a range ---- */

void run_file_pause_found(struct run_file *run)
{
    if (run->found.open)
        sqlite3_reset(run->found.rows);
    run->found.open = false;
}

static bool lies_ahead(const struct found_state *found, const struct ipaddr *address)
{
    int order = ipaddr_compare(&found->from, address);

    return order < 0 || (order == 0 && !found->passed);
}

/* To the next address, or past the last one. */
static bool go_on(struct run_file *run)
{
    struct found_state *found = &run->found;

    found->given = false;
    found->step = next_entry(run, found->rows, &found->block, &found->at);
    if (found->step != RUN_ROW)
        return found->step == RUN_END;
    return lies_ahead(found, &found->at.address) ||
           statement_damaged(run, "addresses are out of order");
}

static bool advance(struct run_file *run)
{
    run->found.from = run->found.at.address;
    run->found.passed = true;
    return go_on(run);
}

static const struct ipaddr LOWEST = {.family = IP_V4};

/* A block may begin with addresses before `first`, which are skipped. */
static bool search(struct run_file *run, const struct ipaddr *first)
{
    struct found_state *found = &run->found;
    struct ipaddr block = found_block_of(first);
    bool all = ipaddr_equal(first, &LOWEST);
    sqlite3_stmt *rows = statement_read(run, all ? FROM_FIRST : FROM_BLOCK);

    if (!rows)
        return false;
    found->rows = rows;
    found->open = true;
    found->passed = false;
    found->from = block;
    found->block = (struct found_block){0};
    found->from_block = address_blob_of(&block);
    if (!all)
        statement_bind_address(rows, 1, &found->from_block);
    bool good = go_on(run);
    while (good && found->step == RUN_ROW && ipaddr_compare(&found->at.address, first) < 0)
        good = advance(run);
    found->from = *first;
    found->passed = false;
    return good;
}

/* The current address is the first one from `first` on. */
static bool is_positioned(const struct found_state *found, const struct ipaddr *first)
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
    run->found.next = range->first;
    run->found.at_end = false;
    return is_positioned(&run->found, &range->first) || search(run, &range->first);
}

/* Continues after run_file_pause_found. */
static bool reopen(struct run_file *run)
{
    struct found_state *found = &run->found;
    bool given = found->given;
    struct ipaddr last = given ? found->at.address : found->next;

    if (found->open)
        return true;
    if (!search(run, &last))
        return false;
    found->given = given && found->step == RUN_ROW && ipaddr_equal(&found->at.address, &last);
    return true;
}

/* The next address with a result of its own. */
static enum run_step peek(struct run_file *run)
{
    struct found_state *found = &run->found;

    if (failure_is_set(&run->failure) || !reopen(run) || (found->given && !advance(run)))
        return RUN_FAILED;
    return found->step == RUN_END || ipaddr_compare(&found->at.address, &found->range.last) > 0
               ? RUN_END
               : RUN_ROW;
}

static void pass(struct found_state *found, const struct ipaddr *address)
{
    found->next = *address;
    found->at_end = ipaddr_equal(address, &found->range.last);
    if (!found->at_end && !ipaddr_next(&found->next))
        found->next = (struct ipaddr){.family = IP_V6}; /* a range of all addresses */
}

static void imply(struct run_found *out, const struct run_cut *cut, const struct ipaddr *address)
{
    *out = (struct run_found){.address = *address,
                              .checked_at = cut->checked_at,
                              .settled = true,
                              .implied = true,
                              .first_of_cut = ipaddr_equal(address, &cut->range.first),
                              .facts = cut->facts,
                              .length = cut->length};
}

/* The next address that is in a cut, before `limit` (NULL: none) and in the range. */
static enum run_step next_implied(struct run_file *run, const struct ipaddr *limit,
                                  struct run_found *out)
{
    struct found_state *found = &run->found;
    struct run_cut cut;
    enum run_step step = found->at_end ? RUN_END : run_file_cut_from(run, &found->next, &cut);

    if (step != RUN_ROW)
        return step;
    struct ipaddr address =
        ipaddr_compare(&found->next, &cut.range.first) > 0 ? found->next : cut.range.first;
    if (ipaddr_compare(&address, &found->range.last) > 0 ||
        (limit && ipaddr_compare(&address, limit) >= 0))
        return RUN_END;
    imply(out, &cut, &address);
    pass(found, &address);
    return RUN_ROW;
}

enum run_step run_file_found_next(struct run_file *run, struct run_found *out)
{
    struct found_state *found = &run->found;
    enum run_step entry = peek(run);

    if (entry == RUN_FAILED)
        return RUN_FAILED;
    enum run_step implied =
        run_file_has_cuts(run)
            ? next_implied(run, entry == RUN_ROW ? &found->at.address : NULL, out)
            : RUN_END;
    if (implied != RUN_END || entry == RUN_END)
        return implied;
    found->given = true;
    *out = found->at;
    if (run_file_has_cuts(run))
        pass(found, &out->address);
    return RUN_ROW;
}

bool run_file_found_rest(struct run_file *run)
{
    while (run->checks_rows && run->found.step == RUN_ROW && advance(run))
        ;
    return !failure_is_set(&run->failure);
}

enum run_step run_file_found_one(struct run_file *run, const struct ipaddr *address,
                                 struct run_found *out)
{
    struct ipaddr first = found_block_of(address);
    struct address_blob blob = address_blob_of(&first);
    struct found_block block = {0};
    struct run_cut cut;
    enum run_step step;
    sqlite3_stmt *row = statement_read(run, ONE_BLOCK);

    if (!row)
        return RUN_FAILED;
    statement_bind_address(row, 1, &blob);
    do
        step = next_entry(run, row, &block, out);
    while (step == RUN_ROW && !ipaddr_equal(&out->address, address));
    if (step != RUN_END)
        return step;
    step = run_file_cut_from(run, address, &cut);
    if (step != RUN_ROW || !iprange_contains(&cut.range, address))
        return step == RUN_FAILED ? RUN_FAILED : RUN_END;
    imply(out, &cut, address);
    return RUN_ROW;
}

/* An address with an expected name has a result of its own, whose PTR answer is left to the cut. */
static bool take_from_cut(struct run_file *run, const struct ipaddr *address, struct answer *ptr)
{
    const struct answer *proven;

    if (!run_file_cut_answer(run, address, &proven))
        return false;
    if (proven)
        *ptr = *proven;
    return true;
}

bool run_file_decode(struct run_file *run, const struct run_found *found, struct observation *out)
{
    char text[IPADDR_TEXT_MAX], what[sizeof(text) + 64];

    if (observation_decode(out, found->facts, found->length))
        return found->implied || !answer_is_proven_by_cut(&out->ptr) ||
               take_from_cut(run, &found->address, &out->ptr);
    ipaddr_print(text, &found->address);
    snprintf(what, sizeof(what), "the answers for %s cannot be read", text);
    return statement_damaged(run, what);
}

/* ---- reading all ---- */

/* From the block of the address that was read last. */
static sqlite3_stmt *begin_facts(struct run_file *run)
{
    struct found_state *found = &run->found;
    struct ipaddr block = found_block_of(&found->facts_at.address);
    sqlite3_stmt *rows = statement_read(run, ALL_FACTS);

    found->facts = (struct found_block){0};
    found->facts_block = (struct address_blob){0}; /* sorts before all addresses */
    if (found->facts_at.address.family != 0)
        found->facts_block = address_blob_of(&block);
    if (rows)
        statement_bind_address(rows, 1, &found->facts_block);
    return rows;
}

bool run_file_facts_begin(struct run_file *run)
{
    run->found.facts_at = (struct run_found){0};
    return begin_facts(run);
}

/* Finds the address that was read last, after the run was closed (io/run/run_pool.h). */
static bool resume_facts(struct run_file *run)
{
    struct run_found *at = &run->found.facts_at;
    struct ipaddr last = at->address;
    sqlite3_stmt *rows = begin_facts(run);
    enum run_step step = rows ? RUN_ROW : RUN_FAILED;

    for (bool there = last.family == 0; step == RUN_ROW && !there;) {
        step = next_entry(run, rows, &run->found.facts, at);
        there = step == RUN_ROW && ipaddr_equal(&at->address, &last);
    }
    return step == RUN_ROW || (step == RUN_END && statement_damaged(run, MALFORMED));
}

static bool facts_are_open(struct run_file *run)
{
    return statement_continue(run, ALL_FACTS) || resume_facts(run);
}

enum run_step run_file_facts_next(struct run_file *run, struct run_facts *out)
{
    struct run_found *at = &run->found.facts_at;

    if (!facts_are_open(run))
        return RUN_FAILED;
    struct ipaddr before = at->address;
    enum run_step step = next_entry(run, statement_continue(run, ALL_FACTS), &run->found.facts, at);
    if (step != RUN_ROW)
        return step;
    *out = (struct run_facts){at->address, at->facts, at->length};
    return check_order(run, &before, &at->address) ? RUN_ROW : RUN_FAILED;
}

bool run_file_facts_again(struct run_file *run, struct run_facts *out)
{
    const struct run_found *at = &run->found.facts_at;

    if (!facts_are_open(run))
        return false;
    *out = (struct run_facts){at->address, at->facts, at->length};
    return true;
}

bool run_file_known(struct run_file *run, uint32_t vantage, const struct ipaddr *from,
                    const struct ipaddr *to, struct ipaddr *out, unsigned n, unsigned *got)
{
    struct iprange range = {found_block_of(from), *to};
    struct range_blobs blobs;
    struct ipaddr before = {0};
    struct found_block block = {0};
    struct run_found found;
    enum run_step step = RUN_END;

    if (vantage > 0)
        return run_file_known_seen(run, vantage, &(struct iprange){*from, *to}, out, n, got);
    *got = 0;
    sqlite3_stmt *rows = statement_read(run, BLOCKS_BETWEEN);
    if (!rows)
        return false;
    statement_bind_range(rows, &blobs, &range);
    while (*got < n && (step = next_entry(run, rows, &block, &found)) == RUN_ROW) {
        if (!check_order(run, &before, &found.address))
            return false;
        if (found.settled && ipaddr_compare(from, &found.address) <= 0 &&
            ipaddr_compare(&found.address, to) <= 0)
            out[(*got)++] = found.address;
    }
    sqlite3_reset(rows);
    return step != RUN_FAILED;
}

uint64_t run_file_count_found(struct run_file *run, bool settled_only)
{
    struct found_block block = {0};
    struct run_found found;
    uint64_t count = 0;
    enum run_step step;
    sqlite3_stmt *rows = statement_read(run, ALL_BLOCKS);

    while ((step = rows ? next_entry(run, rows, &block, &found) : RUN_FAILED) == RUN_ROW)
        count += !settled_only || found.settled;
    return step == RUN_END ? count : 0;
}
