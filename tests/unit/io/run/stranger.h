/* A run file that another program changes and gives sums that hold: each value must be checked when
 * it is read. */
#ifndef TESTS_UNIT_IO_RUN_STRANGER_H
#define TESTS_UNIT_IO_RUN_STRANGER_H

#include <criterion/criterion.h>

#include "tests/run_sums.h"

/* Without the sums. */
static inline void stranger_executes(const char *path, const char *sql)
{
    sqlite3 *db;

    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

static inline void stranger_changes(const char *path, const char *sql)
{
    sqlite3 *db;

    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(row_sum_register(db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(run_sums_make(db), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

#endif
