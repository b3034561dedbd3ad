#include "io/input/suffix_list.h"

#include "tests/generic/name_rows.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *why;

static struct suffix_list *open_list(const char *file)
{
    struct suffix_list *list = suffix_list_open(file, &why);

    cr_assert_not_null(list, "%s", why);
    return list;
}

static unsigned labels_of(const struct suffix_list *list, const char *name)
{
    struct dnsname host;

    cr_assert(dnsname_from_text(&host, name, strlen(name)), "%s", name);
    return suffix_list_registrable_labels(list, &host);
}

/* A file with this text, from 2021-06-05. */
static const char *made_list(char path[32], const char *text)
{
    struct timespec when[2] = {{.tv_sec = 1622851200}, {.tv_sec = 1622851200}};

    memcpy(path, "/tmp/fcrdns-psl-XXXXXX", 23);
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    cr_assert_eq(futimens(file, when), 0);
    close(file);
    return path;
}

static void expect_refused(const char *file, const char *reason)
{
    cr_expect_null(suffix_list_open(file, &why));
    cr_expect_str_eq(why, reason);
}

Test(suffix_list, registrable_domains_of_the_system_list)
{
    struct suffix_list *list = open_list(NULL);

    cr_expect_eq(labels_of(list, "mail.example.com"), 2);
    cr_expect_eq(labels_of(list, "example.com"), 2);
    cr_expect_eq(labels_of(list, "com"), 0);
    cr_expect_eq(labels_of(list, "."), 0);
    cr_expect_eq(labels_of(list, "a.b.c.example.co.uk"), 3);
    cr_expect_eq(labels_of(list, "Mail.Example.CO.UK"), 3);
    cr_expect_eq(labels_of(list, "co.uk"), 0);
    cr_expect_eq(labels_of(list, "a.b.kobe.jp"), 4, "*.kobe.jp");
    cr_expect_eq(labels_of(list, "b.kobe.jp"), 0);
    cr_expect_eq(labels_of(list, "x.city.kobe.jp"), 3, "!city.kobe.jp");
    cr_expect_eq(labels_of(list, "mail.example.unheard-of"), 2,
                 "an unknown top-level domain is a suffix");
    suffix_list_close(list);
}

Test(suffix_list, private_suffixes_do_not_count)
{
    struct suffix_list *list = open_list(NULL);

    cr_expect_eq(labels_of(list, "ec2-192-0-2-1.eu-west-1.compute.amazonaws.com"), 2);
    cr_expect_eq(labels_of(list, "host.user.github.io"), 2);
    suffix_list_close(list);
}

Test(suffix_list, any_name_is_accepted)
{
    struct suffix_list *list = open_list(NULL);
    struct dnsname longest = {.length = DNSNAME_MAX};

    for (unsigned i = 0; i < DNSNAME_MAX - 1; i += 2) {
        longest.wire[i] = 1;
        longest.wire[i + 1] = 'a';
    }
    longest.wire[DNSNAME_MAX - 1] = 0;
    cr_expect_eq(suffix_list_registrable_labels(list, &longest), 2);
    cr_expect_eq(labels_of(list, "a\\000b.example\\255.com"), 2);
    cr_expect_eq(labels_of(list, "a\\.b.example.com"), 2);
    cr_expect_eq(labels_of(list, "_mail.example.com"), 2);
    suffix_list_close(list);
}

static void expect_labels_of_table(const char *path, const struct suffix_list *list)
{
    FILE *file = name_rows_open(path);
    struct name_row row;

    while (name_rows_next(file, &row))
        cr_expect_eq(suffix_list_registrable_labels(list, &row.host), row.registrable_labels, "%s",
                     row.name);
    fclose(file);
}

