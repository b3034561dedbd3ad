/*
 * Input: rows of a file of exceptions, one a line, cells separated by '|'. An accepted row can be
 * written and read again, and the lookup agrees with a search through all rows.
 */
#include <string.h>

#include "audit/exceptions.h"
#include "tests/fuzz/fuzz.h"

enum { CELLS_MAX = 6, ROWS_MAX = 64 };

static unsigned split(struct exception_cell cells[CELLS_MAX], const char *row, size_t len)
{
    unsigned count = 0;

    while (count < CELLS_MAX) {
        const char *bar = len > 0 ? memchr(row, '|', len) : NULL;
        size_t length = bar ? (size_t)(bar - row) : len;
        cells[count++] = (struct exception_cell){row, length};
        if (!bar)
            break;
        row += length + 1;
        len -= length + 1;
    }
    return count;
}

/* Terminals show the reason. */
static void check_reason(const struct target_reason *why)
{
    size_t len = strnlen(why->text, sizeof(why->text));

    REQUIRE(len > 0 && len < sizeof(why->text));
    for (size_t i = 0; i < len; i++)
        REQUIRE(why->text[i] >= ' ' && why->text[i] < 0x7f);
}

static void check_again(const struct exception *exception)
{
    const char *key = subject_key(exception->subject);
    char text[IPRANGE_TEXT_MAX];
    struct exception again;
    struct target_reason why;

    iprange_print(text, &exception->range);
    struct exception_cell cells[] = {{text, strlen(text)},
                                     {key, strlen(key)},
                                     {exception->reason, strlen(exception->reason)},
                                     {exception->last_day, strlen(exception->last_day)}};
    REQUIRE(!exception_is_header(cells, EXCEPTION_CELLS));
    REQUIRE(exception_parse(&again, cells, EXCEPTION_CELLS, &why));
    REQUIRE(again.subject == exception->subject);
    REQUIRE(ipaddr_equal(&again.range.first, &exception->range.first));
    REQUIRE(ipaddr_equal(&again.range.last, &exception->range.last));
    REQUIRE(strcmp(again.reason, exception->reason) == 0 &&
            strcmp(again.last_day, exception->last_day) == 0);
}

static void take_row(struct exceptions *exceptions, const char *row, size_t len)
{
    struct exception_cell cells[CELLS_MAX];
    struct exception exception;
    struct target_reason why;
    unsigned count = split(cells, row, len);

    memset(&why, 0xa5, sizeof(why));
    (void)exception_is_header(cells, count);
    if (!exception_parse(&exception, cells, count, &why)) {
        check_reason(&why);
        return;
    }
    REQUIRE(exception.subject < SUBJECTS && exception.reason[0] != '\0');
    check_again(&exception);
    if (exceptions_count(exceptions) < ROWS_MAX)
        REQUIRE(exceptions_add(exceptions, &exception));
}

/* The number of addresses, less one. */
static ip_count width(const struct exception *row)
{
    return ipaddr_number(&row->range.last) - ipaddr_number(&row->range.first);
}

static void check_look_up(const struct exceptions *exceptions, const struct ipaddr *address,
                          unsigned subject)
{
    const struct exception *best = NULL, *row;

    for (unsigned i = 0; (row = exceptions_at(exceptions, i)) != NULL; i++) {
        if (!row->expired && row->subject == subject && iprange_contains(&row->range, address) &&
            (!best || width(row) < width(best)))
            best = row;
    }
    REQUIRE(exceptions_find(exceptions, address, subject) == best);
}

static void check_table(struct exceptions *exceptions)
{
    const struct exception *row;

    exceptions_seal(exceptions, "2026-11-23");
    for (unsigned i = 0; (row = exceptions_at(exceptions, i)) != NULL; i++) {
        struct ipaddr next = row->range.last;
        check_look_up(exceptions, &row->range.first, row->subject);
        check_look_up(exceptions, &row->range.last, row->subject);
        if (ipaddr_next(&next))
            check_look_up(exceptions, &next, row->subject);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct exceptions *exceptions = exceptions_new();
    const char *at = (const char *)data, *end = at + size;

    REQUIRE(exceptions != NULL);
    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((newline ? newline : end) - at);
        take_row(exceptions, at, len);
        at += len + (newline != NULL);
    }
    check_table(exceptions);
    exceptions_free(exceptions);
    return 0;
}
