/*
 * Damage: a flipped bit, a lost write, a file cut short. Each row carries a sum of what it holds,
 * made when it is written; before a run is read its structure and every sum is checked once, so
 * that a report is never made from something else than what was found. The sums are against
 * accidents: whoever can write the file can make them.
 */
#include <endian.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "io/run/run_file_private.h"

enum { NUMBER_OCTETS = 8, LENGTH_OCTETS = 4, GATHERED_MAX = 256 /* most rows */ };

/* Octets are gathered: a call for each few of them would cost more than the sum. */
struct row_sum {
    uint32_t sum;
    unsigned used;
    uint8_t octets[GATHERED_MAX];
};

static uint32_t sum_so_far(struct row_sum *row)
{
    row->sum = (uint32_t)crc32(row->sum, row->octets, row->used);
    row->used = 0;
    return row->sum;
}

static void sum_octets(struct row_sum *row, const void *octets, unsigned length)
{
    if (length > GATHERED_MAX - row->used)
        sum_so_far(row);
    if (length > GATHERED_MAX) {
        row->sum = (uint32_t)crc32(row->sum, octets, length);
        return;
    }
    memcpy(row->octets + row->used, octets, length);
    row->used += length;
}

/* Lowest octet first. */
static void sum_number(struct row_sum *row, uint64_t number, unsigned octets)
{
    uint64_t lowest_first = htole64(number);
    sum_octets(row, &lowest_first, octets);
}

/* Kind, length and octets, so that no two rows that differ are one string. */
static void sum_value(struct row_sum *row, sqlite3_value *value)
{
    int kind = sqlite3_value_type(value);
    sum_number(row, (uint64_t)kind, 1);
    if (kind == SQLITE_INTEGER)
        sum_number(row, (uint64_t)sqlite3_value_int64(value), NUMBER_OCTETS);
    if (kind != SQLITE_TEXT && kind != SQLITE_BLOB)
        return;
    const void *octets =
        kind == SQLITE_TEXT ? (const void *)sqlite3_value_text(value) : sqlite3_value_blob(value);
    unsigned length = (unsigned)sqlite3_value_bytes(value);
    sum_number(row, length, LENGTH_OCTETS);
    if (octets)
        sum_octets(row, octets, length);
}

/* rowsum('table', value, ...): the CRC-32 (RFC 1952 8) of the values. */
static void rowsum(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct row_sum row;
    row.sum = row.used = 0;
    for (int i = 0; i < count; i++)
        sum_value(&row, values[i]);
    sqlite3_result_int64(context, sum_so_far(&row));
}

bool run_add_functions(struct run_file *run)
{
    int code = sqlite3_create_function_v2(run->db, "rowsum", -1,
                                          SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
                                          NULL, rowsum, NULL, NULL, NULL);
    return code == SQLITE_OK || run_fail(run, code);
}

/* One row of one text, or none. *good: the text is as wanted (NULL: there must be no row). */
static bool ask(struct run_file *run, const char *question, const char *wanted, bool *good)
{
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(run->db, question, -1, &statement, NULL);
    if (code == SQLITE_OK)
        code = sqlite3_step(statement);
    if (code == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        *good = wanted != NULL && text != NULL && strcmp(text, wanted) == 0;
    } else if (code == SQLITE_DONE) {
        *good = wanted == NULL;
    } else {
        run_fail(run, code);
    }
    sqlite3_finalize(statement);
    return code == SQLITE_ROW || code == SQLITE_DONE;
}

static const struct {
    const char *table;
    const char *damaged; /* a row whose sum does not hold */
} SUMS[] = {{"meta", "SELECT key FROM meta WHERE sum IS NOT " SUM_META},
            {"source", "SELECT number FROM source WHERE sum IS NOT " SUM_SOURCE},
            {"item", "SELECT seq FROM item WHERE sum IS NOT " SUM_ITEM},
            {"rejected", "SELECT seq FROM rejected WHERE sum IS NOT " SUM_REJECTED},
            {"found", "SELECT block FROM found WHERE sum IS NOT " SUM_FOUND},
            {"zone", "SELECT question FROM zone WHERE sum IS NOT " SUM_ZONE},
            {"vantage", "SELECT number FROM vantage WHERE sum IS NOT " SUM_VANTAGE},
            {"seen", "SELECT tries FROM seen WHERE sum IS NOT " SUM_SEEN},
            {"ask", "SELECT type FROM ask WHERE sum IS NOT " SUM_ASK},
            {"nameserver", "SELECT type FROM nameserver WHERE sum IS NOT " SUM_NAMESERVER},
            {"zone_server", "SELECT state FROM zone_server WHERE sum IS NOT " SUM_ZONE_SERVER},
            {"told", "SELECT kind FROM told WHERE sum IS NOT " SUM_TOLD}};

bool run_check(struct run_file *run)
{
    bool good = true;
    /* The index is only read by a run that goes on; comparing it with its table takes the longest.
     */
    const char *structure =
        run->mode == RUN_RESUME ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)";
    if (!ask(run, structure, "ok", &good))
        return false;
    if (!good)
        return run_fail_damaged(run, "its structure does not hold");
    for (unsigned i = 0; i < sizeof SUMS / sizeof SUMS[0]; i++) {
        char what[64];
        if (!ask(run, SUMS[i].damaged, NULL, &good))
            return false;
        snprintf(what, sizeof what, "the sum of a row of %s does not hold", SUMS[i].table);
        if (!good)
            return run_fail_damaged(run, what);
    }
    return true;
}
