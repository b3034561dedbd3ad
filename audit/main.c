/*
 * The program: reads the command line and runs the command; only this file ends the process. The
 * commands are in audit/command/.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audit/command/commands.h"
#include "audit/command/judging.h"
#include "io/resolver/resolver.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "io/system/standard_streams.h"
#include "reports/explain.h"

static enum exit_status explain_command(const struct options *options)
{
    enum exit_status status = EXIT_POLICY_MET;
    if (options->operand_count == 0)
        explain_all();
    for (unsigned i = 0; i < options->operand_count; i++) {
        if (!explain(options->operands[i])) {
            say("there is no verdict or finding \"%s\"; fcrdns explain lists them all",
                options->operands[i]);
            status = EXIT_TROUBLE;
        }
    }
    return status;
}

/* The exit code, after standard output is flushed: a summary that could not be written is an
 * output error. */
static enum exit_status end_output(enum exit_status status)
{
    bool good = fflush(stdout) == 0 && !ferror(stdout);
    if (!good)
        say("cannot write to standard output: %s", strerror(errno));
    return good || status >= EXIT_TROUBLE ? status : EXIT_TROUBLE;
}

static void print_version(bool verbose)
{
    const struct resolver_engine *engine = &resolver_network;

    printf("%s (%s %s)\n", PROGRAM, engine->name, engine->version());
    if (verbose && engine->linking)
        printf("%s: %s library\n", engine->name, engine->linking);
}

static enum exit_status run_command(const struct options *options)
{
    switch (options->command) {
    case COMMAND_HELP:
        options_print_help(options->help_for);
        return EXIT_POLICY_MET;
    case COMMAND_VERSION:
        print_version(options->verbose > 0);
        return EXIT_POLICY_MET;
    case COMMAND_NIGHTLY:
        return nightly_command(options);
    case COMMAND_REPORT:
        return report_command(options);
    case COMMAND_COMPARE:
        return compare_command(options);
    case COMMAND_EXPLAIN:
        return explain_command(options);
    case COMMAND_AUDIT:
        break;
    }
    return audit_command(options);
}

int main(int argc, char **argv)
{
    struct options options;
    struct failure failure = {0};
    if (!standard_streams_open(&failure) || !options_parse(&options, argc, argv, &failure)) {
        say("%s", failure.text);
        return failure.status;
    }
    signals_ignore_broken_writes();
    enum exit_status status = end_output(run_command(&options));
    options_free(&options);
    return (int)status;
}
