#include "audit/receiver_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct receiver_file file;
static struct receiver_fault why;

/* Feeds a whole file; false with *why set. */
static bool read_file(const char *text)
{
    memset(&file, 0, sizeof file);
    why.text[0] = '\0';
    while (*text) {
        size_t len = strcspn(text, "\n");

        if (!receiver_parse_line(&file, text, len, &why))
            return false;
        text += text[len] ? len + 1 : len;
    }
    return receiver_parse_end(&file, &why);
}

static void refuses(const char *text, const char *reason)
{
    cr_expect_not(read_file(text), "%s", text);
    cr_expect_str_eq(why.text, reason, "%s: %s", text, why.text);
}

static void expect_rule(const struct receiver_rule *rule, enum outcome missing,
                        enum outcome mismatch, enum outcome generic, enum outcome temporary)
{
    cr_expect_eq(rule->missing, missing);
    cr_expect_eq(rule->mismatch, mismatch);
    cr_expect_eq(rule->localhost, mismatch);
    cr_expect_eq(rule->generic, generic);
    cr_expect_eq(rule->temporary, temporary);
}

Test(receiver_file, takes_every_setting)
{
    cr_assert(read_file("\xEF\xBB\xBF# ours\r\n"
                        "\n"
                        "; old\n"
                        "[corp-2]\r\n"
                        "  name = The gateway = ours\n"
                        "names-tried=2\n"
                        "missing = refuses\n"
                        "mismatch-ipv4 = defers\n"
                        "mismatch-ipv6 = penalises\n"
                        "generic = accepts\n"
                        "temporary\t=\tdefers\n"
                        "temporary-first = yes\n"
                        "source = postmaster # by telephone\n"
                        "date = 2026-11-23\n"
                        "[lab]\n"
                        "missing-ipv6 = unknown"),
              "%s", why.text);
    cr_assert_eq(file.count, 2);
    cr_expect_str_eq(file.rows[0].key, "corp-2");
    cr_expect_str_eq(file.rows[0].name, "The gateway = ours");
    cr_expect_eq(file.rows[0].names, NAMES_TWO);
    cr_expect_eq(file.rows[0].families, FAMILIES_BOTH);
    cr_expect_eq(file.rows[0].basis, BASIS_OWN);
    cr_expect(file.rows[0].temporary_first);
    expect_rule(&file.rows[0].ipv4, OUTCOME_REFUSES, OUTCOME_DEFERS, OUTCOME_ACCEPTS,
                OUTCOME_DEFERS);
    expect_rule(&file.rows[0].ipv6, OUTCOME_REFUSES, OUTCOME_PENALISES, OUTCOME_ACCEPTS,
                OUTCOME_DEFERS);
    cr_expect_str_eq(file.rows[0].source, "postmaster # by telephone");
    cr_expect_str_eq(file.rows[0].date, "2026-11-23");
    cr_expect_str_eq(file.rows[1].name, "lab");
    cr_expect_eq(file.rows[1].names, NAMES_UNKNOWN);
    cr_expect_eq(file.rows[1].families, FAMILIES_IPV6);
    cr_expect_not(file.rows[1].temporary_first);
    expect_rule(&file.rows[1].ipv4, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN,
                OUTCOME_UNKNOWN);
    cr_expect_str_eq(file.rows[1].source, "");
    cr_expect_str_eq(file.rows[1].date, "");
}

static const struct {
    const char *word;
    enum names_tried names;
} NAMES[] = {{"1", NAMES_ONE}, {"2", NAMES_TWO}, {"all", NAMES_ALL}, {"unknown", NAMES_UNKNOWN}};

Test(receiver_file, takes_every_number_of_names)
{
    char text[100];

    for (unsigned i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "[a]\nmissing=refuses\nnames-tried = %s", NAMES[i].word);
        cr_assert(read_file(text), "%s", why.text);
        cr_expect_eq(file.rows[0].names, NAMES[i].names);
    }
}

Test(receiver_file, own_row_judges_like_those_of_the_table)
{
    struct name_results results = {.is_public = true,
                                   .counts = {[NAME_CONFIRMED] = 1, [NAME_MISMATCH] = 1}};
    struct receiver_result result;

    cr_assert(read_file("[corp]\nnames-tried = 1\nmismatch-ipv4 = refuses\n"));
    result = receiver_outcome(&file.rows[0], &results);
    cr_expect_eq(result.outcome, OUTCOME_REFUSES);
    cr_expect_eq(result.reason, REASON_SOME_NAMES);
    results.ipv6 = true;
    result = receiver_outcome(&file.rows[0], &results);
    cr_expect_eq(result.outcome, OUTCOME_UNKNOWN);
}

