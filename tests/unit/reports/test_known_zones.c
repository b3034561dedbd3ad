#include "reports/known_zones.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/reports/made_row.h"

static char folder[] = "/tmp/fcrdns-known-XXXXXX";
static char path[64];
static struct run_file *run;
static struct known_zones *zones;
static struct made_row made;

static void begin(void)
{
    struct failure failure = {0};

    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/run.db", folder);
    run = run_file_open(path, RUN_CREATE, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    zones = malloc(sizeof(*zones));
    known_zones_clear(zones);
}

static void end(void)
{
    struct failure failure = {0};

    cr_expect(run_file_close(run, &failure), "%s", failure.text);
    free(zones);
    unlink(path);
    rmdir(folder);
}

TestSuite(known_zones, .init = begin, .fini = end);

static void store(const char *question, enum answer_kind kind, const char *apex)
{
    static struct answer answer;
    struct dnsname name = made_name(question);

    memset(&answer, 0, sizeof(answer));
    answer.kind = kind;
    if (apex)
        made_soa(&answer, apex, "ns.isp.example", "noc.isp.example");
    cr_assert(run_file_add_zone(run, &name, &answer, MADE_AT));
}

static struct report_row *complete(void)
{
    (void)made_row(&made, 1);
    cr_assert(known_zones_complete(zones, run, &made.judgement, &made.row));
    return &made.row;
}

static bool is(const struct dnsname *name, const char *text)
{
    struct dnsname wanted = made_name(text);

    return dnsname_equal(name, &wanted);
}

Test(known_zones, names_the_reverse_zone_of_a_positive_answer)
{
    store("100.51.198.in-addr.arpa", ANSWER_NODATA, "51.198.in-addr.arpa");
    store("mta7.example.com", ANSWER_NODATA, "example.com");
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "mta7.example.com");
    made_has(&made, made_forward(&made, "mta7.example.com", ANSWER_RECORDS), "192.0.2.1");
    struct report_row *row = complete();
    cr_assert(made.judgement.has_reverse_zone);
    cr_expect(is(&made.judgement.reverse_zone, "51.198.in-addr.arpa"));
    cr_assert_eq(made.judgement.fix_count, 1);
    cr_assert_not_null(row->fix_zones[0]);
    cr_expect(is(&row->fix_zones[0]->apex, "example.com"), "the fix is the host name's");
}

Test(known_zones, prefers_the_zone_that_the_answer_names)
{
    store("100.51.198.in-addr.arpa", ANSWER_RECORDS, "100.51.198.in-addr.arpa");
    store("51.198.in-addr.arpa", ANSWER_NXDOMAIN, "51.198.in-addr.arpa");
    made_begin(&made, "198.51.100.7", NULL);
    made_soa(&made.seen.ptr, "51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    struct report_row *row = complete();
    cr_expect(is(&made.judgement.reverse_zone, "51.198.in-addr.arpa"));
    cr_assert_not_null(row->fix_zones[0]);
    cr_expect(is(&row->fix_zones[0]->apex, "51.198.in-addr.arpa"));
}

Test(known_zones, returns_nothing_for_unknown_zones)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "localhost");
    struct report_row *row = complete();
    cr_expect_not(made.judgement.has_reverse_zone);
    cr_expect_null(row->fix_zones[0]);
    store("100.51.198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    known_zones_clear(zones);
    row = complete();
    cr_expect_not(made.judgement.has_reverse_zone);
    cr_assert_not_null(row->fix_zones[0], "how it fails is known");
    cr_expect_eq(row->fix_zones[0]->kind, ANSWER_SERVFAIL);
}

Test(known_zones, replaces_the_oldest_zone)
{
    char text[64];

    for (unsigned i = 0; i < 30; i++) {
        snprintf(text, sizeof(text), "%u.51.198.in-addr.arpa", i);
        store(text, ANSWER_RECORDS, text);
    }
    for (unsigned i = 0; i < 90; i++) {
        snprintf(text, sizeof(text), "198.51.%u.7", i % 30);
        made_begin(&made, text, NULL);
        made_ptr(&made, "localhost");
        complete();
        snprintf(text, sizeof(text), "%u.51.198.in-addr.arpa", i % 30);
        cr_expect(is(&made.judgement.reverse_zone, text), "%s", text);
    }
}

