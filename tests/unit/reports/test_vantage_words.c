#include "reports/vantage_words.h"

#include <criterion/criterion.h>
#include <stdio.h>

Test(vantage_words, mark_long_texts_as_cut)
{
    static struct answer_summary summary = {.kind = SUMMARY_NAMES};
    char out[16];

    snprintf(summary.text, sizeof(summary.text), "abcdefghijklmno");
    cr_expect_eq(answer_summary_words(out, sizeof(out), &summary, RR_PTR), 15);
    cr_expect_str_eq(out, "abcdefghijklmno");
    snprintf(summary.text, sizeof(summary.text), "abcdefghijklmnop");
    cr_expect_eq(answer_summary_words(out, sizeof(out), &summary, RR_PTR), 15);
    cr_expect_str_eq(out, "abcdefghijkl...");
    summary.kind = SUMMARY_NOTHING;
    cr_expect_eq(answer_summary_words(out, sizeof(out), &summary, RR_AAAA), 14);
    cr_expect_str_eq(out, "no AAAA record");
}
