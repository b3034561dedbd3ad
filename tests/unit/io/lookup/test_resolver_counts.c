#include "io/lookup/resolver_counts.h"

#include <criterion/criterion.h>
#include <string.h>

static struct resolver_counts counts;

static void begin(void)
{
    counts = (struct resolver_counts){0};
    cr_assert(endpoint_parse(&counts.endpoint, "192.0.2.53@5353"));
}

TestSuite(resolver_counts, .init = begin);

static void add(enum answer_kind kind, unsigned rcode, bool ra, bool aa)
{
    struct answer answer = {.kind = kind, .rcode = (uint16_t)rcode, .authoritative = aa};
    resolver_counts_add(&counts, &answer, ra);
}

static void expect(enum resolver_fault fault, const char *text)
{
    char out[RESOLVER_FAULT_TEXT_MAX];
    cr_expect_eq(resolver_counts_fault(&counts), fault, "%d", (int)resolver_counts_fault(&counts));
    cr_expect_eq(resolver_fault_print(out, &counts), strlen(text));
    cr_expect_str_eq(out, text);
}

Test(resolver_counts, one_answer_among_errors_is_an_answer)
{
    for (unsigned i = 0; i < 100; i++)
        add(ANSWER_SERVFAIL, RCODE_SERVFAIL, true, false);
    add(ANSWER_NXDOMAIN, RCODE_NXDOMAIN, true, false);
    expect(RESOLVER_ANSWERS, "");
}

Test(resolver_counts, counts_the_replies_that_offer_recursion)
{
    add(ANSWER_RECORDS, RCODE_NOERROR, true, false);
    add(ANSWER_SERVFAIL, RCODE_SERVFAIL, true, false);
    add(ANSWER_RECORDS, RCODE_NOERROR, false, true);
    cr_expect_eq(counts.recursive, 2);
}

Test(resolver_counts, nodata_from_recursion_or_with_authority_is_an_answer)
{
    add(ANSWER_NODATA, RCODE_NOERROR, true, false);
    expect(RESOLVER_ANSWERS, "");
    begin();
    add(ANSWER_NODATA, RCODE_NOERROR, false, true);
    expect(RESOLVER_ANSWERS, "");
}

Test(resolver_counts, records_are_an_answer_without_ra_too)
{
    add(ANSWER_RECORDS, RCODE_NOERROR, false, false);
    expect(RESOLVER_ANSWERS, "");
}

Test(resolver_counts, nothing_sent_is_no_fault_of_the_resolver)
{
    expect(RESOLVER_UNASKED, "192.0.2.53@5353 was asked no question");
    counts.silent = 1;
    expect(RESOLVER_SILENT, "192.0.2.53@5353 does not answer");
}

Test(resolver_counts, refused_to_all_is_a_refusal_of_this_host)
{
    add(ANSWER_REFUSED, RCODE_REFUSED, true, false);
    counts.silent = 3;
    expect(RESOLVER_REFUSES,
           "192.0.2.53@5353 answers REFUSED to every question: it does not serve this host");
    add(ANSWER_SERVFAIL, RCODE_SERVFAIL, true, false);
    cr_expect_eq(resolver_counts_fault(&counts), RESOLVER_FAILS);
}

Test(resolver_counts, referrals_are_no_recursion)
{
    add(ANSWER_NODATA, RCODE_NOERROR, false, false);
    add(ANSWER_REFUSED, RCODE_REFUSED, false, false);
    expect(RESOLVER_NO_RECURSION, "192.0.2.53@5353 does not recurse: it passes questions back "
                                  "instead of answering them");
    add(ANSWER_REFERRAL, RCODE_NOERROR, true, false);
    cr_expect_eq(resolver_counts_fault(&counts), RESOLVER_NO_RECURSION, "whatever RA says");
}

Test(resolver_counts, errors_only_name_the_most_frequent_one)
{
    add(ANSWER_SERVFAIL, RCODE_SERVFAIL, true, false);
    add(ANSWER_SERVFAIL, RCODE_SERVFAIL, true, false);
    add(ANSWER_OTHER_RCODE, RCODE_FORMERR, true, false);
    expect(RESOLVER_FAILS, "192.0.2.53@5353 answers every question with an error, mostly SERVFAIL: "
                           "its upstream or its DNSSEC trust anchor may be at fault");
    begin();
    add(ANSWER_OTHER_RCODE, 16, true, false);
    expect(RESOLVER_FAILS,
           "192.0.2.53@5353 answers every question with an error, mostly an unusual RCODE");
}

/* ---- several resolvers ---- */

static struct resolvers_counts sum;

Test(resolver_counts, merges_by_endpoint)
{
    struct resolvers_counts some = {.count = 2};
    sum.count = 0;
    cr_assert(endpoint_parse(&some.of[0].endpoint, "192.0.2.53"));
    cr_assert(endpoint_parse(&some.of[1].endpoint, "192.0.2.53@54"));
    some.of[0].replies[RCODE_REFUSED] = 3;
    some.of[1].passed_back = 5;
    some.of[1].silent = 7;
    some.of[1].replies[RCODE_NOERROR] = 1;
    some.of[1].probes_answered = 4;
    resolvers_counts_merge(&sum, &some);
    resolvers_counts_merge(&sum, &some);
    cr_assert_eq(sum.count, 2);
    cr_expect_eq(sum.of[0].replies[RCODE_REFUSED], 6);
    cr_expect_eq(sum.of[1].passed_back, 10);
    cr_expect_eq(sum.of[1].silent, 14);
    cr_expect_eq(sum.of[1].replies[RCODE_NOERROR], 2, "the first number");
    cr_expect_eq(sum.of[1].probes_answered, 8, "the last number");
}

