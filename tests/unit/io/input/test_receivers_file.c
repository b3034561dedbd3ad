#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/input/receivers_file.h"

static struct receiver_file loaded;
static struct failure failure;

static bool load_bytes(const char *text, size_t length)
{
    char path[] = "/tmp/receivers-XXXXXX";
    int fd = mkstemp(path);
    cr_assert_eq(write(fd, text, length), (ssize_t)length);
    close(fd);
    memset(&loaded, 0, sizeof(loaded));
    memset(&failure, 0, sizeof(failure));
    bool good = receivers_file_load(&loaded, path, &failure);
    unlink(path);
    return good;
}

static bool load(const char *text)
{
    return load_bytes(text, strlen(text));
}

Test(receivers_file_load, reads_a_receiver)
{
    cr_assert(load("# ours\n[partner]\nname = A partner\nmissing = refuses\nmismatch = defers\n"),
              "%s", failure.text);
    cr_expect_eq(loaded.count, 1);
    cr_expect_str_eq(loaded.rows[0].key, "partner");
    cr_expect_eq(loaded.rows[0].ipv4.missing, OUTCOME_REFUSES);
    cr_expect_eq(loaded.rows[0].ipv6.mismatch, OUTCOME_DEFERS);
}

Test(receivers_file_load, names_file_and_line_of_a_fault)
{
    cr_assert_not(load("[partner]\nmissing = shrugs\n"));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, "/tmp/receivers-"), "%s", failure.text);
    cr_expect_not_null(strstr(failure.text, "line 2"), "%s", failure.text);
}

Test(receivers_file_load, refuses_an_empty_file_and_a_long_line)
{
    cr_expect_not(load(""));
    char line[3 * RECEIVER_LINE_MAX];
    memset(line, 'x', sizeof(line) - 1);
    line[0] = '[';
    line[sizeof(line) - 2] = '\n';
    line[sizeof(line) - 1] = '\0';
    cr_expect_not(load(line));
    cr_expect_not_null(strstr(failure.text, "line 1"), "%s", failure.text);
}

Test(receivers_file_load, a_missing_file_is_a_failure)
{
    memset(&failure, 0, sizeof(failure));
    cr_assert_not(receivers_file_load(&loaded, "/nonexistent/receivers", &failure));
    cr_expect_not_null(strstr(failure.text, "No such file"), "%s", failure.text);
}

/* The rest of such a line was once ignored without a message. */
Test(receivers_file_load, refuses_a_line_with_a_nul)
{
    static const char text[] = "[partner]\nmissing = refuses\0\nmismatch = defers\n";
    cr_assert_not(load_bytes(text, sizeof(text) - 1));
    cr_expect_not_null(strstr(failure.text, "line 2"), "%s", failure.text);
}
