#include "io/run/row_sum.h"

#include <endian.h>
#include <string.h>
#include <zlib.h>

enum { NUMBER_OCTETS = 8, LENGTH_OCTETS = 4 };

static uint32_t flush(struct row_sum *row)
{
    row->sum = (uint32_t)crc32(row->sum, row->octets, row->used);
    row->used = 0;
    return row->sum;
}

static void add_octets(struct row_sum *row, const void *octets, unsigned length)
{
    if (length > ROW_SUM_BUFFER - row->used)
        flush(row);
    if (length > ROW_SUM_BUFFER) {
        row->sum = (uint32_t)crc32(row->sum, octets, length);
        return;
    }
    memcpy(row->octets + row->used, octets, length);
    row->used += length;
}

/* Room for a type and a number or length. Most octets come through here, in steps of a size that
 * the compiler knows. */
static uint8_t *next_octets(struct row_sum *row, int type)
{
    if (1 + NUMBER_OCTETS > ROW_SUM_BUFFER - row->used)
        flush(row);
    uint8_t *at = row->octets + row->used;
    *at = (uint8_t)type;
    return at + 1;
}

/* Type, length and octets, so that two rows that differ never give the same octets. Lowest octet
 * first. octets: NULL: none. */
static void add_string(struct row_sum *row, int type, const void *octets, size_t length)
{
    uint32_t lowest_first = htole32((uint32_t)length);

    memcpy(next_octets(row, type), &lowest_first, LENGTH_OCTETS);
    row->used += 1 + LENGTH_OCTETS;
    if (octets)
        add_octets(row, octets, (unsigned)length);
}

static void add_value(struct row_sum *row, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);

    if (type == SQLITE_INTEGER) {
        uint64_t number = htole64((uint64_t)sqlite3_value_int64(value));
        memcpy(next_octets(row, type), &number, NUMBER_OCTETS);
        row->used += 1 + NUMBER_OCTETS;
    } else if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
        const void *octets = type == SQLITE_TEXT ? (const void *)sqlite3_value_text(value)
                                                 : sqlite3_value_blob(value);
        add_string(row, type, octets, (size_t)sqlite3_value_bytes(value));
    } else {
        next_octets(row, type);
        row->used += 1;
    }
}

void row_sum_begin(struct row_sum *row, const char *table)
{
    row->sum = row->used = 0;
    row_sum_text(row, table, strlen(table));
}

void row_sum_text(struct row_sum *row, const char *text, size_t length)
{
    add_string(row, SQLITE_TEXT, text, length);
}

void row_sum_blob(struct row_sum *row, const struct address_blob *blob)
{
    add_string(row, SQLITE_BLOB, blob->bytes, (size_t)blob->length);
}

/* Values of columns are unprotected, which makes no difference to a connection without mutexes
 * (https://www.sqlite.org/c3ref/value.html). */
void row_sum_columns(struct row_sum *row, sqlite3_stmt *statement, int count)
{
    for (int i = 0; i < count; i++)
        add_value(row, sqlite3_column_value(statement, i));
}

uint32_t row_sum_end(struct row_sum *row)
{
    return flush(row);
}

bool row_sum_is_right(const char *table, sqlite3_stmt *statement, int count)
{
    struct row_sum row;

    row_sum_begin(&row, table);
    row_sum_columns(&row, statement, count);
    return row_sum_end(&row) == sqlite3_column_int64(statement, count);
}

static void rowsum(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct row_sum row;

    row.sum = row.used = 0;
    for (int i = 0; i < count; i++)
        add_value(&row, values[i]);
    sqlite3_result_int64(context, flush(&row));
}

int row_sum_register(sqlite3 *db)
{
    return sqlite3_create_function_v2(db, "rowsum", -1,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, NULL,
                                      rowsum, NULL, NULL, NULL);
}
