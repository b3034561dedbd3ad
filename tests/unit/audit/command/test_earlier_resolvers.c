#include "audit/command/earlier_resolvers.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct run_record record;
static const struct earlier_run before = {.folder = "before", .record = &record};
static struct options options = {.recheck = "before"};
static struct endpoint found[ENDPOINTS_MAX];
static unsigned count;

static bool read_them(const char *resolvers, const char *transport, struct failure *failure)
{
    *failure = (struct failure){0};
    snprintf(record.resolvers, sizeof(record.resolvers), "%s", resolvers);
    snprintf(record.transport, sizeof(record.transport), "%s", transport);
    return earlier_resolvers_of(found, &count, &before, &options, failure);
}

static void expect_good(const char *resolvers, const char *transport, unsigned expected)
{
    struct failure failure;

    cr_expect(read_them(resolvers, transport, &failure), "%s", failure.text);
    cr_expect_eq(count, expected);
}

static void expect_refused(const char *resolvers, const char *transport, const char *why)
{
    struct failure failure;

    cr_expect_not(read_them(resolvers, transport, &failure), "%s", resolvers);
    cr_expect_str_eq(failure.text, why);
    cr_expect_eq(failure.status, EXIT_TROUBLE);
}

static const char NONE[] = "the run in before names no resolver that can be asked: give --resolver";

Test(earlier_resolvers, are_those_of_the_record)
{
    char text[ENDPOINT_TEXT_MAX];

    expect_good("192.0.2.1, 2001:db8::1@5353", "udp", 2);
    endpoint_print(text, &found[0]);
    cr_expect_str_eq(text, "192.0.2.1");
    endpoint_print(text, &found[1]);
    cr_expect_str_eq(text, "2001:db8::1@5353");
}

Test(earlier_resolvers, of_zone_files_or_of_a_run_that_asked_nothing_are_none)
{
    expect_good("", "", 0);
}

/* A stranger may have written the record. */
Test(earlier_resolvers, nonsense_is_refused)
{
    char many[RECORD_TEXT_MAX] = "192.0.2.1";

    expect_refused("dns.example", "udp", NONE);
    expect_refused("192.0.2.1, recursive", "udp", NONE);
    expect_refused(", 192.0.2.1", "udp", NONE);
    expect_refused("192.0.2.1@0", "udp", NONE);
    expect_refused("255.255.255.255", "udp", NONE);
    expect_refused("2001:db8:1111:2222:3333:4444:5555:6666@65535000000000000000000000000000", "udp",
                   NONE);
    for (unsigned i = 1; i < ENDPOINTS_MAX; i++)
        strcat(many, ", 192.0.2.1");
    expect_good(many, "udp", ENDPOINTS_MAX);
    strcat(many, ", 192.0.2.1");
    expect_refused(many, "udp", NONE);
}

Test(earlier_resolvers, recursion_is_named_again)
{
    expect_refused("recursion in the process (root hints /usr/share/dns/root.hints)", "udp",
                   "the run in before asked no resolver: give --resolver recursive again");
}

/* Encrypted questions are never asked again in the open, nor of a server with another name. */
Test(earlier_resolvers, of_tls_need_the_same_transport)
{
    options.transport = TRANSPORT_TCP;
    expect_good("192.0.2.1", "udp", 1);
    options.transport = TRANSPORT_UDP;
    expect_good("192.0.2.1", "tcp", 1);
    expect_refused(
        "192.0.2.1", "tls, as dns.example",
        "the run in before asked over tls, as dns.example, not over udp: give --resolver");
    options.transport = TRANSPORT_TLS;
    expect_refused(
        "192.0.2.1", "tls, as dns.example",
        "the run in before asked over tls, as dns.example, not over tls: give --resolver");
    expect_refused("192.0.2.1", "udp",
                   "the run in before asked over udp, not over tls: give --resolver");
    options.tls_name = "dns.example";
    expect_good("192.0.2.1", "tls, as dns.example", 1);
}

Test(earlier_resolvers, are_wanted_where_nothing_else_says_what_to_ask)
{
    cr_expect(earlier_resolvers_wanted(&options));
    options.zone_count = 1;
    cr_expect_not(earlier_resolvers_wanted(&options));
    options.zone_count = 0;
    options.resolver_count = 1;
    cr_expect_not(earlier_resolvers_wanted(&options));
    options.resolver_count = 0;
    options.recheck = NULL;
    cr_expect_not(earlier_resolvers_wanted(&options));
    options.resume = true;
    cr_expect(earlier_resolvers_wanted(&options));
    options.shard.count = 4;
    cr_expect_not(earlier_resolvers_wanted(&options));
}
