/*
 * The command line. One table of options (options_table.c) drives the parser, --help and the tests
 * of README and man page.
 *
 * A file of options (--options) is read as if its lines came before the command line: an option or
 * INPUT that the command line gives replaces those of the file.
 *
 * Ownership: options_parse / options_free; strings point into argv, or into the file that the
 * options own. Threads: none. Errors: one line for the user, exit code 2.
 */
#ifndef AUDIT_COMMAND_OPTIONS_H
#define AUDIT_COMMAND_OPTIONS_H

#include "audit/ipaddr.h"
#include "audit/shard.h"
#include "audit/verdict.h"
#include "io/input/intake.h"
#include "io/resolver/resolver.h"
#include "io/resolver/zone_set.h"
#include "io/system/endpoint.h"
#include "reports/progress.h"

enum command {
    COMMAND_AUDIT,
    COMMAND_REPORT,
    COMMAND_COMPARE,
    COMMAND_NIGHTLY,
    COMMAND_EXPLAIN,
    COMMAND_HELP,
    COMMAND_VERSION
};
enum explore_mode { EXPLORE_AUTO, EXPLORE_OFF };
enum fail_on { FAIL_ON_FAIL, FAIL_ON_WARN, FAIL_ON_NEVER, FAIL_ON_NEW };

enum { CONFIRM_DEFAULT_S = 60 /* of nights, and of --confirm authoritative */ };
enum { CONCURRENCY_DEFAULT = 4000, THREADS_MAX = 256, CONCURRENCY_MAX = 1000000 };
enum { WALKS_MAX = 64, MAX_FOUND_DEFAULT = 1000000 };
enum { SIDE_RUNS_MAX = 256 /* runs that are compared as one */ };

/* One side of a comparison. */
struct compared_runs {
    unsigned count;
    const char *folders[SIDE_RUNS_MAX];
};

struct options_file;

struct options {
    enum command command;
    enum command help_for; /* with COMMAND_HELP: whose help; COMMAND_HELP is the overview */
    const char *output;    /* NULL: not given */
    struct endpoint resolvers[ENDPOINTS_MAX];
    unsigned resolver_count; /* 0: the system's */
    struct endpoint vantages[ENDPOINTS_MAX];
    unsigned vantage_count;
    bool authoritative;          /* --vantage authoritative */
    uint16_t authoritative_port; /* 0: not given */
    bool ask_given;              /* --ask */
    bool ask_authoritative;      /* its value */
    uint16_t ask_port;           /* of the name servers; 0: not given */
    uint64_t server_rate;        /* queries a second to each; 0: unlimited */
    enum transport transport;
    const char *zones[ZONES_MAX];      /* paths of zone files to answer from */
    const char *zone_names[ZONES_MAX]; /* their zones, up to a "="; NULL: the file says it */
    unsigned zone_count;
    const char
        *network_option; /* an option given that only makes sense with resolvers; NULL: none */
    unsigned concurrency;
    unsigned threads; /* 0: one per core */
    bool has_rate;
    uint64_t rate; /* 0: unlimited */
    unsigned timeout_ms;
    unsigned tries;
    unsigned patience_s; /* with errors in replies; 0: only `tries` limits them */
    struct shard shard;
    bool rate_per_shard; /* else `rate` is that of all shards together */
    bool missing;        /* report: print which shards are missing, and nothing else */
    bool prune;          /* look for cuts */
    bool skip_special;
    const char *ip_column;
    const char *host_column;
    enum prefix_meaning prefix;
    ip_count max_range;
    uint64_t max_found;
    char *walks[WALKS_MAX]; /* "walk PREFIX": inputs of their own; owned */
    unsigned walk_count;
    char **joined; /* operands that include these; NULL: not made */
    bool fail_on_rejected;
    bool resume;
    const char *recheck;   /* directory of an earlier run; NULL: not given */
    unsigned confirm_s;    /* what would break is asked again after that */
    bool confirm_servers;  /* at the name servers of the zones too; without: confirm_s 0: no */
    uint16_t confirm_port; /* of the name servers; 0: not given */
    bool force;
    unsigned keep; /* folders of nights */
    enum fail_on fail_on;
    double max_unanswered;  /* percent */
    uint32_t ignored;       /* bit per enum finding */
    const char *exceptions; /* path; NULL: not given */
    bool dry_run;
    bool gzip;
    bool jsonl;
    const char *prometheus; /* path; NULL: not given */
    enum explore_mode explore;
    bool quiet;
    unsigned verbose;
    enum progress_mode progress;
    struct compared_runs before; /* OLD and --old, or --baseline */
    struct compared_runs after;  /* NEW and --new */
    char **operands;             /* INPUT..., RUN..., OLD NEW or KEY... */
    unsigned operand_count;
    const char *receivers;      /* keys; NULL: not given */
    const char *receivers_file; /* NULL: not given */
    const char *providers;      /* path; NULL: not given */
    const char *asked_by;       /* NULL: not given */
    const char *psl;            /* NULL: not given */
    bool no_confine;
    const char *root_hints;    /* path; NULL: not given */
    const char *trust_anchor;  /* path; NULL: not given */
    const char *tls_name;      /* NULL: not given */
    const char *tls_ca;        /* path; NULL: not given */
    const char *options;       /* path of a file of options; NULL: not given */
    struct options_file *file; /* its text */
};

bool options_parse(struct options *out, int argc, char **argv, struct failure *failure)
    __attribute__((warn_unused_result));
/* Frees what options_parse read; after a failure there is nothing to free. */
void options_free(struct options *options);
/* -r recursive: no resolver is asked. */
bool options_recurse(const struct options *options);
/* How is asked, as a run file records it: "udp", "tls, as dns.example". Cut at size. */
void options_print_transport(char *out, size_t size, const struct options *options);
/* Prints --help of a command (COMMAND_HELP: the overview) on standard output. */
void options_print_help(enum command command);
/* The words of these values on the command line and in the run file. */
const char *shard_by_key(enum shard_by by);
const char *transport_key(enum transport transport);

#endif
