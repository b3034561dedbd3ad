#include "io/run/meta.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/run/schema.h"
#include "io/run/statement.h"

enum { NUMBER_TEXT_MAX = 24 };

static const char SET[] =
    INSERT_ROW("meta", META_COLUMNS,
               "?1, ?2") " ON CONFLICT(key) DO UPDATE SET value = ?2, sum = excluded.sum";
static const char GET[] = "SELECT value FROM meta WHERE key = ?1";

bool run_file_set(struct run_file *run, const char *key, const char *value)
{
    sqlite3_stmt *set = statement_write(run, SET);

    if (!set)
        return false;
    sqlite3_bind_text(set, 1, key, -1, SQLITE_STATIC);
    sqlite3_bind_text(set, 2, value, -1, SQLITE_STATIC);
    return statement_do(run, set);
}

bool run_file_set_number(struct run_file *run, const char *key, uint64_t value)
{
    char text[NUMBER_TEXT_MAX];

    snprintf(text, sizeof(text), "%" PRIu64, value);
    return run_file_set(run, key, text);
}

bool run_file_get(struct run_file *run, const char *key, char *out, size_t size)
{
    sqlite3_stmt *get = statement_read(run, GET);

    if (!get)
        return false;
    sqlite3_bind_text(get, 1, key, -1, SQLITE_STATIC);
    bool found = statement_next(run, get) == RUN_ROW;
    const char *value = found ? (const char *)sqlite3_column_text(get, 0) : NULL;
    if (value && size > 0) {
        size_t length = strnlen(value, size - 1);
        memcpy(out, value, length);
        out[length] = '\0';
    }
    sqlite3_reset(get);
    return value;
}

uint64_t run_file_get_number(struct run_file *run, const char *key, uint64_t otherwise)
{
    char text[NUMBER_TEXT_MAX + 8];
    char *end;

    if (!run_file_get(run, key, text, sizeof(text)) || text[0] < '0' || text[0] > '9')
        return otherwise;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : otherwise;
}
