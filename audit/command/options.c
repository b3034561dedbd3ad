#include "audit/command/options_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/command/options_file.h"
#include "audit/dnsname.h"

static const char *const COMMANDS[] = {[COMMAND_AUDIT] = "audit",
                                       [COMMAND_REPORT] = "report",
                                       [COMMAND_COMPARE] = "compare",
                                       [COMMAND_NIGHTLY] = "nightly",
                                       [COMMAND_EXPLAIN] = "explain"};

/* The position in argv. Operands are moved to its front, never past the position. */
struct argument_reader {
    struct options *out;
    char **argv;
    int argc;
    int at;
    bool only_operands; /* "--" was seen */
    uint64_t given;     /* a bit for each row of the table that the command line gives */
};

static uint64_t bit_of(const struct option_row *row)
{
    return UINT64_C(1) << (row - option_at(0));
}

static bool needs_no_more(const struct options *options)
{
    return options->command == COMMAND_HELP || options->command == COMMAND_VERSION;
}

static bool unknown(const struct argument_reader *reader, const char *dashes, const char *text,
                    size_t len, struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "unknown option \"%s%.*s\"; see fcrdns %s --help",
                       dashes, (int)(len < QUOTED_MAX ? len : QUOTED_MAX), text,
                       COMMANDS[reader->out->command]);
}

static bool store(struct options *out, const struct option_row *row, const char *value,
                  struct failure *failure)
{
    if (row->network)
        out->network_option = row->name;
    return row->take((char *)out + row->field, row, value, failure);
}

/* value: NULL unless it is part of the same argument. */
static bool take_option(struct argument_reader *reader, const struct option_row *row,
                        const char *value, struct failure *failure)
{
    if (option_has_value(row) && !value) {
        if (reader->at == reader->argc)
            return failure_set(failure, EXIT_TROUBLE, "--%s needs a value; see fcrdns %s --help",
                               row->name, COMMANDS[reader->out->command]);
        value = reader->argv[reader->at++];
    }
    reader->given |= bit_of(row);
    return store(reader->out, row, value, failure);
}

static bool is_of(const struct option_row *row, enum command command)
{
    return row->commands & 1u << command;
}

/* The row of a long name: of the command, else of other commands; NULL: no such option. */
static const struct option_row *row_of_name(const char *name, size_t length, enum command command)
{
    const struct option_row *row, *other = NULL;
    for (unsigned i = 0; (row = option_at(i)) != NULL; i++) {
        if (strlen(row->name) != length || memcmp(row->name, name, length) != 0)
            continue;
        if (is_of(row, command))
            return row;
        other = row;
    }
    return other;
}

static bool read_long(struct argument_reader *reader, const char *text, struct failure *failure)
{
    size_t len = strcspn(text, "=");
    const char *value = text[len] == '=' ? text + len + 1 : NULL;
    const struct option_row *row = row_of_name(text, len, reader->out->command);
    if (!row || !is_of(row, reader->out->command))
        return unknown(reader, "--", text, len, failure);
    if (value && !option_has_value(row))
        return failure_set(failure, EXIT_TROUBLE, "--%s takes no value", row->name);
    return take_option(reader, row, value, failure);
}

static const struct option_row *row_of_letter(char letter, enum command command)
{
    const struct option_row *row;
    for (unsigned i = 0; (row = option_at(i)) != NULL; i++)
        if (row->letter == letter && is_of(row, command))
            break;
    return row;
}

/* "-qv", "-c100", "-c 100" */
static bool read_letters(struct argument_reader *reader, const char *letters,
                         struct failure *failure)
{
    for (; *letters != '\0' && !needs_no_more(reader->out); letters++) {
        const struct option_row *row = row_of_letter(*letters, reader->out->command);
        if (!row)
            return unknown(reader, "-", letters, 1, failure);
        if (option_has_value(row))
            return take_option(reader, row, letters[1] != '\0' ? letters + 1 : NULL, failure);
        if (!take_option(reader, row, NULL, failure))
            return false;
    }
    return true;
}

static bool read_arguments(struct argument_reader *reader, struct failure *failure)
{
    struct options *out = reader->out;
    bool good = true;
    while (good && reader->at < reader->argc && !needs_no_more(out)) {
        char *argument = reader->argv[reader->at++];
        if (reader->only_operands || argument[0] != '-' || argument[1] == '\0')
            out->operands[out->operand_count++] = argument;
        else if (argument[1] != '-')
            good = read_letters(reader, argument + 1, failure);
        else if (argument[2] != '\0')
            good = read_long(reader, argument + 2, failure);
        else
            reader->only_operands = true;
    }
    return good;
}

