#include "audit/cell_text.h"

#include <criterion/criterion.h>
#include <string.h>

static void expect_text(struct cell_text cell, const char *expected)
{
    cr_expect_eq(cell.len, strlen(expected), "%.*s", (int)cell.len, cell.text);
    cr_expect_eq(memcmp(cell.text, expected, cell.len), 0, "%.*s", (int)cell.len, cell.text);
}

static void expect_uncommented(const char *text, const char *expected)
{
    expect_text(cell_text_without_comment(text, strlen(text)), expected);
}

Test(cell_text, is_trimmed)
{
    expect_text(cell_text_trim(" \t a b \r\n", 9), "a b");
    expect_text(cell_text_trim(" \t", 2), "");
}

Test(cell_text, a_comment_begins_after_a_blank)
{
    expect_uncommented("192.0.2.1 # old", "192.0.2.1");
    expect_uncommented("192.0.2.1\t; old # x", "192.0.2.1");
    expect_uncommented(" a#b;c ", "a#b;c");
    expect_uncommented("# all", "");
    expect_uncommented("a", "a");
}

Test(cell_text, words_for_no_value)
{
    static const char *const words[] = {
        "",       " ",      "-",    "--",   "None", "NULL", "N/A",          "(none)",
        "<null>", " n/a\t", "\\N",  "#N/A", "nil",  "na",   "\xe2\x80\x93", "\xe2\x80\x94",
        "n.a.",   "N.A",    "k.A.", "k. A."};
    static const char *const values[] = {"no", "none.example", "k.a.example", "nones", "---", "0",
                                         ".",  "(none"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        cr_expect(cell_text_is_no_value(words[i], strlen(words[i])), "%s", words[i]);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
        cr_expect_not(cell_text_is_no_value(values[i], strlen(values[i])), "%s", values[i]);
    cr_expect_not(cell_text_is_no_value("none\0x", 6));
}

static void expect_fault(const char *text, const char *fault)
{
    const char *found = cell_text_fault(text, strlen(text));

    cr_expect_str_eq(found ? found : "", fault, "%s", text);
}

Test(cell_text, faults_are_named)
{
    expect_fault("192.0.2.1", "");
    expect_fault("m\xc3\xbcnchen.example", "");
    expect_fault("", "");
    expect_fault("https://mail.example.com/", "is a URL");
    expect_fault("=HYPERLINK(\"x\")", "is a formula");
    expect_fault("postmaster@example.com", "is an e-mail address");
    expect_fault("@example.com", "");
    expect_fault("a @ b", "");
    expect_fault("192.0.2.1\xc2\xa0", "holds a no-break space (U+00A0)");
    expect_fault("\xe2\x80\x8b", "holds a zero-width space (U+200B)");
    expect_fault("a\xe2\x80\x8f", "holds an invisible direction mark (U+200E or U+200F)");
    expect_fault("a\xe2\x88\x92", "holds a minus sign (U+2212), not a hyphen");
    expect_fault("\xc2", "");     /* cut short */
    expect_fault("\xe2\x80", ""); /* cut short */
}
