#include "reports/mailbox.h"

#include <criterion/criterion.h>

#include "tests/unit/reports/made_row.h"

Test(mailbox, is_made_from_an_rname)
{
    struct dnsname name = made_name("first\\.last.example.com");
    char text[MAILBOX_TEXT_MAX];

    cr_assert_eq(mailbox_print(text, &name), strlen("first.last@example.com"));
    cr_assert_str_eq(text, "first.last@example.com");
    name = made_name("a\\032\\007.example");
    mailbox_print(text, &name);
    cr_assert_str_eq(text, "a\\032\\007@example");
    name = made_name(".");
    cr_assert_eq(mailbox_print(text, &name), 0);
    cr_assert_str_eq(text, "");
}
