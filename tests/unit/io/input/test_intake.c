#include "io/input/intake.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/input/rows.h"

/* What the sink received, one event a line:
 *     3: 192.0.2.1 mail.example   an item   (~ before it: mapped)
 *     4: !reason                  a refused row
 *     4: -reason                  a row whose name is not usable
 *     5: ?text                    a notice
 *     6: #reason                  the stream broke */
struct transcript {
    char columns[COLUMNS_TEXT_MAX]; /* the last description */
    char text[16384];
    size_t length;
    unsigned stop_after; /* events; 0: never */
    bool stops_at_source, stops_at_columns;
    unsigned events;
};

__attribute__((format(printf, 2, 3))) static bool note(struct transcript *story, const char *format,
                                                       ...)
{
    va_list args;
    va_start(args, format);
    story->length += (size_t)vsnprintf(story->text + story->length,
                                       sizeof(story->text) - story->length, format, args);
    va_end(args);
    cr_assert_lt(story->length, sizeof(story->text));
    return ++story->events != story->stop_after;
}

static bool on_source(void *context, const char *name)
{
    (void)name;
    return !((struct transcript *)context)->stops_at_source;
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    char range[IPRANGE_TEXT_MAX], name[DNSNAME_TEXT_MAX] = "";
    iprange_print(range, &target->range);
    if (target->has_expected)
        dnsname_print(name, &target->expected);
    return note(context, "%llu: %s%s%s%s\n", (unsigned long long)line, target->mapped ? "~" : "",
                range, *name ? " " : "", name);
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    (void)text;
    cr_assert_leq(len, ROW_TEXT_MAX);
    return note(context, "%llu: !%s\n", (unsigned long long)line, reason);
}

static bool on_unnamed(void *context, uint64_t line, const char *reason, const char *text,
                       size_t len)
{
    (void)text;
    cr_assert_leq(len, ROW_TEXT_MAX);
    return note(context, "%llu: -%s\n", (unsigned long long)line, reason);
}

static bool on_columns(void *context, const char *text)
{
    struct transcript *story = context;
    snprintf(story->columns, sizeof(story->columns), "%s", text);
    return !story->stops_at_columns;
}

static bool on_notice(void *context, uint64_t line, const char *text)
{
    return note(context, "%llu: ?%s\n", (unsigned long long)line, text);
}

static bool on_broken(void *context, uint64_t line, const char *reason)
{
    return note(context, "%llu: #%s\n", (unsigned long long)line, reason);
}

static const struct intake_options by_default = {.max_range = 16777216};

struct outcome {
    bool ok;
    struct transcript story;
    struct intake_counts counts;
    struct failure failure;
};

