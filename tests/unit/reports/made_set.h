/* A report set in the test's folder, and searches in its texts. */
#ifndef TESTS_UNIT_REPORTS_MADE_SET_H
#define TESTS_UNIT_REPORTS_MADE_SET_H

#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

static inline struct report_plan plan_of(ip_count rows)
{
    return (struct report_plan){.folder = &opened,
                                .rows = rows,
                                .program = "fcrdns 0.1.0",
                                .written_at = MADE_AT,
                                .complete = true,
                                .skip_special = true};
}

static inline struct report_set *open_set(const struct report_plan *plan)
{
    struct failure failure = {0};
    struct report_set *set = report_set_open(plan, &failure);

    cr_assert_not_null(set, "%s", failure.text);
    return set;
}

static inline void commit(struct report_set *set)
{
    struct failure failure = {0};

    cr_assert(report_set_commit(set, &failure), "%s", failure.text);
}

static inline bool has_text(const char *whole, const char *text)
{
    return strstr(whole, text) != NULL;
}

static inline unsigned count_text(const char *whole, const char *text)
{
    unsigned count = 0;

    for (whole = strstr(whole, text); whole; whole = strstr(whole + 1, text))
        count++;
    return count;
}

#endif
