#include "reports/present_ptr.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/unit/reports/made_row.h"

static struct made_row made;

static const char *shown(enum fixer who)
{
    static char text[PRESENT_TEXT_MAX];
    static uint8_t octets[PRESENT_PTR_OCTETS];
    static struct present_ptr present;
    size_t length = present_ptr_put(octets, made_row(&made, 1), who);

    cr_assert_leq(length, sizeof(octets));
    cr_assert_eq(octets[0], length > 1);
    if (length == 1)
        return "";
    present_ptr_get(&present, octets);
    cr_assert_eq(present.checked_at, MADE_AT);
    cr_assert_eq(present_ptr_print(text, &present), strlen(text));
    return text;
}

Test(present_ptr, names_and_what_is_beyond_those_kept)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "old.example.com");
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "old.example.com");
    made_ptr(&made, "a\\032b,\\010.example.com");
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "old.example.com, a\\032b,\\010.example.com");
    made.seen.ptr.total = 1002;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE),
                     "old.example.com, a\\032b,\\010.example.com, and 1,000 more");
    made.seen.ptr.truncated = true;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE),
                     "old.example.com, a\\032b,\\010.example.com, and more");
}

/* The longest text that a run can hold. */
Test(present_ptr, ten_names_of_255_octets)
{
    char name[DNSNAME_TEXT_MAX] = "";
    const char *text;

    made_begin(&made, "198.51.100.7", NULL);
    for (unsigned i = 0; i < 253; i++)
        strcat(name, i % 64 == 63 ? "." : "\\001");
    for (unsigned i = 0; i < 12; i++)
        made_ptr(&made, name);
    text = shown(FIXER_REVERSE_ZONE);
    cr_expect_eq(strlen(text), 10 * (strlen(name) + 2) + strlen("and 2 more"));
    cr_expect_str_eq(text + strlen(text) - strlen(", and 2 more"), ", and 2 more");
}

Test(present_ptr, nothing_is_not_the_same_as_not_known)
{
    made_begin(&made, "198.51.100.7", NULL);
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "none (NXDOMAIN)");
    made.seen.ptr.kind = ANSWER_NODATA;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "none (NODATA)");
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "not known (SERVFAIL)");
    cr_expect_str_eq(shown(FIXER_FAILING_ZONE), "not known (SERVFAIL)");
    made.seen.ptr.kind = ANSWER_SILENT;
    cr_expect_str_eq(shown(FIXER_FAILING_ZONE), "not known (no answer)");
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++) {
        made.seen.ptr.kind = kind;
        cr_expect_eq(strncmp(shown(FIXER_REVERSE_ZONE), "not known (", 11), 0, "%d", (int)kind);
    }
}

/* Names of an address may belong to several parties. */
Test(present_ptr, names_are_for_the_operator_of_the_reverse_zone)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "old.example.com");
    cr_expect_str_eq(shown(FIXER_HOST_NAME), "");
    cr_expect_str_eq(shown(FIXER_FAILING_ZONE), "");
    cr_expect_str_eq(shown(FIXER_NAME_SERVERS), "");
    made.seen.ptr.kind = ANSWER_NXDOMAIN;
    cr_expect_str_eq(shown(FIXER_FAILING_ZONE), "");
}

Test(present_ptr, of_two_states_the_later_sorts_first)
{
    static const int64_t times[] = {MADE_AT + 256, MADE_AT + 1, MADE_AT, 1, 0};
    static uint8_t octets[2][PRESENT_PTR_OCTETS];

    made_begin(&made, "198.51.100.7", NULL);
    for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        made.found.checked_at = times[i];
        size_t length = present_ptr_put(octets[i % 2], made_row(&made, 1), FIXER_REVERSE_ZONE);

        cr_expect(i == 0 || memcmp(octets[1 - i % 2], octets[i % 2], length) < 0, "%u", i);
    }
}
