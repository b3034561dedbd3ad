#include "io/input/intake.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/input/rows.h"

/* What the sink was told, one event a line:
 *     3: 192.0.2.1 mail.example   an item   (~ before it: mapped)
 *     4: !reason                  a refused row
 *     5: ?text                    a notice
 *     6: #reason                  the stream broke */
struct story {
    char text[16384];
    size_t length;
    unsigned stop_after; /* events; 0: never */
    unsigned events;
};

__attribute__((format(printf, 2, 3))) static bool tell(struct story *story, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    story->length += (size_t)vsnprintf(story->text + story->length,
                                       sizeof story->text - story->length, format, args);
    va_end(args);
    cr_assert_lt(story->length, sizeof story->text);
    return ++story->events != story->stop_after;
}

static bool on_source(void *context, const char *name)
{
    (void)name;
    (void)context;
    return true;
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    char range[IPRANGE_TEXT_MAX], name[DNSNAME_TEXT_MAX] = "";
    iprange_print(range, &target->range);
    if (target->has_expected)
        dnsname_print(name, &target->expected);
    return tell(context, "%llu: %s%s%s%s\n", (unsigned long long)line, target->mapped ? "~" : "",
                range, *name ? " " : "", name);
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    (void)text;
    cr_assert_leq(len, ROW_TEXT_MAX);
    return tell(context, "%llu: !%s\n", (unsigned long long)line, reason);
}

static bool on_notice(void *context, uint64_t line, const char *text)
{
    return tell(context, "%llu: ?%s\n", (unsigned long long)line, text);
}

static bool on_broken(void *context, uint64_t line, const char *reason)
{
    return tell(context, "%llu: #%s\n", (unsigned long long)line, reason);
}

static const struct intake_options by_default = {.max_range = 16777216};

struct outcome {
    bool ok;
    struct story story;
    struct intake_counts counts;
    struct failure failure;
};

static void read_input(struct outcome *out, const char *input, const struct intake_options *options)
{
    const struct intake_sink sink = {.context = &out->story,
                                     .source = on_source,
                                     .item = on_item,
                                     .rejected = on_rejected,
                                     .notice = on_notice,
                                     .broken = on_broken};
    out->ok = intake_read(input, options, &sink, &out->counts, &out->failure);
}

/* Reads a file with this text; its name is "list" in the current folder. */
static void read_text(struct outcome *out, const char *text, size_t length,
                      const struct intake_options *options)
{
    char folder[] = "/tmp/fcrdns-intake-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(chdir(folder), 0);
    FILE *file = fopen("list", "w");
    cr_assert_eq(fwrite(text, 1, length, file), length);
    fclose(file);
    read_input(out, "list", options);
    unlink("list");
    rmdir(folder);
}

static void expect_with(const char *ip_column, const char *host_column, const char *text,
                        const char *story)
{
    struct outcome out = {0};
    struct intake_options options = by_default;
    options.columns.ip = ip_column;
    options.columns.host = host_column;
    read_text(&out, text, strlen(text), &options);
    cr_assert(out.ok, "%s", out.failure.text);
    cr_assert_str_eq(out.story.text, story, "%s", out.story.text);
    cr_assert_eq(out.counts.rows, out.counts.items + out.counts.rejected);
}

static void expect(const char *text, const char *story)
{
    expect_with(NULL, NULL, text, story);
}

static void expect_failure(const char *ip_column, const char *host_column, const char *text,
                           const char *message)
{
    struct outcome out = {0};
    struct intake_options options = by_default;
    options.columns.ip = ip_column;
    options.columns.host = host_column;
    read_text(&out, text, strlen(text), &options);
    cr_assert_not(out.ok);
    cr_assert_str_eq(out.failure.text, message);
    cr_assert_eq(out.failure.status, EXIT_TROUBLE);
}

