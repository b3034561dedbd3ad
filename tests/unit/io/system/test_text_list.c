#include "io/system/text_list.h"

#include <criterion/criterion.h>

Test(text_list, items_are_separated)
{
    char list[16] = "";

    text_list_add(list, sizeof(list), ", ", "a");
    cr_expect_str_eq(list, "a");
    text_list_add(list, sizeof(list), ", ", "bc");
    cr_expect_str_eq(list, "a, bc");
}

Test(text_list, what_does_not_fit_is_cut)
{
    char list[8] = "";

    for (unsigned i = 0; i < 9; i++)
        text_list_add(list, sizeof(list), " ", "abc");
    cr_expect_str_eq(list, "abc abc");
}
