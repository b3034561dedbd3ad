#include "reports/report_words.h"

#include <criterion/criterion.h>
#include <string.h>

#include "reports/vantage_overview.h"

Test(report_words, headline)
{
    struct tally tally = {.rows = 256};
    char text[HEADLINE_MAX];

    tally.verdicts[VERDICT_PASS] = 241;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "241 of 256 public addresses pass (94.1 %)");
    tally.accepted[VERDICT_NO_PTR] = 15;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "241 of 256 public addresses pass (94.1 %), 15 accepted");
    tally = (struct tally){.rows = 1};
    headline_print(text, &tally);
    cr_assert_str_eq(text, "0 of 1 public address passes (0.0 %)");
    tally.verdicts[VERDICT_NOT_PUBLIC] = 1;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "No public address was audited");
}

Test(report_words, rows_that_repeat_an_address)
{
    struct report_plan plan = {.repeated = 0};
    char text[HEADLINE_MAX];

    cr_expect_eq(repeated_print(text, &plan), 0);
    plan.repeated = 1;
    repeated_print(text, &plan);
    cr_expect_str_eq(text, "1 row repeats an address of another row, and counts again");
    plan.repeated = 1234;
    repeated_print(text, &plan);
    cr_expect_str_eq(text, "1,234 rows repeat an address of another row, and count again");
}

Test(report_words, too_many_temporary_errors_are_the_reason_for_exit_code_75)
{
    struct tally tally = {.rows = 8, .verdicts = {[VERDICT_PASS] = 7, [VERDICT_UNANSWERED] = 1}};
    double most = 12.5;
    char text[HEADLINE_MAX];

    cr_expect_eq(distrust_print(text, &tally, NULL), 0);
    cr_expect_eq(distrust_print(text, &tally, &most), 0);
    cr_expect_str_eq(text, "");
    most = 12.4;
    cr_expect_eq(distrust_print(text, &tally, &most), strlen(text));
    cr_expect_str_eq(text, "12.5 % of the addresses have temporary errors, more than "
                           "--max-unanswered 12.4");
}

Test(report_words, warnings_for_addresses_that_pass)
{
    struct tally tally = {.warned = 0};
    char text[WARNINGS_MAX];

    cr_expect_eq(warnings_print(text, &tally), 0);
    tally.warned = tally.warnings[FINDING_NO_SOA] = 1;
    warnings_print(text, &tally);
    cr_expect_str_eq(text, "Warnings for 1 address that passes: 1 no-soa");
    tally.warned = 4000;
    tally.warnings[FINDING_MULTIPLE_PTR] = 2;
    tally.warnings[FINDING_GENERIC_NAME_2] = 4000;
    warnings_print(text, &tally);
    cr_expect_str_eq(text, "Warnings for 4,000 addresses that pass: 4,000 generic-name-2, "
                           "2 multiple-ptr, 1 no-soa");
    tally.warnings[FINDING_GENERIC_NAME_3] = 3;
    warnings_print(text, &tally);
    cr_expect_str_eq(text, "Warnings for 4,000 addresses that pass: 4,000 generic-name-2, "
                           "3 generic-name-3, 2 multiple-ptr and 1 more kind");
}

Test(report_words, addresses_that_were_not_asked_had_no_tries)
{
    struct tally tally = {.rows = 5};

    tally.verdicts[VERDICT_UNANSWERED] = 5;
    cr_expect_str_eq(verdict_sentence(VERDICT_UNANSWERED, &tally),
                     verdict_row(VERDICT_UNANSWERED)->sentence);
    tally.findings[FINDING_NOT_ASKED] = 4;
    cr_expect(strstr(verdict_sentence(VERDICT_UNANSWERED, &tally), "or the run ended before"));
    cr_expect_str_eq(verdict_sentence(VERDICT_NO_PTR, &tally),
                     verdict_row(VERDICT_NO_PTR)->sentence);
    tally.findings[FINDING_NOT_ASKED] = 5;
    cr_expect_str_eq(verdict_sentence(VERDICT_UNANSWERED, &tally),
                     "The run ended before these addresses were looked up.");
}

Test(report_words, warnings_have_room_for_all)
{
    struct tally tally = {.warned = UINT64_MAX};
    char text[WARNINGS_MAX];

    for (unsigned i = 0; i < FINDINGS; i++)
        tally.warnings[i] = UINT64_MAX;
    cr_expect_lt(warnings_print(text, &tally), WARNINGS_MAX);
    cr_expect(strstr(text, " more kinds"), "%s", text);
}

