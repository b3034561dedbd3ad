/* --options: a file of options, one a line. */
#include "audit/command/options.h"
#include "audit/command/options_file.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 64 };

static char path[] = "/tmp/test_options_file.XXXXXX";

static void make_file(void)
{
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    close(fd);
}

static void write_file(const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(text, 1, length, file), length);
    cr_assert_eq(fclose(file), 0);
}

static void remove_file(void)
{
    unlink(path);
}

TestSuite(options_file, .init = make_file, .fini = remove_file);

struct parsed {
    struct options options;
    struct failure failure;
    bool good;
    char words[1024];
};

/* Splits the line at blanks; "FILE" is the path of the file. */
static void parse(struct parsed *parsed, const char *line)
{
    static char program[] = "fcrdns";
    char *argv[ARGUMENTS_MAX] = {program}, *rest = NULL;
    int argc = 1;
    *parsed = (struct parsed){.good = false};
    snprintf(parsed->words, sizeof(parsed->words), "%s", line);
    for (char *word = strtok_r(parsed->words, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = strcmp(word, "FILE") == 0 ? path : word;
    /* Operands are moved in argv, which the options then point into. */
    static char *kept[ARGUMENTS_MAX];
    memcpy(kept, argv, sizeof(kept));
    parsed->good = options_parse(&parsed->options, argc, kept, &parsed->failure);
}

static const struct options *expect_good(struct parsed *parsed, const char *text, const char *line)
{
    write_file(text, strlen(text));
    parse(parsed, line);
    cr_assert(parsed->good, "%s: %s", text, parsed->failure.text);
    return &parsed->options;
}

/* reason: without the path */
static void expect_refused_octets(const char *text, size_t length, const char *reason)
{
    struct parsed parsed;
    char wanted[FAILURE_TEXT_MAX];
    write_file(text, length);
    parse(&parsed, "audit --options FILE x");
    cr_expect_not(parsed.good, "%s", text);
    cr_expect_null(parsed.options.file);
    snprintf(wanted, sizeof(wanted), "%s:%s", path, reason);
    cr_expect_str_eq(parsed.failure.text, wanted);
    cr_expect_eq(parsed.failure.status, EXIT_TROUBLE);
}

static void expect_refused(const char *text, const char *reason)
{
    expect_refused_octets(text, strlen(text), reason);
}

Test(options_file, every_form_of_a_line)
{
    struct parsed parsed;
    const struct options *options = expect_good(&parsed,
                                                "\xef\xbb\xbf# a comment\n"
                                                "; another\n"
                                                "\n"
                                                " \t \n"
                                                "quiet\r\n"
                                                "  tries 7  \n"
                                                "rate=0\n"
                                                "timeout = 9\n"
                                                "threads\t3\n"
                                                "asked-by  Jane Doe # of Example = Ltd \n"
                                                "resolver 192.0.2.1\n"
                                                "resolver=2001:db8::1@53\n"
                                                "ip-column =\t=x\n"
                                                "input /srv/fleet one.csv\n"
                                                "input=two.csv",
                                                "audit --options FILE");
    cr_expect(options->quiet && options->has_rate);
    cr_expect_eq(options->tries, 7);
    cr_expect_eq(options->rate, 0);
    cr_expect_eq(options->timeout_ms, 9);
    cr_expect_eq(options->threads, 3);
    cr_expect_str_eq(options->asked_by, "Jane Doe # of Example = Ltd");
    cr_expect_eq(options->resolver_count, 2);
    cr_expect_eq(options->resolvers[1].port, 53);
    cr_expect_str_eq(options->ip_column, "=x");
    cr_assert_eq(options->operand_count, 2);
    cr_expect_str_eq(options->operands[0], "/srv/fleet one.csv");
    cr_expect_str_eq(options->operands[1], "two.csv");
    options_free(&parsed.options);
}

Test(options_file, the_command_line_wins)
{
    struct parsed parsed;
    static const char TEXT[] = "resolver 192.0.2.1\nresolver 192.0.2.2\ntries 7\ninput a\n"
                               "ignore flaky\nquiet\n";
    const struct options *options =
        expect_good(&parsed, TEXT, "audit --tries 2 -r 192.0.2.9 --options FILE b c");
    cr_expect_eq(options->tries, 2);
    cr_expect_eq(options->resolver_count, 1, "a list is replaced, not continued");
    cr_expect_eq(options->resolvers[0].address.bytes[3], 9);
    cr_expect_eq(options->operand_count, 2);
    cr_expect_str_eq(options->operands[0], "b");
    cr_expect(options->quiet);
    cr_expect_eq(options->ignored, 1u << FINDING_FLAKY);
    options_free(&parsed.options);
    options = expect_good(&parsed, TEXT, "audit --options FILE");
    cr_expect_eq(options->operand_count, 1);
    options_free(&parsed.options);
}

Test(options_file, one_file_serves_several_commands)
{
    struct parsed parsed;
    const struct options *options =
        expect_good(&parsed, "tries 7\ninput a\nfail-on warn\nresolver 192.0.2.1\n",
                    "report --options FILE run");
    cr_expect_eq(options->operand_count, 1);
    cr_expect_str_eq(options->operands[0], "run");
    cr_expect_eq(options->fail_on, FAIL_ON_WARN);
    cr_expect_eq(options->resolver_count, 0);
    options_free(&parsed.options);
    options = expect_good(&parsed, "input a\n", "audit --recheck old --options FILE");
    cr_expect_eq(options->operand_count, 0, "--recheck is instead of inputs");
    options_free(&parsed.options);
    options = expect_good(&parsed, "input a\nconfirm 5\n", "audit --options FILE");
    cr_expect_eq(options->before.count, 0, "confirm is for the nights then");
    options_free(&parsed.options);
    parse(&parsed, "audit --options /nonexistent --help");
    cr_expect(parsed.good);
}

Test(options_file, mistakes_have_a_line)
{
    expect_refused("tries 3\n\nreslover 192.0.2.1\n", "3: unknown option \"reslover\"");
    expect_refused("tries 0\n", "1: --tries needs a whole number from 1 to 100, not \"0\"");
    expect_refused("# x\r\nrate\r\n", "2: rate needs a value");
    expect_refused("tries=\n", "1: --tries needs a whole number from 1 to 100, not \"\"");
    expect_refused("quiet yes\n", "1: quiet takes no value");
    expect_refused("input\n", "1: input needs a value");
    expect_refused("input =\n", "1: input needs a value");
    expect_refused("--tries 3\n", "1: an option has no dashes before it in a file: \"tries 3\"");
    expect_refused("tries\r3\n", "1: tries needs a value");
    expect_refused("Tries 3\n", "1: the line does not begin with an option");
    expect_refused("tries: 3\n", "1: the line does not begin with an option");
    expect_refused("= 3\n", "1: the line does not begin with an option");
    expect_refused("options other\n", "1: options cannot be in a file of options");
    expect_refused("help\n", "1: help cannot be in a file of options");
    expect_refused("version\n", "1: version cannot be in a file of options");
    expect_refused("input a\nfail-on sometimes\n",
                   "2: --fail-on needs one of fail, warn, never, new; not \"sometimes\"");
    expect_refused("tries 3\ntries 4\x1b[2J\n",
                   "2: the line holds control characters (is this a text file?)");
    expect_refused_octets("tries\0003", 7, "1: the line holds a NUL byte");
}

Test(options_file, a_file_that_cannot_be_read)
{
    struct parsed parsed;
    parse(&parsed, "audit --options /nonexistent/x y");
    cr_expect_not(parsed.good);
    cr_expect_str_eq(parsed.failure.text,
                     "cannot open \"/nonexistent/x\": No such file or directory");
    parse(&parsed, "audit --options / y");
    cr_expect_str_eq(parsed.failure.text, "cannot read \"/\": it is a directory");
}

/* The largest file that is read, filled with the shortest input lines, and one octet more. */
Test(options_file, a_file_has_a_ceiling)
{
    static char text[OPTIONS_FILE_MAX + 1];
    struct parsed parsed;
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = "input a\n"[i % 8];
    write_file(text, OPTIONS_FILE_MAX);
    parse(&parsed, "audit --options FILE");
    cr_assert(parsed.good, "%s", parsed.failure.text);
    cr_expect_eq(parsed.options.operand_count, OPTIONS_FILE_MAX / 8);
    options_free(&parsed.options);
    write_file(text, sizeof(text));
    parse(&parsed, "audit --options FILE");
    cr_expect_not(parsed.good);
    cr_expect_not_null(strstr(parsed.failure.text, "\" has more than 65536 octets"));
}
