#include "reports/fix_zone.h"

#include <criterion/criterion.h>

#include "io/input/suffix_list.h"
#include "tests/unit/reports/made_zone.h"

static struct made_row made;
static const struct run_zone *asked; /* what is known about the zone of the fix; NULL: nothing */

static const struct suffix_list *suffixes;

static struct fix_zone zone_of(unsigned fix)
{
    struct fix_zone zone;
    const struct report_row *row = made_row(&made, 1);

    cr_assert_lt(fix, row->judgement->fix_count);
    made.row.fix_zones[fix] = asked;
    fix_zone_of(&zone, row, fix, suffixes);
    return zone;
}

Test(fix_zone, is_named_by_the_soa)
{
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made_soa(&made.seen.ptr, "51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    zone = zone_of(0);
    cr_assert(zone.known);
    cr_assert(zone_is(&zone.zone, "51.198.in-addr.arpa"));
    cr_assert_eq(zone.mname, &made.seen.ptr.soa_mname);
    cr_assert_eq(zone.rname, &made.seen.ptr.soa_rname);
    cr_assert_null(zone.asked);
}

Test(fix_zone, is_guessed_from_the_address)
{
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    zone = zone_of(0);
    cr_assert_not(zone.known);
    cr_assert(zone_is(&zone.zone, "100.51.198.in-addr.arpa"));
    made_begin(&made, "2001:db8:12::7", NULL);
    zone = zone_of(0);
    cr_assert(zone_is(&zone.zone, "2.1.0.0.8.b.d.0.1.0.0.2.ip6.arpa"));
}

Test(fix_zone, is_guessed_at_the_target_of_classless_delegation)
{
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made.seen.ptr.alias_count = 1;
    made.seen.ptr.aliases[0] = made_name("7.0-63.100.51.198.in-addr.arpa");
    zone = zone_of(0);
    cr_assert(zone_is(&zone.zone, "0-63.100.51.198.in-addr.arpa"));
}

Test(fix_zone, of_a_host_name)
{
    struct answer *forward;
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "mta7.mail.example.com");
    forward = made_forward(&made, "mta7.mail.example.com", ANSWER_NXDOMAIN);
    zone = zone_of(0);
    cr_assert_not(zone.known);
    cr_assert(zone_is(&zone.zone, "mail.example.com"));
    made_soa(forward, "example.com", "ns.example.com", "dns.example.com");
    zone = zone_of(0);
    cr_assert(zone.known);
    cr_assert(zone_is(&zone.zone, "example.com"));
}

Test(fix_zone, a_guess_does_not_reach_a_top_level_domain)
{
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "example.com");
    made_forward(&made, "example.com", ANSWER_NODATA);
    zone = zone_of(0);
    cr_assert(zone_is(&zone.zone, "example.com"));
}

static struct fix_zone zone_of_missing_host(const char *host, const char *zone)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, host);
    made_soa(made_forward(&made, host, ANSWER_NXDOMAIN), zone, "ns.example", "dns.example");
    return zone_of(0);
}

/* The zone of a public suffix answers only if the domain below it does not exist. */
Test(fix_zone, below_a_public_suffix_is_not_delegated)
{
    const char *why;
    struct suffix_list *list = suffix_list_open(NULL, &why);
    struct fix_zone zone;

    cr_assert_not_null(list, "%s", why);
    suffixes = list;
    zone = zone_of_missing_host("mta7.mail.example.com", "com");
    cr_expect(zone.undelegated);
    cr_expect(zone_is(&zone.zone, "example.com"));
    zone = zone_of_missing_host("mta7.mail.example.com", "example.com");
    cr_expect_not(zone.undelegated);
    cr_expect(zone_is(&zone.zone, "example.com"));
    zone = zone_of_missing_host("mta7.mail.example.com", "mail.example.com");
    cr_expect_not(zone.undelegated);
    cr_expect(zone_is(&zone.zone, "mail.example.com"));
    zone = zone_of_missing_host("com", "com");
    cr_expect_not(zone.undelegated);
    suffixes = NULL;
    zone = zone_of_missing_host("mta7.mail.example.com", "com");
    cr_expect_not(zone.undelegated, "without a list");
    suffix_list_close(list);
}

Test(fix_zone, of_a_failure_is_the_failing_zone)
{
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    zone = zone_of(0);
    cr_assert(zone_is(&zone.zone, "100.51.198.in-addr.arpa"));
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "mta7.example.com");
    made_forward(&made, "mta7.example.com", ANSWER_SERVFAIL);
    zone = zone_of(0);
    cr_assert(zone_is(&zone.zone, "example.com"));
}

Test(fix_zone, is_named_by_the_zone_question)
{
    struct run_zone told = made_zone("51.198.in-addr.arpa", 0);
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "localhost");
    asked = &told;
    zone = zone_of(0);
    cr_assert(zone.known);
    cr_assert(zone_is(&zone.zone, "51.198.in-addr.arpa"));
    cr_assert_eq(zone.mname, &told.mname);
    cr_assert_eq(zone.asked, &told);
}

Test(fix_zone, is_not_named_by_a_failed_question)
{
    struct run_zone told = {.kind = ANSWER_SERVFAIL};
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    asked = &told;
    zone = zone_of(0);
    cr_assert_not(zone.known);
    cr_assert(zone_is(&zone.zone, "100.51.198.in-addr.arpa"));
    cr_assert_null(zone.mname);
    cr_assert_eq(zone.asked, &told);
}

static struct fix_zone zone_below(const char *highest)
{
    struct failing_zone failing = {.zone = made_name(highest)};
    struct run_zone told = {.kind = ANSWER_SERVFAIL};
    struct fix_zone zone;

    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "mta7.eu.mail.example.com");
    made_forward(&made, "mta7.eu.mail.example.com", ANSWER_SERVFAIL);
    (void)made_row(&made, 1);
    made.row.fix_zones[0] = &told;
    made.row.failing = &failing;
    fix_zone_of(&zone, &made.row, 0, suffixes);
    cr_expect_not(zone.known);
    return zone;
}

/* The zone that fails is one, not a zone for each parent of a host name. */
Test(fix_zone, is_guessed_at_the_highest_name_that_fails)
{
    struct fix_zone zone = zone_below("example.com");

    cr_expect(zone_is(&zone.zone, "example.com"));
    zone = zone_below("mail.example.com");
    cr_expect(zone_is(&zone.zone, "mail.example.com"));
    zone = zone_below("mta7.eu.mail.example.com");
    cr_expect(zone_is(&zone.zone, "eu.mail.example.com"));
    zone = zone_below("com");
    cr_expect(zone_is(&zone.zone, "eu.mail.example.com"), "a registry is not guessed");
}
