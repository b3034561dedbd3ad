#include "audit/zone_question.h"
#include "tests/unit/support.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct observation *seen;

static void begin(void)
{
    seen = calloc(1, sizeof *seen);
}

static void end(void)
{
    free(seen);
}

TestSuite(zone_question, .init = begin, .fini = end);

static struct dnsname name(const char *text)
{
    struct dnsname out;

    cr_assert(dnsname_from_text(&out, text, strlen(text)), "%s", text);
    return out;
}

static struct ipaddr address(const char *text)
{
    struct ipaddr out;

    cr_assert(ipaddr_parse(&out, text, strlen(text)), "%s", text);
    return out;
}

static void put_soa(struct answer *answer, enum answer_kind kind, const char *zone)
{
    answer->kind = kind;
    answer->has_soa = true;
    answer->soa_zone = name(zone);
}

static struct forward *put_forward(const char *host, enum answer_kind kind)
{
    struct forward *forward = &seen->forwards[seen->forward_count++];

    forward->host = name(host);
    forward->answer.kind = kind;
    return forward;
}

static void is_asked(const struct zone_question *question, const char *text)
{
    char out[DNSNAME_TEXT_MAX];

    dnsname_print(out, &question->name);
    cr_expect_str_eq(out, text);
    cr_expect_null(question->soa);
}

static void reverse_is(const char *ip, const char *text)
{
    struct ipaddr at = address(ip);
    struct zone_question question;

    cr_assert(zone_question_reverse(&question, &at, seen));
    is_asked(&question, text);
    cr_expect_not(question.is_host);
}

Test(zone_question, asks_for_the_24_or_the_48)
{
    seen->ptr.kind = ANSWER_RECORDS;
    reverse_is("198.51.100.7", "100.51.198.in-addr.arpa");
    reverse_is("198.51.100.255", "100.51.198.in-addr.arpa");
    seen->ptr.kind = ANSWER_NODATA; /* without SOA */
    reverse_is("2001:db8:12ab::7", "b.a.2.1.8.b.d.0.1.0.0.2.ip6.arpa");
    reverse_is("2001:db8:12ab:ffff::", "b.a.2.1.8.b.d.0.1.0.0.2.ip6.arpa");
    seen->ptr.kind = ANSWER_SERVFAIL;
    reverse_is("198.51.100.7", "100.51.198.in-addr.arpa");
    seen->ptr.kind = ANSWER_NXDOMAIN; /* without SOA */
    reverse_is("198.51.100.7", "100.51.198.in-addr.arpa");
}

Test(zone_question, asks_for_the_64_of_an_address_with_ptr_records)
{
    seen->ptr.kind = ANSWER_RECORDS;
    reverse_is("2001:db8:12ab:34::7", "4.3.0.0.b.a.2.1.8.b.d.0.1.0.0.2.ip6.arpa");
    reverse_is("2001:db8:12ab:ffff:ffff::", "f.f.f.f.b.a.2.1.8.b.d.0.1.0.0.2.ip6.arpa");
}

Test(zone_question, an_ipv4_address_with_ptr_records_may_have_a_zone_of_its_own)
{
    struct ipaddr four = address("198.51.100.7"), six = address("2001:db8::7");
    struct dnsname own;

    cr_expect_not(zone_question_own(&own, &four, NULL));
    seen->ptr.kind = ANSWER_NODATA;
    cr_expect_not(zone_question_own(&own, &four, seen));
    seen->ptr.kind = ANSWER_RECORDS;
    cr_expect_not(zone_question_own(&own, &six, seen));
    cr_assert(zone_question_own(&own, &four, seen));
    struct dnsname reverse = name("7.100.51.198.in-addr.arpa");
    cr_expect(dnsname_equal(&own, &reverse));
    seen->ptr.alias_count = 1;
    cr_expect_not(zone_question_own(&own, &four, seen));
}

Test(zone_question, needs_no_observation)
{
    struct ipaddr at = address("198.51.100.7");
    struct zone_question question;

    cr_assert(zone_question_reverse(&question, &at, NULL));
    is_asked(&question, "100.51.198.in-addr.arpa");
}

