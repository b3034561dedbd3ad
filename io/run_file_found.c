/*
 * What was found, range by range. Ranges mostly come in the order of their addresses, so the reading stays
 * where it stands behind a range: the next one goes on from there if nothing lies between, and searches else.
 */
#include "io/run_file_private.h"

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

/* To the next row, or behind the last one. Pages that are mixed up give rows in any order, and what walks
 * along them would miss some, or never end. */
static bool step(struct run_file *run)
{
    struct found_reading *found = &run->found;
    sqlite3_stmt *row = run->statements[SQL_FOUND];
    found->given = false;
    found->step = run_next(run, row);
    if (found->step != RUN_ROW)
        return found->step == RUN_END;
    if (!run_read_address(&found->at, row, 0))
        return run_fail_damaged(run, "what was found about an address is malformed");
    return lies_ahead(found, &found->at) || run_fail_damaged(run, "addresses are out of order");
}

static bool search(struct run_file *run, const struct ipaddr *first)
{
    struct found_reading *found = &run->found;
    sqlite3_stmt *statement = run_statement(run, SQL_FOUND);
    if (statement == NULL)
        return false;
    found->open = true;
    found->beyond = false;
    found->from = *first;
    found->from_blob = address_blob_of(first);
    bind_blob(statement, 1, &found->from_blob);
    return step(run);
}

static bool go_on(struct run_file *run)
{
    run->found.from = run->found.at;
    run->found.beyond = true;
    return step(run);
}

/* The first row at `first` or behind it is the one it stands on. */
static bool stands_before(const struct found_reading *found, const struct ipaddr *first)
{
    return found->open && lies_ahead(found, first) &&
           (found->step == RUN_END || ipaddr_compare(first, &found->at) <= 0);
}

bool run_file_found_begin(struct run_file *run, const struct iprange *range)
{
    if (run->failure.status != EXIT_POLICY_MET)
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
    struct ipaddr last = given ? found->at : found->range.first;
    if (found->open)
        return true;
    if (!search(run, &last))
        return false;
    found->given = given && found->step == RUN_ROW && ipaddr_equal(&found->at, &last);
    return true;
}

enum run_step run_file_found_next(struct run_file *run, struct run_found *out)
{
    struct found_reading *found = &run->found;
    if (run->failure.status != EXIT_POLICY_MET || !take_up(run) || (found->given && !go_on(run)))
        return RUN_FAILED;
    if (found->step == RUN_END || ipaddr_compare(&found->at, &found->range.last) > 0)
        return RUN_END;
    found->given = true;
    if (run_read_found(out, run->statements[SQL_FOUND], 0))
        return RUN_ROW;
    run_fail_damaged(run, "what was found about an address is malformed");
    return RUN_FAILED;
}