#define GUESSED "?line 1 is taken as the header: its first cell is not an address\n"
#define NO_HOST                                                                                    \
    "?the header names no column of expected host names: none is expected (--host-column chooses " \
    "one)\n"

Test(intake, without_a_header)
{
    expect("192.0.2.1,mail.example.com\n2001:DB8::1\n",
           "1: 192.0.2.1 mail.example.com\n2: 2001:db8::1\n");
    expect("# list\n\n192.0.2.0/30\n192.0.2.1-192.0.2.9\n",
           "3: 192.0.2.0/30\n4: 192.0.2.1-192.0.2.9\n");
    expect("192.0.2.1,\n192.0.2.2, \n::ffff:192.0.2.3;x\n",
           "1: 192.0.2.1\n2: 192.0.2.2\n3: !the item is not an IP address\n");
    expect("::ffff:192.0.2.3\n", "1: ~192.0.2.3\n");
}

Test(intake, a_typo_in_the_first_row_is_no_header)
{
    expect("192.0.2.300,mail.example.com\n192.0.2.1\n",
           "1: !octet 300 is more than 255\n2: 192.0.2.1\n");
    expect("192.0.2.300,host\n192.0.2.1\n", "1: !octet 300 is more than 255\n2: 192.0.2.1\n");
    expect("192.0.2.1,host\n192.0.2.1\n",
           "1: !expected host name has only one label\n2: 192.0.2.1\n");
}

Test(intake, header_by_names)
{
    expect("ip,host\n192.0.2.1,a.example.com\n", "2: 192.0.2.1 a.example.com\n");
    expect("Hostname;IP-Address\na.example.com;192.0.2.1\n", "2: 192.0.2.1 a.example.com\n");
    expect("id\tSource IP_Address\tReverse DNS\n7\t192.0.2.1\ta.example.com\n",
           "2: 192.0.2.1 a.example.com\n");
    expect("1st,ip\nx,192.0.2.1\n", "1: " NO_HOST "2: 192.0.2.1\n");
    expect(",ip,host\n0,192.0.2.1,a.example.com\n", "2: 192.0.2.1 a.example.com\n");
    expect("ip\n192.0.2.1\n", "2: 192.0.2.1\n");
    expect("host\n192.0.2.1\n", "2: 192.0.2.1\n");
    expect("ptr,adresse\na.example.com,192.0.2.1\n", "2: 192.0.2.1 a.example.com\n");
    expect("adresse,ptr\n192.0.2.1,a.example.com\n", "2: 192.0.2.1 a.example.com\n");
}

Test(intake, the_better_name_wins)
{
    expect("source,ip,name,expected\ncmdb,192.0.2.1,x,a.example.com\n",
           "2: 192.0.2.1 a.example.com\n");
}

Test(intake, other_columns_are_no_host_names)
{
    expect("ip,country\n192.0.2.1,DE\n", "1: " NO_HOST "2: 192.0.2.1\n");
}

Test(intake, header_by_a_first_cell_that_is_no_address)
{
    expect("Adresse,Rechner\n192.0.2.1,a.example.com\n",
           "1: " GUESSED "2: 192.0.2.1 a.example.com\n");
    expect("mail.example.com\n192.0.2.1\n", "1: " GUESSED "2: 192.0.2.1\n");
}

Test(intake, a_faulty_row_is_no_header)
{
    expect("a\"b,c\nip,host\n192.0.2.1,a.example.com\n",
           "1: !a quote in the middle of a cell: quote the whole cell, and write a quote inside it "
           "twice\n"
           "3: 192.0.2.1 a.example.com\n");
}

