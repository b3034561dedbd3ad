#include "io/run/check.h"

#include <stdio.h>

#include "io/run/cuts.h"
#include "io/run/schema.h"
#include "io/run/spans.h"
#include "io/run/statement.h"
#include "io/run/walks.h"

enum { QUESTION_MAX = 512 };

static bool is_known(const char *sql)
{
    for (unsigned i = 0; i < RUN_TABLES_COUNT; i++) {
        if (strcmp(sql, RUN_TABLES[i].create) == 0)
            return true;
    }
    return strcmp(sql, SPAN_INDEX) == 0 || strcmp(sql, CUT_TABLE.create) == 0 ||
           strcmp(sql, PAST_TABLE.create) == 0 || strcmp(sql, WALK_TABLE.create) == 0;
}

/* SQLite makes the index of a UNIQUE column itself; that row has no text. */
bool check_tables(struct run_file *run)
{
    static const char TABLES[] =
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL OR type IS NOT 'index'";
    sqlite3_stmt *row = statement_read(run, TABLES);
    enum run_step step;

    while ((step = statement_next(run, row)) == RUN_ROW) {
        const char *sql = (const char *)sqlite3_column_text(row, 0);
        if (!sql || !is_known(sql))
            return statement_damaged(run, "it has other tables than a run file");
    }
    return step == RUN_END;
}

/* A question with one row of one text, or no row. *good: the text is `wanted`; NULL: there is no
 * row. */
static bool ask(struct run_file *run, const char *question, const char *wanted, bool *good)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(run->db, question, -1, &statement, NULL);

    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        *good = wanted && text && strcmp(text, wanted) == 0;
    } else if (code == SQLITE_DONE) {
        *good = !wanted;
    } else {
        statement_failed(run, code);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* question: a PRAGMA. */
static bool check_structure(struct run_file *run, const char *question)
{
    bool good = true;

    if (!ask(run, question, "ok", &good))
        return false;
    return good || statement_damaged(run, "its structure is broken");
}

static bool check_sums(struct run_file *run, const struct run_table *table)
{
    char question[QUESTION_MAX], what[64];
    bool good = true;

    snprintf(question, sizeof(question), "SELECT 1 FROM %s WHERE sum IS NOT %s LIMIT 1",
             table->name, table->sum);
    if (!ask(run, question, NULL, &good))
        return false;
    snprintf(what, sizeof(what), "the sum of a row of %s is wrong", table->name);
    return good || statement_damaged(run, what);
}

typedef bool check_table_fn(struct run_file *run, const struct run_table *table);

static bool check_tables_with(struct run_file *run, check_table_fn *check)
{
    for (unsigned i = 0; i < RUN_TABLES_COUNT; i++) {
        if (RUN_TABLES[i].sum && !check(run, &RUN_TABLES[i]))
            return false;
    }
    return (!run_file_has_cuts(run) || check(run, &CUT_TABLE)) &&
           (!run->past.exists || check(run, &PAST_TABLE)) &&
           (!run_file_has_walks(run) || check(run, &WALK_TABLE));
}

/* Comparing the index with its table takes the longest: only a run that continues does it. */
static bool check_all(struct run_file *run)
{
    const char *question = run->writable ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";

    return check_structure(run, question) && check_tables_with(run, check_sums);
}

static bool is_table(const struct run_table *table, const char *name)
{
    return strcmp(table->name, name) == 0;
}

/* The sums of results, and all of the index of items, are checked by the reading. The items are not
 * read: their index has all that is compared. */
static bool check_table_before_reading(struct run_file *run, const struct run_table *table)
{
    char question[QUESTION_MAX];

    if (is_table(table, "item"))
        return true;
    snprintf(question, sizeof(question), "PRAGMA quick_check(%s)", table->name);
    return check_structure(run, question) && (is_table(table, "found") || check_sums(run, table));
}

/* Whether the reading of items can check them is known from `meta`, whose sums were checked. */
bool check_contents(struct run_file *run)
{
    if (run->checks_rows && !check_tables_with(run, check_table_before_reading))
        return false;
    run->checks_rows = run->checks_rows && run_file_knows_spans_sum(run);
    return run->checks_rows || check_all(run);
}
