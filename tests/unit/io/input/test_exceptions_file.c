#include "io/input/exceptions_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TODAY = 1795437529 /* 2026-11-23T12:38:49Z */ };

static char path[] = "/tmp/fcrdns-exceptions-XXXXXX";

static void make_file(void)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static void drop_file(void)
{
    unlink(path);
}

TestSuite(exceptions_file, .init = make_file, .fini = drop_file);

static struct exceptions *load(const char *text, size_t length, struct failure *failure)
{
    FILE *file = fopen(path, "wb");
    cr_assert_eq(fwrite(text, 1, length, file), length);
    fclose(file);
    return exceptions_file_load(path, TODAY, failure);
}

static struct exceptions *expect_good(const char *text)
{
    struct failure failure = {0};
    struct exceptions *exceptions = load(text, strlen(text), &failure);
    cr_assert_not_null(exceptions, "%s", failure.text);
    return exceptions;
}

static void expect_refused(const char *text, const char *reason)
{
    struct failure failure = {0};
    char expected[FAILURE_TEXT_MAX];
    snprintf(expected, sizeof expected, "%s:%s", path, reason);
    cr_expect_null(load(text, strlen(text), &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_str_eq(failure.text, expected);
}

Test(exceptions_file, rows_with_header_comments_and_quotes)
{
    struct exceptions *exceptions =
        expect_good("\xef\xbb\xbf# accepted by the board\n"
                    "Address,What,Why,Until\n"
                    "\n"
                    "198.51.100.7,no-ptr,\"old, \"\"soon\"\" gone\",2026-11-22\n"
                    " 198.51.100.0/24 , multiple-ptr , two names ,\n"
                    "2001:db8::1,no-ptr,why");
    cr_assert_eq(exceptions_count(exceptions), 3);
    cr_expect_str_eq(exceptions_at(exceptions, 0)->reason, "old, \"soon\" gone");
    cr_expect_eq(exceptions_at(exceptions, 0)->line, 4);
    cr_expect(exceptions_at(exceptions, 0)->expired, "the given time decides");
    cr_expect_str_eq(exceptions_at(exceptions, 1)->reason, "two names");
    cr_expect_eq(exceptions_at(exceptions, 2)->line, 6);
    exceptions_free(exceptions);
}

Test(exceptions_file, the_last_day_is_of_utc)
{
    struct exceptions *exceptions =
        expect_good("::1,no-ptr,why,2026-11-23\n::1,no-ptr,why,2026-11-22\n");
    cr_expect_not(exceptions_at(exceptions, 0)->expired);
    cr_expect(exceptions_at(exceptions, 1)->expired);
    exceptions_free(exceptions);
}

Test(exceptions_file, semicolons_and_empty_files)
{
    struct exceptions *exceptions = expect_good("::1;no-ptr;why, and more;2027-01-01\r\n");
    cr_expect_str_eq(exceptions_at(exceptions, 0)->reason, "why, and more");
    exceptions_free(exceptions);
    exceptions = expect_good("");
    cr_expect_eq(exceptions_count(exceptions), 0);
    exceptions_free(exceptions);
    exceptions = expect_good("# nothing yet\nip,finding,reason,expires\n");
    cr_expect_eq(exceptions_count(exceptions), 0);
    exceptions_free(exceptions);
}

Test(exceptions_file, an_unusable_row_is_a_failure_that_names_its_line)
{
    expect_refused("ip,finding,why\nip,finding,why\n", "2: the item is not an IP address");
    expect_refused("::1,no-ptr,why\n\n::2,no-pt,why\n",
                   "3: \"no-pt\" is not a verdict or finding: fcrdns explain lists them");
    expect_refused("::1,no-ptr,one, two\n",
                   "1: the last day is not a date like 2026-10-01 (an empty cell: it never ends)");
    expect_refused("::1,no-ptr,one, two, three\n",
                   "1: has 5 columns, not 4: is a reason with a separator in it not quoted?");
    expect_refused("::1,no-ptr,\"open\n", "1: a quote that is never closed");
}

Test(exceptions_file, a_file_that_cannot_be_read)
{
    static const char cut_gzip[] = "\x1f\x8b\x08\0\0\0\0\0\0\3";
    struct failure failure = {0}, missing = {0};
    char text[FAILURE_TEXT_MAX];
    cr_expect_null(load(cut_gzip, sizeof cut_gzip - 1, &failure));
    snprintf(text, sizeof text, "%s:1: gzip data ends in the middle of a member", path);
    cr_expect_str_eq(failure.text, text);
    cr_expect_null(exceptions_file_load("/nonexistent/e.csv", TODAY, &missing));
    cr_expect_str_eq(missing.text, "cannot open \"/nonexistent/e.csv\": No such file or directory");
    cr_expect_eq(missing.status, EXIT_TROUBLE);
}

Test(exceptions_file, one_too_many)
{
    static const char row[] = "::1,no-ptr,w\n";
    size_t size = (EXCEPTIONS_MAX + 1) * (sizeof row - 1);
    char *text = malloc(size);
    struct failure failure = {0};
    char expected[FAILURE_TEXT_MAX];
    for (size_t at = 0; at < size; at += sizeof row - 1)
        memcpy(text + at, row, sizeof row - 1);
    snprintf(expected, sizeof expected, "%s:65537: more than 65536 exceptions", path);
    cr_expect_null(load(text, size, &failure));
    cr_expect_str_eq(failure.text, expected);
    free(text);
}