Test(zone_question, a_negative_answer_has_named_the_zone)
{
    struct ipaddr at = address("198.51.100.7");
    struct zone_question question;

    put_soa(&seen->ptr, ANSWER_NODATA, "51.198.IN-ADDR.ARPA");
    cr_assert(zone_question_reverse(&question, &at, seen));
    cr_expect_eq(question.soa, &seen->ptr);
    struct dnsname zone = name("51.198.in-addr.arpa");
    cr_expect_eq(memcmp(question.name.wire, zone.wire, zone.length), 0, "lower case");
}

Test(zone_question, follows_classless_delegation)
{
    seen->ptr.kind = ANSWER_RECORDS;
    seen->ptr.alias_count = 1;
    seen->ptr.aliases[0] = name("7.0/26.100.51.198.in-addr.arpa");
    reverse_is("198.51.100.7", "0/26.100.51.198.in-addr.arpa");
    seen->ptr.alias_count = 2;
    seen->ptr.aliases[1] = name("7.Rev.Example.COM");
    reverse_is("198.51.100.7", "rev.example.com");
    seen->ptr.kind = ANSWER_ALIAS_LOOP;
    reverse_is("198.51.100.7", "rev.example.com");
}

Test(zone_question, never_asks_for_the_root)
{
    struct ipaddr at = address("198.51.100.7");
    struct zone_question question;

    seen->ptr.kind = ANSWER_NODATA;
    seen->ptr.alias_count = 1;
    seen->ptr.aliases[0] = name("nowhere");
    reverse_is("198.51.100.7", "nowhere");
    seen->ptr.aliases[0] = name(".");
    cr_expect_not(zone_question_reverse(&question, &at, seen));
}

static bool ask_fix(struct zone_question *question, enum fixer who, const char *owner)
{
    struct ipaddr at = address("198.51.100.7");
    struct fix fix = {.who = who, .has_record = owner != NULL, .type = RR_A};

    fix.has_question = fix.has_record && who == FIXER_FAILING_ZONE;
    if (owner)
        fix.owner = name(owner);
    return zone_question_fix(question, &fix, &at, seen);
}

Test(zone_question, of_a_host_name_is_the_name_itself)
{
    struct zone_question question;

    seen->ptr.kind = ANSWER_RECORDS;
    put_forward("mta7.Example.com", ANSWER_RECORDS);
    cr_assert(ask_fix(&question, FIXER_HOST_NAME, "mta7.Example.com"));
    is_asked(&question, "mta7.example.com");
    cr_expect(question.is_host);
    cr_expect_not(ask_fix(&question, FIXER_HOST_NAME, NULL));
}

Test(zone_question, of_a_host_name_that_a_negative_answer_names)
{
    struct zone_question question;
    struct forward *forward = put_forward("mta7.example.com", ANSWER_NXDOMAIN);

    put_soa(&forward->answer, ANSWER_NXDOMAIN, "example.com");
    cr_assert(ask_fix(&question, FIXER_HOST_NAME, "MTA7.example.com"));
    cr_expect_eq(question.soa, &forward->answer);
    cr_assert(ask_fix(&question, FIXER_HOST_NAME, "a.sub.example.com"));
    is_asked(&question, "a.sub.example.com");
}

Test(zone_question, of_a_host_name_behind_an_alias)
{
    struct zone_question question;
    struct forward *forward = put_forward("mta7.example.com", ANSWER_NODATA);

    put_soa(&forward->answer, ANSWER_NODATA, "hoster.example");
    forward->answer.alias_count = 1;
    forward->answer.aliases[0] = name("pool.hoster.example");
    cr_assert(ask_fix(&question, FIXER_HOST_NAME, "MTA7.example.com"));
    is_asked(&question, "example.com");
    cr_expect_not(question.is_host, "the likely apex itself");
    forward = put_forward("mta7", ANSWER_NODATA);
    forward->answer.alias_count = 1;
    cr_assert(ask_fix(&question, FIXER_HOST_NAME, "mta7"));
    is_asked(&question, "mta7"); /* never the root */
}