Test(suffix_list, tables_of_names_state_the_right_labels)
{
    struct suffix_list *list = open_list(NULL);

    expect_labels_of_table("tests/generic/names.tsv", list);
    expect_labels_of_table("tests/generic/holdout.tsv", list);
    expect_labels_of_table("tests/generic/holdout-2.tsv", list);
    suffix_list_close(list);
}

Test(suffix_list, the_system_list_has_a_date_and_a_source)
{
    struct suffix_list *list = open_list(NULL);

    cr_expect_eq(strlen(suffix_list_date(list)), 10);
    cr_expect_gt(strcmp(suffix_list_date(list), "2020-01-01"), 0, "%s", suffix_list_date(list));
    cr_expect_gt(strlen(suffix_list_source(list)), 0);
    suffix_list_close(list);
}

Test(suffix_list, a_list_of_the_users_own)
{
    char path[32];
    struct suffix_list *list =
        open_list(made_list(path, "// ===BEGIN ICANN DOMAINS===\ncom\nnet\n*.deep.net\n"
                                  "// ===END ICANN DOMAINS===\n"
                                  "// ===BEGIN PRIVATE DOMAINS===\nshared.com\n"
                                  "// ===END PRIVATE DOMAINS===\n"));

    cr_expect_str_eq(suffix_list_source(list), path);
    cr_expect_str_eq(suffix_list_date(list), "2021-06-05");
    cr_expect_str_eq(suffix_list_date_of(list), "file");
    cr_expect_eq(labels_of(list, "a.b.co.uk"), 2, "not in this list");
    cr_expect_eq(labels_of(list, "a.b.c.deep.net"), 4);
    cr_expect_eq(labels_of(list, "a.b.shared.com"), 2);
    suffix_list_close(list);
    unlink(path);
}

#define HEAD "// ===BEGIN ICANN DOMAINS===\ncom\n// ===END ICANN DOMAINS===\n"

static void expect_dated(const char *text, const char *date, const char *date_of)
{
    char path[32];
    struct suffix_list *list = open_list(made_list(path, text));

    cr_expect_str_eq(suffix_list_date(list), date, "%s", suffix_list_date(list));
    cr_expect_str_eq(suffix_list_date_of(list), date_of);
    cr_expect_eq(labels_of(list, "a.b.com"), 2, "read from its begin");
    suffix_list_close(list);
    unlink(path);
}

Test(suffix_list, a_version_line_dates_the_list)
{
    char late[4096] = "";

    expect_dated("// VERSION: 2024-03-07_12-00-00_UTC\n" HEAD, "2024-03-07", "VERSION line");
    expect_dated("// one\n\n// VERSION: 2024-03-07\n// VERSION: 2025-01-01\n" HEAD, "2024-03-07",
                 "VERSION line");
    expect_dated("// VERSION: 2024-3-07_12\n" HEAD, "2021-06-05", "file");
    expect_dated("// VERSION: \n" HEAD, "2021-06-05", "file");
    expect_dated("// version: 2024-03-07\n" HEAD, "2021-06-05", "file");
    for (unsigned i = 0; i < 40; i++)
        strcat(late, "// x\n");
    strcat(late, "// VERSION: 2024-03-07\n" HEAD);
    expect_dated(late, "2021-06-05", "file");
}

Test(suffix_list, other_files_are_refused)
{
    static const char not_a_list[] =
        "is not a public suffix list: com is missing in its ICANN part";
    char path[32];

    expect_refused("/nonexistent/list.dat", "does not exist");
    expect_refused("/", not_a_list);
    expect_refused(made_list(path, ""), not_a_list);
    unlink(path);
    expect_refused(made_list(path, "com\nnet\n"), not_a_list);
    unlink(path);
    expect_refused(made_list(path, "<html>404</html>\n"), not_a_list);
    unlink(path);
    expect_refused(made_list(path, ".DAFSA@PSL_0   \n"), not_a_list);
    unlink(path);
}

Test(suffix_list, closing_nothing_is_allowed)
{
    suffix_list_close(NULL);
}