Test(intake, columns_by_number)
{
    expect_with("2", NULL, "a.example.com,192.0.2.1\nb,192.0.2.2\n",
                "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect_with("2", "1", "a.example.com,192.0.2.1\n", "1: 192.0.2.1 a.example.com\n");
    expect_with(NULL, "1", "a.example.com,192.0.2.1\n", "1: 192.0.2.1 a.example.com\n");
    expect_with(NULL, "3", "ip,host,fqdn\n192.0.2.1,x,a.example.com\n",
                "2: 192.0.2.1 a.example.com\n");
    expect_with("3", NULL, "1,a.example.com,192.0.2.300\n", "1: !octet 300 is more than 255\n");
    expect_with(
        "2", NULL, "a,b\n192.0.2.1,192.0.2.2\n",
        "1: ?line 1 is taken as the header: its address cell is not an address\n2: 192.0.2.2\n");
}

Test(intake, columns_by_name)
{
    expect_with("Mail IP", "soll", "ip,mail_ip,host,soll\nx,192.0.2.1,y,a.example.com\n",
                "2: 192.0.2.1 a.example.com\n");
    expect_with("adresse", NULL, "ort,adresse\nBonn,192.0.2.1\n", "1: " NO_HOST "2: 192.0.2.1\n");
    expect_failure("mx", NULL, "ip,host\n192.0.2.1,x\n",
                   "\"list\" has no column \"mx\"; its columns are \"ip\", \"host\"");
    expect_failure(NULL, "-", "192.0.2.1\n",
                   "\"list\" has no column \"-\"; its columns are \"192.0.2.1\"");
    expect_failure("0", NULL, "192.0.2.1\n", "column \"0\": columns count from 1 to 1024");
    expect_failure(NULL, "1025", "192.0.2.1\n", "column \"1025\": columns count from 1 to 1024");
    expect_failure("99999999999999999999", NULL, "192.0.2.1\n",
                   "column \"99999999999999999999\": columns count from 1 to 1024");
}

Test(intake, a_huge_header_is_shown_in_part)
{
    char text[4000], expected[400];
    struct outcome out = {0};
    struct intake_options options = by_default;
    options.columns.ip = "nix";
    memset(text, 'x', sizeof text);
    text[1000] = ',';
    text[2000] = '\n';
    read_text(&out, text, sizeof text, &options);
    cr_assert_not(out.ok);
    int shown = snprintf(expected, sizeof expected,
                         "\"list\" has no column \"nix\"; its columns are \"%.295s...", text);
    cr_assert_str_eq(out.failure.text, expected);
    cr_assert_lt(shown, 400);
}

Test(intake, rows_with_too_few_columns)
{
    expect_with(
        "3", "1", "a.example.com,x,192.0.2.1\nb\nc,d\n",
        "1: 192.0.2.1 a.example.com\n2: !has only 1 column, the address is expected in column 3\n"
        "3: !has only 2 columns, the address is expected in column 3\n");
    expect_with("2", "3", "x,192.0.2.1\n", "1: 192.0.2.1\n");
}

Test(intake, blanks_are_no_separators)
{
    expect("198.51.100.7 mail.example.com\n", "1: !the item is not an IP address (columns are "
                                              "separated by comma, tab or semicolon, not by "
                                              "blanks)\n");
    expect("192.0.2.1 - 192.0.2.3\n", "1: 192.0.2.1-192.0.2.3\n");
}

Test(intake, international_names)
{
    expect("192.0.2.1,Mail.M\xc3\xbcnchen.Example.\n",
           "1: 192.0.2.1 mail.xn--mnchen-3ya.example\n");
    expect("192.0.2.1,m\xfcnchen.example\n", "1: !expected host name is not valid UTF-8\n");
    expect(
        "192.0.2.1,a_b.example\n",
        "1: !expected host name holds characters other than letters, digits and inner hyphens\n");
}

Test(intake, empty_inputs)
{
    expect_failure(NULL, NULL, "", "\"list\" is empty");
    expect_failure(NULL, NULL, "# nothing\n\n", "\"list\" holds no rows");
    expect_failure(NULL, NULL, "ip,host\n", "\"list\" holds no rows after its header");
    expect("192.0.2.300\n", "1: !octet 300 is more than 255\n");
}

Test(intake, a_broken_stream_keeps_what_was_before)
{
    /* "192.0.2.1\n192.0.2.2\n192.0" in one gzip member with stored blocks, cut behind the text. */
    static const char gzip[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x20\0\xdf\xff"
                               "192.0.2.1\n192.0.2.2\n192.0";
    struct outcome out = {0};
    read_text(&out, gzip, sizeof gzip - 1, &by_default);
    cr_assert(out.ok);
    cr_assert_str_eq(out.story.text,
                     "1: 192.0.2.1\n2: 192.0.2.2\n3: !the input breaks off in this line\n"
                     "3: #gzip data ends in the middle of a member\n");
    cr_assert_eq(out.counts.broken, 1);
    cr_assert_eq(out.counts.rejected, 1);
}

Test(intake, counts)
{
    static const char text[] = "192.0.2.0/24\n192.0.2.7,a.example.com\nx\n\"y\n";
    struct outcome out = {0};
    read_text(&out, text, sizeof text - 1, &by_default);
    cr_assert(out.ok);
    cr_assert_eq(out.counts.rows, 4);
    cr_assert_eq(out.counts.items, 2);
    cr_assert_eq(out.counts.rejected, 2);
    cr_assert_eq((uint64_t)out.counts.addresses, 257);
    cr_assert_eq(out.counts.with_expected, 1);
}

Test(intake, a_sink_can_stop_the_reading)
{
    struct outcome out = {.story.stop_after = 2};
    read_text(&out, "192.0.2.1\n192.0.2.2\n192.0.2.3\n", 30, &by_default);
    cr_assert_not(out.ok);
    cr_assert_eq(out.failure.status, EXIT_POLICY_MET); /* the sink's owner tells why */
    cr_assert_str_eq(out.story.text, "1: 192.0.2.1\n2: 192.0.2.2\n");
}

Test(intake, literals)
{
    struct outcome out = {0};
    read_input(&out, "198.51.100.7-198.51.100.9", &by_default);
    read_input(&out, "2001:db8::/120", &by_default);
    cr_assert(out.ok);
    cr_assert_str_eq(out.story.text, "1: 198.51.100.7-198.51.100.9\n1: 2001:db8::/120\n");
    cr_assert_eq(out.counts.rows, 2);
    cr_assert_eq((uint64_t)out.counts.addresses, 259);
}

static void expect_check(const char *input, const char *message)
{
    struct failure failure = {0};
    cr_assert_eq(intake_check(input, &by_default, &failure), *message == '\0', "%s: %s", input,
                 failure.text);
    cr_assert_str_eq(failure.text, message);
}

Test(intake, check)
{
    char pipe_path[] = "/tmp/fcrdns-intake-XXXXXX";
    cr_assert_geq(mkstemp(pipe_path), 0);
    expect_check(pipe_path, "");
    unlink(pipe_path);
    cr_assert_eq(mkfifo(pipe_path, 0600), 0);
    expect_check(pipe_path, "");
    unlink(pipe_path);
    expect_check("-", "");
    expect_check("192.0.2.1", "");
    expect_check("10.0.0.0/4",
                 "\"10.0.0.0/4\" holds 268435456 addresses, more than --max-range 16777216");
    expect_check("/nowhere/list", "cannot open \"/nowhere/list\": No such file or directory");
    expect_check(
        "192.0.2.300",
        "cannot open \"192.0.2.300\": No such file or directory (and it is not an address, "
        "prefix or range: octet 300 is more than 255)");
    expect_check("/tmp", "cannot open \"/tmp\": Is a directory");
}

Test(intake, a_file_that_went_away)
{
    struct outcome out = {0};
    read_input(&out, "/nowhere/list", &by_default);
    cr_assert_not(out.ok);
    cr_assert_str_eq(out.failure.text, "cannot open \"/nowhere/list\": No such file or directory");
}
