/* The compare command: what changed between two runs, from their run files, without lookups. */
#include <stdio.h>

#include "audit/command/commands.h"
#include "audit/command/confine.h"
#include "audit/command/judging.h"
#include "audit/command/runs.h"
#include "audit/command/shards.h"
#include "io/input/exceptions_file.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "io/system/stages.h"
#include "reports/changes/change_words.h"
#include "reports/changes/compare.h"
#include "reports/changes/terminal.h"

static const char COMPARE_OUTPUT[] = "fcrdns-compare";

/* One comparison, freed by compare_command. */
struct comparing {
    const struct options *options;
    const char *output;
    struct run_dir dir;
    struct judging *judging;
    struct runs before, after;
    struct exceptions *exceptions[2]; /* as of the days of both sides */
    struct failure failure;
};

/* The reports of a run that is not compared are not overwritten without --force. */
static enum run_dir_mode output_mode(const struct comparing *c)
{
    const struct options *options = c->options;
    bool force = options->force || runs_output_mode(c->output, false, options->before.folders,
                                                    options->before.count) == RUN_DIR_REPORT;
    return runs_output_mode(c->output, force, options->after.folders, options->after.count);
}

/* Nothing is reported before all rows were read, so the reading may find the damage. */
static bool open_runs(struct runs *runs, const struct compared_runs *named,
                      const struct options *options, struct failure *failure)
{
    return runs_open(runs, RUN_COMPARE, named->folders, named->count, options->max_range, failure);
}

/* Opens the output folder first, so that the rest runs with no more than the rights to read these
 * runs and write there. */
static bool open_all(struct comparing *c)
{
    const struct options *options = c->options;
    const struct compared_runs *before = &options->before, *after = &options->after;
    struct failure *failure = &c->failure;

    if (!runs_check_there(before->folders, before->count, failure) ||
        !runs_check_there(after->folders, after->count, failure) ||
        !run_dir_open(&c->dir, c->output, output_mode(c), failure))
        return false;
    confine_command(options, &c->dir, NULL, false);
    c->judging = judging_open(options, failure);
    return c->judging && runs_check_repeats(before->folders, before->count, failure) &&
           runs_check_repeats(after->folders, after->count, failure) &&
           open_runs(&c->before, before, options, failure) &&
           open_runs(&c->after, after, options, failure) &&
           shards_check_sides(c->before.records, c->before.count, c->after.records, c->after.count,
                              failure);
}

static struct side_job side_of(const struct runs *runs)
{
    return (struct side_job){
        .runs = runs->files, .records = runs->records.whole, .count = runs->count};
}

/* Exceptions hold on each side as of its day: what was accepted then did not count as broken. */
static bool take_exceptions(struct comparing *c, struct side_job *side, unsigned i)
{
    const struct exceptions *all = judging_exceptions(c->judging);

    if (all)
        c->exceptions[i] = exceptions_file_at(all, side_job_began(side), &c->failure);
    side->exceptions = c->exceptions[i];
    return !all || c->exceptions[i];
}

static enum exit_status exit_of(const struct compare_job *job, const struct change_tally *tally)
{
    char why[CHANGE_WORDS_MAX];

    if (change_distrust_print(why, job, tally) > 0) {
        say("%s: the new run cannot be trusted", why);
        return EXIT_TRY_LATER;
    }
    return tally->alarms > 0 ? EXIT_FINDINGS : EXIT_POLICY_MET;
}

static enum exit_status compare_runs(struct comparing *c)
{
    struct folder folder = {.fd = c->dir.lock, .path = c->dir.path};
    int signals_before = signals_count();
    struct change_tally tally;
    struct compare_job job = {.before = side_of(&c->before),
                              .after = side_of(&c->after),
                              .ignores_flapping = (c->options->ignored >> FINDING_FLAPPING) & 1u,
                              .folder = &folder,
                              .program = PROGRAM,
                              .suffixes = judging_suffixes(c->judging),
                              .providers = judging_providers(c->judging),
                              .max_unanswered = c->options->max_unanswered,
                              .cancelled = judging_is_cancelled,
                              .context = &signals_before};

    job.before.with_past = job.after.with_past = true;
    bool good = take_exceptions(c, &job.before, 0) && take_exceptions(c, &job.after, 1);
    struct comparison *made = good ? comparison_make(&job, &tally, &c->failure) : NULL;
    if (!made || !comparison_commit(made, &c->failure))
        return *signals_stop() ? judging_signal_status() : EXIT_TROUBLE;
    if (!c->options->quiet)
        changes_print(&job, &tally);
    return exit_of(&job, &tally);
}

enum exit_status compare_command(const struct options *options)
{
    struct comparing c = {.options = options,
                          .output = options->output ? options->output : COMPARE_OUTPUT,
                          .dir = {.lock = -1}};
    enum exit_status status = EXIT_TROUBLE;
    struct stages stages;

    signals_catch_stop();
    stages_begin(&stages, options->verbose > 1);
    bool opened = open_all(&c);
    stages_next(&stages, "run files");
    if (opened)
        status = compare_runs(&c);
    stages_next(&stages, "changes");
    bool closed = runs_close(&c.before, &c.failure);
    if ((!runs_close(&c.after, &c.failure) || !closed) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    run_dir_close(&c.dir);
    exceptions_free(c.exceptions[0]);
    exceptions_free(c.exceptions[1]);
    judging_close(c.judging);
    if (failure_is_set(&c.failure))
        say("%s", c.failure.text);
    return status;
}
