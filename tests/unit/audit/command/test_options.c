#include "audit/command/options.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARGUMENTS_MAX = 64 };

/* The parsed options and the words they point into. */
struct parsed {
    struct options options;
    struct failure failure;
    bool good;
    char words[1024];
    char *argv[ARGUMENTS_MAX];
    int argc;
};

/* Splits at blanks; '~' is an empty argument. */
static void parse(struct parsed *parsed, const char *line)
{
    *parsed = (struct parsed){.argc = 0};
    snprintf(parsed->words, sizeof(parsed)->words, "fcrdns %s", line);
    char *rest = NULL;
    for (char *word = strtok_r(parsed->words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest)) {
        if (strcmp(word, "~") == 0)
            *word = '\0';
        parsed->argv[parsed->argc++] = word;
    }
    parsed->good = options_parse(&parsed->options, parsed->argc, parsed->argv, &parsed->failure);
}

static struct options expect_good(struct parsed *parsed, const char *line)
{
    parse(parsed, line);
    cr_assert(parsed->good, "%s: %s", line, parsed->failure.text);
    return parsed->options;
}

static void expect_refused(const char *line, const char *text)
{
    struct parsed parsed;
    parse(&parsed, line);
    cr_expect_not(parsed.good, "%s", line);
    cr_expect_eq(parsed.failure.status, EXIT_TROUBLE);
    cr_expect_str_eq(parsed.failure.text, text, "%s: %s", line, parsed.failure.text);
}

Test(options, defaults_are_those_of_the_contract)
{
    struct parsed parsed;
    struct options options = expect_good(&parsed, "audit fleet.csv");
    cr_expect_eq(options.command, COMMAND_AUDIT);
    cr_expect_null(options.output);
    cr_expect_eq(options.resolver_count, 0);
    cr_expect_eq(options.transport, TRANSPORT_UDP);
    cr_expect_eq(options.concurrency, 4000);
    cr_expect_eq(options.threads, 0);
    cr_expect_not(options.has_rate);
    cr_expect_eq(options.timeout_ms, 2000);
    cr_expect_eq(options.tries, 4);
    cr_expect_eq(options.patience_s, 40);
    cr_expect(options.skip_special);
    cr_expect_null(options.ip_column);
    cr_expect_null(options.host_column);
    cr_expect(options.max_range == 16777216);
    cr_expect_not(options.resume || options.force || options.dry_run || options.quiet ||
                  options.gzip);
    cr_expect_eq(options.fail_on, FAIL_ON_FAIL);
    cr_expect_eq(options.max_unanswered, 5);
    cr_expect_eq(options.verbose, 0);
    cr_expect_eq(options.progress, PROGRESS_AUTO);
    cr_expect_eq(options.operand_count, 1);
    cr_expect_str_eq(options.operands[0], "fleet.csv");
}

Test(options, every_option_is_taken)
{
    struct parsed parsed;
    struct options options = expect_good(
        &parsed,
        "audit -o out -r 192.0.2.1 --resolver 2001:db8::1@5353 -t tls -c 1 -j 256 --rate 0"
        " --timeout 1 --tries 100 --patience 3600 --special audit --ip-column 2 --host-column=host"
        " --max-range 18446744073709551615 --force --fail-on never --max-unanswered 99.5"
        " --gzip --dry-run -q -v --verbose --progress none a b");
    cr_expect_str_eq(options.output, "out");
    cr_expect_eq(options.resolver_count, 2);
    cr_expect_eq(options.resolvers[0].address.family, IP_V4);
    cr_expect_eq(options.resolvers[1].port, 5353);
    cr_expect_eq(options.transport, TRANSPORT_TLS);
    cr_expect_eq(options.concurrency, 1);
    cr_expect_eq(options.threads, 256);
    cr_expect(options.has_rate);
    cr_expect_eq(options.rate, 0);
    cr_expect_eq(options.timeout_ms, 1);
    cr_expect_eq(options.tries, 100);
    cr_expect_eq(options.patience_s, 3600);
    cr_expect_not(options.skip_special);
    cr_expect_str_eq(options.ip_column, "2");
    cr_expect_str_eq(options.host_column, "host");
    cr_expect(options.max_range == UINT64_MAX);
    cr_expect(options.force && options.dry_run && options.quiet && options.gzip);
    cr_expect_eq(options.fail_on, FAIL_ON_NEVER);
    cr_expect_float_eq(options.max_unanswered, 99.5, 1e-9);
    cr_expect_eq(options.verbose, 2);
    cr_expect_eq(options.progress, PROGRESS_NONE);
    cr_expect_eq(options.operand_count, 2);
}

