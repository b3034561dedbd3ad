#include "io/input/rows.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TOO_LONG = 20 /* seconds; Criterion's own time limit leaks, which the leak check then reports */
};

/* All rows in one text: "line[cell][cell]" or "line!fault", separated by blanks. */
struct transcript {
    char *text;
    size_t length, room;
    unsigned rows;
    unsigned stop_after;
};

static void add(struct transcript *transcript, const char *bytes, size_t length)
{
    if (transcript->length + length + 1 > transcript->room) {
        transcript->room = 2 * (transcript->length + length + 1);
        transcript->text = realloc(transcript->text, transcript->room);
    }
    memcpy(transcript->text + transcript->length, bytes, length);
    transcript->length += length;
    transcript->text[transcript->length] = '\0';
}

static bool note(void *context, const struct row *row)
{
    struct transcript *transcript = context;
    char number[32];
    add(transcript, number,
        (size_t)snprintf(number, sizeof number, "%s%llu", transcript->rows ? " " : "",
                         (unsigned long long)row->line));
    if (row->fault) {
        add(transcript, "!", 1);
        add(transcript, row->fault, strlen(row->fault));
        cr_assert_eq(row->count, 0);
        cr_assert_leq(row->length, ROW_TEXT_MAX);
    }
    for (unsigned i = 0; i < row->count; i++) {
        add(transcript, "[", 1);
        add(transcript, row->cells[i].text, row->cells[i].length);
        add(transcript, "]", 1);
    }
    return ++transcript->rows != transcript->stop_after;
}

static bool note_text(void *context, const struct row *row)
{
    struct transcript *transcript = context;
    add(transcript, "<", 1);
    add(transcript, row->text, row->length);
    add(transcript, ">", 1);
    return true;
}

/* Feeds `portion` bytes at a time. Each portion has its own block, so that the sanitizer sees a
 * read past its end. */
static char *read_with(row_fn *give, const char *input, size_t length, size_t portion, bool broken)
{
    struct transcript transcript = {0};
    struct failure failure = {0};
    struct rows *rows = rows_new(give, &transcript, &failure);

    add(&transcript, "", 0);
    for (size_t at = 0; at < length; at += portion) {
        size_t n = length - at < portion ? length - at : portion;
        char *bytes = malloc(n);
        memcpy(bytes, input + at, n);
        cr_assert(rows_feed(rows, bytes, n));
        free(bytes);
    }
    cr_assert(broken ? rows_break_off(rows) : rows_finish(rows));
    rows_free(rows);
    return transcript.text;
}

/* The rows may not depend on how the bytes were cut. */
static void expect_bytes(const char *input, size_t length, const char *expected)
{
    for (size_t portion = 1; portion <= length + 1; portion++) {
        char *text = read_with(note, input, length, portion, false);
        cr_assert_str_eq(text, expected, "in portions of %zu: %s", portion, text);
        free(text);
    }
}

static void expect(const char *input, const char *expected)
{
    expect_bytes(input, strlen(input), expected);
}

#define NEVER_CLOSED "!a quote that is never closed"
#define STRAY \
    "!a quote in the middle of a cell: quote the whole cell, and write a quote inside it twice"

Test(rows, commas_semicolons_tabs_and_plain_lists)
{
    expect("192.0.2.1,a.example\n192.0.2.2,b.example\n",
           "1[192.0.2.1][a.example] 2[192.0.2.2][b.example]");
    expect("192.0.2.1;a.example\nb,c;d\n", "1[192.0.2.1][a.example] 2[b,c][d]");
    expect("192.0.2.1\ta.example\nb;c,d\te\n", "1[192.0.2.1][a.example] 2[b;c,d][e]");
    expect("192.0.2.1\n192.0.2.2", "1[192.0.2.1] 2[192.0.2.2]");
    expect("", "");
}

Test(rows, separator_is_found_on_the_first_line_that_has_one)
{
    expect("a\nb\nc;d\ne,f;g\n", "1[a] 2[b] 3[c][d] 4[e,f][g]");
    expect("a,b;c\td\nx\ty\n", "1[a,b;c][d] 2[x][y]");
    expect("\"a;b\",c\nd;e,f\n", "1[a;b][c] 2[d;e][f]");
    expect("\"a;\nb;\",c\n", "1[a;\nb;][c]");
}

Test(rows, a_tab_at_the_edge_of_a_line_is_a_blank)
{
    expect("a,b\t\n\tc,d\n", "1[a][b] 2[c][d]");
    expect("a\tb\n\tc\t\n", "1[a][b] 2[][c][]");
}