/* ---- the file of --options ---- */

static bool file_option(const struct argument_reader *reader, const struct options_line *line,
                        const struct option_row *row, struct failure *failure)
{
    struct options *out = reader->out;
    struct failure why = {0};
    if (option_has_value(row) && !line->value)
        return options_file_refuse(out->file, line, failure, "%s needs a value", line->name);
    if (!option_has_value(row) && line->value)
        return options_file_refuse(out->file, line, failure, "%s takes no value", line->name);
    if ((reader->given & bit_of(row)) || !is_of(row, out->command))
        return true; /* the command line wins; one file may serve several commands */
    return store(out, row, line->value, &why) ||
           options_file_refuse(out->file, line, failure, "%s", why.text);
}

/* Options that make no sense in a file: the file of options itself, help and version. */
static bool is_for_files(const struct option_row *row)
{
    return strcmp(row->name, "options") != 0 && !(row->commands & 1u << COMMAND_EXPLAIN);
}

static bool file_line(const struct argument_reader *reader, const struct options_line *line,
                      struct failure *failure)
{
    struct options_file *file = reader->out->file;
    const struct option_row *row =
        row_of_name(line->name, strlen(line->name), reader->out->command);
    if (strcmp(line->name, "input") == 0) {
        if (!line->value || !*line->value)
            return options_file_refuse(file, line, failure, "input needs a value");
        options_file_keep_input(file, line->value);
        return true;
    }
    if (!row)
        return options_file_refuse(file, line, failure, "unknown option \"%.*s\"", QUOTED_MAX,
                                   line->name);
    if (!is_for_files(row))
        return options_file_refuse(file, line, failure, "%s cannot be in a file of options",
                                   line->name);
    return file_option(reader, line, row, failure);
}

/* Without INPUT on the command line an audit has those of the file. */
static void take_inputs(struct options *out)
{
    unsigned count;
    char **inputs = options_file_inputs(out->file, &count);
    bool reads = out->command == COMMAND_AUDIT || out->command == COMMAND_NIGHTLY;
    if (reads && out->operand_count == 0 && !out->recheck) {
        out->operands = inputs;
        out->operand_count = count;
    }
}

/* What --walk names becomes an input. */
static bool take_walks(struct options *out, struct failure *failure)
{
    if (out->walk_count == 0)
        return true;
    out->joined = calloc(out->operand_count + out->walk_count, sizeof(*out->joined));
    if (!out->joined)
        return failure_out_of_memory(failure);
    for (unsigned i = 0; i < out->operand_count; i++)
        out->joined[i] = out->operands[i];
    for (unsigned i = 0; i < out->walk_count; i++)
        out->joined[out->operand_count++] = out->walks[i];
    out->operands = out->joined;
    return true;
}

static bool read_file(const struct argument_reader *reader, struct failure *failure)
{
    struct options *out = reader->out;
    struct options_line line;
    if (!out->options)
        return true;
    out->file = options_file_open(out->options, failure);
    if (!out->file)
        return false;
    while (options_file_next(out->file, &line, failure))
        if (!file_line(reader, &line, failure))
            return false;
    take_inputs(out);
    return !failure_is_set(failure);
}

/* ---- what does not go together ---- */

/* Accepts names of one label, which private authorities sign. */
static bool is_server_name(const struct dnsname *name)
{
    enum hostname_fault fault = dnsname_hostname_fault(name);
    return fault == HOSTNAME_OK || fault == HOSTNAME_ONE_LABEL || fault == HOSTNAME_LOCALHOST;
}

static bool check_tls(const struct options *options, struct failure *failure)
{
    struct dnsname name;
    if (options->tls_ca && !options->tls_name)
        return failure_set(failure, EXIT_TROUBLE,
                           "--tls-ca needs --tls-name, the name in the certificate");
    if (!options->tls_name)
        return true;
    if (options->transport != TRANSPORT_TLS)
        return failure_set(failure, EXIT_TROUBLE, "--tls-name needs --transport tls");
    size_t length = strlen(options->tls_name);
    if (!dnsname_from_text(&name, options->tls_name, length) || !is_server_name(&name) ||
        options->tls_name[length - 1] == '.')
        return failure_set(
            failure, EXIT_TROUBLE,
            "--tls-name needs the host name in the certificate, without a final dot, not \"%.*s\"",
            QUOTED_MAX, options->tls_name);
    return true;
}

bool options_recurse(const struct options *options)
{
    return options->resolver_count == 1 && endpoint_is_recursive(&options->resolvers[0]);
}