Test(options, findings_to_ignore_add_up)
{
    struct parsed parsed;
    struct options options = expect_good(
        &parsed, "report --ignore flaky,ptr-alias --ignore=multiple-ptr --exceptions e.csv run");
    cr_expect_eq(options.ignored,
                 1u << FINDING_FLAKY | 1u << FINDING_PTR_ALIAS | 1u << FINDING_MULTIPLE_PTR);
    cr_expect_str_eq(options.exceptions, "e.csv");
    options = expect_good(&parsed, "audit x");
    cr_expect_eq(options.ignored, 0);
    cr_expect_null(options.exceptions);
}

/* Compares with the table of findings: a new finding needs no change here. */
static void expect_no_finding(const char *line, const char *quoted, const char *end)
{
    struct parsed parsed;
    parse(&parsed, line);
    cr_expect_not(parsed.good, "%s", line);
    cr_expect_eq(parsed.failure.status, EXIT_TROUBLE);
    for (unsigned i = 0; i < FINDINGS; i++)
        cr_expect_not_null(strstr(parsed.failure.text, finding_row(i)->key), "%s",
                           parsed.failure.text);
    cr_expect_not_null(strstr(parsed.failure.text, quoted), "%s", parsed.failure.text);
    size_t length = strlen(parsed.failure.text), tail = strlen(end);
    cr_expect(length >= tail && strcmp(parsed.failure.text + length - tail, end) == 0, "%s",
              parsed.failure.text);
}

Test(options, only_findings_can_be_ignored)
{
    expect_no_finding("audit --ignore flakey x", "not \"flakey\"", "\"flakey\"");
    expect_no_finding("audit --ignore Flaky x", "not \"Flaky\"", "\"Flaky\"");
    expect_no_finding("audit --ignore ~ x", "not \"\"", "\"\"");
    expect_no_finding("audit --ignore flaky, x", "not \"\"", "\"\"");
    expect_no_finding("audit --ignore flaky,,ptr-alias x", "not \"\"", "\"\"");
    expect_no_finding("audit --ignore flaky,no-ptr x", "not \"no-ptr\"",
                      "which is a verdict: --exceptions accepts those");
    expect_refused("explain --ignore flaky",
                   "unknown option \"--ignore\"; see fcrdns explain --help");
    expect_refused("audit --exceptions - -", "standard input (-) can be read only once");
}

Test(options, a_walk_is_of_a_prefix)
{
    expect_refused("audit --walk 2001:db8::1",
                   "--walk \"2001:db8::1\": walk needs a prefix, like walk 2001:db8::/32");
    expect_refused("audit --walk 2001:db8::/129",
                   "--walk \"2001:db8::/129\": prefix length 129 is more than 128");
    expect_refused("audit --walk x/y", "--walk \"x/y\": the item is not an IP address");
}

Test(options, operands_may_be_anywhere)
{
    struct parsed parsed;
    struct options options =
        expect_good(&parsed, "audit a -q - --tries 9 b -c5 --rate=7 -- -v --help --");
    cr_expect_eq(options.operand_count, 6);
    static const char *const operands[] = {"a", "-", "b", "-v", "--help", "--"};
    for (int i = 0; i < 6; i++)
        cr_expect_str_eq(options.operands[i], operands[i]);
    cr_expect_eq(options.verbose, 0);
    cr_expect_eq(options.concurrency, 5);
    cr_expect_eq(options.rate, 7);
}

Test(options, letters_may_be_joined)
{
    struct parsed parsed;
    struct options options = expect_good(&parsed, "audit -qvvoout -j 3 a");
    cr_expect(options.quiet);
    cr_expect_eq(options.verbose, 2);
    cr_expect_str_eq(options.output, "out");
    cr_expect_eq(options.threads, 3);
}