#define KEY_RULE                                                                               \
    "a receiver's key begins with a lower-case letter and has lower-case letters, digits and " \
    "hyphens, "                                                                                \
    "31 at most"
#define LONGEST_KEY "a234567890123456789012345678901"

Test(receiver_file, keys)
{
    cr_expect(read_file("[" LONGEST_KEY "]\nmissing=refuses"), "%s", why.text);
    refuses("[" LONGEST_KEY "2]", "line 1: " KEY_RULE);
    refuses("[]", "line 1: " KEY_RULE);
    refuses("[ corp]", "line 1: " KEY_RULE);
    refuses("[Corp]", "line 1: " KEY_RULE);
    refuses("[1st]", "line 1: " KEY_RULE);
    refuses("[a=b]", "line 1: " KEY_RULE);
    refuses("[a;b]", "line 1: " KEY_RULE);
    refuses("[a\x1B]", "line 1: " KEY_RULE);
    refuses("[corp", "line 1: the ] at the end of the section's key is missing");
    refuses("[", "line 1: the ] at the end of the section's key is missing");
    refuses("[corp] # ours", "line 1: the ] at the end of the section's key is missing");
    refuses("[gmail]", "line 1: there is already a receiver gmail: choose another key");
    refuses("[a]\nmissing=refuses\n[a]",
            "line 3: there is already a receiver a: choose another key");
}

Test(receiver_file, receivers_are_counted)
{
    char text[RECEIVERS_OWN_MAX * 32 + 64] = "";

    for (unsigned i = 0; i < RECEIVERS_OWN_MAX; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "[r%u]\nmissing=refuses\n", i);
    cr_expect(read_file(text), "%s", why.text);
    cr_expect_eq(file.count, RECEIVERS_OWN_MAX);
    snprintf(text + strlen(text), sizeof text - strlen(text), "[one-more]\n");
    refuses(text, "line 33: there are more than 16 receivers");
}

Test(receiver_file, a_section_and_a_file_must_say_something)
{
    refuses("", "line 0: the file ends without a receiver: a section begins with its [key]");
    refuses("# nothing\n\n",
            "line 2: the file ends without a receiver: a section begins with its [key]");
    refuses("\n[a]\nname = A\n[b]\nmissing=refuses",
            "line 2: [a] does not say what the receiver does: set missing, mismatch, generic or "
            "temporary");
    refuses("[a]\nmissing=refuses\n[b]\n", "line 3: [b] does not say what the receiver does: set "
                                           "missing, mismatch, generic or temporary");
}

Test(receiver_file, lines_that_are_no_settings)
{
    refuses("missing = refuses", "line 1: this setting comes before the first [key] of a receiver");
    refuses("[a]\nmissing refuses",
            "line 2: a line is a [key], a setting like missing = refuses, or a # comment");
    refuses("[a]\n\xEF\xBB\xBFmissing",
            "line 2: a line is a [key], a setting like missing = refuses, or a # comment");
}

#define UNKNOWN_SETTING                                                                         \
    "line 2: unknown setting; the settings are name, names-tried, missing, mismatch, generic, " \
    "temporary "                                                                                \
    "(also with -ipv4 or -ipv6), temporary-first, source, date"

Test(receiver_file, settings_that_are_not_known)
{
    refuses("[a]\nmising = refuses", UNKNOWN_SETTING);
    refuses("[a]\n= refuses", UNKNOWN_SETTING);
    refuses("[a]\n-ipv4 = refuses", UNKNOWN_SETTING);
    refuses("[a]\nname-ipv4 = x", UNKNOWN_SETTING);
    refuses("[a]\nmissing-ipv5 = refuses", UNKNOWN_SETTING);
    refuses("[a]\nmissing-ipv4-ipv4 = refuses", UNKNOWN_SETTING);
    refuses("[a]\nMissing = refuses", UNKNOWN_SETTING);
}

#define TWICE ": this is already set above; a setting without -ipv4 or -ipv6 is for both"