/* The zones that a row has are the last to be replaced, however long ago they were read. */
Test(known_zones, keeps_the_zones_of_the_row)
{
    const struct run_zone *zone;
    struct dnsname name = made_name("100.51.198.in-addr.arpa");
    struct dnsname own = made_name("7.100.51.198.in-addr.arpa");
    char text[64];

    store("100.51.198.in-addr.arpa", ANSWER_RECORDS, "100.51.198.in-addr.arpa");
    store("mta7.example.com", ANSWER_NODATA, "example.com");
    cr_assert(known_zones_find(zones, run, &name, &zone));
    cr_assert(known_zones_find(zones, run, &own, &zone));
    for (unsigned i = 2; i < KNOWN_ZONES_KEPT; i++) {
        snprintf(text, sizeof(text), "%u.0.192.in-addr.arpa", i);
        name = made_name(text);
        cr_assert(known_zones_find(zones, run, &name, &zone));
    }
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "mta7.example.com");
    made_has(&made, made_forward(&made, "mta7.example.com", ANSWER_RECORDS), "192.0.2.1");
    struct report_row *row = complete();
    cr_assert_not_null(row->fix_zones[0]);
    cr_expect(is(&row->fix_zones[0]->apex, "example.com"));
    cr_assert_not_null(row->reverse);
    cr_expect(is(&row->reverse->apex, "100.51.198.in-addr.arpa"), "whose contact is reported");
}

static void fail_ptr(const char *address)
{
    made_begin(&made, address, NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
}

Test(known_zones, a_failing_zone_begins_below_the_answering_one)
{
    store("100.51.198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    store("51.198.in-addr.arpa", ANSWER_REFUSED, NULL);
    store("198.in-addr.arpa", ANSWER_NODATA, "in-addr.arpa");
    fail_ptr("198.51.100.7");
    struct report_row *row = complete();
    cr_assert_not_null(row->failing);
    cr_expect(is(&row->failing->zone, "51.198.in-addr.arpa"));
    cr_assert_not_null(row->failing->above);
    cr_expect(is(&row->failing->above->apex, "in-addr.arpa"));
}

/* Then the resolver or the network is at fault, so no zone is named. */
Test(known_zones, names_no_zone_if_everything_fails)
{
    store("100.51.198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    store("51.198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    store("198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    fail_ptr("198.51.100.7");
    struct report_row *row = complete();
    cr_assert_not_null(row->failing);
    cr_expect_null(row->failing->above);
    cr_expect(is(&row->failing->zone, "100.51.198.in-addr.arpa"));
}

Test(known_zones, names_the_domain_if_everything_about_a_host_name_fails)
{
    store("mta7.mail.example.com", ANSWER_SERVFAIL, NULL);
    store("mail.example.com", ANSWER_SERVFAIL, NULL);
    store("example.com", ANSWER_REFUSED, NULL);
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "mta7.mail.example.com");
    made_forward(&made, "mta7.mail.example.com", ANSWER_SERVFAIL);
    struct report_row *row = complete();
    cr_assert_not_null(row->failing);
    cr_expect_null(row->failing->above);
    cr_expect(is(&row->failing->zone, "example.com"));
}

/* Silence, a referral and a truncated reply show nothing about a zone. */
Test(known_zones, a_question_without_a_finding_shows_no_failing_zone)
{
    static const enum answer_kind kinds[] = {ANSWER_SILENT, ANSWER_REFERRAL, ANSWER_TRUNCATED,
                                             ANSWER_ALIAS_OPEN};
    char text[64];

    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        snprintf(text, sizeof(text), "%u.51.198.in-addr.arpa", i);
        store(text, kinds[i], NULL);
        snprintf(text, sizeof(text), "198.51.%u.7", i);
        fail_ptr(text);
        cr_expect_null(complete()->failing, "%d", (int)kinds[i]);
    }
}

Test(known_zones, a_zone_that_answers_does_not_fail)
{
    store("100.51.198.in-addr.arpa", ANSWER_RECORDS, "100.51.198.in-addr.arpa");
    fail_ptr("198.51.100.7");
    cr_expect_null(complete()->failing);
}