Test(options, a_later_value_wins)
{
    struct parsed parsed;
    cr_expect_eq(expect_good(&parsed, "audit --tries 2 --tries 3 a").tries, 3);
}

Test(options, report_has_its_own)
{
    struct parsed parsed;
    struct options options = expect_good(
        &parsed,
        "report -o out --force --gzip --fail-on warn --max-unanswered 0 --progress plain one two");
    cr_expect_eq(options.command, COMMAND_REPORT);
    cr_expect(options.gzip);
    cr_expect_eq(options.operand_count, 2);
    cr_expect_eq(options.fail_on, FAIL_ON_WARN);
    cr_expect_eq(options.progress, PROGRESS_PLAIN);
    expect_refused("report --rate 5 run", "unknown option \"--rate\"; see fcrdns report --help");
    expect_refused("report -c 5 run", "unknown option \"-c\"; see fcrdns report --help");
    expect_refused("report",
                   "nothing to report: give at least one RUN directory; see fcrdns report --help");
}

Test(options, commands)
{
    struct parsed parsed;
    cr_expect_eq(expect_good(&parsed, "--help").command, COMMAND_HELP);
    cr_expect_eq(parsed.options.help_for, COMMAND_HELP);
    cr_expect_eq(expect_good(&parsed, "help").command, COMMAND_HELP);
    cr_expect_eq(expect_good(&parsed, "-h").command, COMMAND_HELP);
    cr_expect_eq(expect_good(&parsed, "help report").help_for, COMMAND_REPORT);
    cr_expect_eq(expect_good(&parsed, "audit --help").help_for, COMMAND_AUDIT);
    cr_expect_eq(expect_good(&parsed, "report a -h --nonsense").help_for, COMMAND_REPORT);
    cr_expect_eq(expect_good(&parsed, "--version").command, COMMAND_VERSION);
    cr_expect_eq(expect_good(&parsed, "--version").verbose, 0);
    cr_expect_eq(expect_good(&parsed, "--version -v").verbose, 1);
    cr_expect_eq(expect_good(&parsed, "audit --version").command, COMMAND_VERSION);
    expect_refused("", "no command: \"fcrdns audit INPUT...\" looks up and reports, \"fcrdns "
                       "report RUN...\" reports "
                       "again; see fcrdns --help");
    expect_refused("fleet.csv", "there is no command \"fleet.csv\": audit, report, compare, "
                                "nightly or explain; see fcrdns --help");
    expect_refused("help me", "no help for \"me\": audit, report, compare, nightly or explain");
}

Test(options, mistakes_are_reported)
{
    expect_refused("audit --nonsense a", "unknown option \"--nonsense\"; see fcrdns audit --help");
    expect_refused("audit --nonsense=5 a",
                   "unknown option \"--nonsense\"; see fcrdns audit --help");
    expect_refused("audit --tri 5 a", "unknown option \"--tri\"; see fcrdns audit --help");
    expect_refused("audit -qx a", "unknown option \"-x\"; see fcrdns audit --help");
    expect_refused("audit a --tries", "--tries needs a value; see fcrdns audit --help");
    expect_refused("audit a -c", "--concurrency needs a value; see fcrdns audit --help");
    expect_refused("audit --quiet=yes a", "--quiet takes no value");
    expect_refused("audit", "nothing to audit: give at least one INPUT; see fcrdns audit --help");
    expect_refused("audit - a -", "standard input (-) can be read only once");
    expect_refused("audit -o ~ a", "--output needs a value that is not empty");
    expect_refused("audit --resume --force a",
                   "--resume continues a run and --force replaces it: give only one of them");
    expect_refused("audit -r dns.example.com a",
                   "--resolver needs an IP address, address@port, or recursive, not "
                   "\"dns.example.com\"");
    expect_refused("audit -r fe80::53%eth0 a",
                   "--resolver: \"fe80::53%eth0\" names an interface, which is not supported: give "
                   "an address that is not link-local");
    expect_refused("audit -r 127.0.0.1:53 a",
                   "--resolver: write \"127.0.0.1@53\", not \"127.0.0.1:53\"");
    expect_refused("audit --vantage [::1]:53 a", "--vantage: write \"::1@53\", not \"[::1]:53\"");
    expect_refused("audit -r ::1#53 a", "--resolver: write \"::1@53\", not \"::1#53\"");
    expect_refused("audit -r 127.0.0.1:0 a",
                   "--resolver needs an IP address, address@port, or recursive, not "
                   "\"127.0.0.1:0\"");
    expect_refused("audit --transport doh a",
                   "--transport needs one of udp, tcp, tls; not \"doh\"");
    expect_refused("audit --special UDP a", "--special needs one of skip, audit; not \"UDP\"");
    expect_refused("audit --fail-on pass a",
                   "--fail-on needs one of fail, warn, never, new; not \"pass\"");
    expect_refused("audit --progress ~ a", "--progress needs one of auto, plain, none; not \"\"");
}

