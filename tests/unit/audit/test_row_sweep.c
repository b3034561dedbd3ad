#include "audit/row_sweep.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct made_span {
    const char *first, *last, *expected; /* NULL: none */
};

static struct span span_of(const struct made_span *made)
{
    struct span span = {.has_expected = made->expected != NULL};

    cr_assert(ipaddr_parse(&span.range.first, made->first, strlen(made->first)));
    cr_assert(ipaddr_parse(&span.range.last, made->last, strlen(made->last)));
    if (made->expected)
        cr_assert(dnsname_from_text(&span.expected, made->expected, strlen(made->expected)));
    return span;
}

/* "192.0.2.1 192.0.2.2/a.example" */
static const char *rows_of(const struct made_span *spans, unsigned count)
{
    static char text[4096];
    struct row_sweep *sweep = row_sweep_new();
    struct sweep_row row;
    unsigned fed = 0;
    enum sweep_step step;

    text[0] = '\0';
    while ((step = row_sweep_next(sweep, &row)) != SWEEP_DONE) {
        if (step == SWEEP_NEEDS_SPAN && fed < count) {
            struct span span = span_of(&spans[fed++]);
            row_sweep_feed(sweep, &span);
            continue;
        }
        if (step == SWEEP_NEEDS_SPAN) {
            row_sweep_end(sweep);
            continue;
        }
        char address[IPADDR_TEXT_MAX], name[DNSNAME_TEXT_MAX] = "";
        ipaddr_print(address, &row.address);
        if (row.expected)
            dnsname_print(name, row.expected);
        size_t used = strlen(text);
        snprintf(text + used, sizeof(text) - used, "%s%s%s%s", used ? " " : "", address,
                 row.expected ? "/" : "", name);
    }
    row_sweep_free(sweep);
    return text;
}

#define ROWS(spans) rows_of(spans, sizeof(spans) / sizeof((spans)[0]))

Test(row_sweep, nothing_gives_nothing)
{
    cr_expect_str_eq(rows_of(NULL, 0), "");
}

Test(row_sweep, ranges_overlap_and_each_row_comes_once)
{
    const struct made_span spans[] = {{"192.0.2.0", "192.0.2.2", NULL},
                                      {"192.0.2.1", "192.0.2.1", NULL},
                                      {"192.0.2.2", "192.0.2.3", NULL},
                                      {"192.0.2.9", "192.0.2.9", NULL},
                                      {"2001:db8::1", "2001:db8::1", NULL}};

    cr_expect_str_eq(ROWS(spans), "192.0.2.0 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.9 2001:db8::1");
}

Test(row_sweep, names_of_an_address_are_rows_in_order)
{
    const struct made_span spans[] = {{"192.0.2.0", "192.0.2.1", NULL},
                                      {"192.0.2.1", "192.0.2.1", "b.example"},
                                      {"192.0.2.1", "192.0.2.2", "a.example"},
                                      {"192.0.2.2", "192.0.2.2", "a.example"}};

    cr_expect_str_eq(ROWS(spans), "192.0.2.0 192.0.2.1 192.0.2.1/a.example 192.0.2.1/b.example "
                                  "192.0.2.2/a.example");
}

Test(row_sweep, the_last_address_ends_it)
{
    const struct made_span spans[] = {{"255.255.255.255", "255.255.255.255", NULL},
                                      {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
                                       "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL}};

    cr_expect_str_eq(ROWS(spans), "255.255.255.255 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

Test(row_sweep, too_many_names_of_an_address_are_refused)
{
    struct row_sweep *sweep = row_sweep_new();
    struct sweep_row row;
    enum sweep_step step = SWEEP_NEEDS_SPAN;

    for (unsigned i = 0; i <= SWEEP_NAMES_MAX; i++) {
        char name[32];
        snprintf(name, sizeof(name), "m%u.example", i);
        struct made_span made = {"192.0.2.1", "192.0.2.1", name};
        struct span span = span_of(&made);
        cr_assert_eq(step, SWEEP_NEEDS_SPAN);
        row_sweep_feed(sweep, &span);
        step = row_sweep_next(sweep, &row);
    }
    cr_expect_eq(step, SWEEP_FULL);
    row_sweep_free(sweep);
}

Test(row_sweep, rows_are_ordered_by_address_and_name)
{
    const struct made_span made = {"192.0.2.1", "192.0.2.2", "a.example"};
    struct span span = span_of(&made);
    struct sweep_row first = {span.range.first, NULL}, named = {span.range.first, &span.expected};
    struct sweep_row second = {span.range.last, NULL};

    cr_expect_lt(sweep_row_compare(&first, &named), 0);
    cr_expect_gt(sweep_row_compare(&named, &first), 0);
    cr_expect_lt(sweep_row_compare(&named, &second), 0);
    cr_expect_eq(sweep_row_compare(&named, &named), 0);
}

Test(row_sweep, patterns_make_names_and_rows_stay_in_order)
{
    const struct made_span spans[] = {{"192.0.2.1", "192.0.2.3", "m{n}.example"},
                                      {"192.0.2.1", "192.0.2.3", "*.example"},
                                      {"192.0.2.2", "192.0.2.3", "m{n}.example"},
                                      {"192.0.2.3", "192.0.2.3", "m2.example"},
                                      {"192.0.2.5", "192.0.2.5", "b.example"}};

    cr_expect_str_eq(ROWS(spans), "192.0.2.1/*.example 192.0.2.1/m1.example "
                                  "192.0.2.2/*.example 192.0.2.2/m1.example 192.0.2.2/m2.example "
                                  "192.0.2.3/*.example 192.0.2.3/m2.example 192.0.2.3/m3.example "
                                  "192.0.2.5/b.example");
}
