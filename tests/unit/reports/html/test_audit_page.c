#include "reports/html/address_table.h"
#include "tests/unit/reports/made_set.h"

TestSuite(audit_page, .init = make_folder, .fini = drop_folder);

static struct made_row made;

Test(audit_page, escapes_names_and_contains_no_script)
{
    struct run_story story[] = {{"inputs", "Inputs", "<img src=x>\xFF.csv"}};
    struct report_plan plan = plan_of(1);
    struct report_set *set;
    char *page;

    plan.story = story;
    plan.story_count = 1;
    set = open_set(&plan);
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_ptr(&made, "<script>alert(1)</script>.example");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("audit.html");
    cr_assert_not(has_text(page, "<script"));
    cr_assert_not(has_text(page, "<img"));
    cr_assert(has_text(page, "&lt;script&gt;alert\\0401\\041&lt;/script&gt;.example"));
    cr_assert(has_text(page, "&lt;img src=x&gt;\\255.csv"));
    cr_assert(has_text(page, "content=\"default-src 'none'; style-src 'unsafe-inline'"));
    cr_assert(has_text(page, "<html lang=\"en\">"));
    cr_assert(has_text(page, "<title>NOT READY: 0 of 1 public address passes (0.0 %)</title>"));
    cr_assert(has_text(page, "8.8.8.8.in-addr.arpa. 3600 IN PTR mta.example.com.\n"));
    cr_assert(has_text(page, "<title>8.8.8.0/24: 1 ptr-invalid</title>"));
    free(page);
}

Test(audit_page, marks_an_unfinished_run)
{
    struct report_plan plan = plan_of(0);
    char *page;

    plan.complete = false;
    plan.incomplete_reason = "stopped by <SIGINT>";
    commit(open_set(&plan));
    page = text_of("audit.html");
    cr_assert(has_text(page, "<b>INCOMPLETE:</b> stopped by &lt;SIGINT&gt;"));
    cr_assert(has_text(page, ">NOT KNOWN<"));
    free(page);
}

/* The page of `rows` addresses; the first `broken` of them have no PTR record. */
static char *page_of(unsigned rows, unsigned broken)
{
    struct report_plan plan = plan_of(rows);
    struct report_set *set = open_set(&plan);
    char address[32];

    for (unsigned i = 0; i < rows; i++) {
        snprintf(address, sizeof(address), "11.0.%u.%u", i / 256, i % 256);
        made_begin(&made, address, NULL);
        if (i >= broken)
            made_confirmed(&made, "mta.example.com");
        report_set_row(set, made_row(&made, i + 1));
    }
    commit(set);
    return text_of("audit.html");
}

#define FAULT(key, count) "<span><span class=\"v " key "\">" key "</span> " count "</span>"

static void add_fault(struct report_set *set, const char *address, enum answer_kind kind)
{
    made_begin(&made, address, NULL);
    made.seen.ptr.kind = kind;
    report_set_row(set, made_row(&made, 1));
}

/* "Broken: 5" says neither why nor that of some it is not known. */
Test(audit_page, the_first_screen_says_why_addresses_do_not_pass)
{
    struct report_plan plan = plan_of(5);
    struct report_set *set = open_set(&plan);
    char *page;

    add_fault(set, "11.0.0.1", ANSWER_SERVFAIL);
    add_fault(set, "11.0.0.2", ANSWER_SILENT);
    add_fault(set, "11.0.0.3", ANSWER_NXDOMAIN);
    add_fault(set, "11.0.0.4", ANSWER_NODATA);
    made_begin(&made, "11.0.0.5", NULL);
    made_confirmed(&made, "mta.example.com");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("audit.html");
    cr_expect(has_text(page, ">Do not pass: " FAULT("no-ptr", "2") ", " FAULT(
                                 "dns-error", "1") ", " FAULT("unanswered", "1") " (<a href"));
    free(page);
    page = page_of(1, 0);
    cr_expect_not(has_text(page, "Do not pass"));
    free(page);
}