Test(resolver_counts, endpoints_beyond_the_ceiling_are_left_out)
{
    struct resolvers_counts one = {.count = 1};
    sum.count = 0;
    for (unsigned i = 0; i < ENDPOINTS_MAX + 3; i++) {
        one.of[0].endpoint.port = (uint16_t)(i + 1);
        resolvers_counts_merge(&sum, &one);
    }
    cr_expect_eq(sum.count, ENDPOINTS_MAX);
}

Test(resolver_counts, one_answering_resolver_is_enough)
{
    sum = (struct resolvers_counts){0};
    cr_expect_not(resolvers_counts_show_no_answer(&sum));
    sum.count = 2;
    cr_expect_not(resolvers_counts_show_no_answer(&sum), "neither was asked");
    sum.of[0].replies[RCODE_SERVFAIL] = 9;
    cr_expect(resolvers_counts_show_no_answer(&sum), "the other was not asked");
    sum.of[1].replies[RCODE_NXDOMAIN] = 1;
    cr_expect_not(resolvers_counts_show_no_answer(&sum));
}

/* ---- as text ---- */

Test(resolver_counts, the_text_is_read_back)
{
    char text[RESOLVERS_COUNTS_TEXT_MAX], again[RESOLVERS_COUNTS_TEXT_MAX];
    struct resolvers_counts back = {0};
    sum = (struct resolvers_counts){0};
    sum.count = ENDPOINTS_MAX;
    for (unsigned i = 0; i < ENDPOINTS_MAX; i++) {
        cr_assert(
            endpoint_parse(&sum.of[i].endpoint, "1111:2222:3333:4444:5555:6666:7777:8888@65535"));
        for (unsigned n = 0; n < RESOLVER_RCODES; n++)
            sum.of[i].replies[n] = UINT64_MAX - n;
        sum.of[i].passed_back = UINT64_MAX;
        sum.of[i].silent = sum.of[i].recursive = i;
        sum.of[i].probes = sum.of[i].probes_answered = UINT64_MAX;
    }
    resolvers_counts_print(text, &sum);
    resolvers_counts_parse(&back, text);
    resolvers_counts_print(again, &back);
    cr_expect_eq(back.count, ENDPOINTS_MAX);
    cr_expect_str_eq(again, text);
}

Test(resolver_counts, the_text_has_one_word_for_each_resolver)
{
    char text[RESOLVERS_COUNTS_TEXT_MAX];
    sum = (struct resolvers_counts){.count = 2};
    cr_assert(endpoint_parse(&sum.of[0].endpoint, "192.0.2.53"));
    cr_assert(endpoint_parse(&sum.of[1].endpoint, "2001:db8::53@54"));
    sum.of[0].replies[RCODE_NXDOMAIN] = 4;
    sum.of[1].silent = 2;
    sum.of[1].recursive = 3;
    sum.of[1].probes = 4;
    sum.of[1].probes_answered = 5;
    resolvers_counts_print(text, &sum);
    cr_expect_str_eq(text, "192.0.2.53=0,0,0,4,0,0,0,0,0,0,0,0 "
                           "2001:db8::53@54=0,0,0,0,0,0,0,0,2,3,4,5");
    sum.of[1].filtered = 6;
    resolvers_counts_print(text, &sum);
    cr_expect_str_eq(text, "192.0.2.53=0,0,0,4,0,0,0,0,0,0,0,0 "
                           "2001:db8::53@54=0,0,0,0,0,0,0,0,2,3,4,5,6");
    sum.count = 0;
    resolvers_counts_print(text, &sum);
    cr_expect_str_eq(text, "");
}

Test(resolver_counts, damaged_text_ends_the_reading)
{
    static const char *const DAMAGED[] = {
        "",
        " ",
        "=",
        "192.0.2.53",
        "192.0.2.53=",
        "192.0.2.53=1,2",
        "192.0.2.53=1,2,3,4,5,6,7,8,9,10,11,",
        "192.0.2.53=1,2,3,4,5,6,7,8,9,10,11,-9",
        "192.0.2.53=1,2,3,4,5,6,7,8,9,10,11,99999999999999999999999",
        "192.0.2.53=1,2,3,4,5,6,7,8,9,10,11,12x",
        "192.0.2.53=1 2,3,4,5,6,7,8,9,10,11,12,13",
        "192.0.2.53=1,2,3,4,5,6,7,8,9,10,11;12",
        "mail.example=1,2,3,4,5,6,7,8,9,10,11,12",
        "1111111111111111111111111111111111111111111111111111111111111111111=1,2,3,4,5,6,7,8,9,10,"
        "11,12",
    };
    for (unsigned i = 0; i < sizeof(DAMAGED) / sizeof(DAMAGED[0]); i++) {
        sum.count = 99;
        resolvers_counts_parse(&sum, DAMAGED[i]);
        cr_expect_eq(sum.count, 0, "%s", DAMAGED[i]);
    }
    resolvers_counts_parse(&sum, "192.0.2.53=1,2,3,4,5,6,7,8,9,10,11,12 192.0.2.54=1");
    cr_expect_eq(sum.count, 1, "what comes before the damage is kept");
    cr_expect_eq(sum.of[0].silent, 9);
    cr_expect_eq(sum.of[0].probes_answered, 12);
}
