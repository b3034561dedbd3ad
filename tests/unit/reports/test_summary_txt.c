/* summary.txt: the text to be mailed. */
#include "reports/report_format.h"
#include "reports/wrap.h"
#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

TestSuite(summary_txt, .init = make_folder, .fini = drop_folder);

static struct run_story story[] = {{"resolvers", "Resolvers", "127.0.0.1"},
                                   {"inputs", "Inputs", "fleet.csv"}};
static struct folder written = {.fd = -1, .path = "fcrdns-report"};
static struct report_plan plan = {.folder = &written,
                                  .program = "fcrdns 0.1.0",
                                  .written_at = MADE_AT,
                                  .complete = true,
                                  .story = story,
                                  .story_count = 2};

/* The whole text; the caller frees. */
static char *mail_of(const struct tally *tally)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "summary.txt", &failure);
    void *writer;

    cr_assert_not_null(out, "%s", failure.text);
    writer = summary_txt_format.begin(&plan, out, &failure);
    cr_assert_not_null(writer);
    cr_assert(summary_txt_format.finish(writer, tally, &failure));
    summary_txt_format.free(writer);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    return text_of("summary.txt");
}

static void expect_subject(const struct tally *tally, const char *subject)
{
    char *text = mail_of(tally);

    text[strcspn(text, "\n")] = '\0';
    cr_expect_str_eq(text, subject, "%s", text);
    free(text);
}

#define SUFFIXES                                                                \
    "Public suffix list: none found: the last two labels of a name are taken\n" \
    "for its domain, so names below a suffix such as co.uk may be called\n"     \
    "generic in error. Install the package publicsuffix, or name a list with\n" \
    "--psl\n\n"

Test(summary_txt, of_a_fleet_that_passes)
{
    struct tally tally = {.rows = 1000, .verdicts = {[VERDICT_PASS] = 1000}};
    char *text = mail_of(&tally);

    cr_expect_str_eq(text, "fcrdns: READY, 1,000 of 1,000 addresses pass (fleet.csv)\n"
                           "\n"
                           "Every public address has a PTR name that resolves back to it.\n"
                           "1,000 of 1,000 public addresses pass (100.0 %).\n"
                           "\n"
                           "Addresses by verdict\n"
                           "- 1,000 pass: A PTR name resolves back to the address.\n"
                           "\n" SUFFIXES "The full report, and one row per address:\n"
                           "  fcrdns-report/audit.html\n"
                           "  fcrdns-report/audit.csv\n"
                           "\n"
                           "fcrdns 0.1.0, 2026-11-23T12:38:49Z\n");
    free(text);
}

static const struct tally with_faults = {
    .rows = 10,
    .verdicts = {[VERDICT_PASS] = 4,
                 [VERDICT_NO_PTR] = 1,
                 [VERDICT_PTR_INVALID] = 2,
                 [VERDICT_FORWARD_MISMATCH] = 1,
                 [VERDICT_UNANSWERED] = 2},
    .findings = {[FINDING_PTR_ALIAS] = 3, [FINDING_NOT_ASKED] = 2},
    .work = {[FIXER_REVERSE_ZONE] = {[VERDICT_NO_PTR] = 1, [VERDICT_PTR_INVALID] = 2},
             [FIXER_HOST_NAME] = {[VERDICT_NO_PTR] = 1, [VERDICT_FORWARD_MISMATCH] = 1}},
    .inconsistent = 5,
    .on_broken_servers = 12,
    .server_work = 12,
    .rejected = 1,
    .has_safe_after = true,
    .safe_after = MADE_AT + 3600};

static const char with_faults_text[] =
    "fcrdns: NOT READY (incomplete), 4 of 10 broken (fleet.csv)\n"
    "\n"
    "1 input row was refused and not audited: see rejected.csv.\n"
    "\n"
    "Some addresses are broken: DNS records must be changed before mail is\n"
    "sent from them.\n"
    "4 of 10 public addresses pass (40.0 %).\n"
    "\n"
    "INCOMPLETE: stopped by SIGINT\n"
    "\n"
    "Addresses by verdict\n"
    "- 4 pass: A PTR name resolves back to the address.\n"
    "- 1 no-ptr: The address has no PTR record.\n"
    "- 2 ptr-invalid: No PTR name of the address can be a host name.\n"
    "- 1 forward-mismatch: The PTR names resolve, but to other addresses.\n"
    "- 2 unanswered: The run ended before these addresses were looked up.\n"
    "\n"
    "Warnings (the full report has all findings)\n"
    "- 2 not-asked: The run ended before this address was looked up.\n"
    "\n"
    "Who must fix it (the full report lists the records)\n"
    "- Operator of the reverse zone: 3 addresses (1 no-ptr, 2 ptr-invalid)\n"
    "- Owner of the host name: 2 addresses (1 no-ptr, 1 forward-mismatch)\n"
    "- Operator of the name servers: 12 addresses (5 inconsistent, 12 in\n"
    "  zones with failing name servers)\n"
    "\n"
    "A fix may not be seen everywhere before 2026-11-23T13:38:49Z. Receivers\n"
    "may remember a fault for a day: fix it first, and send test messages\n"
    "later.\n"
    "\n" SUFFIXES "The full report, and one row per address:\n"
    "  fcrdns-report/audit.html\n"
    "  fcrdns-report/audit.csv\n"
    "\n"
    "fcrdns 0.1.0, 2026-11-23T12:38:49Z\n";

