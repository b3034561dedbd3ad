#include "reports/name_counter.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/unit/reports/made_row.h"

static void add(struct name_counter *counter, const char *text)
{
    struct dnsname name = made_name(text);

    cr_assert(name_counter_add(counter, &name));
}

Test(name_counter, counts_a_name_once_in_any_case)
{
    struct name_counter counter = {0};

    add(&counter, "zone.example");
    add(&counter, "ZONE.example");
    add(&counter, "other.example");
    cr_expect_eq(counter.count, 2);
    name_counter_free(&counter);
    cr_expect_eq(counter.count, 0);
}

Test(name_counter, grows)
{
    struct name_counter counter = {0};
    char text[32];

    for (unsigned i = 0; i < 20000; i++) {
        snprintf(text, sizeof(text), "zone%u.example", i / 2);
        add(&counter, text);
    }
    cr_expect_eq(counter.count, 10000);
    name_counter_free(&counter);
}
