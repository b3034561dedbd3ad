#include "audit/exceptions.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { CELLS_MAX = 8, NO_ROW = 999 };

/* Cells are separated by '|'. */
static unsigned split(struct exception_cell cells[CELLS_MAX], const char *row)
{
    unsigned count = 0;
    for (;; row++) {
        size_t length = strcspn(row, "|");
        cells[count++] = (struct exception_cell){row, length};
        row += length;
        if (*row == '\0')
            return count;
    }
}

static struct exception parse(const char *row)
{
    struct exception_cell cells[CELLS_MAX];
    struct exception exception;
    struct target_reason why;
    unsigned count = split(cells, row);
    cr_assert(exception_parse(&exception, cells, count, &why), "%s: %s", row, why.text);
    return exception;
}

static void expect_refused(const char *row, const char *reason)
{
    struct exception_cell cells[CELLS_MAX];
    struct exception exception;
    struct target_reason why;
    unsigned count = split(cells, row);
    cr_expect_not(exception_parse(&exception, cells, count, &why), "%s", row);
    cr_expect_str_eq(why.text, reason, "%s: %s", row, why.text);
}

static bool is_header(const char *row)
{
    struct exception_cell cells[CELLS_MAX];
    return exception_is_header(cells, split(cells, row));
}

static void expect_range(const char *item, const char *expected)
{
    char row[256], text[IPRANGE_TEXT_MAX];
    snprintf(row, sizeof row, "%s|no-ptr|why", item);
    struct exception exception = parse(row);
    iprange_print(text, &exception.range);
    cr_expect_str_eq(text, expected);
}

Test(exceptions, a_row)
{
    struct exception exception =
        parse("198.51.100.7|no-ptr|retired, will be given back|2026-10-01");
    cr_expect_eq(exception.subject, VERDICT_NO_PTR);
    cr_expect_str_eq(exception.reason, "retired, will be given back");
    cr_expect_str_eq(exception.last_day, "2026-10-01");
    cr_expect_not(exception.expired);
    cr_expect_eq(exception.uses, 0);
    cr_expect_str_eq(parse("::1|no-ptr|why|").last_day, "", "an empty cell");
    cr_expect_str_eq(parse("::1|no-ptr|why").last_day, "", "no cell");
}

Test(exceptions, addresses_prefixes_and_ranges)
{
    expect_range(" 198.51.100.7 ", "198.51.100.7");
    expect_range("198.51.100.0/24", "198.51.100.0/24");
    expect_range("198.51.100.7-198.51.100.99", "198.51.100.7-198.51.100.99");
    expect_range("::ffff:198.51.100.7", "198.51.100.7");
    expect_range("0.0.0.0/0", "0.0.0.0/0");
    expect_range("::/0", "::/0");
}

Test(exceptions, every_key_that_counts)
{
    char row[128];
    for (unsigned i = 0; i < SUBJECTS; i++) {
        if (i == VERDICT_PASS || i == VERDICT_NOT_PUBLIC)
            continue;
        snprintf(row, sizeof row, "::1|%s|why", subject_key(i));
        cr_expect_eq(parse(row).subject, i, "%s", row);
    }
    cr_expect_str_eq(subject_key(VERDICTS + FINDING_FLAKY), "flaky");
}