void options_print_transport(char *out, size_t size, const struct options *options)
{
    const char *name = options->tls_name;
    snprintf(out, size, "%s%s%s", transport_key(options->transport), name ? ", as " : "",
             name ? name : "");
}

static bool check_recursion(const struct options *options, struct failure *failure)
{
    const char *own = options->root_hints ? "root-hints" : "trust-anchor";

    for (unsigned i = 0; options->resolver_count > 1 && i < options->resolver_count; i++) {
        if (endpoint_is_recursive(&options->resolvers[i]))
            return failure_set(failure, EXIT_TROUBLE,
                               "--resolver recursive asks no resolver: leave out the others");
    }
    if (options_recurse(options))
        return options->transport == TRANSPORT_UDP ||
               failure_set(failure, EXIT_TROUBLE,
                           "--resolver recursive asks name servers, over UDP, and over TCP where "
                           "they want it: leave out --transport");
    return (!options->root_hints && !options->trust_anchor) ||
           failure_set(failure, EXIT_TROUBLE, "--%s is for --resolver recursive", own);
}

/* inputs: how many of them are standard input. */
static bool check_standard_input(const struct options *options, unsigned inputs,
                                 struct failure *failure)
{
    inputs += options->exceptions && strcmp(options->exceptions, "-") == 0;
    inputs += options->providers && strcmp(options->providers, "-") == 0;
    inputs += options->options && strcmp(options->options, "-") == 0;
    inputs += options->root_hints && strcmp(options->root_hints, "-") == 0;
    inputs += options->trust_anchor && strcmp(options->trust_anchor, "-") == 0;
    return inputs <= 1 ||
           failure_set(failure, EXIT_TROUBLE, "standard input (-) can be read only once");
}

static bool check_shard(const struct options *options, struct failure *failure)
{
    if (options->shard.count == 0)
        return (options->shard.by == SHARD_BY_ZONE && !options->rate_per_shard) ||
               failure_set(failure, EXIT_TROUBLE, "--%s is for --shard",
                           options->rate_per_shard ? "rate-per-shard" : "shard-by");
    if (options->recheck)
        return failure_set(failure, EXIT_TROUBLE,
                           "--shard divides an INPUT: leave it out to check a shard again");
    if (options->before.count > 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "--shard and --baseline cannot be given together: compare all shards, "
                           "when they are there, with fcrdns compare");
    return (options->vantage_count == 0 && !options->authoritative) ||
           failure_set(failure, EXIT_TROUBLE,
                       "--shard and --vantage cannot be given together: check the shard again with "
                       "--recheck, and give --vantage there");
}

static bool check_audit(const struct options *options, struct failure *failure)
{
    if (options->resume && options->force)
        return failure_set(
            failure, EXIT_TROUBLE,
            "--resume continues a run and --force replaces it: give only one of them");
    if (options->recheck && options->operand_count > 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "--recheck takes its addresses from %.*s: give it or an INPUT, not both",
                           QUOTED_MAX, options->recheck);
    if (options->operand_count == 0 && !options->recheck && (!options->resume || options->dry_run))
        return failure_set(failure, EXIT_TROUBLE,
                           "nothing to audit: give at least one INPUT; see fcrdns %s --help",
                           COMMANDS[options->command]);
    if (options->zone_count > 0 && options->network_option)
        return failure_set(
            failure, EXIT_TROUBLE,
            "--zone answers from files and asks no resolver: leave out --%s or --zone",
            options->network_option);
    if (!check_shard(options, failure))
        return false;
    if (options->fail_on == FAIL_ON_NEW && options->before.count == 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "--fail-on new needs --baseline, the run to compare with");
    unsigned standard_inputs = 0;
    for (unsigned i = 0; i < options->operand_count; i++)
        standard_inputs += strcmp(options->operands[i], "-") == 0;
    for (unsigned i = 0; i < options->zone_count; i++)
        standard_inputs += strcmp(options->zones[i], "-") == 0;
    return check_standard_input(options, standard_inputs, failure) &&
           check_recursion(options, failure) && check_tls(options, failure);
}

static bool check_nightly(const struct options *options, struct failure *failure)
{
    if (!options->output)
        return failure_set(failure, EXIT_TROUBLE,
                           "nightly needs -o DIR, the folder of the nights; see fcrdns nightly "
                           "--help");
    return check_audit(options, failure);
}

static bool check_report(const struct options *options, struct failure *failure)
{
    if (options->operand_count == 0)
        return failure_set(
            failure, EXIT_TROUBLE,
            "nothing to report: give at least one RUN directory; see fcrdns report --help");
    return check_standard_input(options, 0, failure);
}