Test(rows, a_faulty_row_does_not_choose_the_separator)
{
    expect("x\"y;z\nc,d\ne;f,g\n", "1" STRAY " 2[c][d] 3[e;f][g]");
    expect("\"open\n\"a;b\";c\nd,e\n", "1" NEVER_CLOSED " 2[a;b][c] 3[d,e]");
    expect("\"open\nb\n\" c;d;\"\n,\n", "1" NEVER_CLOSED " 2[b] 3[ c;d;] 4[][]");
}

Test(rows, blanks_are_trimmed_outside_quotes_only)
{
    expect("x,y\n  a b \t,\t c  \n", "1[x][y] 2[a b][c]");
    expect(" \" a \" , b\n", "1[ a ][b]");
    expect(" , \n", "1[][]");
}

Test(rows, quotes_as_in_rfc_4180)
{
    expect("\"a,b\",\"say \"\"hi\"\"\",\"\"\n", "1[a,b][say \"hi\"][]");
    expect("a,\"b\nc\r\nd\re\",f\ng,h\n", "1[a][b\nc\r\nd\re][f] 4[g][h]");
    expect("\"\n#no comment\n\n\",b\n#comment\nc,d\n", "1[\n#no comment\n\n][b] 6[c][d]");
}

Test(rows, stray_quotes_cost_their_line)
{
    expect("a,b\"c\nd,e\n", "1" STRAY " 2[d][e]");
    expect("a,\"b\"c\nd,e\n", "1" STRAY " 2[d][e]");
    expect("a,\"b\" \"c\"\nd,e\n", "1" STRAY " 2[d][e]");
}

Test(rows, an_open_quote_costs_its_line_only)
{
    expect("a,\"b\nc,d\n#x\n\ne,f\n", "1" NEVER_CLOSED " 2[c][d] 5[e][f]");
    expect("a,\"b\nc,\"d\"\ne,f\n", "1" NEVER_CLOSED " 2[c][d] 3[e][f]");
    expect("a,\"b", "1" NEVER_CLOSED);
    expect("a,\"b\n", "1" NEVER_CLOSED);
    expect("a,\"b\nc,d", "1" NEVER_CLOSED " 2[c][d]");
    expect("x,y\n\"\n", "1[x][y] 2" NEVER_CLOSED);
}

Test(rows, lines_are_numbered_as_editors_do)
{
    expect("a\r\nb\rc\nd\r\r\n\n\re", "1[a] 2[b] 2[c] 3[d] 5[e]");
    expect("\r\n\r\na,\"\r\n\",b\r\nc", "3[a][\r\n][b] 5[c]");
    expect("\"a\rb\",c\r\nd,\"e\rf\"\r\ng,h\r\n", "1[a\rb][c] 2[d][e\rf] 3[g][h]");
    expect("a\n\"b\rc\n", "1[a] 2" NEVER_CLOSED " 2[c]");
}

Test(rows, a_lone_cr_counts_where_rows_end_with_it)
{
    expect("a\rb\r\rc", "1[a] 2[b] 4[c]");
    expect("\"a\rb\",c\rd\r", "1[a\rb][c] 3[d]");
    expect("\"a\rb\rc,d\r", "1" NEVER_CLOSED " 2[b] 3[c][d]");
    expect("a\rb,\"c\rd\r\",e\rf", "1[a] 2[b][c\rd\r][e] 5[f]");
}

Test(rows, a_first_line_may_name_the_separator)
{
    expect("sep=;\na,b;c\n", "2[a,b][c]");
    expect("\xef\xbb\xbfSEP=,\r\na;b,c\r\n", "2[a;b][c]");
    expect("\"sep=;\"\na;b\n", "2[a][b]");
    expect("sep=\t\na;b\tc\n", "2[a;b][c]");
    expect("sep=|\na,b|c\n", "2[a,b][c]");
    expect("sep=;;;\na,b;c\n", "2[a,b][c]");
    expect("a\nsep=;\n", "1[a] 2[sep=][]");
    expect("sep=x\na;b\n", "1[sep=x] 2[a][b]");
    expect("sep=\na;b\n", "1[sep=] 2[a][b]");
    expect("sep=,x\n", "1[sep=][x]");
}

Test(rows, a_cell_as_excel_writes_it)
{
    expect("=\"192.0.2.1\",\"b\"\n", "1[192.0.2.1][b]");
    expect("a;=\"1;2\";b\n", "1[a][1;2][b]");
    expect("a, =\"b\"\nc,\"=\"\"d\"\"\"\n", "1[a][b] 2[c][=\"d\"]");
    expect("a,b=\"c\"\n", "1" STRAY);
    expect("a,=\"b\"c\n", "1" STRAY);
    expect("=\"a\nb\",c\nd\n", "1[a\nb][c] 3[d]");
    expect("=\"a\nb", "1" NEVER_CLOSED " 2[b]");
}

