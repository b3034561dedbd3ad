/* What somebody does to a run file with another program, who makes the sums of the rows as well:
 * what is read must hold by itself. */
#ifndef TESTS_UNIT_IO_RUN_STRANGER_H
#define TESTS_UNIT_IO_RUN_STRANGER_H

#include <criterion/criterion.h>

#include "tests/run_sums.h"

static inline void stranger_changes(const char *path, const char *sql)
{
    struct run_file stranger = {0};
    cr_assert_eq(sqlite3_open(path, &stranger.db), SQLITE_OK);
    cr_assert(run_add_functions(&stranger));
    cr_assert_eq(sqlite3_exec(stranger.db, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(stranger.db));
    cr_assert_eq(sqlite3_exec(stranger.db, RUN_SUMS, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(stranger.db));
    sqlite3_close(stranger.db);
}

#endif
