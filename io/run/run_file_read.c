#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "io/run/run_file_private.h"

enum run_step run_next(struct run_file *run, sqlite3_stmt *statement)
{
    int code = statement == NULL ? SQLITE_MISUSE : sqlite3_step(statement);
    if (code == SQLITE_ROW)
        return RUN_ROW;
    if (code != SQLITE_DONE && statement != NULL)
        run_fail(run, code);
    sqlite3_reset(statement);
    return code == SQLITE_DONE ? RUN_END : RUN_FAILED;
}

/* The statement of a cursor that was begun; NULL if the run has failed since. */
static enum run_step next_row(struct run_file *run, enum statement which, sqlite3_stmt **row)
{
    *row = failure_is_set(&run->failure) ? NULL : run->statements[which];
    return run_next(run, *row);
}

static enum run_step damaged(struct run_file *run, sqlite3_stmt *row, const char *what)
{
    run_fail_damaged(run, what);
    sqlite3_reset(row);
    return RUN_FAILED;
}

bool run_read_address(struct ipaddr *out, sqlite3_stmt *row, int column)
{
    const uint8_t *blob = sqlite3_column_blob(row, column);
    int length = sqlite3_column_bytes(row, column);
    return blob != NULL && length > 1 && ipaddr_from_octets(out, blob + 1, (size_t)length - 1) &&
           out->family == blob[0];
}

static bool read_range(struct iprange *out, sqlite3_stmt *row, int column)
{
    return run_read_address(&out->first, row, column) &&
           run_read_address(&out->last, row, column + 1) && out->first.family == out->last.family &&
           ipaddr_compare(&out->first, &out->last) <= 0;
}

bool run_read_name(struct dnsname *out, sqlite3_stmt *row, int column)
{
    char written[DNSNAME_TEXT_MAX];
    const char *text = (const char *)sqlite3_column_text(row, column);
    size_t length = (size_t)sqlite3_column_bytes(row, column);
    return text != NULL && dnsname_from_text(out, text, length) &&
           dnsname_print(written, out) == length && memcmp(written, text, length) == 0;
}

/* The empty text is no expectation. */
static bool read_expected(bool *has, struct dnsname *out, sqlite3_stmt *row, int column)
{
    const unsigned char *text = sqlite3_column_text(row, column);
    *has = sqlite3_column_bytes(row, column) > 0;
    return *has ? run_read_name(out, row, column) : text != NULL;
}

/* As the index has them. */
static int compare_spans(const struct span *a, const struct span *b)
{
    char texts[2][DNSNAME_TEXT_MAX] = {"", ""};
    int order = ipaddr_compare(&a->range.first, &b->range.first);
    if (order == 0)
        order = ipaddr_compare(&a->range.last, &b->range.last);
    if (order != 0)
        return order;
    if (a->has_expected)
        dnsname_print(texts[0], &a->expected);
    if (b->has_expected)
        dnsname_print(texts[1], &b->expected);
    return strcmp(texts[0], texts[1]);
}

bool run_read_u32(uint32_t *out, sqlite3_stmt *row, int column)
{
    int64_t number = sqlite3_column_int64(row, column);
    *out = (uint32_t)number;
    return number >= 0 && number <= UINT32_MAX;
}

bool run_file_get(struct run_file *run, const char *key, char *out, size_t size)
{
    sqlite3_stmt *get = run_statement(run, SQL_GET);
    if (get == NULL)
        return false;
    sqlite3_bind_text(get, 1, key, -1, SQLITE_STATIC);
    bool there = run_next(run, get) == RUN_ROW;
    const char *value = there ? (const char *)sqlite3_column_text(get, 0) : NULL;
    if (value != NULL && size > 0) {
        size_t len = strnlen(value, size - 1);
        memcpy(out, value, len);
        out[len] = '\0';
    }
    sqlite3_reset(get);
    return value != NULL;
}

uint64_t run_file_get_number(struct run_file *run, const char *key, uint64_t otherwise)
{
    char text[32];
    char *end;
    if (!run_file_get(run, key, text, sizeof text) || text[0] < '0' || text[0] > '9')
        return otherwise;
    errno = 0;
    uint64_t number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : otherwise;
}

bool run_file_is_sealed(struct run_file *run)
{
    return run_file_get_number(run, "sealed", 0) == 1;
}