Test(audit_page, lists_the_addresses_that_a_name_has_instead)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *page;

    made_begin(&made, "11.0.0.1", NULL);
    made_ptr(&made, "mta.example.com");
    struct answer *forward = made_forward(&made, "mta.example.com", ANSWER_RECORDS);
    made_has(&made, forward, "11.0.0.2");
    made_has(&made, forward, "11.0.0.3");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("audit.html");
    cr_expect(has_text(page, " <i>resolves to 11.0.0.2, 11.0.0.3</i>"));
    free(page);
}

#define ROW "<tr><td>"
#define LOUD "This table does not list every address."

Test(audit_page, lists_all_rows_up_to_the_limit)
{
    char *page = page_of(TABLE_ALL_MAX, 1);

    cr_assert_eq(count_text(page, ROW), TABLE_ALL_MAX);
    cr_assert_not(has_text(page, LOUD));
    cr_assert_eq(count_text(page, "<table class=\"addresses\">"), 2);
    cr_assert_eq(count_text(page, "<table"), count_text(page, "</table>"));
    free(page);
}

Test(audit_page, above_the_limit_lists_only_failures)
{
    char *page = page_of(TABLE_ALL_MAX + 1, 3);

    cr_assert_eq(count_text(page, ROW), 3);
    cr_assert(
        has_text(page, LOUD
                 "</b> It lists the 3 that do not pass, of 1,001 in all. <code>audit.csv</code>"));
    free(page);
}

Test(audit_page, table_stops_at_its_ceiling)
{
    char *page = page_of(TABLE_CUT_MAX + 5, TABLE_CUT_MAX + 2);

    cr_assert_eq(count_text(page, ROW), TABLE_CUT_MAX);
    cr_assert(has_text(page, "It lists 2,000 of the 2,002 that do not pass, of 2,005 in all: the "
                             "first ones, and the first 20 of each verdict. <code>audit.csv"));
    cr_assert(has_text(page, "<span class=\"paper\">. On paper it ends after 500</span>.</p>"));
    cr_assert(has_text(page, "<div class=\"sample\">\n<div class=\"part\">"));
    free(page);
    page = page_of(TABLE_CUT_MAX + 5, TABLE_CUT_MAX);
    cr_assert_not(has_text(page, "On paper"), "all that do not pass are printed");
    cr_assert_not(has_text(page, "class=\"sample\""));
    free(page);
}

/* A long range with one fault comes first, and each other fault is shown all the same. */
Test(audit_page, shows_rows_of_every_verdict)
{
    enum { FAULT = 3000, OTHERS = 25 };
    struct report_plan plan = plan_of(FAULT + 2 * OTHERS);
    struct report_set *set = open_set(&plan);
    char address[32];
    char *page;

    for (unsigned i = 0; i < FAULT + 2 * OTHERS; i++) {
        snprintf(address, sizeof(address), "11.0.%u.%u", i / 256, i % 256);
        made_begin(&made, address, NULL);
        if (i >= FAULT)
            made_ptr(&made, "mta.example.com");
        if (i >= FAULT)
            made_forward(&made, "mta.example.com", i % 2 ? ANSWER_NXDOMAIN : ANSWER_SERVFAIL);
        report_set_row(set, made_row(&made, i + 1));
    }
    commit(set);
    page = text_of("audit.html");
    cr_expect_eq(count_text(page, "</th><td><span class=\"v no-forward\">"), TABLE_LEAST);
    cr_expect_eq(count_text(page, "</th><td><span class=\"v dns-error\">"), TABLE_LEAST);
    cr_expect_gt(count_text(page, "</th><td><span class=\"v no-ptr\">"), 1000);
    cr_expect_leq(count_text(page, ROW), TABLE_CUT_MAX + 2 * TABLE_LEAST);
    free(page);
}
