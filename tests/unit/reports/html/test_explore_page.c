#include "tests/unit/reports/made_set.h"

#include <unistd.h>

TestSuite(explore_page, .init = make_folder, .fini = drop_folder);

static struct made_row made;

static struct report_plan explored(ip_count rows)
{
    struct report_plan plan = plan_of(rows);

    plan.explore = true;
    return plan;
}

static void add_rows(struct report_set *set, unsigned rows, unsigned broken)
{
    char address[32];

    for (unsigned i = 0; i < rows; i++) {
        snprintf(address, sizeof(address), "11.%u.%u.%u", i >> 16, i >> 8 & 255, i & 255);
        made_begin(&made, address, NULL);
        if (i >= broken)
            made_confirmed(&made, "mta.example.com");
        report_set_row(set, made_row(&made, i + 1));
    }
}

static char *page_of(const struct report_plan *plan, unsigned rows, unsigned broken)
{
    struct report_set *set = open_set(plan);

    add_rows(set, rows, broken);
    commit(set);
    return text_of("explore.html");
}

#define BLOCK "<script type=\"application/octet-stream\" data-table=\"rows\" data-rows=\""

Test(explore_page, allows_only_its_own_script_and_style)
{
    struct report_plan plan = explored(1);
    char *page = page_of(&plan, 1, 1);

    cr_assert(has_text(page, "content=\"default-src 'none'; script-src 'sha256-"));
    cr_assert(has_text(page, "'; style-src 'sha256-"));
    cr_assert(has_text(page, "'; base-uri 'none'; form-action 'none'\">"));
    cr_assert_not(has_text(page, "unsafe-"));
    cr_assert_eq(count_text(page, "<script>"), 1);
    cr_assert(has_text(page, BLOCK "1\" data-columns=\"22\">H4sI"));
    free(page);
}

Test(explore_page, holds_no_text_of_strangers_outside_of_its_tables)
{
    struct run_story story[] = {{"zone_files", "Zone files", "<img src=x>"}};
    struct report_plan plan = explored(1);
    struct report_set *set;
    char *page;

    plan.story = story;
    plan.story_count = 1;
    plan.zone_files = "<img src=x>";
    plan.complete = false;
    plan.incomplete_reason = "</script><script>alert(1)</script>";
    set = open_set(&plan);
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_ptr(&made, "<script>alert(1)</script>.example");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("explore.html");
    cr_assert_not(has_text(page, "alert(1)"));
    cr_assert_not(has_text(page, "<img"));
    free(page);
}

Test(explore_page, a_block_holds_no_more_rows_than_fit)
{
    enum { FULL = 16 * 1024 };
    struct report_plan plan = explored(FULL + 1);
    char *page = page_of(&plan, FULL + 1, 0);

    cr_assert_eq(count_text(page, BLOCK), 2);
    cr_assert(has_text(page, BLOCK "16384\""));
    cr_assert(has_text(page, BLOCK "1\""));
    free(page);
}

Test(explore_page, above_a_million_rows_only_those_that_do_not_pass)
{
    struct report_plan plan = explored(1000000);
    char *page = page_of(&plan, 10, 3);

    cr_assert(has_text(page, BLOCK "10\""));
    free(page);
    plan = explored(1000001);
    page = page_of(&plan, 10, 3);
    cr_assert(has_text(page, BLOCK "3\""));
    free(page);
}

Test(explore_page, without_it_an_earlier_page_is_removed)
{
    struct report_plan plan = explored(1);
    char *page = page_of(&plan, 1, 0);

    free(page);
    page = text_of("audit.html");
    cr_assert(has_text(page, "<a href=\"explore.html\">"));
    free(page);
    plan.explore = false;
    commit(open_set(&plan));
    cr_assert_neq(faccessat(opened.fd, "explore.html", F_OK, 0), 0);
    page = text_of("audit.html");
    cr_assert_not(has_text(page, "explore.html"));
    free(page);
}
