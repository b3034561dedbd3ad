/* The report command: renders the reports again from run files, without lookups. */
#include "audit/command/commands.h"
#include "audit/command/confine.h"
#include "audit/command/judging.h"
#include "audit/command/runs.h"
#include "audit/command/shards.h"
#include "io/system/run_dir.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "io/system/stages.h"

/* Without a baseline, nothing would ever be new. */
static bool check_fail_on(const struct runs *inputs, const struct options *options,
                          struct failure *failure)
{
    for (unsigned i = 0; options->fail_on == FAIL_ON_NEW && i < inputs->count; i++) {
        if (!run_file_has_past(inputs->files[i]))
            return failure_set(failure, EXIT_TROUBLE,
                               "--fail-on new needs a run with a baseline, which %s does not have",
                               options->operands[i]);
    }
    return true;
}

static enum exit_status report_exit(const struct runs *inputs, const struct options *options,
                                    const struct tally *tally)
{
    char why[JUDGING_WHY_MAX];
    for (unsigned i = 0; i < inputs->count; i++) {
        if (run_record_at(inputs->records, i)->broken_inputs > 0)
            return EXIT_TROUBLE;
    }
    return judging_policy(options, inputs->records, inputs->count, tally, why);
}

static const char *const *operands_of(const struct options *options)
{
    return (const char *const *)options->operands;
}

/* Opens the output folder first, so that the rest runs with no more than the rights to read these
 * runs and write there. */
static bool open_report(struct run_dir *dir, struct judging **judging, struct runs *inputs,
                        const char *output, const struct options *options, struct failure *failure)
{
    const char *const *folders = operands_of(options);
    unsigned count = options->operand_count;
    enum run_dir_mode mode = runs_output_mode(output, options->force, folders, count);
    if (!runs_check_there(folders, count, failure) || !run_dir_open(dir, output, mode, failure))
        return false;
    confine_command(options, dir, NULL, false);
    *judging = judging_open(options, failure);
    return *judging && runs_check_repeats(folders, count, failure) &&
           runs_open(inputs, RUN_READ, folders, count, options->max_range, failure) &&
           runs_check_shards(inputs, folders, failure) && check_fail_on(inputs, options, failure);
}

/* --missing: which shards are to be run yet. */
static enum exit_status report_missing(const struct options *options)
{
    struct failure failure = {0};
    struct run_pool pool = {0};
    struct runs inputs = {.pool = &pool};
    struct shard_set set = {0};
    const char *const *folders = operands_of(options);
    unsigned count = options->operand_count;
    bool missing = false;
    confine_command(options, NULL, NULL, false);
    bool good = runs_check_repeats(folders, count, &failure) &&
                runs_open(&inputs, RUN_READ, folders, count, options->max_range, &failure) &&
                shard_set_make(&set, inputs.records, folders, count, &failure);
    if (good && set.count == 0)
        good = failure_set(&failure, EXIT_TROUBLE, "%s is not a shard of an audit (--shard)",
                           folders[0]);
    if (good)
        missing = shard_set_print_missing(&set);
    shard_set_free(&set);
    good = runs_close(&inputs, &failure) && good;
    if (failure_is_set(&failure))
        say("%s", failure.text);
    return good && !missing ? EXIT_POLICY_MET : EXIT_TROUBLE;
}

enum exit_status report_command(const struct options *options)
{
    struct failure failure = {0};
    struct run_pool pool = {0};
    struct runs inputs = {.pool = &pool};
    struct run_dir dir = {.lock = -1};
    struct judging *judging = NULL;
    struct tally tally;
    enum exit_status status = EXIT_TROUBLE;
    const char *output = options->output ? options->output : DEFAULT_OUTPUT;
    struct stages stages;
    if (options->missing)
        return report_missing(options);
    signals_catch_stop();
    stages_begin(&stages, options->verbose > 1);
    bool opened = open_report(&dir, &judging, &inputs, output, options, &failure);
    stages_next(&stages, "run file");
    bool written = opened && judging_render(judging, &inputs, &dir, options, &tally, &failure);
    stages_next(&stages, "reports");
    if (written)
        judging_say_rejected(options, output, &tally);
    if (written)
        status = report_exit(&inputs, options, &tally);
    else if (*signals_stop())
        status = judging_signal_status();
    if (!runs_close(&inputs, &failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    run_dir_close(&dir);
    judging_close(judging);
    if (failure_is_set(&failure))
        say("%s", failure.text);
    return status;
}
