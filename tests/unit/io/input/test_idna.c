#include "io/input/idna.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect(const char *text, const char *expected)
{
    char out[IDNA_TEXT_MAX];
    size_t length = 0;
    const char *why = NULL;
    cr_assert(idna_to_ascii(out, &length, text, strlen(text), &why), "%s: %s", text, why);
    cr_assert_str_eq(out, expected);
    cr_assert_eq(length, strlen(expected));
}

static void expect_refused(const char *text, size_t length, const char *reason)
{
    char out[IDNA_TEXT_MAX];
    const char *why = NULL;
    cr_assert_not(idna_to_ascii(out, &length, text, length, &why), "%s", text);
    cr_assert_str_eq(why, reason);
}

#define INVALID "holds characters that no international host name may hold (IDNA 2008)"
#define TOO_LONG "is longer than a host name can be"

Test(idna, ascii_is_copied_unchanged)
{
    expect("Mail.Example.COM.", "Mail.Example.COM.");
    expect("not_a host!", "not_a host!");
    expect("", "");
}

Test(idna, names_become_a_labels)
{
    expect("m\xc3\xbcnchen.example", "xn--mnchen-3ya.example");
    expect("M\xc3\x9cNCHEN.Example", "xn--mnchen-3ya.example");
    expect("m\xc3\xbcnchen.example.", "xn--mnchen-3ya.example.");
    expect("stra\xc3\x9f"
           "e.example",
           "xn--strae-oqa.example");                /* not "strasse": nontransitional */
    expect("u\xcc\x88.example", "xn--tda.example"); /* u and a combining diaeresis */
    expect("\xe6\xb5\x8b\xe8\xaf\x95\xe3\x80\x82"
           "example",
           "xn--0zwm56d.example"); /* ideographic full stop */
}

Test(idna, other_text_is_refused)
{
    expect_refused("m\xfcnchen.example", 14, "is not valid UTF-8");
    expect_refused("\xe2\x98\x83-\xf0\x9f\x92\xa9.example", 16, INVALID);
    expect_refused("\xc3\xa4\0b", 4, "holds a NUL byte");
}

Test(idna, lengths_have_a_ceiling)
{
    char text[2000];
    memset(text, 'a', sizeof text);
    expect_refused(text, IDNA_TEXT_MAX, TOO_LONG);
    expect_refused(text, sizeof text, TOO_LONG);
    memcpy(text, "\xc3\xa4", 2);
    expect_refused(text, 100, TOO_LONG);
    expect_refused(text, sizeof text, TOO_LONG);
    for (size_t i = 62; i < sizeof text; i += 60)
        text[i] = '.';
    expect_refused(text, 1000, TOO_LONG);
}