static void bind_cursor(sqlite3_stmt *spans, const struct span_cursor *cursor,
                        struct address_blob bounds[2], char expected[DNSNAME_TEXT_MAX])
{
    size_t len = 0;
    bounds[0] = bounds[1] = (struct address_blob){.length = 0}; /* before all addresses */
    if (cursor->begun) {
        bounds[0] = address_blob_of(&cursor->last.range.first);
        bounds[1] = address_blob_of(&cursor->last.range.last);
        if (cursor->last.has_expected)
            len = dnsname_print(expected, &cursor->last.expected);
    }
    bind_blob(spans, 1, &bounds[0]);
    bind_blob(spans, 2, &bounds[1]);
    sqlite3_bind_text(spans, 3, expected, (int)len, SQLITE_STATIC);
}

bool run_file_next_spans(struct run_file *run, struct span_cursor *cursor, struct span *out,
                         unsigned n, unsigned *got)
{
    struct address_blob bounds[2];
    char expected[DNSNAME_TEXT_MAX];
    enum run_step status = RUN_END;
    *got = 0;
    sqlite3_stmt *spans = run_statement(run, SQL_SPANS);
    if (spans == NULL)
        return false;
    bind_cursor(spans, cursor, bounds, expected);
    sqlite3_bind_int64(spans, 4, n);
    while (*got < n && (status = run_next(run, spans)) == RUN_ROW) {
        struct span *span = &out[*got];
        const struct span *before = *got > 0 ? span - 1 : cursor->begun ? &cursor->last : NULL;
        if (!read_range(&span->range, spans, 0) ||
            !read_expected(&span->has_expected, &span->expected, spans, 2))
            return damaged(run, spans, "an item is malformed") == RUN_ROW;
        int order = before ? compare_spans(before, span) : -1;
        if (order > 0 || (order == 0 && *got == 0))
            return damaged(run, spans, "items are out of order") == RUN_ROW;
        if (order < 0)
            ++*got;
    }
    sqlite3_reset(spans);
    if (*got > 0) {
        cursor->begun = true;
        cursor->last = out[*got - 1];
    }
    return status != RUN_FAILED;
}

bool run_file_items_begin(struct run_file *run)
{
    run->seen = (struct run_totals){0};
    return run_statement(run, SQL_ITEMS) != NULL;
}

/* A bit flipped in the last address of a range could make reports of a billion rows. */
static bool exceeds_count(const struct run_file *run)
{
    return run->seen.items > run->totals.items || run->seen.addresses > run->totals.addresses;
}

static bool falls_short(const struct run_file *run)
{
    return run->seen.items < run->totals.items || run->seen.addresses < run->totals.addresses;
}

enum run_step run_file_items_next(struct run_file *run, struct run_item *out)
{
    sqlite3_stmt *row;
    enum run_step status = next_row(run, SQL_ITEMS, &row);
    if (status == RUN_END && falls_short(run))
        return damaged(run, row, "it holds less input than was counted");
    if (status != RUN_ROW)
        return status;
    out->line = (uint64_t)sqlite3_column_int64(row, 1);
    out->mapped = sqlite3_column_int(row, 5) != 0;
    if (!run_read_u32(&out->source, row, 0) || !read_range(&out->range, row, 2) ||
        !read_expected(&out->has_expected, &out->expected, row, 4))
        return damaged(run, row, "an item is malformed");
    run_count_item(&run->seen, &out->range);
    if (exceeds_count(run))
        return damaged(run, row, "it holds more input than was counted");
    return RUN_ROW;
}

const char *run_file_source(struct run_file *run, uint32_t number)
{
    return number >= 1 && number <= run->source_count ? run->sources[number - 1] : "";
}

bool run_file_decode(struct run_file *run, const struct run_found *found, struct observation *out)
{
    char text[IPADDR_TEXT_MAX], what[sizeof text + 64];
    if (observation_decode(out, found->facts, found->length))
        return true;
    ipaddr_print(text, &found->address);
    snprintf(what, sizeof what, "what it holds about %s cannot be read", text);
    return run_fail_damaged(run, what);
}

bool run_file_rejected_begin(struct run_file *run)
{
    return run_statement(run, SQL_REJECTED) != NULL;
}

enum run_step run_file_rejected_next(struct run_file *run, struct run_rejected *out)
{
    sqlite3_stmt *row;
    enum run_step status = next_row(run, SQL_REJECTED, &row);
    if (status != RUN_ROW)
        return status;
    out->line = (uint64_t)sqlite3_column_int64(row, 1);
    out->reason = (const char *)sqlite3_column_text(row, 2);
    out->text = sqlite3_column_blob(row, 3);
    out->length = (size_t)sqlite3_column_bytes(row, 3);
    if (!run_read_u32(&out->source, row, 0) || out->reason == NULL)
        return damaged(run, row, "a refused row is malformed");
    if (out->text == NULL)
        out->text = "";
    return RUN_ROW;
}

bool run_file_totals(struct run_file *run, struct run_totals *out)
{
    *out = run->totals;
    return !failure_is_set(&run->failure);
}
