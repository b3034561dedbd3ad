/*
 * The roof: the story of an audit. Inputs exist - run directory - privileges given up - what is
 * judged by - resolver answers - load inputs - collect - zones - vantages - render - exit status.
 */
#include "audit/command/audit.h"

#include <stdlib.h>

#include "audit/command/commands.h"
#include "audit/command/confine.h"
#include "io/system/say.h"
#include "io/system/signals.h"

static const char RECHECK_OUTPUT[] = "fcrdns-recheck";

/* All that needs privileges which are given up then. */
static bool prepare(struct audit *audit)
{
    const struct options *options = audit->options;
    enum run_dir_mode mode = audit_mode(options);
    struct failure *failure = &audit->failure;
    return input_check(options, audit->output, failure) &&
           run_dir_check(audit->output, mode, failure) &&
           run_dir_open(&audit->dir, audit->output, mode, failure);
}

/* Who fails without a word was short of memory. */
static enum exit_status failed(struct audit *audit)
{
    failure_out_of_memory(&audit->failure);
    return audit->failure.status;
}

/* Says how to go on with a run that is not complete. */
static void say_how_to_go_on(const struct audit *audit, enum collect_end end)
{
    if (end == COLLECT_GAVE_UP)
        say("no resolver has answered for %d s, so the rest was not asked",
            ASKER_PATIENCE_MS / 1000);
    if (end == COLLECT_STOPPED || end == COLLECT_GAVE_UP)
        say("what was found is kept in %s: the same command with --resume goes on", audit->output);
}

static bool report(struct audit *audit, struct tally *tally)
{
    struct run_file *runs[] = {audit->run};
    bool good = judging_render(audit->judging, runs, &audit->record, 1, &audit->dir, audit->options,
                               tally, &audit->failure);
    if (good)
        stages_next(&audit->stages, "reports");
    else if (*signals_stop())
        audit->failure.status = judging_signal_status();
    return good;
}

/* Does the report cover the input? */
static bool is_covered(struct audit *audit, const struct tally *tally)
{
    if (audit->record.broken_inputs > 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "an input broke off; the report covers what came before");
    if (tally->rows == 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "every input row was refused: see %s/rejected.csv%s", audit->output,
                           audit->options->gzip ? ".gz" : "");
    return true;
}

static enum exit_status finish(struct audit *audit, enum collect_end end)
{
    struct tally tally;
    say_how_to_go_on(audit, end);
    if (!report(audit, &tally))
        return failed(audit);
    if (end == COLLECT_STOPPED)
        return judging_signal_status();
    if (!is_covered(audit, &tally))
        return EXIT_TROUBLE;
    return end == COLLECT_GAVE_UP ? EXIT_TRY_LATER
                                  : judging_policy(audit->options, &audit->record, &tally);
}

bool audit_open_judging(struct audit *audit)
{
    audit->judging = judging_open(audit->options, &audit->failure);
    return audit->judging != NULL;
}

static enum exit_status run_audit(struct audit *audit)
{
    const struct options *options = audit->options;
    struct lookups *lookups = &audit->lookups;
    if (!prepare(audit))
        return audit->failure.status;
    confine_command(options, &audit->dir, options->zone_count == 0);
    if (!audit_open_judging(audit) || !lookups_prepare(lookups, options, &audit->failure))
        return audit->failure.status;
    if (options->recheck && !options->resume) {
        if (!input_open_recheck(&audit->input, options, &audit->failure))
            return audit->failure.status;
        if (audit->input.rechecked.rows == 0) {
            say("every address of the run in %s passed: there is nothing to check again",
                options->recheck);
            return EXIT_POLICY_MET;
        }
    }
    if (!lookups_begin(lookups, options, &audit->failure) || !audit_open_run(audit))
        return audit->failure.status;
    stages_next(&audit->stages, "input");
    signals_catch_stop();
    enum collect_end end = audit_collect(audit);
    return end == COLLECT_FAILED ? failed(audit) : finish(audit, end);
}

static void close_audit(struct audit *audit)
{
    input_close(&audit->input);
    run_dir_close(&audit->dir);
    lookups_close(&audit->lookups);
    judging_close(audit->judging);
}

enum exit_status audit_command(const struct options *options)
{
    struct audit *audit = calloc(1, sizeof(*audit));
    if (!audit) {
        say("out of memory");
        return EXIT_TROUBLE;
    }
    audit->options = options;
    audit->output = options->output    ? options->output
                    : options->recheck ? RECHECK_OUTPUT
                                       : DEFAULT_OUTPUT;
    audit->dir.lock = -1;
    stages_begin(&audit->stages, options->verbose > 1);
    enum exit_status status = options->dry_run ? audit_dry_run(audit) : run_audit(audit);
    if (!run_file_close(audit->run, &audit->failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    close_audit(audit);
    if (audit->failure.status)
        say("%s", audit->failure.text);
    free(audit);
    return status;
}