Test(summary_txt, of_a_fleet_with_faults_in_a_stopped_run)
{
    char *text;

    plan.complete = false;
    plan.incomplete_reason = "stopped by SIGINT";
    text = mail_of(&with_faults);
    cr_expect_str_eq(text, with_faults_text);
    free(text);
}

Test(summary_txt, names_only_the_work_that_there_is)
{
    struct tally tally = {.rows = 9, .verdicts = {[VERDICT_PASS] = 9}, .server_work = 5};
    char *text;

    tally.inconsistent = 5;
    text = mail_of(&tally);
    cr_expect_not_null(strstr(text, "name servers: 5 addresses (5 inconsistent)\n"), "%s", text);
    free(text);
    tally.inconsistent = 0;
    tally.on_broken_servers = 5;
    text = mail_of(&tally);
    cr_expect_not_null(strstr(text, "name servers: 5 addresses (5 in zones with failing\n"), "%s",
                       text);
    free(text);
}

Test(summary_txt, a_ready_without_all_rows_says_so_in_the_subject)
{
    struct tally tally = {.rows = 6, .rejected = 9};

    tally.verdicts[VERDICT_PASS] = 6;
    expect_subject(&tally, "fcrdns: READY, 6 of 6 addresses pass, 9 rows refused (fleet.csv)");
    tally.rejected = 1;
    expect_subject(&tally, "fcrdns: READY, 6 of 6 addresses pass, 1 row refused (fleet.csv)");
    plan.unnamed_rows = 1;
    expect_subject(&tally, "fcrdns: READY, 6 of 6 addresses pass, 1 name not usable (fleet.csv)");
    tally.rows += tally.verdicts[VERDICT_NO_PTR] = 1;
    expect_subject(&tally, "fcrdns: NOT READY, 1 of 7 addresses broken (fleet.csv)");
}

Test(summary_txt, subjects)
{
    struct tally tally = {0};

    expect_subject(&tally, "fcrdns: NOT KNOWN, no public address (fleet.csv)");
    tally.rows = tally.verdicts[VERDICT_UNANSWERED] = 1;
    expect_subject(&tally, "fcrdns: NOT KNOWN, 1 of 1 address unanswered (fleet.csv)");
    tally.rows += tally.verdicts[VERDICT_NOT_PUBLIC] = 5;
    tally.rows += tally.verdicts[VERDICT_DNS_ERROR] = 1;
    expect_subject(&tally, "fcrdns: NOT READY, 1 of 2 addresses broken (fleet.csv)");
    plan.story_count = 1;
    expect_subject(&tally, "fcrdns: NOT READY, 1 of 2 addresses broken");
}

/* 42 columns precede the blank, which leaves 27 between the parentheses. */
/* "READY, 4 of 6 addresses pass" would leave open what the other two are. */
Test(summary_txt, a_ready_with_accepted_addresses_counts_them_in_the_subject)
{
    struct tally tally = {.rows = 6, .verdicts = {[VERDICT_PASS] = 4, [VERDICT_NO_PTR] = 2}};

    tally.accepted[VERDICT_NO_PTR] = 2;
    expect_subject(&tally, "fcrdns: READY, 4 of 6 addresses pass, 2 accepted (fleet.csv)");
    tally.rejected = 9;
    expect_subject(&tally, "fcrdns: READY, 4 of 6 addresses pass, 2 accepted, 9 rows refused");
}

/* An open fault is no lack of answers, and has no temporary error either. */
Test(summary_txt, the_subject_counts_what_is_not_the_fault_of_a_zone)
{
    struct tally tally = {.rows = 4, .verdicts = {[VERDICT_NO_PTR] = 2, [VERDICT_UNANSWERED] = 1}};

    tally.verdicts[VERDICT_PASS] = 1;
    tally.not_of_zones = 2;
    expect_subject(&tally, "fcrdns: NOT KNOWN, 3 of 4 addresses not known (fleet.csv)");
}

