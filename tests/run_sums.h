/* Makes the sums of all rows of a run file, as another program can. */
#ifndef TESTS_RUN_SUMS_H
#define TESTS_RUN_SUMS_H

#include <stdio.h>

#include "io/run/row_sum.h"
#include "io/run/schema.h"

/* Returns a code of SQLite. The function rowsum must be registered. */
static inline int run_sums_make(sqlite3 *db)
{
    char sql[512];
    int code = SQLITE_OK;

    for (unsigned i = 0; i < RUN_TABLES_COUNT && code == SQLITE_OK; i++) {
        if (!RUN_TABLES[i].sum)
            continue;
        snprintf(sql, sizeof(sql), "UPDATE %s SET sum = %s", RUN_TABLES[i].name, RUN_TABLES[i].sum);
        code = sqlite3_exec(db, sql, NULL, NULL, NULL);
    }
    return code;
}

#endif