Test(rows, comments_at_the_end_of_a_line)
{
    expect("192.0.2.1 # old, \"quoted\"; x\n192.0.2.2;b\n", "1[192.0.2.1] 2[192.0.2.2][b]");
    expect("192.0.2.1 ; an old one\n192.0.2.2,b\n192.0.2.3 ; c.example\n",
           "1[192.0.2.1] 2[192.0.2.2][b] 3[192.0.2.3]");
    expect("2001:db8::1 ;x\n2001:db8::2 ;b.example\n", "1[2001:db8::1] 2[2001:db8::2][b.example]");
    expect("192.0.2.1 ; b.example\n192.0.2.2 ; c\n", "1[192.0.2.1][b.example] 2[192.0.2.2][c]");
    expect("192.0.2.1 ; b ; c\n", "1[192.0.2.1][b][c]");
    expect("192.0.2.1 b.example # c, d\n", "1[192.0.2.1 b.example]");
    expect("192.0.2.1,b # \"c\"\n", "1[192.0.2.1][b]");
    expect("192.0.2.1,b # c, d\n", "1[192.0.2.1][b # c][d]");
    expect("192.0.2.1;b # \"c\n", "1[192.0.2.1][b]");
    expect("rack #4,192.0.2.1\n", "1[rack #4][192.0.2.1]");
    expect("Rack #;IP\n4 #;192.0.2.1\n", "1[Rack #][IP] 2[4 #][192.0.2.1]");
    expect("192.0.2.1#x\n", "1[192.0.2.1#x]");
}

Test(rows, lines_that_begin_with_a_semicolon)
{
    expect("; a list\n192.0.2.1,a\n;192.0.2.2,b\n", "2[192.0.2.1][a]");
    expect("a;b\n;c\n", "1[a][b] 2[][c]");
    expect(";192.0.2.1\na;b\n", "1[][192.0.2.1] 2[a][b]");
    expect(";a;b\n", "1[][a][b]");
    expect(";\na,b\n", "1[][] 2[a,b]");
}

Test(rows, comments_and_blank_lines_are_ignored)
{
    expect("# c, d; e\n \t# c\n\n  \t\na,b#c\n#\n", "5[a][b#c]");
}

Test(rows, byte_order_mark_is_dropped_once)
{
    expect("\xef\xbb\xbf"
           "a,b\n\xef\xbb\xbf"
           "c,d\n",
           "1[a][b] 2[\xef\xbb\xbf"
           "c][d]");
    expect("\xef\xbb\xbf#c\na\n", "2[a]");
    expect("\xef\xbb\xbf\"a\nb\",c\n", "1[a\nb][c]");
    expect("\xef\xbb\xbf", "");
}

Test(rows, utf16_is_reported_once)
{
    static const char refusal[] = "1!looks like UTF-16: save it as UTF-8";
    expect_bytes("\xff\xfe"
                 "a\0,\0b\0\r\0\n\0c\0",
                 14, refusal);
    expect_bytes("\xfe\xff\0a\0,\0b\0\n\0c\0\n", 14, refusal);
    expect_bytes("1\0"
                 "9\0"
                 "2\0.\0\r\0\n\0c\0",
                 14, refusal);
    expect_bytes("\0"
                 "1\0"
                 "9\0"
                 "2\0\n\0c\0\n",
                 12, refusal);
    expect_bytes("\xff\xfe\x14\x04\n\0", 6, refusal);
    expect_bytes("\xfe\xff\x04\x14\0\n", 6, refusal);
    expect_bytes("\x14\x04"
                 "1\0"
                 "2\0",
                 6, refusal);
    expect_bytes("a\0b", 3, "1!holds a NUL byte");
}