Test(options, shards_divide_an_input_and_nothing_else)
{
    struct parsed parsed;
    struct options options = expect_good(&parsed, "audit --shard 3/64 a");
    cr_expect_eq(options.shard.index, 3);
    cr_expect_eq(options.shard.count, 64);
    cr_expect_eq(options.shard.by, SHARD_BY_ZONE);
    cr_expect_eq(expect_good(&parsed, "audit --shard-by address --shard 3/64 a").shard.by,
                 SHARD_BY_ADDRESS);
    expect_refused("audit --shard 64/64 a", "--shard needs I/N, a shard from 0 to N-1 and their "
                                            "number, at most 100000; not \"64/64\"");
    expect_refused("audit --shard-by address a", "--shard-by is for --shard");
    expect_refused("audit --rate-per-shard a", "--rate-per-shard is for --shard");
    expect_refused("audit --shard 0/2 --recheck d",
                   "--shard divides an INPUT: leave it out to check a shard again");
    expect_refused("audit --shard 0/2 --vantage 192.0.2.1 a",
                   "--shard and --vantage cannot be given together: check the shard again with "
                   "--recheck, and give --vantage there");
    expect_refused("audit --shard 0/2 --baseline d a",
                   "--shard and --baseline cannot be given together: compare all shards, when "
                   "they are there, with fcrdns compare");
}

Test(options, zone_files_and_resolvers_exclude_each_other)
{
    struct parsed parsed;
    struct options options =
        expect_good(&parsed, "audit --zone a.zone 192.0.2.1 --zone=b.zone -j 3");
    cr_expect_eq(options.zone_count, 2);
    cr_expect_str_eq(options.zones[0], "a.zone");
    cr_expect_str_eq(options.zones[1], "b.zone");
    cr_expect_null(options.network_option);
    expect_good(&parsed, "audit -r 127.0.0.1 -t tcp -c 1 --rate 1 --timeout 1 --tries 1 192.0.2.1");
    expect_refused(
        "audit --zone a -r 127.0.0.1 192.0.2.1",
        "--zone answers from files and asks no resolver: leave out --resolver or --zone");
    expect_refused("audit --rate 5 --zone a 192.0.2.1",
                   "--zone answers from files and asks no resolver: leave out --rate or --zone");
    expect_refused("audit --zone ~ 192.0.2.1", "--zone needs a value that is not empty");
    expect_refused("audit --zone - -", "standard input (-) can be read only once");
    expect_refused("report --zone a run", "unknown option \"--zone\"; see fcrdns report --help");
}

/* "audit x", then --zone `count` times. */
static bool parse_zones(unsigned times, struct failure *failure)
{
    static char program[] = "fcrdns", command[] = "audit", input[] = "x", zone[] = "--zone=a";
    static char *argv[ZONES_MAX + 8];
    static struct options options;
    int argc = 0;
    argv[argc++] = program;
    argv[argc++] = command;
    argv[argc++] = input;
    while (times-- > 0)
        argv[argc++] = zone;
    return options_parse(&options, argc, argv, failure);
}

Test(options, zone_files_have_a_ceiling)
{
    struct failure failure = {0};
    cr_expect(parse_zones(ZONES_MAX, &failure));
    cr_expect_not(parse_zones(ZONES_MAX + 1, &failure));
    cr_expect_str_eq(failure.text, "--zone can be given at most 1024 times");
}

