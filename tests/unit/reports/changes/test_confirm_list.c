#include "reports/changes/confirm_list.h"

#include "tests/unit/io/scratch.h"

TestSuite(confirm_list, .init = scratch_make, .fini = scratch_remove);

enum { BROKE = CONFIRM_MAX + 50 };

static struct ipaddr address_at(unsigned i)
{
    return ipaddr_from_number(IP_V4, 0x0b000000 + i);
}

static struct confirm_list *list_of(unsigned count, enum row_change change, bool alarm)
{
    struct confirm_list *list = confirm_list_new();

    for (unsigned i = 0; i < count; i++) {
        struct sweep_row at = {address_at(i), NULL};
        confirm_list_add(list, &(struct changed_row){.at = &at, .difference = {change, alarm}});
    }
    confirm_list_seal(list);
    return list;
}

/* A look that finds out nothing about the addresses of the range. */
static void look(struct confirm_list *list, const char *range)
{
    struct run_file *run = scratch_run("look.db", (const char *[]){range, NULL});
    struct run_record record = {.finished = true};
    struct side_job side = {.runs = &run, .records = &record, .count = 1};
    struct failure failure = {0};

    cr_assert(confirm_list_look(list, &side, &failure), "%s", failure.text);
    scratch_close(run);
}

static bool refutes(const struct confirm_list *list, unsigned i)
{
    return confirm_list_refutes(list, &(struct sweep_row){address_at(i), NULL});
}

Test(confirm_list, only_what_would_raise_the_alarm_is_in_it)
{
    struct confirm_list *lists[] = {list_of(3, ROW_BROKE, false), list_of(3, ROW_ADDED, true)};

    for (unsigned i = 0; i < 2; i++) {
        cr_expect_eq(confirm_list_count(lists[i]), 0);
        confirm_list_free(lists[i]);
    }
}

Test(confirm_list, a_row_that_is_not_found_broken_again_is_refuted)
{
    struct confirm_list *list = list_of(3, ROW_BROKE, true);

    cr_expect_not(refutes(list, 1));
    look(list, "11.0.0.1");
    cr_expect_not(refutes(list, 0));
    cr_expect(refutes(list, 1));
    cr_expect_not(refutes(list, 7), "not in the list");
    confirm_list_free(list);
}

Test(confirm_list, a_sample_decides_for_rows_that_are_not_in_it)
{
    struct confirm_list *list = list_of(BROKE, ROW_BROKE, true);
    unsigned refuted = 0;

    cr_expect_eq(confirm_list_count(list), CONFIRM_MAX);
    cr_expect_eq(confirm_list_total(list), BROKE);
    look(list, "11.0.0.0-11.0.39.65");
    for (unsigned i = 0; i < BROKE; i++)
        refuted += refutes(list, i);
    cr_expect_eq(refuted, BROKE);
    confirm_list_free(list);
}