Test(zone_question, of_a_failure_is_where_dns_failed_first)
{
    struct zone_question question;
    struct ipaddr at = address("198.51.100.7");

    seen->ptr.kind = ANSWER_SERVFAIL;
    cr_assert(zone_question_failed(&question, &at, seen));
    is_asked(&question, "100.51.198.in-addr.arpa");
    seen->ptr.kind = ANSWER_RECORDS;
    put_forward("good.example.com", ANSWER_NXDOMAIN);
    put_forward("bad.example.com", ANSWER_REFUSED);
    put_forward("worse.example.com", ANSWER_SILENT);
    cr_assert(zone_question_failed(&question, &at, seen));
    is_asked(&question, "bad.example.com");
    cr_expect(question.is_host);
}

/* The judge has chosen one of several failures. */
Test(zone_question, of_a_fix_is_that_of_its_question)
{
    struct zone_question question;

    seen->ptr.kind = ANSWER_RECORDS;
    put_forward("bad.example.com", ANSWER_REFUSED);
    cr_assert(ask_fix(&question, FIXER_FAILING_ZONE, "Other.example.com"));
    is_asked(&question, "other.example.com");
    cr_expect(question.is_host);
    cr_assert(ask_fix(&question, FIXER_FAILING_ZONE, NULL));
    is_asked(&question, "100.51.198.in-addr.arpa");
}

Test(zone_question, of_a_failure_does_not_depend_on_the_order_of_answers)
{
    struct zone_question question;
    struct ipaddr at = address("198.51.100.7");

    seen->ptr.kind = ANSWER_RECORDS;
    seen->ptr.total = seen->ptr.kept = 2;
    seen->ptr.records.names[0] = name("first.example.com");
    seen->ptr.records.names[1] = name("second.example.com");
    put_forward("expected.example.com", ANSWER_SERVFAIL);
    put_forward("second.example.com", ANSWER_SERVFAIL);
    put_forward("first.example.com", ANSWER_SERVFAIL);
    cr_assert(zone_question_failed(&question, &at, seen));
    is_asked(&question, "first.example.com");
}

Test(zone_question, of_nobody_is_none)
{
    struct zone_question question;

    cr_expect_not(ask_fix(&question, FIXER_NONE, "a.example"));
}

/* ---- for questions to name servers ---- */

static unsigned labels_of(void *list, const struct dnsname *host)
{
    (void)host;
    return *(const unsigned *)list;
}

static struct server_questions questions;

/* The zone of the i-th question about the address; labels: of the registrable domain, 0 for no
 * list. */
static struct zone_question ask_zone(unsigned i, unsigned labels)
{
    struct ipaddr at = address("198.51.100.7");
    struct zone_question question;

    server_questions_of(&questions, &at, seen);
    cr_assert_lt(i, questions.count);
    cr_assert(zone_question_of_servers(&question, &questions.questions[i], &at, seen,
                                       labels ? labels_of : NULL, &labels));
    return question;
}

static void ask_is(unsigned i, unsigned labels, const char *text)
{
    struct zone_question question = ask_zone(i, labels);

    is_asked(&question, text);
}

