#include "io/system/say.h"

#include "tests/unit/io/scratch.h"

TestSuite(say, .init = scratch_make, .fini = scratch_remove);

static void expect_harmless(const char *text, const char *harmless)
{
    char out[256];
    size_t length = say_harmless(out, sizeof(out), text);

    cr_expect_str_eq(out, harmless);
    cr_expect_eq(length, strlen(harmless));
}

Test(say, is_one_line_with_the_programs_name)
{
    scratch_catch_messages();
    say("%s:%d: refused: %s", "fleet.csv", 7, "no address");
    say("a\nb\033[31m");
    char *messages = scratch_messages();
    cr_expect_str_eq(messages,
                     "fcrdns: fleet.csv:7: refused: no address\nfcrdns: a\\010b\\027[31m\n");
    free(messages);
}

Test(say, a_long_text_is_cut_and_stays_one_line)
{
    char text[2 * SAY_MAX];

    memset(text, '\a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    scratch_catch_messages();
    say("%s", text);
    char *messages = scratch_messages();
    cr_expect_leq(strlen(messages), SAY_MAX + strlen("fcrdns: \n"));
    cr_expect_eq(strchr(messages, '\n'), messages + strlen(messages) - 1);
    cr_expect_null(strchr(messages, '\a'));
    free(messages);
}

Test(say, plain_text_is_unchanged)
{
    expect_harmless("", "");
    expect_harmless("plain ~ \\ text", "plain ~ \\ text");
    expect_harmless("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7",
                    "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x93\xa7");
}

Test(say, control_characters_are_written_as_numbers)
{
    expect_harmless("\x01\x1f\x7f", "\\001\\031\\127");
    expect_harmless("\t\r\n", "\\009\\013\\010");
    expect_harmless("\xc2\x80\xc2\x9b\xc2\x9f",
                    "\\194\\128\\194\\155\\194\\159"); /* C1: CSI is one of them */
    expect_harmless("\xc2\xa0", "\xc2\xa0");
}

/* The characters with Unicode's property Bidi_Control, and the two separators that end a line. */
Test(say, bidirectional_controls_are_written_as_numbers)
{
    expect_harmless("\xd8\x9c", "\\216\\156");          /* U+061C */
    expect_harmless("\xe2\x80\x8e", "\\226\\128\\142"); /* U+200E */
    expect_harmless("\xe2\x80\x8f", "\\226\\128\\143"); /* U+200F */
    expect_harmless("\xe2\x80\xa8", "\\226\\128\\168"); /* U+2028 */
    expect_harmless("\xe2\x80\xaa", "\\226\\128\\170"); /* U+202A */
    expect_harmless("\xe2\x80\xae", "\\226\\128\\174"); /* U+202E */
    expect_harmless("\xe2\x81\xa6", "\\226\\129\\166"); /* U+2066 */
    expect_harmless("\xe2\x81\xa9", "\\226\\129\\169"); /* U+2069 */
    expect_harmless("\xe2\x80\xaf", "\xe2\x80\xaf");    /* U+202F is a space */
    expect_harmless("\xd8\x9b", "\xd8\x9b");            /* U+061B is a semicolon */
}

Test(say, invalid_utf8_is_written_as_numbers)
{
    expect_harmless("\xff", "\\255");
    expect_harmless("\x80", "\\128");
    expect_harmless("\xc0\xaf", "\\192\\175");          /* overlong */
    expect_harmless("\xe0\x80\xaf", "\\224\\128\\175"); /* overlong */
    expect_harmless("\xf0\x80\x80\xaf", "\\240\\128\\128\\175");
    expect_harmless("\xed\xa0\x80", "\\237\\160\\128");          /* surrogate */
    expect_harmless("\xf4\x90\x80\x80", "\\244\\144\\128\\128"); /* beyond U+10FFFF */
    expect_harmless("\xe2\x82", "\\226\\130");                   /* ends in the middle */
    expect_harmless("\xc3z", "\\195z");
}

Test(say, is_cut_between_characters)
{
    char out[8];

    cr_expect_eq(say_harmless(out, sizeof(out), "abcdef\xe2\x82\xac"), 6);
    cr_expect_str_eq(out, "abcdef");
    cr_expect_eq(say_harmless(out, sizeof(out), "abcd\x01"), 4);
    cr_expect_str_eq(out, "abcd");
    cr_expect_eq(say_harmless(out, sizeof(out), "abc\x01"), 7);
    cr_expect_str_eq(out, "abc\\001");
    cr_expect_eq(say_harmless(out, 1, "a"), 0);
    cr_expect_str_eq(out, "");
}