Test(rows, a_known_format_is_named_once)
{
    expect("{\"ip\": \"192.0.2.1\"}\n{\"ip\": \"192.0.2.2\"}\n",
           "1!looks like JSON: save it as CSV");
    expect(" [\n {\"ip\": \"192.0.2.1\"}\n]\n", "1!looks like JSON: save it as CSV");
    expect("[{\"ip\":1}]", "1!looks like JSON: save it as CSV");
    expect("[\"192.0.2.1\"]\n", "1!looks like JSON: save it as CSV");
    expect("<?xml version=\"1.0\"?>\n<a/>\n", "1!looks like XML or HTML: save it as CSV");
    expect("<!DOCTYPE html>\n", "1!looks like XML or HTML: save it as CSV");
    expect("<HTML>\n", "1!looks like XML or HTML: save it as CSV");
    expect_bytes("PK\3\4\0\0\n", 7, "1!looks like a workbook or an archive: save it as CSV");
    expect("[192.0.2.1]\n", "1[[192.0.2.1]]");
    expect("[mta]\n", "1[[mta]]");
    expect("<none>\n", "1[<none>]");
    expect("a\n{b\n", "1[a] 2[{b]");
}

Test(rows, bytes_that_no_text_file_holds)
{
    expect_bytes("a,b\0c\nd,e\n", 10, "1!holds a NUL byte 2[d][e]");
    expect("a,\x07\nd,e\x7f\nf,g\n", "1!holds control characters (is this a text file?) 2!holds "
                                     "control characters (is this a text "
                                     "file?) 3[f][g]");
    expect_bytes("a,\"\nb\0\"\nd,e\n", 12, "1!holds a NUL byte 3[d][e]");
    expect_bytes("a,\"\0\nb,c\n", 9, "1!holds a NUL byte 2[b][c]");
    expect("\xc3\xa4,\xff\n", "1[\xc3\xa4][\xff]");
}

static void expect_text(const char *input, const char *expected)
{
    for (size_t portion = 1; portion <= strlen(input); portion++) {
        char *text = read_with(note_text, input, strlen(input), portion, false);
        cr_assert_str_eq(text, expected, "in portions of %zu: %s", portion, text);
        free(text);
    }
}

Test(rows, text_is_the_row_as_written)
{
    expect_text(" a , \"b\" \r\nc\n\"d\r\ne\",f\r\ng", "< a , \"b\" ><c><\"d\r\ne\",f><g>");
    expect_text("\xef\xbb\xbf\"d\ne\",f\n\"x\ny", "<\"d\ne\",f><\"x><y>");
    expect_text("\xef\xbb\xbf\"x\ny", "<\"x><y>");
}

Test(rows, a_broken_input_gives_no_half_row)
{
    static const struct {
        const char *input, *expected;
    } cases[] = {
        {"192.0.2.1\n192.0.2.1", "1[192.0.2.1] 2!the input breaks off in this line"},
        {"192.0.2.1\n", "1[192.0.2.1]"},
        {"192.0.2.1\r", "1[192.0.2.1]"},
        {"a,b\n# com", "1[a][b]"},
        {"a,\"b\nc,d\ne", "1" NEVER_CLOSED " 2[c][d] 3!the input breaks off in this line"},
        {"a,\"b\nc,d\n", "1" NEVER_CLOSED " 2[c][d]"},
        {"", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t portion = 1; portion <= 20; portion++) {
            char *text = read_with(note, cases[i].input, strlen(cases[i].input), portion, true);
            cr_assert_str_eq(text, cases[i].expected, "%zu: %s", i, text);
            free(text);
        }
    }
}

Test(rows, stops_when_the_receiver_says_so)
{
    struct transcript transcript = {.stop_after = 2};
    struct failure failure = {0};
    struct rows *rows = rows_new(note, &transcript, &failure);
    cr_assert_not(rows_feed(rows, "a\nb\nc\nd\n", 8));
    cr_assert_not(rows_feed(rows, "e\n", 2));
    cr_assert_not(rows_finish(rows));
    cr_assert_not(failure_is_set(&failure));
    cr_assert_str_eq(transcript.text, "1[a] 2[b]");
    rows_free(rows);
    free(transcript.text);
    rows_free(NULL);
}

/* ---- limits ---- */

/* before + count times c + after */
static char *stretch(const char *before, size_t count, char c, const char *after, size_t *length)
{
    size_t a = strlen(before), b = strlen(after);
    char *bytes = malloc(a + count + b);
    memcpy(bytes, before, a);
    memset(bytes + a, c, count);
    memcpy(bytes + a + count, after, b);
    *length = a + count + b;
    return bytes;
}

static void expect_stretched(const char *before, size_t count, char c, const char *after,
                             const char *expected)
{
    static const size_t portions[] = {4096, 65537, 1 << 20, 1 << 30};
    size_t length;
    char *bytes = stretch(before, count, c, after, &length);
    for (size_t i = 0; i < 4; i++) {
        char *text = read_with(note, bytes, length, portions[i], false);
        /* One character instead of a long cell keeps the expectation short. */
        char *x = strchr(text, c);
        if (x)
            memmove(x + 1, x + strspn(x, (char[]){c, 0}),
                    strlen(x + strspn(x, (char[]){c, 0})) + 1);
        cr_assert_str_eq(text, expected, "in portions of %zu: %.200s", portions[i], text);
        free(text);
    }
    free(bytes);
}

