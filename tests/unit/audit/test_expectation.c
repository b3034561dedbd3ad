#include "audit/expectation.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

#include "tests/unit/support.h"

static void reads(const char *text, enum expectation kind, const char *printed)
{
    struct dnsname name;
    const char *fault;
    char again[DNSNAME_TEXT_MAX];

    cr_assert(expectation_parse(&name, text, strlen(text), &fault), "%s: %s", text, fault);
    cr_expect_eq(expectation_of(&name), kind, "%s", text);
    dnsname_print(again, &name);
    cr_expect_str_eq(again, printed, "%s: %s", text, again);
}

static void refuses(const char *text)
{
    struct dnsname name;
    const char *fault = NULL;

    cr_expect_not(expectation_parse(&name, text, strlen(text), &fault), "%s", text);
    cr_expect(fault != NULL);
}

Test(expectation, is_a_host_a_domain_or_a_pattern)
{
    reads("MTA7.example.com.", EXPECT_HOST, "mta7.example.com");
    reads("*.Example.com", EXPECT_DOMAIN, "*.example.com");
    reads(".example.com", EXPECT_DOMAIN, "*.example.com");
    reads(".example.com.", EXPECT_DOMAIN, "*.example.com");
    reads(".example", EXPECT_DOMAIN, "*.example");
    reads("MTA{4}.Example.com", EXPECT_PATTERN, "mta{4}.example.com");
    reads("{IP}.example.com", EXPECT_PATTERN, "{ip}.example.com");
}

Test(expectation, of_a_domain_that_holds_no_host_name_is_refused)
{
    static const char *const texts[] = {"*",
                                        ".",
                                        "*.",
                                        "..example.com",
                                        "*.*.example.com",
                                        "a.*.example.com",
                                        ".exa_mple",
                                        "*.localhost",
                                        ".arpa",
                                        ".123",
                                        "*.{4}.example.com",
                                        ".{4}.example.com",
                                        "*a.example.com",
                                        "",
                                        "a\\.b.example.com",
                                        "a b.example.com"};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        refuses(texts[i]);
}

Test(expectation, a_domain_is_met_by_any_name_below_it)
{
    struct dnsname domain = name_of("*.example.com"), below = name_of("a.B.Example.com"),
                   apex = name_of("example.com"), other = name_of("mta.badexample.com"),
                   host = name_of("mta7.example.com"), wild = name_of("*.example.com");

    cr_expect(expectation_is_met(&domain, &below));
    cr_expect(expectation_is_met(&domain, &host));
    cr_expect_not(expectation_is_met(&domain, &apex));
    cr_expect_not(expectation_is_met(&domain, &other));
    cr_expect(expectation_is_met(&host, &host));
    cr_expect_not(expectation_is_met(&host, &below));
    cr_expect(expectation_is_met(&domain, &wild));
}

Test(expectation, at_an_address)
{
    struct dnsname room, host = name_of("mta7.example.com"), domain = name_of("*.example.com"),
                         pattern = name_of("mta{n}.example.com"),
                         broken = name_of("mta{x}.example.com"),
                         third = name_of("mta3.example.com");
    struct ipaddr first = address_of("198.51.100.7"), address = address_of("198.51.100.9");

    cr_expect_eq(expectation_at(&room, &host, &first, &address), &host);
    cr_expect_eq(expectation_at(&room, &domain, &first, &address), &domain);
    cr_expect_eq(expectation_at(&room, &pattern, &first, &address), &room);
    cr_expect(dnsname_equal(&room, &third));
    cr_expect_null(expectation_at(&room, &broken, &first, &address));
}
