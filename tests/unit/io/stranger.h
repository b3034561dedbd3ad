/* What somebody does to a run file with another program, who makes the sums of the rows as well: what is read
 * must hold by itself. */
#ifndef TESTS_UNIT_IO_STRANGER_H
#define TESTS_UNIT_IO_STRANGER_H

#include <criterion/criterion.h>

#include "io/run_file_private.h"

static inline void stranger_changes(const char *path, const char *sql)
{
    static const char sums[] =
        "UPDATE meta SET sum = " SUM_META "; UPDATE source SET sum = " SUM_SOURCE
        "; UPDATE item SET sum = " SUM_ITEM "; UPDATE rejected SET sum = " SUM_REJECTED
        "; UPDATE found SET sum = " SUM_FOUND "; UPDATE zone SET sum = " SUM_ZONE
        "; UPDATE vantage SET sum = " SUM_VANTAGE "; UPDATE seen SET sum = " SUM_SEEN
        "; UPDATE ask SET sum = " SUM_ASK "; UPDATE nameserver SET sum = " SUM_NAMESERVER
        "; UPDATE zone_server SET sum = " SUM_ZONE_SERVER "; UPDATE told SET sum = " SUM_TOLD;
    struct run_file stranger = {0};
    cr_assert_eq(sqlite3_open(path, &stranger.db), SQLITE_OK);
    cr_assert(run_add_functions(&stranger));
    cr_assert_eq(sqlite3_exec(stranger.db, sql, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(stranger.db));
    cr_assert_eq(sqlite3_exec(stranger.db, sums, NULL, NULL, NULL), SQLITE_OK, "%s",
                 sqlite3_errmsg(stranger.db));
    sqlite3_close(stranger.db);
}

#endif
