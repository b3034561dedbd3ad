/* The small writers: strange bytes, numbers for people, times, CSV lines, HTML text. */
#include "io/system/printable.h"
#include "reports/html/write.h"
#include "reports/report_words.h"
#include "reports/rows/csv_line.h"
#include "reports/time_text.h"
#include "reports/words.h"
#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

TestSuite(text, .init = make_folder, .fini = drop_folder);

#define cr_printable(in, out)                                                \
    do {                                                                     \
        char got[256];                                                       \
        size_t length = printable_text(got, sizeof got, in, sizeof(in) - 1); \
        cr_assert_str_eq(got, out);                                          \
        cr_assert_eq(length, strlen(out));                                   \
    } while (0)

Test(text, printable_keeps_utf8_and_escapes_the_rest)
{
    cr_printable("plain text", "plain text");
    cr_printable("m\xC3\xBC \xE2\x82\xAC \xF0\x9F\x98\x80",
                 "m\xC3\xBC \xE2\x82\xAC \xF0\x9F\x98\x80");
    cr_printable("a\\b", "a\\\\b");
    cr_printable("a\0b\tc\x7F", "a\\000b\\009c\\127");
    cr_printable("\x1B[31m", "\\027[31m");
    cr_printable("\xFF\xFE", "\\255\\254");
    cr_printable("\xC3", "\\195");
    cr_printable("\xC3(", "\\195(");
    cr_printable("\xC0\xAF", "\\192\\175");
    cr_printable("\xE0\x80\xAF", "\\224\\128\\175");
    cr_printable("\xED\xA0\x80", "\\237\\160\\128");
    cr_printable("\xF4\x90\x80\x80", "\\244\\144\\128\\128");
    cr_printable("\xC2\x9B", "\\194\\155");
    cr_printable("\xE2\x80\xAE", "\\226\\128\\174");
    cr_printable("\xD8\x9C", "\\216\\156");
    cr_printable("\xE2\x80\x8E", "\\226\\128\\142");
}

Test(text, printable_never_cuts_a_character)
{
    char got[6];

    cr_assert_eq(printable_text(got, sizeof got, "abc\xFF", 4), 3);
    cr_assert_str_eq(got, "abc");
    cr_assert_eq(printable_text(got, sizeof got, "a\xFF", 2), 5);
    cr_assert_str_eq(got, "a\\255");
}

Test(text, numbers_for_people)
{
    char text[GROUPED_MAX];
    char share[SHARE_MAX];

    grouped_print(text, 0);
    cr_assert_str_eq(text, "0");
    grouped_print(text, 999);
    cr_assert_str_eq(text, "999");
    grouped_print(text, 1000);
    cr_assert_str_eq(text, "1,000");
    grouped_print(text, UINT64_MAX);
    cr_assert_str_eq(text, "18,446,744,073,709,551,615");
    share_print(share, 241, 256);
    cr_assert_str_eq(share, "94.1 %");
    share_print(share, 999999, 1000000);
    cr_assert_str_eq(share, "99.9 %", "all but one must not read 100.0 %%");
    share_print(share, UINT64_MAX, UINT64_MAX);
    cr_assert_str_eq(share, "100.0 %");
    share_print(share, 0, 0);
    cr_assert_str_eq(share, "0.0 %");
}

Test(text, headline)
{
    struct tally tally = {.rows = 256};
    char text[HEADLINE_MAX];

    tally.verdicts[VERDICT_PASS] = 241;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "241 of 256 public addresses pass (94.1 %)");
    tally = (struct tally){.rows = 1};
    headline_print(text, &tally);
    cr_assert_str_eq(text, "0 of 1 public address passes (0.0 %)");
    tally.verdicts[VERDICT_NOT_PUBLIC] = 1;
    headline_print(text, &tally);
    cr_assert_str_eq(text, "No public address was audited");
}