static void read_input(struct outcome *out, const char *input, const struct intake_options *options)
{
    const struct intake_sink sink = {.context = &out->story,
                                     .source = on_source,
                                     .item = on_item,
                                     .columns = on_columns,
                                     .rejected = on_rejected,
                                     .unnamed = on_unnamed,
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

#define GUESSED \
    "?line 1 is taken as the header: no cell of it looks like an address or a host name\n"
#define LABELS(column)                                                                       \
    "?column " column " may hold host names without their domain, and is not read: no name " \
    "is expected. If it does, write them with it: mta7.example.com\n"
Test(intake, without_a_header)
{
    expect("192.0.2.1,mail.example.com\n2001:DB8::1\n",
           "1: 192.0.2.1 mail.example.com\n2: 2001:db8::1\n");
    expect("# list\n\n192.0.2.0/30\n192.0.2.1-192.0.2.9\n",
           "3: 192.0.2.0/30\n4: 192.0.2.1-192.0.2.9\n");
    expect("192.0.2.1,\n192.0.2.2, \n::ffff:192.0.2.3;x\n",
           "1: 192.0.2.1\n2: 192.0.2.2\n3: !part 2 of the cell: the item is not an IP address\n");
    expect("::ffff:192.0.2.3\n", "1: ~192.0.2.3\n");
}

Test(intake, a_typo_in_the_first_row_is_no_header)
{
    expect("192.0.2.300,mail.example.com\n192.0.2.1\n",
           "1: !octet 300 is more than 255\n2: 192.0.2.1\n");
    expect("192.0.2.300,host\n192.0.2.1\n", "1: !octet 300 is more than 255\n2: 192.0.2.1\n");
    expect("192.0.2.1,host\n192.0.2.1\n", "1: 192.0.2.1\n2: 192.0.2.1\n");
}

#define ALL_OF_24 "name it prefixlen in a header, or write 192.0.2.0/24"
#define UNREAD_MASK                                                                            \
    "may hold prefix lengths or masks, and is not read: each address is audited alone. If it " \
    "does, " ALL_OF_24 "\n"
#define HOST_BITS                                                                            \
    " has a mask and host bits set: it is taken as one host, as in all such rows (--prefix " \
    "network takes the prefix)\n"

Test(intake, prefix_lengths_in_a_column_that_the_header_names)
{
    expect("network,prefix\n192.0.2.0,24\n2001:db8::,112\n",
           "2: 192.0.2.0/24\n3: 2001:db8::/112\n");
    expect("network,cidr\n192.0.2.0,/24\n", "2: 192.0.2.0/24\n");
    expect("subnet,mask\n192.0.2.0,255.255.255.0\n192.0.2.64,26\n",
           "2: 192.0.2.0/24\n3: 192.0.2.64/26\n");
    expect("Prefix Length;Network\n24;192.0.2.0\n-;192.0.2.1\n", "2: 192.0.2.0/24\n3: 192.0.2.1\n");
    expect("HEADER-NETWORK,ADDRESS*,NETMASK*\nnetwork,192.0.2.0,255.255.255.0\n",
           "2: 192.0.2.0/24\n");
    expect("network,netmask,hostname\n192.0.2.0,255.255.255.252,mta{4}.example.com\n",
           "2: 192.0.2.0/30 mta{4}.example.com\n");
    expect("prefix\n192.0.2.0/24\n", "2: 192.0.2.0/24\n");
    expect("prefix,cidr\n192.0.2.0/24,24\n", "2: 192.0.2.0/24\n");
    expect("start,end,netmask\n192.0.2.0,192.0.2.9,255.255.255.0\n", "2: 192.0.2.0-192.0.2.9\n");
}

Test(intake, an_address_and_a_mask_in_one_cell_are_a_prefix)
{
    expect("192.0.2.0 255.255.255.0\n", "1: 192.0.2.0/24\n");
    expect("ip\n\"192.0.2.0  255.255.255.252; 192.0.2.8\"\n", "2: 192.0.2.0/30\n2: 192.0.2.8\n");
    expect("192.0.2.1 192.0.2.2\n", "1: 192.0.2.1\n1: 192.0.2.2\n");
    expect("192.0.2.1 192.0.2.2 255.255.255.255\n",
           "1: 192.0.2.1\n1: 192.0.2.2\n1: 255.255.255.255\n");
}

Test(intake, an_address_with_the_mask_of_its_network_is_one_host)
{
    struct outcome out = {0};
    struct intake_options options = by_default;
    const char *text = "ip,netmask\n192.0.2.7,255.255.255.0\n192.0.2.8,24\n";

    expect(text, "2: ?192.0.2.7" HOST_BITS "2: 192.0.2.7\n3: 192.0.2.8\n");
    expect("ip,netmask,ipv6\n\"192.0.2.7, 192.0.2.8\",24,2001:db8::1\n",
           "2: 2001:db8::1\n2: ?192.0.2.7" HOST_BITS "2: 192.0.2.7\n2: 192.0.2.8\n");
    options.prefix = PREFIX_NETWORK;
    read_text(&out, text, strlen(text), &options);
    cr_assert_str_eq(out.story.text, "2: 192.0.2.0/24\n3: 192.0.2.0/24\n", "%s", out.story.text);
    cr_expect_str_eq(out.story.columns, "address: column 1 (ip); prefix length or mask: column 2 "
                                        "(netmask); expected name: none");
}

Test(intake, masks_that_cannot_be_meant_refuse_their_rows)
{
    expect("network,netmask\n192.0.2.0,24\n192.0.2.0,33\n192.0.2.0,255.0.255.0\n192.0.2.0,x\n"
           "192.0.2.0,23\n192.0.2.0/25,24\n192.0.2.0-192.0.2.9,24\n",
           "2: 192.0.2.0/24\n3: !prefix length 33 is more than 32\n"
           "4: !the mask has a 1 after a 0: a prefix length, like /24, is clearer\n"
           "5: !prefix length is not a number from 0 to 32\n6: 192.0.2.0/23\n"
           "7: !the item is 192.0.2.0/25, which the prefix length or mask beside it is not\n"
           "8: !the item is 192.0.2.0-192.0.2.9, which the prefix length or mask beside it is "
           "not\n");
}

Test(intake, lengths_in_a_column_without_a_word_are_not_ignored_in_silence)
{
    expect("192.0.2.0,24\n", "1: ?column 2 " UNREAD_MASK "1: 192.0.2.0\n");
    expect("10.0.0.0,255.255.0.0\n", "1: ?column 2 " UNREAD_MASK "1: 10.0.0.0\n");
    expect("net;size\n192.0.2.9;32\n192.0.2.0;24\n",
           "1: " GUESSED "3: ?column 2 " UNREAD_MASK "2: 192.0.2.9\n3: 192.0.2.0\n");
    expect("192.0.2.7,25\n192.0.2.8,25\n", "1: 192.0.2.7\n2: 192.0.2.8\n");
    expect("192.0.2.0,24\n192.0.2.1,25\n", "1: 192.0.2.0\n2: 192.0.2.1\n");
}

Test(intake, header_by_names)
{
    expect("ip,host\n192.0.2.1,a.example.com\n", "2: 192.0.2.1 a.example.com\n");
    expect("Hostname;IP-Address\na.example.com;192.0.2.1\n", "2: 192.0.2.1 a.example.com\n");
    expect("id\tSource IP_Address\tReverse DNS\n7\t192.0.2.1\ta.example.com\n",
           "2: 192.0.2.1 a.example.com\n");
    expect("1st,ip\nx,192.0.2.1\n", "2: 192.0.2.1\n");
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
    expect("ip,country\n192.0.2.1,DE\n", "2: 192.0.2.1\n");
}

Test(intake, header_by_unknown_words)
{
    static const char *const headers[] = {"Adr.,Kiste", "Adr. 2026,Kiste", "A.d.r.,Kiste",
                                          "Adr.,Kiste:1:x"};

    for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
        char text[64];
        snprintf(text, sizeof(text), "%s\n192.0.2.1,a.example.com\n", headers[i]);
        expect(text, "1: " GUESSED "2: 192.0.2.1 a.example.com\n");
    }
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
                "1: 192.0.2.1 a.example.com\n2: 192.0.2.2\n"
                "2: -name not usable: expected host name has only one label\n");
    expect_with("2", "1", "a.example.com,192.0.2.1\n", "1: 192.0.2.1 a.example.com\n");
    expect_with(NULL, "1", "a.example.com,192.0.2.1\n", "1: 192.0.2.1 a.example.com\n");
    expect_with(NULL, "3", "ip,host,fqdn\n192.0.2.1,x,a.example.com\n",
                "2: 192.0.2.1 a.example.com\n");
    expect_with("3", NULL, "1,a.example.com,192.0.2.300\n", "1: !octet 300 is more than 255\n");
    expect_with("2", NULL, "a,b\n192.0.2.1,192.0.2.2\n", "1: " GUESSED "2: 192.0.2.2\n");
}

