#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>

#include "reports/summary_terminal.h"
#include "reports/vantage_overview.h"
#include "tests/unit/reports/made_row.h"

TestSuite(summary_terminal, .init = cr_redirect_stdout);

static struct folder written = {.fd = -1, .path = "fcrdns-report"};
static struct report_plan plan = {.folder = &written, .program = "fcrdns 0.1.0", .complete = true};

Test(summary_terminal, of_a_fleet_that_passes)
{
    struct tally tally = {.rows = 1000};

    tally.verdicts[VERDICT_PASS] = 1000;
    summary_terminal_print(&plan, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str("READY  1,000 of 1,000 public addresses pass (100.0 %)\n"
                            "  1,000  pass               A PTR name resolves back to the address.\n"
                            "Reports: fcrdns-report/audit.html\n");
}

Test(summary_terminal, shows_repeated_rows_and_a_resolver_at_fault)
{
    struct report_plan of_fault = plan;
    struct tally tally = {.rows = 2};

    of_fault.repeated = 1;
    of_fault.resolver_fault = "192.0.2.53 does not answer";
    tally.verdicts[VERDICT_PASS] = 2;
    summary_terminal_print(&of_fault, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str("READY  2 of 2 public addresses pass (100.0 %)\n"
                            "1 row repeats an address of another row, and counts again\n"
                            "The resolver is at fault, not the zones: 192.0.2.53 does not answer\n"
                            "  2  pass               A PTR name resolves back to the address.\n"
                            "Reports: fcrdns-report/audit.html\n");
}

Test(summary_terminal, shows_the_rows_of_a_short_run)
{
    const struct short_list list = {
        .count = 2,
        .rows = {{VERDICT_PASS, "198.51.100.7", "mta7.example.com"},
                 {VERDICT_FORWARD_MISMATCH, "198.51.100.10",
                  "a-host-name-that-is-rather-long.example.com -> 192.0.2.9"}}};
    struct tally tally = {.rows = 2};

    tally.first = list;
    tally.verdicts[VERDICT_PASS] = 1;
    tally.verdicts[VERDICT_FORWARD_MISMATCH] = 1;
    summary_terminal_print(&plan, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "NOT READY  1 of 2 public addresses pass (50.0 %)\n"
        "  198.51.100.7   pass               mta7.example.com\n"
        "  198.51.100.10  forward-mismatch   a-host-name-that-is-rather-long.example.com\n"
        "                                    -> 192.0.2.9\n"
        "  1  pass               A PTR name resolves back to the address.\n"
        "  1  forward-mismatch   The PTR names resolve, but to other addresses.\n"
        "Reports: fcrdns-report/audit.html\n");
}

Test(summary_terminal, shows_queries_per_address)
{
    struct run_story story[] = {{"queries", "Queries", "2028"},
                                {"queries_per_address", "Each", "2.028"}};
    struct report_plan told = plan;
    struct tally tally = {.rows = 1000};

    told.story = story;
    told.story_count = 2;
    tally.verdicts[VERDICT_PASS] = 1000;
    summary_terminal_print(&told, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str("READY  1,000 of 1,000 public addresses pass (100.0 %)\n"
                            "  1,000  pass               A PTR name resolves back to the address.\n"
                            "Queries per address: 2.028\n"
                            "Reports: fcrdns-report/audit.html\n");
}

/* A policy with more exceptions than can be named. */
static struct policy policy_with_exceptions(void)
{
    struct policy policy = {.exceptions = exceptions_new()};

    for (unsigned i = 0; i < 1000; i++) {
        struct exception long_one = {.subject = VERDICT_HOSTNAME_MISMATCH};

        long_one.range.first = made_address("2001:db8:1111:1111:1111:1111:1111:1111");
        long_one.range.last = made_address("2001:db8:2222:2222:2222:2222:2222:2222");
        strcpy(long_one.last_day, i % 2 ? "2026-11-22" : "");
        cr_assert(exceptions_add(policy.exceptions, &long_one));
    }
    exceptions_seal(policy.exceptions, "2026-11-23");
    return policy;
}

static void expect_lines_of_80_columns(unsigned most)
{
    char text[8192];
    unsigned lines = 0;

    fflush(stdout);
    text[fread(text, 1, sizeof(text) - 1, cr_get_redirected_stdout())] = '\0';
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        cr_expect_leq(end - line, 80, "%.*s", (int)(end - line), line);
        lines++;
    }
    cr_assert_leq(lines, most, "%u lines:\n%s", lines, text);
}

static void print_worst_case(bool vantages)
{
    static struct vantage_overview overview = {
        .resolver_count = VANTAGE_RESULTS_MAX, .zones = 16777216, .differing = 16777215};
    struct run_story story = {"queries_per_address", "Each", "72.000"};
    struct report_plan worst = plan;
    struct policy policy = policy_with_exceptions();
    struct tally tally = {.rejected = UINT32_MAX,
                          .has_safe_after = true,
                          .safe_after = MADE_AT,
                          .old_answers = vantages ? 16777216 : 0,
                          .old_until = MADE_AT};

    worst.story = &story;
    worst.story_count = 1;
    worst.complete = false;
    worst.incomplete_reason = "stopped by SIGINT, with a reason that goes on and on and on, far "
                              "beyond the width of a line";
    for (unsigned i = 0; i < VERDICTS; i++)
        tally.rows += tally.verdicts[i] = 16777216;
    for (unsigned i = 0; i < FIXERS; i++)
        tally.work[i][VERDICT_NO_PTR] = 16777216;
    tally.findings[FINDING_INCONSISTENT] = 16777216;
    tally.warned = tally.warnings[FINDING_GENERIC_NAME_2] = 16777216;
    tally.warnings[FINDING_UNCONFIRMED_NAME] = tally.warnings[FINDING_PTR_NAMES_CUT] = 16777216;
    tally.warnings[FINDING_MULTIPLE_PTR] = 16777216;
    for (unsigned i = 0; i < VANTAGE_RESULTS_MAX; i++)
        overview.resolvers[i].state = VANTAGE_SILENT;
    for (unsigned i = 0; i < ZONE_SERVER_STATES; i++)
        overview.servers[i] = 16777216;
    worst.policy = &policy;
    worst.vantages = vantages ? &overview : NULL;
    summary_terminal_print(&worst, &tally, false);
    exceptions_free(policy.exceptions);
}

Test(summary_terminal, the_worst_case_fits_a_terminal)
{
    print_worst_case(false);
    expect_lines_of_80_columns(26);
}

Test(summary_terminal, vantages_take_at_most_six_lines)
{
    print_worst_case(true);
    expect_lines_of_80_columns(32);
}

Test(summary_terminal, prints_no_control_characters_without_colour)
{
    struct report_plan hostile = plan;
    struct tally tally = {0};

    hostile.folder = &(struct folder){.fd = -1, .path = "\x1B[31mred"};
    summary_terminal_print(&hostile, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "NOT KNOWN  No public address was audited\nReports: \\027[31mred/audit.html\n");
}

Test(summary_terminal, names_expired_exceptions)
{
    struct policy policy = made_policy("198.51.100.7", "no-ptr", "retired", "2026-10-01");
    struct report_plan with_policy = plan;
    struct tally tally = {.rows = 1};

    tally.verdicts[VERDICT_PASS] = 1;
    with_policy.policy = &policy;
    summary_terminal_print(&with_policy, &tally, false);
    fflush(stdout);
    exceptions_free(policy.exceptions);
    cr_assert_stdout_eq_str("READY  1 of 1 public address passes (100.0 %)\n"
                            "  1  pass               A PTR name resolves back to the address.\n"
                            "Exceptions apply to 0 addresses\n"
                            "1 exception has expired: 198.51.100.7 no-ptr (2026-10-01)\n"
                            "Reports: fcrdns-report/audit.html\n");
}

Test(summary_terminal, counts_exceptions_in_use_and_unused)
{
    struct policy policy = made_policy("198.51.100.7", "no-ptr", "retired", "");
    struct report_plan with_policy = plan;
    struct tally tally = {.rows = 1, .excepted = 1234};

    with_policy.policy = &policy;
    summary_terminal_print(&with_policy, &tally, false);
    fflush(stdout);
    exceptions_free(policy.exceptions);
    cr_assert_stdout_eq_str("READY  0 of 1 public address passes (0.0 %)\n"
                            "Exceptions apply to 1,234 addresses; 1 exception is unused\n"
                            "Reports: fcrdns-report/audit.html\n");
}

Test(summary_terminal, names_as_many_expired_exceptions_as_fit)
{
    struct policy policy = made_policy("198.51.100.7", "no-ptr", "retired", "2026-10-01");
    struct exception another = *exceptions_at(policy.exceptions, 0);
    struct report_plan with_policy = plan;
    struct tally tally = {0};

    cr_assert(exceptions_add(policy.exceptions, &another));
    exceptions_seal(policy.exceptions, "2026-11-23");
    with_policy.policy = &policy;
    summary_terminal_print(&with_policy, &tally, false);
    fflush(stdout);
    exceptions_free(policy.exceptions);
    cr_assert_stdout_eq_str(
        "NOT KNOWN  No public address was audited\n"
        "Exceptions apply to 0 addresses\n"
        "2 exceptions have expired: 198.51.100.7 no-ptr (2026-10-01) and 1 more\n"
        "Reports: fcrdns-report/audit.html\n");
}

Test(summary_terminal, in_colour)
{
    struct tally tally = {.rows = 1};

    tally.verdicts[VERDICT_NO_PTR] = 1;
    tally.work[FIXER_REVERSE_ZONE][VERDICT_NO_PTR] = 1;
    summary_terminal_print(&plan, &tally, true);
    fflush(stdout);
    cr_assert_stdout_eq_str(
        "\x1B[1;31mNOT READY\x1B[0m  0 of 1 public address passes (0.0 %)\n"
        "  1  \x1B[31mno-ptr           \x1B[0m  The address has no PTR record.\n"
        "To fix by the operator of the reverse zone: 1 address\n"
        "Reports: fcrdns-report/audit.html\n");
}