Test(summary_txt, the_subject_names_a_resolver_at_fault)
{
    struct tally tally = {.rows = 2, .verdicts = {[VERDICT_DNS_ERROR] = 2}, .not_of_zones = 2};

    plan.resolver_fault = "192.0.2.53@54 answers REFUSED to every question: it refuses";
    plan.resolvers_at_fault = 1;
    expect_subject(&tally, "fcrdns: NOT KNOWN, resolver 192.0.2.53@54 at fault (fleet.csv)");
    plan.resolver_fault = "192.0.2.53@54 does not answer; 192.0.2.53@54 replies from 192.0.2.9";
    expect_subject(&tally, "fcrdns: NOT KNOWN, resolver 192.0.2.53@54 at fault (fleet.csv)");
    plan.resolver_fault = "192.0.2.53 answers REFUSED to every question: it refuses; 192.0.2.54 "
                          "answers every question with an error";
    plan.resolvers_at_fault = 2;
    expect_subject(&tally,
                   "fcrdns: NOT KNOWN, resolver 192.0.2.53 and 1 more at fault (fleet.csv)");
    tally.verdicts[VERDICT_NO_PTR] = 1; /* found by another run */
    tally.rows = 3;
    expect_subject(&tally, "fcrdns: NOT READY, 1 of 3 addresses broken (fleet.csv)");
}

Test(summary_txt, subject_ends_at_72_columns)
{
    struct tally tally = {.rows = 2, .verdicts = {[VERDICT_PASS] = 1, [VERDICT_NO_PTR] = 1}};

    story[1].value = "/var/lib/mail/fleets/ab.csv";
    expect_subject(&tally,
                   "fcrdns: NOT READY, 1 of 2 addresses broken (/var/lib/mail/fleets/ab.csv)");
    story[1].value = "/var/lib/mail/fleets/abc.csv";
    expect_subject(&tally,
                   "fcrdns: NOT READY, 1 of 2 addresses broken (.../lib/mail/fleets/abc.csv)");
    story[1].value =
        "\xC3\x84r/lib/mail/fleets/\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84.csv";
    expect_subject(
        &tally, "fcrdns: NOT READY, 1 of 2 addresses broken "
                "(.../mail/fleets/\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84.csv)");
    story[1].value = "198.51.100.0-198.51.100.255 203.0.113.0/24";
    expect_subject(&tally, "fcrdns: NOT READY, 1 of 2 addresses broken (2 inputs)");
    story[1].value = "a\nBcc: b@example.com";
    expect_subject(&tally, "fcrdns: NOT READY, 1 of 2 addresses broken (a\\010Bcc: b@example.com)");
}

static void expect_narrow(const char *text)
{
    for (const char *end; (end = strchr(text, '\n')); text = end + 1)
        cr_expect_leq(wrap_columns(text, (size_t)(end - text)), 72, "%.*s", (int)(end - text),
                      text);
}

Test(summary_txt, the_worst_case_has_72_columns_and_no_control_characters)
{
    static char directory[4000];
    struct tally tally = {.rejected = UINT64_MAX, .has_safe_after = true, .safe_after = MADE_AT};
    char *text;

    memset(directory, 'd', sizeof(directory) - 1);
    plan.folder = &(struct folder){.fd = -1, .path = directory};
    plan.complete = false;
    plan.incomplete_reason =
        "\x1B[31m\xFF<b> and so on and so on and so on, far beyond the width of a line";
    story[1].value = directory;
    for (unsigned i = 0; i < VERDICTS; i++)
        tally.rows += tally.verdicts[i] = UINT64_MAX / 16;
    for (unsigned i = 0; i < FINDINGS; i++)
        tally.findings[i] = UINT64_MAX;
    text = mail_of(&tally);
    expect_narrow(text);
    cr_expect_null(strchr(text, '\x1B'));
    cr_expect_not_null(strstr(text, "\nINCOMPLETE: \\027[31m\\255<b> and so on"));
    for (unsigned i = 0; i < VERDICTS; i++)
        cr_expect_not_null(strstr(text, verdict_row(i)->key), "%s", verdict_row(i)->key);
    free(text);
    /* Numbers of that size leave no space for the inputs. */
    for (unsigned i = 0; i < VERDICTS; i++)
        tally.verdicts[i] = 0;
    plan.complete = true;
    tally.rows = tally.verdicts[VERDICT_NO_PTR] = 999999999999;
    expect_subject(&tally,
                   "fcrdns: NOT READY, 999,999,999,999 of 999,999,999,999 addresses broken");
}

Test(summary_txt, an_incomplete_run_without_a_reason)
{
    struct tally tally = {0};
    char *text;

    plan.complete = false;
    text = mail_of(&tally);
    cr_expect_not_null(strstr(text, "\n\nINCOMPLETE: the run ended early\n"), "%s", text);
    cr_expect_eq(
        strncmp(text, "fcrdns: NOT KNOWN (incomplete), no public address (fleet.csv)\n\n", 63), 0);
    free(text);
}
