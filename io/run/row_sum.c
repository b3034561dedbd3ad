#include "io/run/row_sum.h"

#include <endian.h>
#include <string.h>
#include <zlib.h>

enum { NUMBER_OCTETS = 8, LENGTH_OCTETS = 4, BUFFER_OCTETS = 256 /* most rows fit */ };

/* Octets are buffered: a call of crc32 for every few of them would cost more than the sum. */
struct row_sum {
    uint32_t sum;
    unsigned used;
    uint8_t octets[BUFFER_OCTETS];
};

static uint32_t flush(struct row_sum *row)
{
    row->sum = (uint32_t)crc32(row->sum, row->octets, row->used);
    row->used = 0;
    return row->sum;
}

static void add_octets(struct row_sum *row, const void *octets, unsigned length)
{
    if (length > BUFFER_OCTETS - row->used)
        flush(row);
    if (length > BUFFER_OCTETS) {
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
    if (1 + NUMBER_OCTETS > BUFFER_OCTETS - row->used)
        flush(row);
    uint8_t *at = row->octets + row->used;
    *at = (uint8_t)type;
    return at + 1;
}

/* Type, length and octets, so that two rows that differ never give the same octets. Lowest octet
 * first. */
static void add_value(struct row_sum *row, sqlite3_value *value)
{
    int type = sqlite3_value_type(value);
    uint8_t *at = next_octets(row, type);

    if (type == SQLITE_INTEGER) {
        uint64_t number = htole64((uint64_t)sqlite3_value_int64(value));
        memcpy(at, &number, NUMBER_OCTETS);
        row->used += 1 + NUMBER_OCTETS;
    } else if (type == SQLITE_TEXT || type == SQLITE_BLOB) {
        const void *octets = type == SQLITE_TEXT ? (const void *)sqlite3_value_text(value)
                                                 : sqlite3_value_blob(value);
        uint32_t length = (uint32_t)sqlite3_value_bytes(value);
        uint32_t lowest_first = htole32(length);
        memcpy(at, &lowest_first, LENGTH_OCTETS);
        row->used += 1 + LENGTH_OCTETS;
        if (octets)
            add_octets(row, octets, length);
    } else {
        row->used += 1;
    }
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
