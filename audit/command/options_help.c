#include "audit/command/options_private.h"

#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 34, HELP_WIDTH = 80 };

/* Prints the text wrapped, in lines that begin at `column`. `at` is where the cursor is. */
static void print_wrapped(const char *text, int at, int column)
{
    while (*text != '\0') {
        int len = (int)strcspn(text, " ");
        if (at > column && at + 1 + len > HELP_WIDTH) {
            putchar('\n');
            at = 0;
        }
        if (at < column)
            at += printf("%*s", column - at, "");
        else if (at > column)
            at += printf(" ");
        at += printf("%.*s", len, text);
        text += len;
        text += strspn(text, " ");
    }
    putchar('\n');
}

static void print_row(const struct option_row *row)
{
    char value[CHOICES_TEXT_MAX] = "";
    if (row->choices)
        option_join_choices(value, row, "|");
    else if (row->argument)
        snprintf(value, sizeof(value), "%s", row->argument);
    if (row->group)
        printf("\n%s\n", row->group);
    int at = row->letter != 0 ? printf("  -%c, ", row->letter) : printf("      ");
    at += printf("--%s%s%s", row->name, value[0] != '\0' ? " " : "", value);
    print_wrapped(row->help, at, HELP_COLUMN);
}

static const char OVERVIEW[] =
    "Usage: fcrdns audit [OPTION]... INPUT...    look up and report\n"
    "       fcrdns report [OPTION]... RUN...     report again, no lookups\n"
    "       fcrdns compare [OPTION]... OLD NEW   what changed between two runs\n"
    "       fcrdns nightly [OPTION]... INPUT...  audit, compare with last night\n"
    "       fcrdns explain [KEY]...              what a verdict or finding means\n"
    "\n"
    "Audits the forward-confirmed reverse DNS of mail-sending addresses: each must\n"
    "have a PTR name, and that name must resolve back to the address.\n"
    "\n"
    "  fcrdns audit --help      options of audit\n"
    "  fcrdns report --help     options of report\n"
    "  fcrdns compare --help    options of compare\n"
    "  fcrdns nightly --help    options of nightly\n"
    "  fcrdns --version         print the version\n"
    "\n"
    "Exit codes: 0 policy met; 1 findings at or above --fail-on; 2 usage, input or\n"
    "output error; 75 the network could not be trusted, try later; 130 or 143\n"
    "stopped by SIGINT or SIGTERM, --resume continues.\n";

static const char AUDIT_USAGE[] =
    "Usage: fcrdns audit [OPTION]... INPUT...\n"
    "\n"
    "Looks up PTR names and their addresses, and writes audit.csv, audit.html,\n"
    "explore.html, summary.txt, summary.json, rejected.csv and, in handover/, a\n"
    "folder for each party that has something to fix. INPUT is a file (CSV, TSV, or\n"
    "one item a line, plain or gzip), - for standard input, or an address, prefix\n"
    "or range (198.51.100.0/24, 198.51.100.7-198.51.100.99).\n";

static const char EXPLAIN_USAGE[] =
    "Usage: fcrdns explain [KEY]...\n"
    "\n"
    "Explains a verdict or finding: what it means, its severity, which party can fix\n"
    "it, and where the rule comes from. Without KEY it lists them all.\n";

static const char REPORT_USAGE[] =
    "Usage: fcrdns report [OPTION]... RUN...\n"
    "\n"
    "Writes the reports again from the run directories RUN, without lookups; several\n"
    "runs are reported as one.\n";

static const char COMPARE_USAGE[] =
    "Usage: fcrdns compare [OPTION]... OLD NEW\n"
    "\n"
    "Writes what changed from the run in OLD to the run in NEW, without lookups:\n"
    "changes.csv, changes.txt, changes.html and changes.json. Exit code 1 if\n"
    "something broke, 75 if NEW cannot be trusted.\n";

static const char NIGHTLY_USAGE[] =
    "Usage: fcrdns nightly [OPTION]... -o DIR INPUT...\n"
    "\n"
    "Audits into a new folder of DIR, named after the time, and compares with the\n"
    "last complete night. When the night is complete, history.csv gets a row, the\n"
    "link latest leads to it, and index.html shows the trend. Prints nothing unless\n"
    "something broke. Exit code 1 if something broke; 2 and 75 as for audit: the\n"
    "night failed, and nothing else changes.\n";

void options_print_help(enum command command)
{
    static const char *const USAGES[] = {[COMMAND_AUDIT] = AUDIT_USAGE,
                                         [COMMAND_REPORT] = REPORT_USAGE,
                                         [COMMAND_COMPARE] = COMPARE_USAGE,
                                         [COMMAND_NIGHTLY] = NIGHTLY_USAGE,
                                         [COMMAND_EXPLAIN] = EXPLAIN_USAGE};
    if (command > COMMAND_EXPLAIN) {
        fputs(OVERVIEW, stdout);
        return;
    }
    fputs(USAGES[command], stdout);
    const struct option_row *row;
    for (unsigned i = 0; (row = option_at(i)) != NULL; i++)
        if (row->commands & 1u << command)
            print_row(row);
}
