#include "reports/short_list.h"

#include <criterion/criterion.h>

#include "tests/unit/reports/made_row.h"

static struct made_row made;
static struct short_list list;

static const struct short_row *add(void)
{
    short_list_add(&list, made_row(&made, 1));
    return &list.rows[list.count - 1];
}

Test(short_list, an_address_that_passes_has_its_name)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_confirmed(&made, "mta7.example.com");
    const struct short_row *row = add();
    cr_expect_eq(row->verdict, VERDICT_PASS);
    cr_expect_str_eq(row->address, "198.51.100.7");
    cr_expect_str_eq(row->found, "mta7.example.com");
}

Test(short_list, a_name_that_is_not_confirmed_shows_where_it_leads)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_confirmed(&made, "mta7.example.com");
    made_ptr(&made, "mx.example.com");
    made_has(&made, made_forward(&made, "mx.example.com", ANSWER_RECORDS), "192.0.2.9");
    cr_expect_str_eq(add()->found, "mta7.example.com; mx.example.com -> 192.0.2.9");
}

Test(short_list, an_address_without_a_name_shows_why)
{
    made_begin(&made, "198.51.100.7", NULL);
    cr_expect_str_eq(add()->found, "none (NXDOMAIN)");
    made.seen.ptr.kind = ANSWER_SILENT;
    cr_expect_str_eq(add()->found, "not known (no answer)");
    made_begin(&made, "10.0.0.7", NULL);
    made.evidence.seen = NULL;
    made.evidence.skip_special = true;
    cr_expect_str_eq(add()->found, "not asked");
}

Test(short_list, long_names_are_cut)
{
    char name[DNSNAME_TEXT_MAX];

    memset(name, 'a', 253);
    for (unsigned i = 63; i < 253; i += 64)
        name[i] = '.';
    name[253] = '\0';
    made_begin(&made, "198.51.100.7", NULL);
    for (char i = 'a'; i < 'e'; i++) {
        name[0] = i;
        made_ptr(&made, name);
    }
    cr_expect_eq(strlen(add()->found), SHORT_LIST_TEXT_MAX - 1);
}

Test(short_list, ends_after_ten_rows)
{
    made_begin(&made, "198.51.100.7", NULL);
    for (unsigned i = 0; i < SHORT_LIST_MAX + 1; i++)
        add();
    cr_expect_eq(list.count, SHORT_LIST_MAX);
}
