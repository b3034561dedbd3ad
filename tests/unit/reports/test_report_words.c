#include "reports/report_words.h"

#include <criterion/criterion.h>

Test(report_words, headline)
{
    struct tally tally = {.rows = 256};
    char text[HEADLINE_MAX];

    tally.verdicts[VERDICT_PASS] = 241;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "241 of 256 public addresses pass (94.1 %)");
    tally = (struct tally){.rows = 1};
    headline_print(text, &tally);
    cr_assert_str_eq(text, "0 of 1 public address passes (0.0 %)");
    tally.verdicts[VERDICT_NOT_PUBLIC] = 1;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "No public address was audited");
}
