#include "audit/ascii.h"

#include <criterion/criterion.h>
#include <string.h>

Test(ascii, forms)
{
    static const char *const OTHERS[] = {"",           "2026-10-0",  "2026-10-011", "2026-10-0x",
                                         "2026/10/01", "dddd-dd-dd", " 2026-10-01"};

    cr_expect(ascii_has_form("2026-10-01", 10, "dddd-dd-dd"));
    cr_expect(ascii_has_form("2026-10-01_12", 10, "dddd-dd-dd"));
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++)
        cr_expect_not(ascii_has_form(OTHERS[i], strlen(OTHERS[i]), "dddd-dd-dd"), "%s", OTHERS[i]);
    cr_expect(ascii_has_form("", 0, ""));
}