Test(text, times_across_days_and_before_1970)
{
    struct time_text time = {0};

    cr_assert_str_eq(time_text_of(&time, MADE_AT), "2026-11-23T12:38:49Z");
    cr_assert_str_eq(time_text_of(&time, MADE_AT + 1), "2026-11-23T12:38:50Z");
    cr_assert_str_eq(time_text_of(&time, 0), "1970-01-01T00:00:00Z");
    cr_assert_str_eq(time_text_of(&time, 86399), "1970-01-01T23:59:59Z");
    cr_assert_str_eq(time_text_of(&time, 86400), "1970-01-02T00:00:00Z");
    cr_assert_str_eq(time_text_of(&time, -1), "1969-12-31T23:59:59Z");
    cr_assert_str_eq(time_text_of(&time, -86400), "1969-12-31T00:00:00Z");
}

static const char *line_text(struct csv_line *line)
{
    static char text[CSV_LINE_MAX];

    memcpy(text, line->bytes, line->used);
    text[line->used] = '\0';
    return text;
}

/* Several octets are looked at in one step: none may hide another. */
Test(text, csv_cells_are_quoted_for_one_octet_anywhere)
{
    static struct csv_line line;
    char text[20];

    for (size_t at = 0; at < sizeof text; at++) {
        for (int octet = 0; octet <= UINT8_MAX; octet++) {
            bool special = octet == ',' || octet == '"' || octet == '\r' || octet == '\n';

            memset(text, octet % 2 == 0 ? '-' : 0xFF, sizeof text);
            text[0] = 'x';
            text[at] = (char)octet;
            csv_line_begin(&line);
            csv_value(&line, text, sizeof text);
            cr_assert_eq(line.special, special, "octet %d at %zu", octet, at);
        }
    }
}

Test(text, csv_cells_are_joined_guarded_and_quoted)
{
    static struct csv_line line;

    csv_line_begin(&line);
    csv_value_text(&line, "=1+1");
    csv_value_text(&line, "b");
    csv_value_text(&line, "@SUM");
    csv_cell_end(&line);
    csv_cell_end(&line);
    csv_value_text(&line, "");
    csv_value_text(&line, "+x");
    csv_cell_end(&line);
    csv_value_text(&line, "say \"a\", then b");
    csv_cell_end(&line);
    csv_value_text(&line, "-1\r\n");
    csv_cell_end(&line);
    csv_value_text(&line, "\tx");
    csv_value_number(&line, 18446744073709551615u);
    csv_value_more(&line, 0);
    csv_value_more(&line, 4990);
    csv_cell_end(&line);
    cr_assert_str_eq(line_text(&line), "'=1+1;b;'@SUM,,;'+x,\"say \"\"a\"\", then b\",\"'-1\r\n\","
                                       "'\tx;18446744073709551615;(4990 more),");
}

Test(text, csv_line_never_leaves_its_storage)
{
    static struct csv_line line;
    static char quotes[CSV_LINE_MAX / 2];

    memset(quotes, '"', sizeof quotes);
    csv_line_begin(&line);
    for (int i = 0; i < 8; i++) {
        csv_value(&line, quotes, sizeof quotes);
        csv_cell_end(&line);
    }
    for (int i = 0; i < CSV_LINE_MAX; i++)
        csv_cell_end(&line);
    cr_assert_leq(line.used, CSV_LINE_MAX - 2);
}

Test(text, html_escapes_markup_everywhere)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "a", &failure);
    struct dnsname name = made_name("<b>&'x.example.");
    char *text;

    html_text(out, "<a href=\"x\">'&'</a>", 19);
    outfile_char(out, '\n');
    html_strange(out, "old/\xFF<i>\x1B.gz");
    outfile_char(out, '\n');
    html_name(out, &name);
    outfile_char(out, '\n');
    html_time(out, MADE_AT);
    cr_assert(outfile_commit(out, &failure));
    text = text_of("a");
    cr_assert_str_eq(text,
                     "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;\n"
                     "old/\\255&lt;i&gt;\\027.gz\n"
                     "&lt;b&gt;&amp;&#39;x.example\n"
                     "<time datetime=\"2026-11-23T12:38:49Z\">2026-11-23 12:38:49 UTC</time>");
    free(text);
}
