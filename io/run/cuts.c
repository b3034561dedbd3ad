/*
 * Addresses mostly come in ascending order. So the last cut that was read is kept with the
 * addresses for which it is the answer: a list of single addresses between two cuts reads once.
 */
#include "io/run/cuts.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/cut.h"
#include "audit/observation.h"
#include "io/run/schema.h"
#include "io/run/statement.h"

static const char MALFORMED[] = "a cut is malformed";

static const char ADD[] = INSERT_ROW("cut", CUT_COLUMNS, "?1, ?2, ?3, ?4, ?5");
static const char REMOVE[] = "DELETE FROM cut WHERE last = ?1";
static const char REMOVE_ALL[] = "DELETE FROM cut";
static const char FROM[] = "SELECT " CUT_COLUMNS " FROM cut WHERE last >= ?1 ORDER BY last LIMIT 1";

bool run_file_load_cuts(struct run_file *run)
{
    return statement_has_table(run, &CUT_TABLE, &run->cuts.exists);
}

void run_file_free_cuts(struct run_file *run)
{
    free(run->cuts.seen);
    run->cuts = (struct cuts_state){0};
}

bool run_file_has_cuts(const struct run_file *run)
{
    return run->cuts.exists;
}

/* ---- writing ---- */

static bool make_table(struct run_file *run)
{
    run->cuts.exists = run->cuts.exists || statement_make_table(run, &CUT_TABLE);
    return run->cuts.exists;
}

bool run_file_add_cut(struct run_file *run, const struct run_cut *cut)
{
    struct range_blobs blobs;
    sqlite3_stmt *add = make_table(run) ? statement_write(run, ADD) : NULL;

    if (!add)
        return false;
    run->cuts.known = false;
    statement_bind_range(add, &blobs, &cut->range);
    sqlite3_bind_int64(add, 3, cut->checked_at);
    sqlite3_bind_int64(add, 4, cut->samples);
    sqlite3_bind_blob(add, 5, cut->facts, (int)cut->length, SQLITE_STATIC);
    return statement_do(run, add);
}

bool run_file_remove_cut(struct run_file *run, const struct iprange *range)
{
    struct address_blob last = address_blob_of(&range->last);
    sqlite3_stmt *remove = statement_write(run, REMOVE);

    if (!remove)
        return false;
    run->cuts.known = false;
    statement_bind_address(remove, 1, &last);
    return statement_do(run, remove);
}

bool run_file_remove_cuts(struct run_file *run)
{
    run->cuts.known = false;
    return !run->cuts.exists || statement_do(run, statement_write(run, REMOVE_ALL));
}

/* ---- reading ---- */

static bool is_block(const struct iprange *range)
{
    struct cut_block block;

    return cut_block_find(&block, &range->first, &range->last) &&
           ipaddr_equal(&block.range.first, &range->first) &&
           ipaddr_equal(&block.range.last, &range->last);
}

static bool read_cut(struct run_file *run, sqlite3_stmt *row)
{
    struct cuts_state *cuts = &run->cuts;
    struct run_cut *at = &cuts->at;
    const void *facts = sqlite3_column_blob(row, 4);
    int length = sqlite3_column_bytes(row, 4);

    if (!statement_range(&at->range, row, 0) || !is_block(&at->range) ||
        !statement_time(&at->checked_at, row, 2) || !statement_u32(&at->samples, row, 3) ||
        !facts || length > CUT_FACTS_MAX)
        return statement_damaged(run, MALFORMED);
    memcpy(cuts->facts, facts, (size_t)length);
    at->facts = cuts->facts;
    at->length = (uint32_t)length;
    cuts->decoded = false;
    return true;
}

/* The cut that was read last is also the answer for this address. */
static bool is_known(const struct cuts_state *cuts, const struct ipaddr *address)
{
    return cuts->known && ipaddr_compare(&cuts->from, address) <= 0 &&
           (cuts->step == RUN_END || ipaddr_compare(address, &cuts->at.range.last) <= 0);
}

enum run_step run_file_cut_from(struct run_file *run, const struct ipaddr *address,
                                struct run_cut *out)
{
    struct cuts_state *cuts = &run->cuts;

    if (!cuts->exists || failure_is_set(&run->failure))
        return failure_is_set(&run->failure) ? RUN_FAILED : RUN_END;
    if (!is_known(cuts, address)) {
        struct address_blob blob = address_blob_of(address);
        sqlite3_stmt *row = statement_read(run, FROM);
        if (!row)
            return RUN_FAILED;
        statement_bind_address(row, 1, &blob);
        cuts->step = statement_next(run, row);
        cuts->known = cuts->step == RUN_END || (cuts->step == RUN_ROW && read_cut(run, row));
        cuts->from = *address;
        sqlite3_reset(row);
        if (!cuts->known)
            return RUN_FAILED;
    }
    *out = cuts->at;
    return cuts->step;
}

static bool decode(struct run_file *run)
{
    struct cuts_state *cuts = &run->cuts;

    if (!cuts->seen)
        cuts->seen = malloc(sizeof(*cuts->seen));
    if (!cuts->seen)
        return failure_out_of_memory(&run->failure);
    cuts->decoded = observation_decode(cuts->seen, cuts->facts, cuts->at.length) &&
                    answer_is_proven_by_cut(&cuts->seen->ptr);
    return cuts->decoded || statement_damaged(run, MALFORMED);
}

bool run_file_cut_answer(struct run_file *run, const struct ipaddr *address,
                         const struct answer **out)
{
    struct run_cut cut;
    enum run_step step = run_file_cut_from(run, address, &cut);

    *out = NULL;
    if (step != RUN_ROW || !iprange_contains(&cut.range, address))
        return step != RUN_FAILED;
    if (!run->cuts.decoded && !decode(run))
        return false;
    *out = &run->cuts.seen->ptr;
    return true;
}