/* Before anything is known. */
Test(zone_question, a_name_has_its_block_or_its_parent)
{
    struct zone_question question;
    struct dnsname name = name_of("Mta7.mail.example");
    struct ipaddr v4 = address_of("198.51.100.7"), v6 = address_of("2001:db8:82:5::7");
    unsigned labels = 3;

    zone_question_of_name(&question, &name, &v4, NULL, NULL);
    is_asked(&question, "100.51.198.in-addr.arpa");
    zone_question_of_name(&question, &name, &v6, NULL, NULL);
    is_asked(&question, "2.8.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    zone_question_of_name(&question, &name, NULL, NULL, NULL);
    is_asked(&question, "mail.example");
    zone_question_of_name(&question, &name, NULL, labels_of, &labels);
    is_asked(&question, "mta7.mail.example");
}

Test(zone_question, hosts_side_by_side_share_one_question)
{
    seen->ptr.kind = ANSWER_RECORDS;
    put_forward("MTA7.mail.Example.com", ANSWER_RECORDS);
    ask_is(0, 0, "100.51.198.in-addr.arpa");
    ask_is(1, 0, "mail.example.com");
    ask_is(1, 2, "mail.example.com");
    ask_is(1, 4, "mta7.mail.example.com");
}

/* Above the registrable domain are the servers of top-level domains, who have nothing to do with
 * it. */
Test(zone_question, never_asks_above_the_registrable_domain)
{
    seen->ptr.kind = ANSWER_RECORDS;
    put_forward("example.com", ANSWER_RECORDS);
    put_forward("example.co.uk", ANSWER_RECORDS);
    ask_is(1, 0, "example.com");
    ask_is(1, 2, "example.com");
    ask_is(2, 3, "example.co.uk");
}

Test(zone_question, both_ends_of_a_classless_delegation_have_a_zone)
{
    seen->ptr.kind = ANSWER_RECORDS;
    seen->ptr.alias_count = 1;
    seen->ptr.aliases[0] = name("7.0/26.100.51.198.in-addr.arpa");
    ask_is(0, 0, "100.51.198.in-addr.arpa");
    ask_is(1, 0, "0/26.100.51.198.in-addr.arpa");
    put_soa(&seen->ptr, ANSWER_NXDOMAIN, "0/26.100.51.198.in-addr.arpa");
    ask_is(0, 0, "100.51.198.in-addr.arpa");
    cr_expect_eq(ask_zone(1, 0).soa, &seen->ptr);
}

Test(zone_question, a_negative_answer_names_the_zone_of_its_own_name)
{
    seen->ptr.kind = ANSWER_RECORDS;
    struct answer *answer = &put_forward("mta7.mail.example.com", ANSWER_NXDOMAIN)->answer;
    put_soa(answer, ANSWER_NXDOMAIN, "example.com");
    cr_expect_eq(ask_zone(1, 0).soa, answer);
    answer->alias_count = 1;
    answer->aliases[0] = name("mta7.pool.example.net");
    ask_is(1, 0, "mail.example.com");
    cr_expect_eq(ask_zone(2, 0).soa, answer);
}

/* All names above one that fails, joined by blanks. */
static void expect_above(const char *from, const char *wanted)
{
    struct dnsname at = name(from), above;
    char found[8192] = "";

    for (unsigned i = 0; i < ZONES_ABOVE_MAX && zone_question_above(&above, &at); i++) {
        char text[DNSNAME_TEXT_MAX];

        dnsname_print(text, &above);
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s", found[0] ? " " : "",
                 text);
        at = above;
    }
    cr_expect_str_eq(found, wanted);
}

Test(zone_question, names_above_one_that_fails)
{
    expect_above("100.51.198.in-addr.arpa", "51.198.in-addr.arpa 198.in-addr.arpa");
    expect_above("64-28.100.51.198.in-addr.arpa",
                 "100.51.198.in-addr.arpa 51.198.in-addr.arpa 198.in-addr.arpa");
    expect_above("198.in-addr.arpa", "");
    expect_above("in-addr.arpa", "");
    expect_above(
        "5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
        "2.0.0.8.b.d.0.1.0.0.2.ip6.arpa 0.0.8.b.d.0.1.0.0.2.ip6.arpa 0.8.b.d.0.1.0.0.2.ip6.arpa "
        "8.b.d.0.1.0.0.2.ip6.arpa b.d.0.1.0.0.2.ip6.arpa");
    expect_above("mta7.sub.mail.example", "sub.mail.example mail.example");
    expect_above("mail.example", "");
    expect_above(".", "");
    expect_above(
        "a.b.c.d.e.f.g.h.i.j.k.l.example",
        "b.c.d.e.f.g.h.i.j.k.l.example c.d.e.f.g.h.i.j.k.l.example d.e.f.g.h.i.j.k.l.example "
        "e.f.g.h.i.j.k.l.example f.g.h.i.j.k.l.example g.h.i.j.k.l.example h.i.j.k.l.example "
        "i.j.k.l.example j.k.l.example");
}