Test(options, resuming_needs_no_input)
{
    struct parsed parsed;
    cr_expect_eq(expect_good(&parsed, "audit --resume -o run").operand_count, 0);
    cr_expect_eq(expect_good(&parsed, "audit --resume a").operand_count, 1);
    expect_refused("audit --resume --dry-run",
                   "nothing to audit: give at least one INPUT; see fcrdns audit --help");
}

Test(options, numbers_are_strict)
{
    static const char *const bad[] = {"abc",
                                      "~",
                                      "0",
                                      "1000001",
                                      "-5",
                                      "+5",
                                      "5k",
                                      "1e3",
                                      "5.",
                                      "0x10",
                                      "18446744073709551617",
                                      "99999999999999999999999999999999999999999999999999"};
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char line[128], text[256];
        const char *value = strcmp(bad[i], "~") == 0 ? "" : bad[i];
        snprintf(line, sizeof(line), "audit -c %s a", bad[i]);
        snprintf(text, sizeof(text),
                 "--concurrency needs a whole number from 1 to 1000000, not \"%s\"", value);
        expect_refused(line, text);
    }
    char *argv[] = {(char[]){"fcrdns"}, (char[]){"audit"}, (char[]){"--tries= 7"}, (char[]){"a"}};
    struct options options;
    struct failure failure = {0};
    cr_expect_not(options_parse(&options, 4, argv, &failure));
    cr_expect_str_eq(failure.text, "--tries needs a whole number from 1 to 100, not \" 7\"");

    struct parsed parsed;
    cr_expect_eq(expect_good(&parsed, "audit -c 1000000 a").concurrency, 1000000);
    cr_expect_eq(expect_good(&parsed, "audit -c 0005 a").concurrency, 5);
    expect_refused("audit -j 257 a", "--threads needs a whole number from 1 to 256, not \"257\"");
    expect_refused("audit --rate 1000000001 a",
                   "--rate needs a whole number from 0 to 1000000000, not \"1000000001\"");
    expect_refused("audit --max-range 18446744073709551616 a",
                   "--max-range needs a whole number from 1 to 18446744073709551615, not "
                   "\"18446744073709551616\"");
}

Test(options, percentages_are_strict)
{
    static const char *const bad[] = {"~",   ".",   ".5",    "100.01", "101",
                                      "-1",  "+1",  "5%",    "1e1",    "nan",
                                      "inf", "1,5", "1.2.3", "0x5",    "0.00000000001"};
    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        char line[128], text[256];
        snprintf(line, sizeof(line), "audit --max-unanswered %s a", bad[i]);
        snprintf(text, sizeof(text),
                 "--max-unanswered needs a percentage from 0 to 100, not \"%s\"",
                 strcmp(bad[i], "~") == 0 ? "" : bad[i]);
        expect_refused(line, text);
    }
    struct parsed parsed;
    cr_expect_eq(expect_good(&parsed, "audit --max-unanswered 100 a").max_unanswered, 100);
    cr_expect_eq(expect_good(&parsed, "audit --max-unanswered 100.00 a").max_unanswered, 100);
    cr_expect_eq(expect_good(&parsed, "audit --max-unanswered 0 a").max_unanswered, 0);
    cr_expect_eq(expect_good(&parsed, "audit --max-unanswered 5. a").max_unanswered, 5);
    cr_expect_float_eq(expect_good(&parsed, "audit --max-unanswered 12.25 a").max_unanswered, 12.25,
                       1e-12);
}

Test(options, resolvers_have_a_ceiling)
{
    char line[1024] = "audit a";
    struct parsed parsed;
    for (int i = 0; i < ENDPOINTS_MAX; i++)
        strcat(line, " -r 192.0.2.1");
    cr_expect_eq(expect_good(&parsed, line).resolver_count, ENDPOINTS_MAX);
    strcat(line, " -r 192.0.2.1");
    expect_refused(line, "--resolver can be given at most 16 times");
}