Test(exceptions, rows_that_are_none)
{
    expect_refused("", "has 1 column: an address, a verdict or finding, and a reason are needed");
    expect_refused("::1|no-ptr",
                   "has 2 columns: an address, a verdict or finding, and a reason are needed");
    expect_refused("::1|no-ptr|a|2026-01-01|b",
                   "has 5 columns, not 4: is a reason with a separator in it not quoted?");
    expect_refused("|no-ptr|why", "the item is missing");
    expect_refused("198.51.100.256|no-ptr|why", "octet 256 is more than 255");
    expect_refused("mta.example|no-ptr|why", "the item is a host name, not an address");
    expect_refused("::1|noptr|why",
                   "\"noptr\" is not a verdict or finding: fcrdns explain lists them");
    expect_refused("::1|NO-PTR|why",
                   "\"NO-PTR\" is not a verdict or finding: fcrdns explain lists them");
    expect_refused("::1|aZ-Az_09|why",
                   "\"aZ-Az_09\" is not a verdict or finding: fcrdns explain lists them");
    expect_refused("::1|a123456789b123456789c123456789d123456789|why",
                   "\"a123456789b123456789c123456789d123456789\" is not a verdict or finding: "
                   "fcrdns explain lists them");
    expect_refused("::1|a123456789b123456789c123456789d123456789e|why",
                   "the second column has no verdict or finding: fcrdns explain lists them");
    for (const char *around = "@[`{/:"; *around; around++) {
        char row[] = "::1|no?ptr|why";
        *strchr(row, '?') = *around;
        expect_refused(row,
                       "the second column has no verdict or finding: fcrdns explain lists them");
    }
    expect_refused("::1||why",
                   "the second column has no verdict or finding: fcrdns explain lists them");
    expect_refused("::1|no ptr\x1b|why",
                   "the second column has no verdict or finding: fcrdns explain lists them");
    expect_refused("::1|pass|why", "pass is not a fault: it needs no exception");
    expect_refused("::1|not-public|why", "not-public is not a fault: it needs no exception");
    expect_refused("::1|no-ptr|",
                   "the reason is missing: the report must say why this is accepted");
    expect_refused("::1|no-ptr|2026-10-01", "the reason is a date: the last day is the fourth "
                                            "column");
    expect_refused("::1|no-ptr|2026-10-01|", "the reason is a date: the last day is the fourth "
                                             "column");
}

Test(exceptions, the_last_day_of_each_month_is_in_the_calendar_and_the_next_is_not)
{
    static const unsigned days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (unsigned month = 1; month <= 12; month++) {
        char row[64], reason[64];
        snprintf(row, sizeof(row), "::1|no-ptr|why|2026-%02u-%02u", month, days[month - 1]);
        cr_expect_str_eq(parse(row).last_day, row + strlen("::1|no-ptr|why|"));
        snprintf(row, sizeof(row), "::1|no-ptr|why|2026-%02u-%02u", month, days[month - 1] + 1);
        snprintf(reason, sizeof(reason), "the last day 2026-%02u-%02u is not in the calendar",
                 month, days[month - 1] + 1);
        expect_refused(row, reason);
    }
}

Test(exceptions, a_reason_has_a_ceiling)
{
    char row[400];
    snprintf(row, sizeof row, "::1|no-ptr|%0200d", 0);
    cr_expect_eq(strlen(parse(row).reason), 200);
    snprintf(row, sizeof row, "::1|no-ptr|%0201d", 0);
    expect_refused(row, "the reason is longer than 200 bytes");
    struct exception_cell cells[] = {{"::1", 3}, {"no-ptr", 6}, {"a\0b", 3}};
    struct exception exception;
    struct target_reason why;
    cr_expect_not(exception_parse(&exception, cells, 3, &why));
    cr_expect_str_eq(why.text, "the reason contains a NUL");
}

Test(exceptions, dates_are_strict)
{
    static const char form[] =
        "the last day is not a date like 2026-10-01 (an empty cell: it never ends)";
    cr_expect_str_eq(parse("::1|no-ptr|why|2024-02-29").last_day, "2024-02-29");
    cr_expect_str_eq(parse("::1|no-ptr|why|2000-02-29").last_day, "2000-02-29");
    cr_expect_str_eq(parse("::1|no-ptr|why|9999-12-31").last_day, "9999-12-31");
    expect_refused("::1|no-ptr|why|2026-02-29", "the last day 2026-02-29 is not in the calendar");
    expect_refused("::1|no-ptr|why|2100-02-29", "the last day 2100-02-29 is not in the calendar");
    expect_refused("::1|no-ptr|why|2026-04-31", "the last day 2026-04-31 is not in the calendar");
    expect_refused("::1|no-ptr|why|2026-00-10", "the last day 2026-00-10 is not in the calendar");
    expect_refused("::1|no-ptr|why|2026-13-10", "the last day 2026-13-10 is not in the calendar");
    expect_refused("::1|no-ptr|why|2026-12-00", "the last day 2026-12-00 is not in the calendar");
    expect_refused("::1|no-ptr|why|2026-12-32", "the last day 2026-12-32 is not in the calendar");
    expect_refused("::1|no-ptr|why|never", form);
    expect_refused("::1|no-ptr|why|2026-1-1", form);
    expect_refused("::1|no-ptr|why|01.10.2026", form);
    expect_refused("::1|no-ptr|why|2026-10-01 ", form);
    expect_refused("::1|no-ptr|why|2026/10/01", form);
}