Test(receiver_file, nothing_is_set_twice)
{
    refuses("[a]\nmissing=refuses\nmissing=refuses", "line 3" TWICE);
    refuses("[a]\nmissing=refuses\nmissing-ipv4=defers", "line 3" TWICE);
    refuses("[a]\nmissing-ipv6=refuses\nmissing=defers", "line 3" TWICE);
    refuses("[a]\ntemporary-ipv6=refuses\ntemporary-ipv6=refuses", "line 3" TWICE);
    refuses("[a]\nname=x\nname=x", "line 3" TWICE);
    refuses("[a]\nnames-tried=1\nnames-tried=1", "line 3" TWICE);
    refuses("[a]\nsource=x\nsource=x", "line 3" TWICE);
    refuses("[a]\ndate=2026\ndate=2026", "line 3" TWICE);
    refuses("[a]\ntemporary-first=no\ntemporary-first=no", "line 3" TWICE);
    cr_expect(read_file("[a]\nmissing=refuses\n[b]\nmissing=refuses"), "%s", why.text);
}

Test(receiver_file, values)
{
    refuses("[a]\nmissing = refuse",
            "line 2: an outcome is accepts, defers, refuses, penalises or unknown");
    refuses("[a]\nmissing =",
            "line 2: an outcome is accepts, defers, refuses, penalises or unknown");
    refuses("[a]\nmissing = refuses # always",
            "line 2: an outcome is accepts, defers, refuses, penalises or unknown");
    refuses("[a]\nnames-tried = 3", "line 2: names-tried is 1, 2, all or unknown");
    refuses("[a]\ntemporary-first = true", "line 2: temporary-first is yes or no");
    refuses("[a]\nname =", "line 2: the text has 0 characters: 1 to 79 are allowed");
    refuses("[a]\nname = a\tb",
            "line 2: the text contains a character that is not ASCII, or not visible");
    refuses("[a]\nname = \xC3\x96",
            "line 2: the text contains a character that is not ASCII, or not visible");
}

Test(receiver_file, texts_up_to_their_limits)
{
    char text[300] = "[a]\nmissing=refuses\nname=";
    size_t at = strlen(text);

    memset(text + at, 'x', 79);
    cr_expect(read_file(text), "%s", why.text);
    cr_expect_eq(strlen(file.rows[0].name), 79);
    text[at + 79] = 'x';
    refuses(text, "line 3: the text has 80 characters: 1 to 79 are allowed");
}

static void date(const char *value, bool good)
{
    char text[100];

    snprintf(text, sizeof text, "[a]\nmissing=refuses\ndate = %s", value);
    if (good)
        cr_expect(read_file(text), "%s: %s", value, why.text);
    else
        refuses(text, "line 3: a date is a year, a month or a day: 2026, 2026-11 or 2026-11-23");
}

Test(receiver_file, dates)
{
    date("2026", true);
    date("2026-01", true);
    date("2026-12-31", true);
    date("2026-00", false);
    date("2026-13", false);
    date("2026-12-00", false);
    date("2026-12-32", false);
    date("2026-1", false);
    date("26", false);
    date("2026/12", false);
    date("2026-12-1", false);
    date("20x6", false);
    date("2026-12-111", false);
    date("", false);
}

Test(receiver_file, long_lines)
{
    static char line[RECEIVER_LINE_MAX + 2];

    memset(line, ' ', RECEIVER_LINE_MAX + 1);
    memset(&file, 0, sizeof file);
    cr_expect(receiver_parse_line(&file, line, RECEIVER_LINE_MAX, &why));
    cr_expect_not(receiver_parse_line(&file, line, RECEIVER_LINE_MAX + 1, &why));
    cr_expect_str_eq(why.text, "line 2: the line has more than 1000 characters");
}

/* The indented lines of the document are a receiver file. */
Test(receiver_file, example_of_the_document)
{
    char line[512];
    FILE *document = fopen("docs/receivers.md", "r");

    cr_assert_not_null(document, "run the tests in the project's folder");
    memset(&file, 0, sizeof file);
    while (fgets(line, sizeof line, document))
        if (strncmp(line, "    ", 4) == 0)
            cr_assert(receiver_parse_line(&file, line + 4, strlen(line + 4), &why), "%s", why.text);
    fclose(document);
    cr_assert(receiver_parse_end(&file, &why), "%s", why.text);
    cr_expect_eq(file.count, 2);
    cr_expect_str_eq(file.rows[0].date, "2026-11-20");
    cr_expect(file.rows[1].temporary_first);
}