Test(options, recursion_asks_no_resolver)
{
    struct parsed parsed;
    struct options options = expect_good(&parsed, "audit -r recursive fleet.csv");

    cr_expect(options_recurse(&options));
    options = expect_good(&parsed, "audit -r recursive --root-hints h --trust-anchor t fleet.csv");
    cr_expect_str_eq(options.root_hints, "h");
    cr_expect_str_eq(options.trust_anchor, "t");
    options = expect_good(&parsed, "audit -r 192.0.2.1 fleet.csv");
    cr_expect_not(options_recurse(&options));
    options = expect_good(&parsed, "audit fleet.csv");
    cr_expect_not(options_recurse(&options));
    expect_refused("audit -r 192.0.2.1 -r recursive fleet.csv",
                   "--resolver recursive asks no resolver: leave out the others");
    expect_refused("audit -r recursive -t tls fleet.csv",
                   "--resolver recursive asks name servers, over UDP, and over TCP where they "
                   "want it: leave out --transport");
    expect_refused("audit --root-hints h fleet.csv", "--root-hints is for --resolver recursive");
    expect_refused("audit -r 192.0.2.1 --trust-anchor t fleet.csv",
                   "--trust-anchor is for --resolver recursive");
    expect_refused("audit --vantage recursive fleet.csv",
                   "--vantage asks a resolver, not \"recursive\"");
    expect_refused("audit --zone z --root-hints h fleet.csv",
                   "--zone answers from files and asks no resolver: leave out --root-hints or "
                   "--zone");
    expect_refused("audit -r recursive --root-hints - -",
                   "standard input (-) can be read only once");
}

Test(options, vantages_are_resolvers_or_the_word)
{
    struct parsed parsed;
    struct options options =
        expect_good(&parsed, "audit --vantage 192.0.2.1 --vantage=2001:db8::1@5353 a");
    cr_expect_eq(options.vantage_count, 2);
    cr_expect_eq(options.vantages[1].port, 5353);
    cr_expect_not(options.authoritative);
    options = expect_good(&parsed, "audit --vantage authoritative a");
    cr_expect_eq(options.vantage_count, 0);
    cr_expect(options.authoritative);
    cr_expect_eq(options.authoritative_port, 0);
    options = expect_good(&parsed, "audit --vantage authoritative@5300 --vantage 192.0.2.1 a");
    cr_expect_eq(options.vantage_count, 1);
    cr_expect_eq(options.authoritative_port, 5300);
    options = expect_good(
        &parsed, "audit --vantage 192.0.2.1@53 --vantage 192.0.2.1@53 --vantage 192.0.2.1 a");
    cr_expect_eq(options.vantage_count, 2, "a vantage given twice is asked once");
    expect_refused(
        "audit --vantage authoritative@0 a",
        "--vantage needs an IP address, address@port, or authoritative, not \"authoritative@0\"");
    expect_refused(
        "audit --vantage authoritativex a",
        "--vantage needs an IP address, address@port, or authoritative, not \"authoritativex\"");
}

static void expect_confirm(const char *value, unsigned seconds, bool servers, unsigned port)
{
    struct parsed parsed;
    char line[100];

    snprintf(line, sizeof(line), "audit --baseline x --confirm %s a", value);
    struct options options = expect_good(&parsed, line);
    cr_expect_eq(options.confirm_s, seconds, "%s", value);
    cr_expect_eq(options.confirm_servers, servers, "%s", value);
    cr_expect_eq(options.confirm_port, port, "%s", value);
}

Test(options, confirmed_at_resolvers_and_name_servers)
{
    static const char *const REFUSED[] = {"5,",
                                          ",5",
                                          "5,authoritativ",
                                          "authoritative,5",
                                          "authoritative@0",
                                          "5,authoritative@x",
                                          "55555,authoritative",
                                          "5,5"};
    char line[100];

    expect_confirm("0", 0, false, 0);
    expect_confirm("5", 5, false, 0);
    expect_confirm("authoritative", 60, true, 0);
    expect_confirm("authoritative@5300", 60, true, 5300);
    expect_confirm("0,authoritative", 0, true, 0);
    expect_confirm("3600,authoritative@53", 3600, true, 53);
    expect_confirm("authoritative --confirm 7", 7, false, 0);
    for (size_t i = 0; i < sizeof(REFUSED) / sizeof(REFUSED[0]); i++) {
        char wanted[200];
        snprintf(line, sizeof(line), "audit --confirm %s a", REFUSED[i]);
        snprintf(wanted, sizeof(wanted),
                 "--confirm needs seconds, authoritative, or both like \"60,authoritative\", not "
                 "\"%s\"",
                 REFUSED[i]);
        expect_refused(line, wanted);
    }
}