Test(exceptions, a_header_has_neither_address_nor_key)
{
    cr_expect(is_header("address|finding|reason|expires"));
    cr_expect(is_header("ip"));
    cr_expect(is_header(""));
    cr_expect(exception_is_header((struct exception_cell[]){{"ip", 2}, {"no-ptr", 6}}, 1),
              "only the cells of the row count");
    cr_expect_not(is_header("198.51.100.7|no-ptr|why"));
    cr_expect_not(is_header("198.51.100.777|no-ptr|why"), "a typo is no header");
    cr_expect_not(is_header("mta.example|no-ptr|why"), "neither is a host name beside a key");
    cr_expect_not(is_header("198.51.100.7|what|why"));
}

/* ---- the table ---- */

static struct exceptions *table_of(const char *const *rows, const char *today)
{
    struct exceptions *exceptions = exceptions_new();
    cr_assert_not_null(exceptions);
    for (unsigned i = 0; rows[i] != NULL; i++) {
        struct exception exception = parse(rows[i]);
        cr_assert(exceptions_add(exceptions, &exception));
    }
    exceptions_seal(exceptions, today);
    return exceptions;
}

/* The number of the row that holds. */
static unsigned find(const struct exceptions *exceptions, const char *text, unsigned subject)
{
    struct ipaddr address;
    cr_assert(ipaddr_parse(&address, text, strlen(text)));
    const struct exception *found = exceptions_find(exceptions, &address, subject);
    return found ? (unsigned)(found - exceptions_at(exceptions, 0)) : NO_ROW;
}

Test(exceptions, an_empty_table_holds_nothing)
{
    const char *const rows[] = {NULL};
    struct exceptions *exceptions = table_of(rows, "2026-11-23");
    cr_expect_eq(find(exceptions, "198.51.100.7", VERDICT_NO_PTR), NO_ROW);
    cr_expect_null(exceptions_at(exceptions, 0));
    cr_expect_eq(exceptions_sum(exceptions).in_force, 0);
    exceptions_free(exceptions);
    exceptions_free(NULL);
}