Test(intake, columns_by_name)
{
    expect_with("Mail IP", "soll", "ip,mail_ip,host,soll\nx,192.0.2.1,y,a.example.com\n",
                "2: 192.0.2.1 a.example.com\n");
    expect_with("adresse", NULL, "ort,adresse\nBonn,192.0.2.1\n", "2: 192.0.2.1\n");
    expect_failure("mx", NULL, "ip,host\n192.0.2.1,x\n",
                   "\"list\" has no column \"mx\"; its columns are \"ip\", \"host\"");
    expect_failure(NULL, "-", "192.0.2.1\n",
                   "\"list\" has no column \"-\"; its columns are \"192.0.2.1\"");
    expect_failure(NULL, "3", "ip,host\n192.0.2.1,x\n",
                   "\"list\" has no column 3; its columns are \"ip\", \"host\"");
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

static void expect_columns_with(const char *ip_column, const char *host_column, const char *text,
                                const char *columns)
{
    struct outcome out = {0};
    struct intake_options options = by_default;
    options.columns.ip = ip_column;
    options.columns.host = host_column;
    read_text(&out, text, strlen(text), &options);
    cr_assert(out.ok, "%s", out.failure.text);
    cr_expect_str_eq(out.story.columns, columns, "%s", out.story.columns);
}

static void expect_columns(const char *text, const char *columns)
{
    expect_columns_with(NULL, NULL, text, columns);
}

#define IP_ONLY "address: column 1; expected name: none"
#define IP_AND_NAME "address: column 1; expected name: column 2"

Test(intake, columns_are_described)
{
    expect_columns("192.0.2.1\n", IP_ONLY);
    expect_columns("192.0.2.1,a.example.com\n", IP_AND_NAME);
    expect_columns_with(NULL, "3", "ip,host\n192.0.2.1,,a.example.com\n",
                        "address: column 1 (ip); expected name: column 3");
    expect_columns_with(NULL, "3", "192.0.2.1,\n",
                        "address: column 1; expected name: column 3, which the first rows do not "
                        "have");
    expect_columns("192.0.2.1,\n", IP_AND_NAME);
    expect_columns("ip,host\n192.0.2.1,x\n",
                   "address: column 1 (ip); expected name: column 2 (host)");
    expect_columns("a,source_ip_address\n1,192.0.2.1\n",
                   "address: column 2 (source_ip_address); expected name: none");
    expect_columns(",IP Adresse \n,192.0.2.1\n",
                   "address: column 2 (IP Adresse); expected name: none");
    expect_columns_with("2", "none", "a.example.com,192.0.2.1\n",
                        "address: column 2; expected name: none");
    expect_columns("ip_of_one_of_our_mail_transfer_agents_in_M\xc3\xbcnchen,x\n192.0.2.1,\n",
                   "address: column 1 (ip_of_one_of_our_mail_transfer_agents_in); expected name: "
                   "column 2 (x)");
    expect_columns("ip_of_one_of_our_mail_transfer_agents\xc3\xbc\xc3\xbc\xc3\xbc,x\n192.0.2.1,\n",
                   "address: column 1 (ip_of_one_of_our_mail_transfer_agents\xc3\xbc); expected "
                   "name: column 2 (x)");
}

Test(intake, a_weak_word_needs_data_that_fits)
{
    expect_columns("name,address\nmail-7,192.0.2.1\n",
                   "address: column 2 (address); expected name: "
                   "none; column 1 (name) holds no host names");
    expect_columns("name,address\nmta7.example.com,192.0.2.1\n-,192.0.2.2\n",
                   "address: column 2 (address); expected name: column 1 (name)");
    expect_columns("address,ort,network\nHauptstr. 1,Bonn,192.0.2.0/30\n",
                   "address: column 3 (network); expected name: none");
    expect_columns("network,ip\nprod,192.0.2.1\n", "address: column 2 (ip); expected name: none");
    expect_columns(
        "label,subnet,who\nx,192.0.2.0/30,ops\n",
        "address: column 2 (subnet); expected name: none; column 1 (label) holds no host "
        "names");
    expect_columns("address,ptr\nnonsense,a.example.com\n",
                   "address: column 1 (address); expected name: column 2 (ptr)");
}

Test(intake, where_no_data_fits_the_weak_word_decides)
{
    expect_columns("note,address\nnonsense,nowhere\n",
                   "address: column 2 (address); expected name: none");
}

Test(intake, a_domain_is_a_host_name_only_if_it_looks_like_one)
{
    expect_columns("ip,domain\n192.0.2.1,mta1.example.com\n192.0.2.2,mta2.example.com\n",
                   "address: column 1 (ip); expected name: column 2 (domain)");
    expect_columns("ip,domain\n192.0.2.1,example.com\n",
                   "address: column 1 (ip); expected name: none; column 2 (domain) holds no host "
                   "names");
    expect_columns("ip,domain\n192.0.2.1,mail.example.com\n192.0.2.2,mail.example.com\n",
                   "address: column 1 (ip); expected name: none; column 2 (domain) holds no host "
                   "names");
    expect_columns("source_ip_address,domain,header_from\n192.0.2.1,a.example.com,example.com\n"
                   "192.0.2.2,b.example.com,example.com\n",
                   "address: column 1 (source_ip_address); expected name: none; column 2 (domain) "
                   "holds no host names");
}

Test(intake, a_strong_word_decides_alone)
{
    expect_columns("Name,Public IPv4 address,Public IPv4 DNS\nmta7,192.0.2.1,x.example.com\n",
                   "address: column 2 (Public IPv4 address); expected name: none; column 1 (Name) "
                   "holds no host names; not read: column 3 (Public IPv4 DNS), which holds host "
                   "names (--host-column)");
    expect_columns("name,IP ADDRESS,DNS NAME\nx.example.com,192.0.2.1,mta7\n",
                   "address: column 2 (IP ADDRESS); expected name: column 3 (DNS NAME)");
    expect_columns("PublicIp,Fqdn\nx,y\n", "address: column 1 (PublicIp); expected name: column 2 "
                                           "(Fqdn)");
    expect_columns(
        "private_ip,public_ip,ptr\n10.0.0.1,192.0.2.1,\n",
        "address: column 2 (public_ip); expected name: column 3 (ptr); not read: column 1 "
        "(private_ip), which holds addresses, too");
}

Test(intake, without_words_the_data_decides)
{
    expect_columns("Kiste,Adr.,Rechn.\nx,192.0.2.1,a.example.com\n",
                   "address: column 2 (Adr.); expected name: column 3 (Rechn.)");
    expect_columns("a.example.com;192.0.2.1\n", "address: column 2; expected name: column 1");
    expect_columns("192.0.2.1,10/14/2026 2:00 AM,GREEN\n", IP_ONLY);
    expect_columns("192.0.2.0/29,NL,NL-NH,Amsterdam,\n", IP_ONLY);
    expect_columns("192.0.2.1,mta_1.example.com\n192.0.2.2,mta2.example.com\n192.0.2.3,old\n",
                   IP_AND_NAME);
    expect_columns("pool,192.0.2.1,x,a.example.com\n",
                   "address: column 2; expected name: none; not read: column 4, which holds host "
                   "names (--host-column)");
    expect_columns("192.0.2.1,x,example.com\n192.0.2.2,y,example.com\n",
                   "address: column 1; expected name: none");
    expect_columns("x,y\nz,-\n", "address: column 1 (x); expected name: column 2 (y)");
    expect_columns("192.0.2.1,192.0.2.9,x\n",
                   "address: columns 1 and 2, first and last of a range; "
                   "expected name: none");
}

Test(intake, a_private_address_beside_a_public_one_is_no_range)
{
    expect("eni-1,10.0.0.5,203.0.113.7\neni-2,10.0.0.6,203.0.113.8\n",
           "1: 203.0.113.7\n2: 203.0.113.8\n");
    expect_columns("eni-1,10.0.0.5,203.0.113.7\n",
                   "address: column 3; expected name: none; not read: column 2, which holds "
                   "addresses, too");
    expect("203.0.113.7,172.16.0.9\n", "1: 203.0.113.7\n");
    expect("2001:db8::1,fd00::1\n", "1: 2001:db8::1\n");
    expect("fd00::1,2001:db8::1\nfd00::2,\n", "1: 2001:db8::1\n2: !the item is missing\n");
    expect("10.0.0.5,10.0.0.9\n", "1: 10.0.0.5-10.0.0.9\n");
    expect("192.0.2.1,198.51.100.1\n", "1: 192.0.2.1\n");
    expect("9.0.0.0,9.255.255.255\n", "1: 9.0.0.0/8\n");
    expect("8.0.0.0,9.0.0.0\n", "1: 8.0.0.0\n");
    expect("start,end\n10.0.0.5,203.0.113.7\n", "1: " GUESSED "2: 203.0.113.7\n");
}

Test(intake, host_names_without_their_domain_raise_a_warning)
{
    expect("192.0.2.1,mail1\n192.0.2.2,mail2\n", "1: " LABELS("2") "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect("mail1 192.0.2.1\nmail2 192.0.2.2\n", "1: " LABELS("1") "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect("192.0.2.1-192.0.2.9,\n192.0.2.10,x1\n192.0.2.11,x2\n",
           "2: " LABELS("2") "1: 192.0.2.1-192.0.2.9\n2: 192.0.2.10\n3: 192.0.2.11\n");
    expect("192.0.2.1,fra1\n192.0.2.2,fra1\n", "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect("192.0.2.1,yes\n192.0.2.2,no\n", "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect("192.0.2.1,a1:b\n192.0.2.2,a2:b\n", "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect("192.0.2.1,17\n192.0.2.2,18\n", "1: 192.0.2.1\n2: 192.0.2.2\n");
}

Test(intake, every_column_of_addresses_that_is_not_read_is_counted)
{
    expect_columns("192.0.2.1,192.0.2.5,192.0.2.9\n",
                   "address: column 1; expected name: none; not read: column 2 and 1 other, which "
                   "hold addresses, too");
    expect_columns("v=spf1 ip4:192.0.2.0/30 ip4:192.0.2.9 ip6:2001:db8::/126 ip4:192.0.2.7 -all\n",
                   "address: column 2; expected name: none; not read: column 3 and 2 others, which "
                   "hold addresses, too");
}

Test(intake, the_reverse_name_is_the_expected_one)
{
    expect_columns("Address,Fqdn,ReverseFqdn\n192.0.2.1,a.example.com,\n",
                   "address: column 1 (Address); expected name: column 3 (ReverseFqdn)");
    expect_columns("IP Block;Service;Reverse\n192.0.2.0/30;x.example.com;\n"
                   "192.0.2.4/32;x.example.com;a.example.com.\n",
                   "address: column 1 (IP Block); expected name: column 3 (Reverse)");
    expect_columns("name,nat_ip,public_ptr_domain_name\nm7,192.0.2.1,\n",
                   "address: column 2 (nat_ip); expected name: column 3 (public_ptr_domain_name)");
}

Test(intake, a_first_row_that_is_no_header_is_a_row)
{
    expect("[192.0.2.1]\n192.0.2.2\n", "1: 192.0.2.1\n2: 192.0.2.2\n");
    expect("\xe2\x80\x8b"
           "192.0.2.1\n192.0.2.2\n",
           "1: !the item holds a zero-width space (U+200B)\n2: 192.0.2.2\n");
    expect("a.example.com;192.0.2.1\nb.example.com;192.0.2.2\n",
           "1: 192.0.2.1 a.example.com\n2: 192.0.2.2 b.example.com\n");
    expect("mail.example.com\n192.0.2.1\n",
           "1: !the item is a host name, not an address\n2: 192.0.2.1\n");
    expect("https://192.0.2.1/\n192.0.2.1\n", "1: !the item is a URL\n2: 192.0.2.1\n");
    expect("postmaster@example.com\n192.0.2.1\n",
           "1: !the item is an e-mail address\n2: 192.0.2.1\n");
    expect("<192.0.2.1>\n192.0.2.1\n", "1: !the item is not an IP address\n2: 192.0.2.1\n");
    expect(",\n192.0.2.1,\n", "2: 192.0.2.1\n");
}

Test(intake, two_columns_of_addresses_are_ranges)
{
    expect("192.0.2.1,192.0.2.3,Yes\n192.0.2.9,192.0.2.9,No\n192.0.2.10,,\n",
           "1: 192.0.2.1-192.0.2.3\n2: 192.0.2.9\n3: 192.0.2.10\n");
    expect("first_ip,last_ip,ptr\n192.0.2.1,192.0.2.3,a.example.com\n",
           "2: 192.0.2.1-192.0.2.3 a.example.com\n");
    expect("start;end;name\n192.0.2.1;192.0.2.3;a.example.com\n",
           "2: 192.0.2.1-192.0.2.3 a.example.com\n");
    expect("192.0.2.1,192.0.2.3,a.example.com\n", "1: 192.0.2.1-192.0.2.3 a.example.com\n");
    expect("192.0.2.1,192.0.2.9\n192.0.2.20\n192.0.2.5,192.0.2.6\n",
           "1: 192.0.2.1-192.0.2.9\n2: 192.0.2.20\n3: 192.0.2.5-192.0.2.6\n");
    expect("start,end,ip\n2026-01-01,2026-02-01,192.0.2.1\n", "2: 192.0.2.1\n");
    expect("192.0.2.9,192.0.2.1\n192.0.2.1,192.0.2.9\n", "1: 192.0.2.9\n2: 192.0.2.1\n");
    expect("192.0.2.1,2001:db8::1\n", "1: 192.0.2.1\n");
    expect("192.0.2.1,192.0.2.2,192.0.2.3\n", "1: 192.0.2.1\n");
    expect("192.0.2.1,192.0.2.2\n192.0.2.3,-\n192.0.2.9,192.0.2.4\n192.0.2.5,192.0.2.x\n",
           "1: 192.0.2.1\n2: 192.0.2.3\n3: 192.0.2.9\n4: 192.0.2.5\n");
}

Test(intake, a_range_that_runs_backwards_later_is_refused)
{
    char text[4096] = "";
    struct outcome out = {0};
    for (unsigned i = 0; i < 40; i++)
        strcat(text, "192.0.2.1,192.0.2.3\n");
    strcat(text, "192.0.2.9,192.0.2.3\n192.0.2.1,x\n");
    read_text(&out, text, strlen(text), &by_default);
    cr_expect_not_null(strstr(out.story.text,
                              "41: !the range runs backwards: 192.0.2.9 is above 192.0.2.3\n"
                              "42: !the end of the range is not an IP address\n"));
}

Test(intake, addresses_of_both_families_in_two_columns)
{
    expect("host,ipv4,ipv6\na.example.com,192.0.2.1,2001:db8::1\nb.example.com,,2001:db8::2\n"
           "c.example.com,192.0.2.3,\nd.example.com,,\ne.example.com,192.0.2.5\n",
           "2: 2001:db8::1 a.example.com\n2: 192.0.2.1 a.example.com\n"
           "3: 2001:db8::2 b.example.com\n4: 192.0.2.3 c.example.com\n5: !the item is missing\n"
           "6: 192.0.2.5 e.example.com\n");
    expect_columns("ipv4,ipv6\n192.0.2.1,2001:db8::1\n",
                   "address: columns 1 (ipv4) and 2 (ipv6); expected name: none");
    expect("ipv6\n2001:db8::1\n", "2: 2001:db8::1\n");
}

Test(intake, no_name_yet_is_no_name)
{
    expect("ip,ptr\n192.0.2.1,-\n192.0.2.2,None\n192.0.2.3,null\n192.0.2.4,N/A\n"
           "192.0.2.5,\xe2\x80\x93\n192.0.2.6,(none)\n192.0.2.7,\n192.0.2.8\n192.0.2.9,- # soon\n",
           "2: 192.0.2.1\n3: 192.0.2.2\n4: 192.0.2.3\n5: 192.0.2.4\n6: 192.0.2.5\n"
           "7: 192.0.2.6\n8: 192.0.2.7\n9: 192.0.2.8\n10: 192.0.2.9\n");
}

Test(intake, an_address_whose_name_is_not_usable_is_audited)
{
    expect("ip,ptr\n192.0.2.1,mta7\n192.0.2.0/30,https://a.example.com/\n192.0.2.300,mta7\n",
           "2: 192.0.2.1\n2: -name not usable: expected host name has only one label\n"
           "3: 192.0.2.0/30\n3: -name not usable: expected host name is a URL\n"
           "4: !octet 300 is more than 255\n");
    expect(
        "192.0.2.1,a\xe2\x80\x93"
        "b.example.com\n",
        "1: 192.0.2.1\n1: -name not usable: expected host name holds a dash that is not a hyphen "
        "(U+2010 to U+2015)\n");
}

Test(intake, several_addresses_in_one_cell)
{
    expect("ip,ptr\n\"192.0.2.1, 192.0.2.2\",a.example.com\n192.0.2.3 192.0.2.4,\n"
           "192.0.2.5;192.0.2.6|192.0.2.7 ,\n\"192.0.2.8 - 192.0.2.9,192.0.2.10\",\n"
           "\"192.0.2.11\n192.0.2.12\",\n",
           "2: 192.0.2.1 a.example.com\n2: 192.0.2.2 a.example.com\n3: 192.0.2.3\n3: 192.0.2.4\n"
           "4: 192.0.2.5\n4: 192.0.2.6\n4: 192.0.2.7\n5: 192.0.2.8/31\n5: 192.0.2.10\n"
           "6: 192.0.2.11\n6: 192.0.2.12\n");
    expect("192.0.2.1 192.0.2.2\n", "1: 192.0.2.1\n1: 192.0.2.2\n");
    expect("ip,x\n\"192.0.2.1, 192.0.2.300\",\n192.0.2.1 old,\nold 192.0.2.1,\n\",;\",\n",
           "2: !part 2 of the cell: octet 300 is more than 255\n"
           "3: !part 2 of the cell: the item is not an IP address\n"
           "4: !the item is not an IP address\n5: !the item is not an IP address\n");
}

Test(intake, a_range_too_large_in_a_list_leaves_the_rest)
{
    expect("ip,x\n192.0.2.1 2001:db8::/32,\n",
           "2: 192.0.2.1\n2: !holds 79228162514264337593543950336 addresses, more than --max-range "
           "16777216: --walk finds those of a prefix that have names\n");
}

Test(intake, comments_at_the_end_of_a_cell)
{
    expect(
        "192.0.2.1 # old\n192.0.2.2,a.example.com # new, \"here\"\n192.0.2.3 ; x,b.example.com\n",
        "1: 192.0.2.1\n2: 192.0.2.2 a.example.com\n3: 192.0.2.3\n");
}

Test(intake, blanks_as_separators)
{
    expect("198.51.100.7 a.example.com\n198.51.100.8   b.example.com  x\n198.51.100.9\n"
           "198.51.100.10 - 198.51.100.12\n198.51.100.13 # c.example.com\n198.51.100.14 -\n"
           "198.51.100.15 d.example.com # e\n198.51.100.16 198.51.100.17\n",
           "1: 198.51.100.7 a.example.com\n2: 198.51.100.8 b.example.com\n3: 198.51.100.9\n"
           "4: 198.51.100.10-198.51.100.12\n5: 198.51.100.13\n6: 198.51.100.14\n"
           "7: 198.51.100.15 d.example.com\n8: 198.51.100.16\n8: 198.51.100.17\n");
    expect("ip host\n198.51.100.7 a.example.com\n", "2: 198.51.100.7 a.example.com\n");
    expect("a.example.com 198.51.100.7\n", "1: 198.51.100.7 a.example.com\n");
    expect("198.51.100.7 out of service\n", "1: 198.51.100.7\n");
    expect("198.51.100.7\nout of service\n",
           "1: 198.51.100.7\n2: !the item is not an IP address\n");
    expect("192.0.2.1 - 192.0.2.3\n", "1: 192.0.2.1-192.0.2.3\n");
    expect("192.0.2.1  a.example.com\n192.0.2.2\tb.example.com\n192.0.2.3 c.example.com # d\n",
           "1: 192.0.2.1 a.example.com\n2: 192.0.2.2 b.example.com\n3: 192.0.2.3 c.example.com\n");
    expect("192.0.2.1 a.example.com\n192.0.2.2,b.example.com\n",
           "1: !part 2 of the cell: the item is a host name, not an address\n"
           "2: 192.0.2.2 b.example.com\n");
}

Test(intake, blanks_separate_later_rows_too)
{
    char text[4096] = "";
    struct outcome out = {0};
    for (unsigned i = 0; i < 40; i++)
        strcat(text, "192.0.2.1 a.example.com\n");
    strcat(text, "192.0.2.1 # x\n192.0.2.2   b.example.com c\n");
    read_text(&out, text, strlen(text), &by_default);
    cr_expect_eq(out.counts.with_expected, 41);
    cr_expect_not_null(strstr(out.story.text, "41: 192.0.2.1\n42: 192.0.2.2 b.example.com\n"));
}

Test(intake, spellings)
{
    expect("ip4:192.0.2.1\nip6:2001:db8::1\n[192.0.2.2]\n192.0.2.3-5\n192.0.2.*\n"
           "192.0.2.9/255.255.255.255\n7.2.0.192.in-addr.arpa\n192.0.2.10:25\n=\"192.0.2.11\"\n",
           "1: 192.0.2.1\n2: 2001:db8::1\n3: 192.0.2.2\n4: 192.0.2.3-192.0.2.5\n5: 192.0.2.0/24\n"
           "6: 192.0.2.9\n7: 192.0.2.7\n8: 192.0.2.10\n9: 192.0.2.11\n");
}

Test(intake, a_log_of_postfix)
{
    expect("Nov 28 05:00:00 mx postfix/smtpd[12]: connect from a.example.com[192.0.2.1]\n"
           "Nov 28 05:00:01 mx postfix/smtpd[12]: connect from unknown[192.0.2.2]\n",
           "1: 192.0.2.1\n2: 192.0.2.2\n");
}

Test(intake, output_of_nmap)
{
    expect("# Nmap 7.93\nHost: 192.0.2.1 (a.example.com)\tStatus: Up\n"
           "Host: 192.0.2.2 ()\tStatus: Up\n",
           "2: 192.0.2.1\n3: 192.0.2.2\n");
}

Test(intake, output_of_dig)
{
    expect("\n; <<>> DiG 9.18 <<>> -x 192.0.2.1\n;; global options: +cmd\n;; Got answer:\n"
           ";; flags: qr rd ra; QUERY: 1, ANSWER: 1\n\n;; QUESTION SECTION:\n"
           ";1.2.0.192.in-addr.arpa.\t\tIN\tPTR\n\n;; ANSWER SECTION:\n"
           "1.2.0.192.in-addr.arpa. 3600\tIN\tPTR\ta.example.com.\n\n;; Query time: 1 msec\n",
           "11: 192.0.2.1\n");
}

Test(intake, exports_of_infoblox)
{
    expect("HEADER-HOSTRECORD,FQDN*,ADDRESSES*,comment\n"
           "HOSTRECORD,a.example.com,\"192.0.2.1,192.0.2.2\",x\n"
           "header-arecord,ADDRESS*,_new_address,FQDN*\nARECORD,192.0.2.3,,b.example.com\n"
           "HEADER-PTRRECORD,ADDRESS,DNAME*,FQDN\n"
           "PTRRECORD,192.0.2.4,c.example.com,4.2.0.192.in-addr.arpa\n",
           "2: 192.0.2.1 a.example.com\n2: 192.0.2.2 a.example.com\n4: 192.0.2.3 b.example.com\n"
           "6: 192.0.2.4 c.example.com\n");
    expect("ip,ptr\n192.0.2.1,a.example.com\nHEADER-X,y\n",
           "2: 192.0.2.1 a.example.com\n3: !the item is not an IP address\n");
}

Test(intake, an_infoblox_header_after_many_rows)
{
    char text[4096] = "HEADER-ARECORD,ADDRESS*,FQDN*\n";
    struct outcome out = {0};
    for (unsigned i = 0; i < 40; i++)
        strcat(text, "ARECORD,192.0.2.1,a.example.com\n");
    strcat(text, "HEADER-HOSTRECORD,FQDN*,ADDRESSES\nHOSTRECORD,b.example.com,192.0.2.2\n");
    read_text(&out, text, strlen(text), &by_default);
    cr_expect_eq(out.counts.rows, 41);
    cr_expect_not_null(strstr(out.story.text, "43: 192.0.2.2 b.example.com\n"));
}

Test(intake, descriptions_of_one_input_are_limited)
{
    char text[8192] = "";
    struct outcome out = {0};
    for (unsigned i = 0; i < 40; i++)
        sprintf(text + strlen(text), "HEADER-A%02u,ADDRESS,FQDN%s\nA,192.0.2.1,a.example.com\n", i,
                i < 39 ? "" : "*");
    read_text(&out, text, strlen(text), &by_default);
    cr_expect_eq(out.counts.items, 40);
    cr_expect_null(strstr(out.story.columns, "FQDN*"));
}

Test(intake, the_first_rows_may_all_be_faulty)
{
    char text[4096] = "";
    struct outcome out = {0};
    for (unsigned i = 0; i < 40; i++)
        strcat(text, "a\"b\n");
    strcat(text, "host,ip\na.example.com,192.0.2.1\n");
    read_text(&out, text, strlen(text), &by_default);
    cr_expect_eq(out.counts.rejected, 40);
    cr_expect_not_null(strstr(out.story.text, "42: 192.0.2.1 a.example.com\n"));
    expect("a\"b\n", "1: !a quote in the middle of a cell: quote the whole cell, and write a quote "
                     "inside it twice\n");
}

Test(intake, a_second_column_that_comes_late)
{
    char text[4096] = "";
    struct outcome names = {0}, words = {0};
    for (unsigned i = 0; i < 40; i++)
        strcat(text, "192.0.2.1\n");
    size_t length = strlen(text);
    strcpy(text + length, "192.0.2.2,-\n192.0.2.3,a.example.com\n192.0.2.4,mta4\n");
    read_text(&names, text, strlen(text), &by_default);
    cr_expect_not_null(strstr(names.story.text,
                              "41: 192.0.2.2\n42: 192.0.2.3 a.example.com\n43: 192.0.2.4\n"
                              "43: -name not usable: expected host name has only one label\n"));
    cr_expect_str_eq(names.story.columns, IP_AND_NAME);
    strcpy(text + length, "192.0.2.2,NL\n192.0.2.3,a.example.com\n");
    read_text(&words, text, strlen(text), &by_default);
    cr_expect_not_null(strstr(words.story.text, "41: 192.0.2.2\n42: 192.0.2.3\n"));
    cr_expect_str_eq(words.story.columns, IP_ONLY);
}

Test(intake, rows_that_fill_the_sample)
{
    enum { WIDE = 300 * 1024 };
    struct outcome out = {0};
    char *text = malloc(20 * WIDE);
    size_t length = 0;
    for (unsigned i = 0; i < 10; i++) {
        length += (size_t)sprintf(text + length, "192.0.2.%u,a%u.example.com", i, i);
        for (unsigned k = 0; k < 8; k++) {
            text[length++] = ',';
            memset(text + length, 'x', 60000);
            length += 60000;
        }
        text[length++] = '\n';
    }
    read_text(&out, text, length, &by_default);
    cr_expect_eq(out.counts.items, 10);
    cr_expect_eq(out.counts.with_expected, 10);
    free(text);
}

static void expect_prefix(enum prefix_meaning prefix, const char *text, const char *story)
{
    struct outcome out = {0};
    struct intake_options options = by_default;
    options.prefix = prefix;
    read_text(&out, text, strlen(text), &options);
    cr_assert(out.ok, "%s", out.failure.text);
    cr_assert_str_eq(out.story.text, story, "%s", out.story.text);
}

#define TAKEN_AS_HOST(address)                                                                    \
    "?" address " has a mask and an expected name: it is taken as one host, as in all such rows " \
    "(--prefix network takes the prefix)\n"
#define TAKEN_AS_NETWORK(address, range)                                 \
    "?" address " has host bits set and no expected name: all of " range \
    " is audited, as in all such rows (--prefix host takes the address alone)\n"

Test(intake, an_address_with_a_mask)
{
    static const char text[] =
        "ip,dns_name\n192.0.2.7/24,a.example.com\n2001:db8::25/64,b.example.com\n"
        "192.0.2.9/30,\n192.0.2.13/30,-\n192.0.2.19/30,mta\n"
        "192.0.2.0/30,c.example.com\n192.0.2.4/32,d.example.com\n";
    expect_prefix(
        PREFIX_BY_ROW, text,
        "2: " TAKEN_AS_HOST(
            "192.0.2.7") "2: 192.0.2.7 a.example.com\n"
                         "3: 2001:db8::25 b.example.com\n"
                         "4: " TAKEN_AS_NETWORK(
                             "192.0.2.9",
                             "192.0.2.8/30") "4: 192.0.2.8/30\n"
                                             "5: 192.0.2.12/30\n"
                                             "6: 192.0.2.19\n6: -name not usable: expected host "
                                             "name has only one label\n"
                                             "7: ?every address of 192.0.2.0/30 is expected to "
                                             "have the one name of its row, as "
                                             "in all such rows (--prefix host takes the address "
                                             "alone)\n"
                                             "7: 192.0.2.0/30 c.example.com\n8: 192.0.2.4 "
                                             "d.example.com\n");
    expect_prefix(PREFIX_HOST, text,
                  "2: 192.0.2.7 a.example.com\n3: 2001:db8::25 b.example.com\n4: 192.0.2.9\n"
                  "5: 192.0.2.13\n6: 192.0.2.19\n"
                  "6: -name not usable: expected host name has only one label\n"
                  "7: 192.0.2.0 c.example.com\n8: 192.0.2.4 d.example.com\n");
    expect_prefix(PREFIX_NETWORK, text,
                  "2: 192.0.2.0/24 a.example.com\n"
                  "3: !holds 18446744073709551616 addresses, more than --max-range 16777216: "
                  "--walk finds those of a prefix that have names\n"
                  "4: 192.0.2.8/30\n5: 192.0.2.12/30\n6: 192.0.2.16/30\n"
                  "6: -name not usable: expected host name has only one label\n"
                  "7: 192.0.2.0/30 c.example.com\n8: 192.0.2.4 d.example.com\n");
}

Test(intake, a_literal_with_a_mask)
{
    struct outcome network = {0}, host = {0};
    struct intake_options options = by_default;
    read_input(&network, "192.0.2.9/30", &options);
    cr_expect_str_eq(network.story.text,
                     "0: " TAKEN_AS_NETWORK("192.0.2.9", "192.0.2.8/30") "1: 192.0.2.8/30\n");
    options.prefix = PREFIX_HOST;
    read_input(&host, "2001:db8::9/32", &options);
    cr_expect_str_eq(host.story.text, "1: 2001:db8::9\n");
}

Test(intake, international_names)
{
    expect("192.0.2.1,Mail.M\xc3\xbcnchen.Example.\n",
           "1: 192.0.2.1 mail.xn--mnchen-3ya.example\n");
    expect("192.0.2.1,m\xfcnchen.example\n",
           "1: 192.0.2.1\n1: -name not usable: expected host name is not valid UTF-8\n");
    expect("192.0.2.1,a_b.example\n", "1: 192.0.2.1\n1: -name not usable: expected host name holds "
                                      "an underscore, which no host name has\n");
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
    /* "192.0.2.1\n192.0.2.2\n192.0" in one gzip member with stored blocks, cut after the text. */
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
    static const char text[] = "192.0.2.0/24\n192.0.2.7,a.example.com\nx\n\"y\n192.0.2.8,mta\n";
    struct outcome out = {0};
    read_text(&out, text, sizeof text - 1, &by_default);
    cr_assert(out.ok);
    cr_assert_eq(out.counts.rows, 5);
    cr_assert_eq(out.counts.items, 3);
    cr_assert_eq(out.counts.rejected, 2);
    cr_assert_eq(out.counts.unnamed, 1);
    cr_assert_eq((uint64_t)out.counts.addresses, 258);
    cr_assert_eq(out.counts.with_expected, 1);
}

Test(intake, a_sink_can_stop_the_reading)
{
    struct outcome out = {.story.stop_after = 2};
    read_text(&out, "192.0.2.1\n192.0.2.2\n192.0.2.3\n", 30, &by_default);
    cr_assert_not(out.ok);
    cr_assert_eq(out.failure.status, EXIT_POLICY_MET); /* the sink's owner sets it */
    cr_assert_str_eq(out.story.text, "1: 192.0.2.1\n2: 192.0.2.2\n");
}

Test(intake, a_sink_can_stop_before_the_first_row)
{
    static const char late[] = "ip,host\n192.0.2.1,\n192.0.2.2,a.example.com\n";
    struct outcome at_source = {.story.stops_at_source = true};
    struct outcome at_columns = {.story.stops_at_columns = true};
    read_text(&at_source, "192.0.2.1\n", 10, &by_default);
    cr_expect_not(at_source.ok);
    cr_expect_str_eq(at_source.story.text, "");
    read_text(&at_columns, late, strlen(late), &by_default);
    cr_expect_not(at_columns.ok);
    cr_expect_str_eq(at_columns.story.text, "");
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

Test(intake, patterns_and_domains)
{
    expect("198.51.100.0/24,mta{4}.example.com\n198.51.100.7,.example.com\n"
           "198.51.100.8,*.Example.com\n2001:db8::/64,v{hex}.example.com\n"
           "2001:db8::/120,v{n:3}.example.com\n",
           "1: 198.51.100.0/24 mta{4}.example.com\n2: 198.51.100.7 *.example.com\n"
           "3: 198.51.100.8 *.example.com\n"
           "4: !holds 18446744073709551616 addresses, more than --max-range 16777216: "
           "--walk finds those of a prefix that have names\n"
           "5: 2001:db8::/120 v{n:3}.example.com\n");
}

Test(intake, a_pattern_that_does_not_fit_its_row_refuses_it)
{
    expect("ip,host\n198.51.100.0/24,mta{3}.example.com\n198.51.100.0/24,mta{x}.example.com\n"
           "198.51.100.0/24,mta{4.example.com\n198.51.100.0/24,mta{4}..example.com\n"
           "198.51.100.7 198.51.100.8,mta{n}.example.com\n198.51.100.9,mta{3}.example.com\n",
           "2: !expected host name makes the same name for two addresses of its row\n"
           "3: !expected host name has an unknown placeholder (known: {1} to {4}, {n}, {n:3}, "
           "{n+256}, {ip} and {hex})\n"
           "4: !expected host name has an unknown placeholder (known: {1} to {4}, {n}, {n:3}, "
           "{n+256}, {ip} and {hex})\n"
           "5: !expected host name has an empty label, a label of more than 63 characters, or more "
           "than 253 characters in all\n"
           "6: !holds 2 items, and a pattern of names counts in one\n"
           "7: 198.51.100.9 mta{3}.example.com\n");
}

/* A name makes it one host, a pattern does not. */
Test(intake, a_pattern_is_for_the_prefix)
{
    expect("198.51.100.7/24,mta{4}.example.com\n198.51.100.7/24,.example.com\n",
           "1: ?198.51.100.7 has host bits set and no expected name but a pattern: all of "
           "198.51.100.0/24 is audited, as in all such rows (--prefix host takes the address "
           "alone)\n"
           "1: 198.51.100.0/24 mta{4}.example.com\n"
           "2: ?198.51.100.7 has a mask and an expected name: it is taken as one host, as in all "
           "such rows (--prefix network takes the prefix)\n"
           "2: 198.51.100.7 *.example.com\n");
}
