#include "reports/resolver_fault.h"

#include <criterion/criterion.h>
#include <string.h>

static struct run_record records[2];

static void count(unsigned run, const char *endpoint, unsigned rcode, uint64_t replies)
{
    struct resolvers_counts *counts = &records[run].counts.resolvers;
    struct resolver_counts *one = &counts->of[counts->count++];

    cr_assert(endpoint_parse(&one->endpoint, endpoint));
    one->replies[rcode] = replies;
}

static void expect_text(unsigned resolvers, const char *text)
{
    char out[RESOLVER_FAULTS_TEXT_MAX];

    cr_expect_eq(resolver_faults_print(out, run_records_of(records), 2), resolvers);
    cr_expect_str_eq(out, text);
}

Test(resolver_fault, an_answer_of_any_resolver_clears_the_run)
{
    count(0, "192.0.2.1", RCODE_REFUSED, 9);
    cr_expect(resolver_fault_in_run(&records[0]));
    count(0, "192.0.2.2", RCODE_NXDOMAIN, 1);
    cr_expect_not(resolver_fault_in_run(&records[0]));
    expect_text(0, "");
}

Test(resolver_fault, a_run_without_questions_or_from_zone_files_has_none)
{
    cr_expect_not(resolver_fault_in_run(&records[0]));
    count(1, "192.0.2.1", RCODE_SERVFAIL, 9);
    strcpy(records[1].zone_files, "mail.example");
    cr_expect_not(resolver_fault_in_run(&records[1]));
    expect_text(0, "");
}

Test(resolver_fault, names_each_resolver_once_and_only_those_of_runs_without_answers)
{
    count(0, "192.0.2.1", RCODE_NOERROR, 1);
    count(0, "192.0.2.3", RCODE_REFUSED, 1);
    count(1, "192.0.2.1", RCODE_REFUSED, 9);
    count(1, "192.0.2.2@54", RCODE_REFUSED, 9);
    expect_text(2, "192.0.2.1 answers REFUSED to every question: it does not serve this host; "
                   "192.0.2.2@54 answers REFUSED to every question: it does not serve this host");
    memcpy(&records[0], &records[1], sizeof(records[0]));
    expect_text(2, "192.0.2.1 answers REFUSED to every question: it does not serve this host; "
                   "192.0.2.2@54 answers REFUSED to every question: it does not serve this host");
}

/* The text comes from a run.db, which a stranger may have written, and goes to terminals and mails.
 */
Test(resolver_fault, replies_from_elsewhere_are_printed_once_and_are_harmless)
{
    count(0, "192.0.2.1", RCODE_SERVFAIL, 0);
    records[0].counts.resolvers.of[0].silent = 9;
    strcpy(records[0].reply_sources, "192.0.2.1 replies from 192.0.2.9\n\033[2J");
    memcpy(&records[1], &records[0], sizeof(records[0]));
    expect_text(1, "192.0.2.1 does not answer; 192.0.2.1 replies from 192.0.2.9\\010\\027[2J");
}

Test(resolver_fault, those_that_filter_are_named_with_the_number_of_answers)
{
    char out[RESOLVER_FAULTS_TEXT_MAX];

    count(0, "192.0.2.1", RCODE_NOERROR, 9);
    count(1, "192.0.2.1", RCODE_REFUSED, 3);
    count(1, "192.0.2.2", RCODE_NOERROR, 5);
    cr_expect_null(resolver_filters_print(out, run_records_of(records), 2));
    cr_expect_str_eq(out, "");
    records[1].counts.resolvers.of[0].filtered = 3;
    cr_expect_eq(resolver_filters_print(out, run_records_of(records), 2), out);
    cr_expect_str_eq(out, "192.0.2.1 withheld 3 of 12 answers");
}

Test(resolver_fault, temporary_errors_count_only_where_another_try_may_help)
{
    const double most = 5;

    count(0, "192.0.2.1", RCODE_NOERROR, 9);
    cr_expect_eq(unanswered_limit(&most, run_records_of(records), 2), &most);
    count(1, "192.0.2.1", RCODE_REFUSED, 9);
    cr_expect_null(unanswered_limit(&most, run_records_of(records), 2));
    memset(records, 0, sizeof(records));
    strcpy(records[0].zone_files, "mail.example");
    cr_expect_null(unanswered_limit(&most, run_records_of(records), 1));
}