Test(exceptions, look_up_is_by_address_and_subject)
{
    const char *const rows[] = {"198.51.100.8-198.51.100.15|no-ptr|a",
                                "198.51.100.8|multiple-ptr|b",
                                "2001:db8::/64|no-ptr|c",
                                "0.0.0.0/0|dns-error|d",
                                "::/0|dns-error|e",
                                NULL};
    struct exceptions *exceptions = table_of(rows, "2026-11-23");
    cr_expect_eq(find(exceptions, "198.51.100.7", VERDICT_NO_PTR), NO_ROW);
    cr_expect_eq(find(exceptions, "198.51.100.8", VERDICT_NO_PTR), 0);
    cr_expect_eq(find(exceptions, "198.51.100.15", VERDICT_NO_PTR), 0);
    cr_expect_eq(find(exceptions, "198.51.100.16", VERDICT_NO_PTR), NO_ROW);
    cr_expect_eq(find(exceptions, "198.51.100.8", VERDICTS + FINDING_MULTIPLE_PTR), 1);
    cr_expect_eq(find(exceptions, "198.51.100.9", VERDICTS + FINDING_MULTIPLE_PTR), NO_ROW);
    cr_expect_eq(find(exceptions, "2001:db8::ffff", VERDICT_NO_PTR), 2);
    cr_expect_eq(find(exceptions, "2001:db8:0:1::", VERDICT_NO_PTR), NO_ROW);
    cr_expect_eq(find(exceptions, "0.0.0.0", VERDICT_DNS_ERROR), 3);
    cr_expect_eq(find(exceptions, "255.255.255.255", VERDICT_DNS_ERROR), 3);
    cr_expect_eq(find(exceptions, "::", VERDICT_DNS_ERROR), 4);
    cr_expect_eq(find(exceptions, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", VERDICT_DNS_ERROR), 4);
    exceptions_free(exceptions);
}

Test(exceptions, the_narrowest_holds_and_of_equals_the_first)
{
    const char *const rows[] = {"198.51.0.0/16|no-ptr|a",
                                "198.51.100.7|no-ptr|b",
                                "198.51.100.7|no-ptr|c",
                                "198.51.100.0/24|no-ptr|d",
                                "::/0|no-ptr|e",
                                "::/1|no-ptr|f",
                                NULL};
    struct exceptions *exceptions = table_of(rows, "2026-11-23");
    cr_expect_eq(find(exceptions, "198.51.100.7", VERDICT_NO_PTR), 1);
    cr_expect_eq(find(exceptions, "198.51.100.8", VERDICT_NO_PTR), 3);
    cr_expect_eq(find(exceptions, "198.51.101.1", VERDICT_NO_PTR), 0);
    cr_expect_eq(find(exceptions, "::1", VERDICT_NO_PTR), 5);
    cr_expect_eq(find(exceptions, "8000::", VERDICT_NO_PTR), 4);
    exceptions_free(exceptions);
}

Test(exceptions, the_last_day_still_holds)
{
    const char *const rows[] = {
        "198.51.100.7|no-ptr|a|2026-11-22", "198.51.100.7|no-ptr|b|2026-11-23",
        "198.51.100.0/24|no-ptr|c|2026-11-24", "198.51.0.0/16|no-ptr|d", NULL};
    struct exceptions *exceptions = table_of(rows, "2026-11-23");
    cr_expect(exceptions_at(exceptions, 0)->expired);
    cr_expect_eq(find(exceptions, "198.51.100.7", VERDICT_NO_PTR), 1);
    exceptions_seal(exceptions, "2026-11-24");
    cr_expect_eq(find(exceptions, "198.51.100.7", VERDICT_NO_PTR), 2);
    exceptions_seal(exceptions, "2027-01-01");
    cr_expect_eq(find(exceptions, "198.51.100.7", VERDICT_NO_PTR), 3);
    exceptions_free(exceptions);
}

Test(exceptions, uses_are_counted)
{
    const char *const rows[] = {"198.51.100.7|no-ptr|a|2026-11-22", "198.51.100.8|no-ptr|b",
                                "198.51.100.9|no-ptr|c", NULL};
    struct exceptions *exceptions = table_of(rows, "2026-11-23");
    struct exceptions_sum sum = exceptions_sum(exceptions);
    cr_expect(sum.in_force == 2 && sum.expired == 1 && sum.unused == 2);
    exceptions_count_use(exceptions, exceptions_at(exceptions, 2));
    sum = exceptions_sum(exceptions);
    cr_expect(sum.in_force == 2 && sum.expired == 1 && sum.unused == 1);
    cr_expect_eq(exceptions_at(exceptions, 2)->uses, 1);
    cr_expect_not(exception_is_unused(exceptions_at(exceptions, 0)), "it has expired");
    exceptions_free(exceptions);
}

/* Against a look at every row, over ranges that nest, touch and cross. */
Test(exceptions, the_tree_finds_what_a_search_finds)
{
    enum { ROWS = 300, ADDRESSES = 1024 };
    struct exceptions *exceptions = exceptions_new();
    uint32_t seed = 1;
    for (unsigned i = 0; i < ROWS; i++) {
        struct exception exception = parse("0.0.0.0|no-ptr|why");
        seed = seed * 1664525 + 1013904223;
        ip_count first = seed >> 22, width = (seed >> 8) % (i % 4 == 0 ? 400 : 12);
        exception.range = (struct iprange){ipaddr_from_number(IP_V4, first),
                                           ipaddr_from_number(IP_V4, first + width)};
        exception.subject = seed >> 5 & 1 ? VERDICT_NO_PTR : VERDICT_NO_FORWARD;
        cr_assert(exceptions_add(exceptions, &exception));
    }
    exceptions_seal(exceptions, "2026-11-23");
    for (unsigned number = 0; number < ADDRESSES; number++) {
        struct ipaddr address = ipaddr_from_number(IP_V4, number);
        const struct exception *best = NULL, *row;
        for (unsigned i = 0; (row = exceptions_at(exceptions, i)) != NULL; i++)
            if (row->subject == VERDICT_NO_PTR && iprange_contains(&row->range, &address) &&
                (!best || iprange_count(&row->range) < iprange_count(&best->range)))
                best = row;
        cr_expect_eq(exceptions_find(exceptions, &address, VERDICT_NO_PTR), best, "%u", number);
    }
    exceptions_free(exceptions);
}

Test(exceptions, the_table_has_a_ceiling)
{
    struct exceptions *exceptions = exceptions_new();
    struct exception exception = parse("198.51.100.7|no-ptr|why");
    for (unsigned i = 0; i < EXCEPTIONS_MAX; i++)
        cr_assert(exceptions_add(exceptions, &exception));
    cr_expect_eq(exceptions_count(exceptions), EXCEPTIONS_MAX);
    cr_expect_not(exceptions_add(exceptions, &exception));
    exceptions_free(exceptions);
}