Test(options, confirm_needs_a_baseline)
{
    static const char WANTED[] = "--confirm needs --baseline, the run to compare with";
    struct parsed parsed;

    expect_refused("audit --confirm 5 a", WANTED);
    expect_refused("audit --confirm 0,authoritative a", WANTED);
    expect_refused("audit --confirm 5 --resume", WANTED);
    expect_good(&parsed, "audit --confirm 0 a");
    expect_good(&parsed, "nightly --confirm 5 -o nights a");
}

Test(options, questions_go_to_the_resolver_or_to_name_servers)
{
    struct parsed parsed;
    struct options options = expect_good(&parsed, "audit a");
    cr_expect_not(options.ask_given);
    cr_expect_eq(options.server_rate, 500);
    options = expect_good(&parsed, "audit --ask authoritative --server-rate 0 a");
    cr_expect(options.ask_authoritative);
    cr_expect_eq(options.ask_port, 0);
    cr_expect_eq(options.server_rate, 0);
    options = expect_good(&parsed, "audit --ask authoritative@5300 --ask=resolver a");
    cr_expect(options.ask_given);
    cr_expect_not(options.ask_authoritative, "the last one wins");
    expect_refused("audit --ask authoritative@0 a",
                   "--ask needs resolver or authoritative[@PORT], not \"authoritative@0\"");
    expect_refused("audit --zone z --ask authoritative a",
                   "--zone answers from files and asks no resolver: leave out --ask or --zone");
}

Test(options, vantages_have_a_ceiling)
{
    char line[1024] = "audit a";
    struct parsed parsed;
    for (int i = 0; i < ENDPOINTS_MAX; i++)
        snprintf(line + strlen(line), sizeof(line) - strlen(line), " --vantage 192.0.2.%d", i);
    cr_expect_eq(expect_good(&parsed, line).vantage_count, ENDPOINTS_MAX);
    strcat(line, " --vantage authoritative");
    cr_expect(expect_good(&parsed, line).authoritative);
    strcat(line, " --vantage 192.0.2.99");
    expect_refused(line, "--vantage can be given at most 16 times");
}

Test(options, keys_are_the_words_of_the_command_line)
{
    cr_expect_str_eq(transport_key(TRANSPORT_UDP), "udp");
    cr_expect_str_eq(transport_key(TRANSPORT_TCP), "tcp");
    cr_expect_str_eq(transport_key(TRANSPORT_TLS), "tls");
}

Test(options, a_name_to_prove_needs_tls)
{
    struct parsed parsed;
    struct options options =
        expect_good(&parsed, "audit -t tls --tls-name dns.example --tls-ca ca.pem fleet.csv");
    cr_expect_str_eq(options.tls_name, "dns.example");
    cr_expect_str_eq(options.tls_ca, "ca.pem");
    expect_refused("audit --tls-name dns.example fleet.csv", "--tls-name needs --transport tls");
    expect_refused("audit -t tls --tls-ca ca.pem fleet.csv",
                   "--tls-ca needs --tls-name, the name in the certificate");
    expect_good(&parsed, "audit -t tls --tls-name resolver fleet.csv");
}

Test(options, a_name_to_prove_is_a_host_name)
{
    static const char *const names[] = {"192.0.2.1", "dns.example.", ".",
                                        "a..b",      "a_b.example",  "*.example"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char line[128], text[256];
        snprintf(line, sizeof(line), "audit -t tls --tls-name %s fleet.csv", names[i]);
        snprintf(
            text, sizeof(text),
            "--tls-name needs the host name in the certificate, without a final dot, not \"%s\"",
            names[i]);
        expect_refused(line, text);
    }
}
