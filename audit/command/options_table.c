#include "audit/command/options_private.h"

enum {
    RATE_MAX = 1000 * 1000 * 1000,
    TIMEOUT_MAX_MS = 600 * 1000,
    TRIES_MAX = 100,
    PATIENCE_MAX_S = 3600,
    CONFIRM_MAX_S = 3600,
    KEEP_MAX = 10000,
};

static const char *const TRANSPORTS[] = {"udp", "tcp", "tls", NULL};
static const char *const PRUNES[] = {"auto", "off", NULL};
static const char *const SPECIALS[] = {"skip", "audit", NULL};
static const char *const PREFIXES[] = {"network", "host", NULL};
static const char *const FAIL_ONS[] = {"fail", "warn", "never", "new", NULL};
static const char *const EXPLORES[] = {"auto", "off", NULL};
static const char *const SHARD_BYS[] = {"zone", "address", NULL};
static const char *const PROGRESSES[] = {"auto", "plain", "none", NULL};

#define TO(member) .field = offsetof(struct options, member)
#define WHOLE_NUMBER(least, most) .min = (least), .max = (most)

static const struct option_row OPTIONS[] = {
    {"Run", "output", 'o', "DIR", NULL, FOR_BOTH, take_text, TO(output),
     .help = "run directory (default: fcrdns-report)"},
    {NULL, "output", 'o', "DIR", NULL, FOR_COMPARE, take_text, TO(output),
     .help = "folder for the changes (default: fcrdns-compare)"},
    {NULL, "output", 'o', "DIR", NULL, FOR_NIGHTLY, take_text, TO(output),
     .help = "folder of the nights; it gets a folder for each night"},
    {NULL, "keep", 0, "N", NULL, FOR_NIGHTLY, take_unsigned, TO(keep), WHOLE_NUMBER(1, KEEP_MAX),
     .help = "folders of nights that are kept (default: 30)"},
    {NULL, "old", 0, "DIR", NULL, FOR_COMPARE, take_side, TO(before),
     .help = "another run of the old side, which is all of them then; repeat it for more"},
    {NULL, "new", 0, "DIR", NULL, FOR_COMPARE, take_side, TO(after),
     .help = "the same of the new side"},
    {NULL, "force", 0, NULL, NULL, FOR_COMPARE, take_flag, TO(force),
     .help = "write into DIR although it holds another run"},
    {NULL, "resume", 0, NULL, NULL, FOR_AUDIT, take_flag, TO(resume),
     .help = "continue the run in DIR; INPUT may be left out"},
    {NULL, "recheck", 0, "DIR", NULL, FOR_AUDIT, take_text, TO(recheck),
     .help = "instead of INPUT: the addresses that did not pass in the run in this DIR (default "
             "output: fcrdns-recheck)"},
    {NULL, "baseline", 0, "DIR", NULL, FOR_AUDIT, take_side, TO(before),
     .help = "compare with the run in this DIR at the end: changes.csv and so on, columns change "
             "and since. Repeat it for the parts of that run"},
    {NULL, "confirm", 0, "SECONDS", NULL, FOR_LOOKUPS, take_confirm, .field = 0,
     WHOLE_NUMBER(0, CONFIRM_MAX_S),
     .help = "with a baseline: ask what would break once more after that, 0 for no (default: 0; "
             "nightly: 60). SECONDS,authoritative[@PORT]: at the name servers of each zone too; "
             "authoritative alone is 60,authoritative",
     .network = true},
    {NULL, "force", 0, NULL, NULL, FOR_BOTH, take_flag, TO(force),
     .help = "replace an earlier run in DIR"},
    {NULL, "shard", 0, "I/N", NULL, FOR_AUDIT, take_shard, TO(shard),
     .help =
         "only shard I (from 0) of N, for N machines with the same INPUT; report makes one report "
         "of all shards. Given again, it continues. Exit code 0 when the shard is complete"},
    {NULL, "shard-by", 0, NULL, SHARD_BYS, FOR_AUDIT, take_choice, TO(shard.by),
     .help = "with --shard: what is never divided; address is for one small range (default: zone, "
             "a /24 or /48)"},
    {NULL, "missing", 0, NULL, NULL, FOR_REPORT, take_flag, TO(missing),
     .help = "print which shards are missing or not complete (2,7-9), and write no report"},
    {NULL, "gzip", 0, NULL, NULL, FOR_REPORTS, take_flag, TO(gzip),
     .help = "write audit.csv.gz, audit.jsonl.gz and rejected.csv.gz instead of the plain files"},
    {NULL, "jsonl", 0, NULL, NULL, FOR_REPORTS, take_flag, TO(jsonl),
     .help = "write audit.jsonl too: the rows of audit.csv as JSON objects, one a line"},
    {NULL, "prometheus", 0, "FILE", NULL, FOR_LOOKUPS, take_text, TO(prometheus),
     .help = "write metrics into this file, for the textfile collector of Prometheus"},
    {NULL, "explore", 0, NULL, EXPLORES, FOR_REPORTS, take_choice, TO(explore),
     .help = "write explore.html, the rows to filter and search, or not (default: auto)"},
    {NULL, "options", 0, "FILE", NULL, FOR_RUNS, take_text, TO(options),
     .help = "file of options, one a line without dashes, and of inputs (input PATH); the command "
             "line wins"},
    {NULL, "dry-run", 0, NULL, NULL, FOR_AUDIT, take_flag, TO(dry_run),
     .help = "read the input, count addresses and queries, ask nothing"},
    {"Lookups", "resolver", 'r', "ADDR[@PORT]", NULL, FOR_LOOKUPS, take_resolver, .field = 0,
     .help = "resolver to ask; repeat it for more (default: those of the system). recursive: none, "
             "the program itself asks from the root servers down, and validates (DNSSEC)",
     .network = true},
    {NULL, "root-hints", 0, "FILE", NULL, FOR_LOOKUPS, take_text, TO(root_hints),
     .help = "with -r recursive: the root servers (default: /usr/share/dns/root.hints)",
     .network = true},
    {NULL, "trust-anchor", 0, "FILE", NULL, FOR_LOOKUPS, take_text, TO(trust_anchor),
     .help = "with -r recursive: the DNSSEC trust anchor, DS or DNSKEY records (default: "
             "/usr/share/dns/root.key)",
     .network = true},
    {NULL, "zone", 0, "[NAME=]FILE", NULL, FOR_LOOKUPS, take_zone, .field = 0,
     .help = "zone file to answer from, before it is published; NAME where the file does not "
             "name its zone. Repeat it for more. No server is asked then"},
    {NULL, "transport", 't', NULL, TRANSPORTS, FOR_LOOKUPS, take_choice, TO(transport),
     .help = "how to ask (default: udp, with TCP on truncation and for the last try)",
     .network = true},
    {NULL, "tls-name", 0, "NAME", NULL, FOR_LOOKUPS, take_text, TO(tls_name),
     .help = "with --transport tls: ask only resolvers whose certificate proves this name",
     .network = true},
    {NULL, "tls-ca", 0, "FILE", NULL, FOR_LOOKUPS, take_text, TO(tls_ca),
     .help = "with --tls-name: PEM file of the authorities that may sign it (default: those of the "
             "system)",
     .network = true},
    {NULL, "concurrency", 'c', "N", NULL, FOR_LOOKUPS, take_unsigned, TO(concurrency),
     WHOLE_NUMBER(1, CONCURRENCY_MAX),
     .help = "lookups in flight at most (default: 4000, or what the limit of open files allows)",
     .network = true},
    {NULL, "threads", 'j', "N", NULL, FOR_LOOKUPS, take_unsigned, TO(threads),
     WHOLE_NUMBER(1, THREADS_MAX), .help = "threads that look up (default: one per core)"},
    {NULL, "rate", 0, "QPS", NULL, FOR_LOOKUPS, take_rate, .field = 0, WHOLE_NUMBER(0, RATE_MAX),
     .help = "queries a second at most, 0 for no limit (default: no limit to a loopback resolver, "
             "1000 to any other)",
     .network = true},
    {NULL, "rate-per-shard", 0, NULL, NULL, FOR_AUDIT, take_flag, TO(rate_per_shard),
     .help = "with --shard: each shard may send --rate, instead of its share of it",
     .network = true},
    {NULL, "timeout", 0, "MS", NULL, FOR_LOOKUPS, take_unsigned, TO(timeout_ms),
     WHOLE_NUMBER(1, TIMEOUT_MAX_MS), .help = "milliseconds to wait for each try (default: 2000)",
     .network = true},
    {NULL, "tries", 0, "N", NULL, FOR_LOOKUPS, take_unsigned, TO(tries), WHOLE_NUMBER(1, TRIES_MAX),
     .help = "tries for each question (default: 4)", .network = true},
    {NULL, "patience", 0, "SECONDS", NULL, FOR_LOOKUPS, take_unsigned, TO(patience_s),
     WHOLE_NUMBER(0, PATIENCE_MAX_S),
     .help = "how long a question is asked again after SERVFAIL, REFUSED or another error, 0 for "
             "no longer than --tries (default: 40)",
     .network = true},
    {NULL, "ask", 0, "WHOM", NULL, FOR_LOOKUPS, take_ask, .field = 0,
     .help =
         "resolver, or authoritative[@PORT]: the name servers of the zones, which the resolver "
         "finds. The resolver is asked about addresses that do not pass there (default: resolver)",
     .network = true},
    {NULL, "server-rate", 0, "QPS", NULL, FOR_LOOKUPS, take_count, TO(server_rate),
     WHOLE_NUMBER(0, RATE_MAX),
     .help = "with --ask authoritative: queries a second at most to each name server, 0 for no "
             "limit (default: 500)",
     .network = true},
    {NULL, "vantage", 0, "ADDR[@PORT]", NULL, FOR_LOOKUPS, take_vantage, .field = 0,
     .help = "another resolver that is asked the same questions, to show whether a change has "
             "arrived there; repeat it for more. authoritative[@PORT]: the name servers of each "
             "zone",
     .network = true},
    {NULL, "prune", 0, NULL, PRUNES, FOR_LOOKUPS, take_first_of_two, TO(prune),
     .help = "empty parts of ranges: proven by NXDOMAIN for the name of a whole block (RFC 8020) "
             "and samples inside, or asked address by address (default: auto)",
     .network = true},
    {"Input", "special", 0, NULL, SPECIALS, FOR_LOOKUPS, take_first_of_two, TO(skip_special),
     .help = "special-purpose addresses (RFC 6890): report them as not-public without asking, or "
             "audit them like others (default: skip)"},
    {NULL, "ip-column", 0, "C", NULL, FOR_LOOKUPS, take_text, TO(ip_column),
     .help = "name or number of the column with the addresses (default: from the header and the "
             "first rows)"},
    {NULL, "host-column", 0, "C", NULL, FOR_LOOKUPS, take_text, TO(host_column),
     .help =
         "name or number of the column with the expected host names, or none (default: from the "
         "header and the first rows)"},
    {NULL, "prefix", 0, NULL, PREFIXES, FOR_LOOKUPS, take_prefix, TO(prefix),
     .help =
         "an address with a mask is the whole network, or one host (default: one host where host "
         "bits are set and a name is expected)"},
    {NULL, "max-range", 0, "N", NULL, FOR_RUNS, take_max_range, TO(max_range),
     WHOLE_NUMBER(1, UINT64_MAX),
     .help = "largest range or prefix that is audited, or reported from a run (default: 16777216 "
             "addresses)"},
    {NULL, "walk", 0, "PREFIX", NULL, FOR_LOOKUPS, take_walk, .field = 0,
     .help = "input: find the PTR names below this prefix by walking the reverse tree, and audit "
             "their addresses; repeat it for more"},
    {NULL, "max-found", 0, "N", NULL, FOR_LOOKUPS, take_count, TO(max_found),
     WHOLE_NUMBER(1, UINT64_MAX),
     .help = "a walk ends when it has found this many addresses (default: 1000000)"},
    {"Exit code", "fail-on", 0, NULL, FAIL_ONS, FOR_BOTH, take_choice, TO(fail_on),
     .help =
         "lowest severity that makes the exit code 1 (default: fail); new: only what is known to "
         "be broken and was not before (--baseline)"},
    {NULL, "fail-on-rejected", 0, NULL, NULL, FOR_BOTH, take_flag, TO(fail_on_rejected),
     .help = "exit code 1 if an input row was refused or its expected name was not usable"},
    {NULL, "max-unanswered", 0, "PERCENT", NULL, FOR_RUNS, take_percent, TO(max_unanswered),
     .help = "more temporary errors than this make the exit code 75 (default: 5)"},
    {"Judging", "ignore", 0, "FINDING", NULL, FOR_RUNS, take_findings, TO(ignored),
     .help = "finding that is neither reported nor counted; repeat it, or join several by commas"},
    {NULL, "exceptions", 0, "FILE", NULL, FOR_RUNS, take_text, TO(exceptions),
     .help = "CSV of accepted findings: address, prefix or range; verdict or finding; reason; last "
             "day (YYYY-MM-DD, empty: no end). They are reported, but do not count"},
    {NULL, "receivers", 0, "LIST", NULL, FOR_REPORTS, take_text, TO(receivers),
     .help = "receivers to report on, by key (gmail,postfix), or all (default: all)"},
    {NULL, "receivers-file", 0, "FILE", NULL, FOR_REPORTS, take_text, TO(receivers_file),
     .help = "file with receivers of your own"},
    {NULL, "providers", 0, "FILE", NULL, FOR_RUNS, take_text, TO(providers),
     .help = "CSV of who can set the PTR records: prefix; provider; contact; reference. The most "
             "specific prefix decides, whatever the DNS says"},
    {NULL, "asked-by", 0, "TEXT", NULL, FOR_REPORTS, take_text, TO(asked_by),
     .help = "who asks, in the requests of handover/ (default: the sender of mail)"},
    {NULL, "psl", 0, "FILE", NULL, FOR_RUNS, take_text, TO(psl),
     .help = "public suffix list, for names that look generic (default: the one of the system)"},
    {NULL, "no-confine", 0, NULL, NULL, FOR_RUNS, take_flag, TO(no_confine),
     .help = "keep all privileges, for a system on which giving them up causes trouble"},
    {"Messages", "quiet", 'q', NULL, NULL, FOR_RUNS, take_flag, TO(quiet), .help = "errors only"},
    {NULL, "verbose", 'v', NULL, NULL, FOR_RUNS, take_more, TO(verbose),
     .help = "print each refused row, and how the run was done; -vv: also what each stage costs"},
    {NULL, "progress", 0, NULL, PROGRESSES, FOR_REPORTS, take_choice, TO(progress),
     .help = "a line that is kept up to date, plain lines, or none (default: auto, a line on a "
             "terminal)"},
    {NULL, "version", 'V', NULL, NULL, FOR_ALL, take_version, .field = 0,
     .help = "print the version and exit"},
    {NULL, "help", 'h', NULL, NULL, FOR_ALL, take_help, .field = 0,
     .help = "print this text and exit"},
};

enum { OPTION_COUNT = sizeof(OPTIONS) / sizeof(OPTIONS[0]) };
_Static_assert(sizeof(OPTIONS) / sizeof(OPTIONS[0]) <= OPTIONS_MAX, "a bit for each option");

const struct option_row *option_at(unsigned i)
{
    return i < OPTION_COUNT ? &OPTIONS[i] : NULL;
}

bool option_has_value(const struct option_row *row)
{
    return row->argument || row->choices;
}

const char *shard_by_key(enum shard_by by)
{
    return SHARD_BYS[by];
}

const char *transport_key(enum transport transport)
{
    return TRANSPORTS[transport];
}
