/*
 * The roof: connects the rooms, and is the only place that ends the process. Each command has a
 * file beside this one, audit/main_*.c; what they share is in audit/command/judging.h.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audit/command/commands.h"
#include "audit/command/judging.h"
#include "io/resolver/resolver.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "reports/explain.h"

static enum exit_status explain_command(const struct options *options)
{
    enum exit_status status = EXIT_POLICY_MET;
    if (options->operand_count == 0)
        explain_all();
    for (unsigned i = 0; i < options->operand_count; i++) {
        if (!explain(options->operands[i])) {
            say("no verdict or finding is called \"%s\"; fcrdns explain lists all",
                options->operands[i]);
            status = EXIT_TROUBLE;
        }
    }
    return status;
}

/* What went to standard output counts as well: a summary nobody got is an output error. */
static int written(enum exit_status status)
{
    bool good = fflush(stdout) == 0 && !ferror(stdout);
    if (!good)
        say("cannot write to standard output: %s", strerror(errno));
    return (int)(good || status >= EXIT_TROUBLE ? status : EXIT_TROUBLE);
}

int main(int argc, char **argv)
{
    struct options options;
    struct failure failure = {0};
    if (!options_parse(&options, argc, argv, &failure)) {
        say("%s", failure.text);
        return failure.status;
    }
    signals_ignore_broken_writes();
    switch (options.command) {
    case COMMAND_HELP:
        options_print_help(options.help_for);
        return written(EXIT_POLICY_MET);
    case COMMAND_VERSION:
        printf("%s (%s %s)\n", PROGRAM, resolver_network.name, resolver_network.version());
        return written(EXIT_POLICY_MET);
    case COMMAND_REPORT:
        return written(report_command(&options));
    case COMMAND_EXPLAIN:
        return written(explain_command(&options));
    case COMMAND_AUDIT:
        break;
    }
    return written(audit_command(&options));
}
