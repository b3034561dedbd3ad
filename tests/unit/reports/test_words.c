#include "reports/words.h"

#include <criterion/criterion.h>

Test(words, a_failure_has_its_code)
{
    char text[SHORTFALL_MAX];

    cr_expect_str_eq(answer_shortfall_print(text, ANSWER_SERVFAIL, RCODE_SERVFAIL, 6),
                     "SERVFAIL, EDE 6 (DNSSEC Bogus)");
    cr_expect_str_eq(answer_shortfall_print(text, ANSWER_OTHER_RCODE, RCODE_FORMERR, 0), "FORMERR");
    cr_expect_str_eq(answer_shortfall_print(text, ANSWER_OTHER_RCODE, 23, 0), "BADCOOKIE");
    cr_expect_str_eq(answer_shortfall_print(text, ANSWER_OTHER_RCODE, 24, 0), "RCODE 24");
    cr_expect_str_eq(answer_shortfall_print(text, ANSWER_OTHER_RCODE, 4095, 0), "RCODE 4095");
    cr_expect_str_eq(answer_shortfall_print(text, ANSWER_RECORDS, 0, 3), "resolves to");
}

Test(words, numbers_for_people)
{
    char text[GROUPED_MAX];
    char share[SHARE_MAX];

    grouped_print(text, 0);
    cr_assert_str_eq(text, "0");
    grouped_print(text, 999);
    cr_assert_str_eq(text, "999");
    grouped_print(text, 1000);
    cr_assert_str_eq(text, "1,000");
    grouped_print(text, UINT64_MAX);
    cr_assert_str_eq(text, "18,446,744,073,709,551,615");
    share_print(share, 241, 256);
    cr_assert_str_eq(share, "94.1 %");
    share_print(share, 999999, 1000000);
    cr_assert_str_eq(share, "99.9 %", "all but one must not read 100.0 %%");
    share_print(share, UINT64_MAX, UINT64_MAX);
    cr_assert_str_eq(share, "100.0 %");
    share_print(share, 0, 0);
    cr_assert_str_eq(share, "0.0 %");
}
