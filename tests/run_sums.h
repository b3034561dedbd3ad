/* Makes the sums of all rows of a run file, as another program can. */
#ifndef TESTS_RUN_SUMS_H
#define TESTS_RUN_SUMS_H

#include <stdio.h>

#include "io/run/row_sum.h"
#include "io/run/schema.h"

static inline int run_sums_of_table(sqlite3 *db, const struct run_table *table)
{
    char sql[512];

    snprintf(sql, sizeof(sql), "UPDATE %s SET sum = %s", table->name, table->sum);
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

/* Returns a code of SQLite. The function rowsum must be registered. */
static inline int run_sums_make(sqlite3 *db)
{
    int code = SQLITE_OK;

    for (unsigned i = 0; i < RUN_TABLES_COUNT && code == SQLITE_OK; i++) {
        if (RUN_TABLES[i].sum)
            code = run_sums_of_table(db, &RUN_TABLES[i]);
    }
    for (unsigned i = 0; i < 3 && code == SQLITE_OK; i++) {
        const struct run_table *more = i == 0 ? &CUT_TABLE : i == 1 ? &PAST_TABLE : &WALK_TABLE;
        if (sqlite3_table_column_metadata(db, NULL, more->name, NULL, NULL, NULL, NULL, NULL,
                                          NULL) == SQLITE_OK)
            code = run_sums_of_table(db, more);
    }
    return code;
}

#endif