/* OLD or NEW comes before the runs that options add: reports name it. */
static void put_first(struct compared_runs *side, const char *folder)
{
    side->folders[side->count++] = side->folders[0];
    side->folders[0] = folder;
}

static bool check_compare(struct options *options, struct failure *failure)
{
    if (options->operand_count != 2)
        return failure_set(failure, EXIT_TROUBLE,
                           "compare needs two run directories, OLD and NEW; see fcrdns compare "
                           "--help");
    put_first(&options->before, options->operands[0]);
    put_first(&options->after, options->operands[1]);
    return check_standard_input(options, 0, failure);
}

/* Finds the command that a word names; help and version count as commands. */
static bool find_command(enum command *out, const char *word)
{
    for (unsigned i = 0; i < sizeof(COMMANDS) / sizeof(COMMANDS[0]); i++)
        if (strcmp(COMMANDS[i], word) == 0) {
            *out = (enum command)i;
            return true;
        }
    *out = COMMAND_HELP;
    if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return true;
    *out = COMMAND_VERSION;
    return strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0;
}

static void set_defaults(struct options *out)
{
    *out = (struct options){
        .help_for = COMMAND_HELP,
        .transport = TRANSPORT_UDP,
        .concurrency = CONCURRENCY_DEFAULT,
        .timeout_ms = 2000,
        .tries = 4,
        .patience_s = 40,
        .server_rate = 500,
        .prune = true,
        .skip_special = true,
        .max_range = 16777216,
        .max_found = MAX_FOUND_DEFAULT,
        .fail_on = FAIL_ON_FAIL,
        .max_unanswered = 5,
        .keep = 30,
        .progress = PROGRESS_AUTO,
    };
}

/* A file of options may serve nightly too, whose baseline is the night before. */
static bool check_confirm(const struct argument_reader *reader, struct failure *failure)
{
    static const char NAME[] = "confirm";
    const struct options *options = reader->out;
    const struct option_row *row = row_of_name(NAME, sizeof(NAME) - 1, COMMAND_AUDIT);

    return options->command != COMMAND_AUDIT || options->before.count > 0 ||
           !(reader->given & bit_of(row)) ||
           (options->confirm_s == 0 && !options->confirm_servers) ||
           failure_set(failure, EXIT_TROUBLE,
                       "--confirm needs --baseline, the run to compare with");
}

static bool check(struct options *options, struct failure *failure)
{
    if (options->command == COMMAND_AUDIT)
        return check_audit(options, failure);
    if (options->command == COMMAND_NIGHTLY)
        return check_nightly(options, failure);
    if (options->command == COMMAND_COMPARE)
        return check_compare(options, failure);
    return options->command == COMMAND_EXPLAIN || check_report(options, failure);
}

void options_free(struct options *options)
{
    options_file_close(options->file);
    options->file = NULL;
    for (unsigned i = 0; i < options->walk_count; i++)
        free(options->walks[i]);
    options->walk_count = 0;
    free(options->joined);
    options->joined = NULL;
}

bool options_parse(struct options *out, int argc, char **argv, struct failure *failure)
{
    set_defaults(out);
    if (argc < 2)
        return failure_set(
            failure, EXIT_TROUBLE,
            "no command: \"fcrdns audit INPUT...\" looks up and reports, \"fcrdns report "
            "RUN...\" reports again; see fcrdns --help");
    if (!find_command(&out->command, argv[1]))
        return failure_set(failure, EXIT_TROUBLE,
                           "there is no command \"%.*s\": audit, report, compare, nightly or "
                           "explain; see fcrdns --help",
                           QUOTED_MAX, argv[1]);
    if (out->command == COMMAND_HELP && argc > 2 && !find_command(&out->help_for, argv[2]))
        return failure_set(failure, EXIT_TROUBLE,
                           "no help for \"%.*s\": audit, report, compare, nightly or explain",
                           QUOTED_MAX, argv[2]);
    if (out->command == COMMAND_VERSION && argc > 2)
        out->verbose = strcmp(argv[2], "-v") == 0 || strcmp(argv[2], "--verbose") == 0;
    if (out->command == COMMAND_NIGHTLY)
        out->confirm_s = CONFIRM_DEFAULT_S;
    struct argument_reader reader = {.out = out, .argv = argv, .argc = argc, .at = 2};
    out->operands = argv + 2;
    if (needs_no_more(out))
        return true;
    bool good = read_arguments(&reader, failure);
    if (good && !needs_no_more(out))
        good = read_file(&reader, failure) && take_walks(out, failure) &&
               check_confirm(&reader, failure) && check(out, failure);
    if (good)
        return true;
    options_free(out);
    return false;
}
