/* The texts of --help. */
#include "audit/command/options.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HELP_MAX = 16384 };

static void help_text(enum command command, char out[HELP_MAX])
{
    fflush(stdout);
    int before = dup(STDOUT_FILENO);
    FILE *file = tmpfile();
    cr_assert_not_null(file);
    dup2(fileno(file), STDOUT_FILENO);
    options_print_help(command);
    fflush(stdout);
    dup2(before, STDOUT_FILENO);
    close(before);
    rewind(file);
    size_t len = fread(out, 1, HELP_MAX - 1, file);
    out[len] = '\0';
    cr_assert_lt(len, HELP_MAX - 1);
    fclose(file);
}

/* Counts the lines whose first word, or the word after "-x, ", is the option. */
static unsigned times_listed(const char *help, const char *option)
{
    unsigned count = 0;
    size_t len = strlen(option);
    for (const char *line = help; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strlen(line) > 6 + len && memcmp(line + 6, option, len) == 0 &&
            strchr(" \n", line[6 + len]) != NULL)
            count++;
        if (*line == '\0')
            break;
    }
    return count;
}

static const char *const REPORT_OPTIONS[] = {
    "--output",    "--explore",   "--force",          "--fail-on", "--max-unanswered",
    "--quiet",     "--verbose",   "--progress",       "--version", "--help",
    "--psl",       "--receivers", "--receivers-file", "--ignore",  "--exceptions",
    "--providers", "--asked-by",  "--no-confine",     "--gzip",    "--fail-on-rejected",
    "--max-range", "--options",   "--jsonl",          NULL};
static const char *const AUDIT_OPTIONS[] = {
    "--vantage",   "--resolver",    "--transport",      "--concurrency",
    "--threads",   "--rate",        "--timeout",        "--tries",
    "--patience",  "--special",     "--ip-column",      "--host-column",
    "--ask",       "--server-rate", "--resume",         "--dry-run",
    "--recheck",   "--shard",       "--shard-by",       "--prometheus",
    "--prune",     "--baseline",    "--rate-per-shard", "--prefix",
    "--zone",      "--tls-name",    "--tls-ca",         "--walk",
    "--max-found", "--confirm",     "--root-hints",     "--trust-anchor",
    NULL};

static unsigned listed(const char *help)
{
    unsigned count = 0;
    for (const char *at = help; (at = strstr(at, "--")); at += 2)
        count += at - help >= 7 && (at[-7] == '\n') && (at[-1] == ' ');
    return count;
}

Test(options_help, help_lists_each_option_once)
{
    char audit[HELP_MAX], report[HELP_MAX];
    unsigned count = 0;
    help_text(COMMAND_AUDIT, audit);
    help_text(COMMAND_REPORT, report);
    for (unsigned i = 0; REPORT_OPTIONS[i]; i++) {
        cr_expect_eq(times_listed(audit, REPORT_OPTIONS[i]), 1, "%s", REPORT_OPTIONS[i]);
        cr_expect_eq(times_listed(report, REPORT_OPTIONS[i]), 1, "%s", REPORT_OPTIONS[i]);
        count++;
    }
    cr_expect_eq(times_listed(report, "--missing"), 1, "of report alone");
    cr_expect_eq(listed(report), count + 1);
    for (unsigned i = 0; AUDIT_OPTIONS[i]; i++) {
        cr_expect_eq(times_listed(audit, AUDIT_OPTIONS[i]), 1, "%s", AUDIT_OPTIONS[i]);
        cr_expect_eq(times_listed(report, AUDIT_OPTIONS[i]), 0, "%s", AUDIT_OPTIONS[i]);
        count++;
    }
    cr_expect_eq(listed(audit), count);
    cr_expect_not_null(strstr(audit, "\n  -t, --transport udp|tcp|tls     how to ask"), "%s",
                       audit);
    cr_expect_not_null(strstr(audit, "\n      --rate QPS                  queries"));
}

Test(options_help, help_fits_a_terminal)
{
    char help[HELP_MAX];
    for (int command = COMMAND_AUDIT; command <= COMMAND_VERSION; command++) {
        help_text((enum command)command, help);
        cr_expect_gt(strlen(help), 200);
        for (char *rest = NULL, *line = strtok_r(help, "\n", &rest); line;
             line = strtok_r(NULL, "\n", &rest)) {
            cr_expect_leq(strlen(line), 80, "%s", line);
            cr_expect_neq(line[strlen(line) - 1], ' ', "%s", line);
        }
    }
}
