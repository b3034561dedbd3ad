#include "io/system/printable.h"

#include <criterion/criterion.h>
#include <string.h>

#define cr_printable(in, out)                                                \
    do {                                                                     \
        char got[256];                                                       \
        size_t length = printable_text(got, sizeof got, in, sizeof(in) - 1); \
        cr_assert_str_eq(got, out);                                          \
        cr_assert_eq(length, strlen(out));                                   \
    } while (0)

Test(printable, keeps_utf8_and_escapes_the_rest)
{
    cr_printable("plain text", "plain text");
    cr_printable("m\xC3\xBC \xE2\x82\xAC \xF0\x9F\x98\x80",
                 "m\xC3\xBC \xE2\x82\xAC \xF0\x9F\x98\x80");
    cr_printable("a\\b", "a\\\\b");
    cr_printable("a\0b\tc\x7F", "a\\000b\\009c\\127");
    cr_printable("\x1B[31m", "\\027[31m");
    cr_printable("\xFF\xFE", "\\255\\254");
    cr_printable("\xC3", "\\195");
    cr_printable("\xC3(", "\\195(");
    cr_printable("\xC0\xAF", "\\192\\175");
    cr_printable("\xE0\x80\xAF", "\\224\\128\\175");
    cr_printable("\xED\xA0\x80", "\\237\\160\\128");
    cr_printable("\xF4\x90\x80\x80", "\\244\\144\\128\\128");
    cr_printable("\xC2\x9B", "\\194\\155");
    cr_printable("\xE2\x80\xAE", "\\226\\128\\174");
    cr_printable("\xD8\x9C", "\\216\\156");
    cr_printable("\xE2\x80\x8E", "\\226\\128\\142");
}

Test(printable, never_cuts_a_character)
{
    char got[6];

    cr_assert_eq(printable_text(got, sizeof got, "abc\xFF", 4), 3);
    cr_assert_str_eq(got, "abc");
    cr_assert_eq(printable_text(got, sizeof got, "a\xFF", 2), 5);
    cr_assert_str_eq(got, "a\\255");
}