Test(rows, cell_limit)
{
    expect_stretched("1,", CELL_MAX, 'X', "\n2,3\n", "1[1][X] 2[2][3]");
    expect_stretched("1,", CELL_MAX + 1, 'X', "\n2,3\n", "1!a cell is longer than 64 KiB 2[2][3]");
}

Test(rows, row_limit_of_one_line)
{
    expect_stretched("1,", ROW_MAX - 2, 'X', "\n2,3\n", "1!a cell is longer than 64 KiB 2[2][3]");
    expect_stretched("1,", ROW_MAX - 1, 'X', "\r\n2,3\n", "1!a line is longer than 1 MiB 2[2][3]");
    expect_stretched("1,", 3 * ROW_MAX, 'X', "\r2,3\n", "1!a line is longer than 1 MiB 2[2][3]");
    expect_stretched("1,", ROW_MAX, 'X', "", "1!a line is longer than 1 MiB");
}

Test(rows, column_limit)
{
    expect_stretched("", COLUMNS_MAX, ',', "\n2,3\n", "1!has more than 1024 columns 2[2][3]");
    size_t length;
    char *bytes = stretch("", COLUMNS_MAX - 1, ',', "\n", &length);
    char *text = read_with(note, bytes, length, length, false);
    cr_assert_eq(strlen(text), 1 + 2 * COLUMNS_MAX);
    free(text);
    free(bytes);
}

Test(rows, an_open_quote_ends_with_the_row_limit)
{
    /* The quote opens in line 1. The limit is reached in the line after the blank ones. */
    expect_stretched("a,\"b\n2,3\n", ROW_MAX, '\n', "4,5\n6,\"7\n8\"\n",
                     "1" NEVER_CLOSED " 2[2][3] 1048579[4][5] 1048580[6][7\n8]");
    expect_stretched("a,\"b\n2,3\n", ROW_MAX, 'X', ",4\n5,6\n",
                     "1" NEVER_CLOSED " 2[2][3] 3!a line is longer than 1 MiB 4[5][6]");
}

Test(rows, long_utf16_line_is_still_utf16)
{
    static const size_t portions[] = {4096, 1 << 30};
    size_t length = 2 * (ROW_MAX + 10);
    char *bytes = calloc(1, length);
    for (size_t i = 0; i < length; i += 2)
        bytes[i] = 'a';
    for (size_t i = 0; i < 2; i++) {
        char *text = read_with(note, bytes, length, portions[i], false);
        cr_assert_str_eq(text, "1!looks like UTF-16: save it as UTF-8");
        free(text);
    }
    free(bytes);
}

static uint64_t line_after(const char *input)
{
    struct transcript transcript = {0};
    struct failure failure = {0};
    struct rows *rows = rows_new(note, &transcript, &failure);
    cr_assert(rows_feed(rows, input, strlen(input)));
    cr_assert(rows_finish(rows));
    uint64_t line = rows_line(rows);
    rows_free(rows);
    free(transcript.text);
    return line;
}

Test(rows, only_a_line_end_begins_another_line)
{
    cr_expect_eq(line_after("a\nb"), 2);
    cr_expect_eq(line_after("a\nb\n"), 3);
    cr_expect_eq(line_after("a\n\"b"), 2);
}

Test(rows, many_open_quotes_take_linear_time)
{
    alarm(TOO_LONG);
    enum { LINES = 400000 };
    struct transcript transcript = {0};
    struct failure failure = {0};
    struct rows *rows = rows_new(note, &transcript, &failure);
    for (unsigned i = 0; i < LINES; i++)
        cr_assert(rows_feed(rows, "a,\"b\nc,x\"\"\n", 11));
    cr_assert(rows_finish(rows));
    cr_assert_eq(rows_line(rows), 2 * LINES + 1);
    cr_assert_gt(transcript.rows, LINES);
    rows_free(rows);
    free(transcript.text);
}

Test(rows, cr_line_ends_take_linear_time)
{
    alarm(TOO_LONG);
    size_t length;
    char *bytes = stretch("", 8 << 20, '\r', "a\r", &length);
    char *text = read_with(note, bytes, length, length, false);
    cr_assert_str_eq(text, "8388609[a]");
    free(text);
    free(bytes);
}