/* "Every public address" would include rows that were not audited. */
Test(report_words, refused_rows_are_in_the_sentence_of_ready)
{
    struct tally tally = {.rows = 3, .rejected = 9};

    tally.verdicts[VERDICT_PASS] = 3;
    cr_expect(strstr(readiness_sentence(&tally), "not every input row could be used as written"));
    tally.verdicts[VERDICT_PASS] = 2;
    tally.verdicts[VERDICT_NO_PTR] = 1;
    cr_expect(strstr(readiness_sentence(&tally), "DNS records must be changed"));
}

/* No record is at fault where the DNS only fails. */
Test(report_words, what_must_change_before_mail_is_sent)
{
    struct tally tally = {.rows = 3};

    tally.verdicts[VERDICT_PASS] = 1;
    tally.verdicts[VERDICT_DNS_ERROR] = 2;
    cr_expect(strstr(readiness_sentence(&tally), "name servers must be repaired"));
    tally.not_of_zones = 1;
    cr_expect(strstr(readiness_sentence(&tally), "name servers must be repaired"));
    tally.verdicts[VERDICT_NO_PTR] = 1;
    cr_expect(strstr(readiness_sentence(&tally), "DNS records must be changed"));
    tally.accepted[VERDICT_NO_PTR] = 1;
    cr_expect(strstr(readiness_sentence(&tally), "name servers must be repaired"));
}

/* "0 silent, 0 lame" must not read like a comparison that found nothing wrong. */
Test(report_words, name_servers_that_were_not_asked)
{
    static struct vantage_overview overview = {.zones = 2};
    struct report_plan plan = {.vantages = &overview};
    char text[VANTAGE_SENTENCE_MAX];

    overview.servers[ZONE_SERVER_WHOLE] = 4;
    overview.servers[ZONE_SERVER_LAME] = 1;
    name_servers_print(text, &plan);
    cr_expect_str_eq(text, "Name servers: differences in 0 of 2 zones; 0 silent, 1 lame, 0 without "
                           "address");
    overview.servers[ZONE_SERVER_NOT_ASKED_SPECIAL] = 3;
    overview.servers[ZONE_SERVER_UNREACHABLE] = 1;
    name_servers_print(text, &plan);
    cr_expect_str_eq(text, "Name servers: differences in 0 of 2 zones; 0 silent, 1 lame, 0 without "
                           "address, 4 not asked");
    overview.servers[ZONE_SERVER_WHOLE] = overview.servers[ZONE_SERVER_LAME] = 0;
    name_servers_print(text, &plan);
    cr_expect_str_eq(text, "Name servers: nothing compared, no server of 2 zones answers; 0 "
                           "silent, 0 lame, 0 without address, 4 not asked");
}

/* "0 addresses differ" would say that they were compared. */
Test(report_words, vantages_that_were_not_compared)
{
    static struct vantage_overview overview = {.resolver_count = 3};
    struct report_plan plan = {.vantages = &overview};
    struct tally tally = {.rows = 4};
    char text[VANTAGE_SENTENCE_MAX];

    tally.resolvers[0][RESULT_SAME] = 4;
    tally.resolvers[1][RESULT_NOT_ASKED] = tally.resolvers[2][RESULT_UNKNOWN] = 4;
    overview.resolvers[1].state = overview.resolvers[2].state = VANTAGE_WHOLE;
    vantages_print(text, &plan, &tally);
    cr_expect_str_eq(text, "Vantages: nothing compared");
    overview.resolvers[2].state = VANTAGE_SILENT;
    vantages_print(text, &plan, &tally);
    cr_expect_str_eq(text, "Vantages: nothing compared; 1 of 2 vantages did not answer");
    tally.resolvers[1][RESULT_SAME] = 1;
    vantages_print(text, &plan, &tally);
    cr_expect_str_eq(text,
                     "Vantages: 0 addresses differ elsewhere; 1 of 2 vantages did not answer");
    tally.resolvers[1][RESULT_SAME] = 0;
    overview.servers[ZONE_SERVER_WHOLE] = 1;
    vantages_print(text, &plan, &tally);
    cr_expect_str_eq(text,
                     "Vantages: 0 addresses differ elsewhere; 1 of 2 vantages did not answer");
}
