#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>

#include "tests/unit/reports/made_row.h"

TestSuite(summary_text, .init = cr_redirect_stdout);

static struct report_plan plan = {.directory = "fcrdns-report", .program = "fcrdns 0.1.0", .complete = true};

Test(summary_text, of_a_fleet_that_passes)
{
    struct tally tally = {.rows = 1000};

    tally.verdicts[VERDICT_PASS] = 1000;
    summary_text_print(&plan, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str("READY  1,000 of 1,000 public addresses pass (100.0 %)\n"
                            "  1,000  pass               A PTR name resolves back to the address.\n"
                            "Reports: fcrdns-report/audit.html\n");
}

Test(summary_text, of_the_worst_case_fits_a_terminal)
{
    struct report_plan worst = plan;
    struct tally tally = {.rejected = UINT32_MAX, .has_safe_after = true, .safe_after = MADE_AT};
    char text[8192];
    unsigned lines = 0;
    FILE *out;
    size_t got;

    worst.complete = false;
    worst.incomplete_reason =
        "stopped by SIGINT, with a reason that goes on and on and on, far beyond the width of a line";
    for (unsigned i = 0; i < VERDICTS; i++)
        tally.rows += tally.verdicts[i] = 16777216;
    summary_text_print(&worst, &tally, false);
    fflush(stdout);
    out = cr_get_redirected_stdout();
    got = fread(text, 1, sizeof text - 1, out);
    text[got] = '\0';
    for (char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        cr_expect_leq(end - line, 80, "%.*s", (int)(end - line), line);
        lines++;
    }
    cr_assert_leq(lines, 24);
}

Test(summary_text, colours_only_when_asked_and_no_control_characters)
{
    struct report_plan hostile = plan;
    struct tally tally = {0};

    hostile.directory = "\x1B[31mred";
    summary_text_print(&hostile, &tally, false);
    fflush(stdout);
    cr_assert_stdout_eq_str("NOT KNOWN  No public address was audited\nReports: \\027[31mred/audit.html\n");
}

Test(summary_text, in_colour)
{
    struct tally tally = {.rows = 1};

    tally.verdicts[VERDICT_NO_PTR] = 1;
    summary_text_print(&plan, &tally, true);
    fflush(stdout);
    cr_assert_stdout_eq_str("\x1B[1;31mNOT READY\x1B[0m  0 of 1 public address passes (0.0 %)\n"
                            "  1  \x1B[31mno-ptr           \x1B[0m  The address has no PTR record.\n"
                            "To fix by the operator of the reverse zone: 1 address\n"
                            "Reports: fcrdns-report/audit.html\n");
}
