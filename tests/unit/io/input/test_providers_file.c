#include "io/input/providers_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[] = "/tmp/fcrdns-providers-XXXXXX";

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

TestSuite(providers_file, .init = make_file, .fini = drop_file);

static struct providers *load(const char *text, struct failure *failure)
{
    FILE *file = fopen(path, "wb");

    cr_assert_geq(fputs(text, file), 0);
    fclose(file);
    return providers_file_load(path, failure);
}

static struct providers *expect_good(const char *text)
{
    struct failure failure = {0};
    struct providers *providers = load(text, &failure);

    cr_assert_not_null(providers, "%s", failure.text);
    return providers;
}

static void expect_refused(const char *text, const char *reason)
{
    struct failure failure = {0};
    char expected[FAILURE_TEXT_MAX];

    snprintf(expected, sizeof(expected), "%s:%s", path, reason);
    cr_expect_null(load(text, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_str_eq(failure.text, expected);
}

static const struct provider *find(const struct providers *providers, const char *address)
{
    struct ipaddr at;

    cr_assert(ipaddr_parse(&at, address, strlen(address)));
    return providers_find(providers, &at);
}

static void expect_provider(const struct providers *providers, const char *address,
                            const char *name)
{
    const struct provider *found = find(providers, address);

    cr_expect_eq(found != NULL, name != NULL, "%s", address);
    if (found && name)
        cr_expect_str_eq(found->name, name, "%s", address);
}

Test(providers_file, the_most_specific_prefix_decides)
{
    struct providers *providers = expect_good("prefix,provider,contact,reference\n"
                                              "198.51.100.64/26,Inner,,\n"
                                              "198.51.0.0/16,Outer,noc@outer.example,C-17\n"
                                              "198.51.100.80,One\n"
                                              "198.51.100.0/24,Middle,https://middle.example/\n"
                                              "2001:db8::/32,Six,six@example.net\n");
    cr_assert_eq(providers_count(providers), 5);
    expect_provider(providers, "198.50.255.255", NULL);
    expect_provider(providers, "198.51.0.0", "Outer");
    expect_provider(providers, "198.51.100.63", "Middle");
    expect_provider(providers, "198.51.100.64", "Inner");
    expect_provider(providers, "198.51.100.80", "One");
    expect_provider(providers, "198.51.100.81", "Inner");
    expect_provider(providers, "198.51.100.128", "Middle");
    expect_provider(providers, "198.51.255.255", "Outer");
    expect_provider(providers, "198.52.0.0", NULL);
    expect_provider(providers, "2001:db8:ffff::1", "Six");
    expect_provider(providers, "2001:db9::1", NULL);
    cr_expect_str_eq(find(providers, "198.51.0.1")->contact, "noc@outer.example");
    cr_expect_str_eq(find(providers, "198.51.0.1")->reference, "C-17");
    cr_expect_str_eq(find(providers, "198.51.100.64")->contact, "");
    providers_free(providers);
}

Test(providers_file, rows_of_one_provider_have_one_number)
{
    struct providers *providers = expect_good("198.51.100.0/24,A,a@example.net,1\n"
                                              "203.0.113.0/24,A,a@example.net,1\n"
                                              "192.0.2.0/25,A,a@example.net,2\n"
                                              "192.0.2.128/25,B,a@example.net,1\n");
    unsigned first = find(providers, "198.51.100.1")->number;

    cr_expect_eq(find(providers, "203.0.113.1")->number, first);
    cr_expect_neq(find(providers, "192.0.2.1")->number, first, "another contract");
    cr_expect_neq(find(providers, "192.0.2.129")->number, first);
    cr_expect_neq(first, 0);
    providers_free(providers);
}

Test(providers_file, an_empty_file)
{
    struct providers *providers = expect_good("");

    expect_provider(providers, "198.51.100.7", NULL);
    providers_free(providers);
    providers_free(NULL);
}

Test(providers_file, a_row_is_refused_with_its_line)
{
    char text[PROVIDER_TEXT_MAX + 64];

    expect_refused("prefix,provider\n198.51.100.0/33,A\n", "2: prefix length 33 is more than 32");
    expect_refused("198.51.100.0/24\n", "1: has one column: a prefix and a provider are needed");
    expect_refused("198.51.100.0/24,A,b,c,d\n",
                   "1: has 5 columns, not 4: is a text with a separator in it not quoted?");
    expect_refused("198.51.100.1-198.51.100.9,A\n",
                   "1: the range is not a prefix: give one row for each prefix");
    expect_refused("198.51.100.0/24,,a@example.net\n", "1: the provider is missing");
    expect_refused("198.51.100.0/24,A\n203.0.113.0/24,B\n198.51.100.0/24,C\n",
                   "3: the prefix is also in line 1: each prefix has one provider");
    expect_refused("198.51.100.0/24,\"A\nBcc: x@example.net\"\n",
                   "1: the provider contains a control character");
    snprintf(text, sizeof(text), "198.51.100.0/24,A,%0*d\n", PROVIDER_TEXT_MAX, 7);
    expect_refused(text, "1: the contact is longer than 200 bytes");
}

Test(providers_file, a_file_that_does_not_exist)
{
    struct failure failure = {0};

    cr_expect_null(providers_file_load("/nowhere/at/all", &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, "/nowhere/at/all"));
}
