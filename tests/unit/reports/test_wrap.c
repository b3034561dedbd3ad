#include "reports/wrap.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

/* Joins the lines, each between bars. */
static void expect(const char *text, size_t width, const char *lines)
{
    char got[512] = "|";
    struct wrapped line;

    for (const char *at = text; wrap_next(&line, &at, width);)
        snprintf(got + strlen(got), sizeof(got) - strlen(got), "%.*s|", (int)line.length,
                 line.text);
    cr_expect_str_eq(got, lines, "%s: %s", text, got);
}

Test(wrap, breaks_at_spaces)
{
    expect("one two three", 80, "|one two three|");
    expect("one two three", 13, "|one two three|");
    expect("one two three", 12, "|one two|three|");
    expect("one two three", 7, "|one two|three|");
    expect("one two three", 6, "|one|two|three|");
    expect("one two three", 5, "|one|two|three|");
}

Test(wrap, breaks_words_that_are_wider_than_the_line)
{
    expect("abcdef", 3, "|abc|def|");
    expect("abcdefg", 3, "|abc|def|g|");
    expect("x abcdefg y", 3, "|x|abc|def|g y|");
    expect("ab", 1, "|a|b|");
}

Test(wrap, spaces_around_are_left_out)
{
    expect("", 5, "|");
    expect("   ", 5, "|");
    expect("  one  ", 5, "|one|");
    expect("one   two", 5, "|one|two|");
    expect("a  b", 4, "|a  b|");
}

Test(wrap, counts_characters_and_never_cuts_one)
{
    cr_expect_eq(wrap_columns("\xC3\x84\xE2\x82\xAC", 5), 2);
    expect("\xC3\x84\xC3\x84\xC3\x84 \xC3\x84", 3, "|\xC3\x84\xC3\x84\xC3\x84|\xC3\x84|");
    expect("\xC3\x84\xC3\x84\xC3\x84", 2, "|\xC3\x84\xC3\x84|\xC3\x84|");
    expect("\xE2\x82\xAC\xE2\x82\xAC", 1, "|\xE2\x82\xAC|\xE2\x82\xAC|");
}
