/* The report command: renders the reports again from run files, without lookups. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/command/commands.h"
#include "audit/command/confine.h"
#include "audit/command/judging.h"
#include "io/system/run_dir.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "io/system/stages.h"

struct report_inputs {
    unsigned count;
    struct run_file **runs;
    struct run_record *records;
};

/* Answers from zone files and from the published DNS must not be mixed in one report. */
static bool check_sources(const struct report_inputs *inputs, const struct options *options,
                          struct failure *failure)
{
    bool planned = inputs->records[0].zone_files[0] != '\0';
    for (unsigned i = 1; i < inputs->count; i++) {
        if ((inputs->records[i].zone_files[0] != '\0') != planned)
            return failure_set(
                failure, EXIT_TROUBLE,
                "%s answers from zone files and %s from the published DNS: report them separately",
                options->operands[planned ? 0 : i], options->operands[planned ? i : 0]);
    }
    return true;
}

static void run_file_path(char out[RUN_DIR_PATH_MAX], const char *directory)
{
    snprintf(out, RUN_DIR_PATH_MAX, "%s/%s", directory, RUN_FILE_NAME);
}

/* One run under two names would count each of its addresses twice. */
static bool check_repeats(const struct options *options, struct failure *failure)
{
    struct stat *files = calloc(options->operand_count, sizeof(*files));
    bool good = files || failure_out_of_memory(failure);

    for (unsigned i = 0; good && i < options->operand_count; i++) {
        char path[RUN_DIR_PATH_MAX];
        run_file_path(path, options->operands[i]);
        if (stat(path, &files[i]) != 0)
            continue; /* opening it fails later */
        for (unsigned j = 0; good && j < i; j++) {
            if (files[j].st_ino == files[i].st_ino && files[j].st_dev == files[i].st_dev)
                good =
                    failure_set(failure, EXIT_TROUBLE, "%s and %s are the same run: name it once",
                                options->operands[j], options->operands[i]);
        }
    }
    free(files);
    return good;
}

static bool open_runs(struct report_inputs *inputs, const struct options *options,
                      struct failure *failure)
{
    inputs->runs = calloc(options->operand_count, sizeof(inputs->runs[0]));
    inputs->records = calloc(options->operand_count, sizeof(inputs->records[0]));
    if (!inputs->runs || !inputs->records)
        return failure_out_of_memory(failure);
    for (; inputs->count < options->operand_count; inputs->count++) {
        char path[RUN_DIR_PATH_MAX];
        run_file_path(path, options->operands[inputs->count]);
        struct run_file *run = run_file_open(path, RUN_READ, failure);
        if (!run)
            return false;
        run_file_limit_ranges(run, options->max_range);
        inputs->runs[inputs->count] = run;
        record_read(run, &inputs->records[inputs->count]);
    }
    return check_sources(inputs, options, failure);
}

static bool close_runs(struct report_inputs *inputs, struct failure *failure)
{
    bool good = true;
    for (unsigned i = 0; i < inputs->count; i++)
        good = run_file_close(inputs->runs[i], failure) && good;
    free(inputs->runs);
    free(inputs->records);
    return good;
}

static enum exit_status report_exit(const struct report_inputs *inputs,
                                    const struct options *options, const struct tally *tally)
{
    for (unsigned i = 0; i < inputs->count; i++) {
        if (inputs->records[i].broken_inputs > 0)
            return EXIT_TROUBLE;
    }
    return judging_policy(options, inputs->records, inputs->count, tally);
}

/* The reports of another run are not overwritten without --force. */
static enum run_dir_mode report_mode(const char *output, const struct options *options)
{
    if (options->force)
        return RUN_DIR_REPORT;
    for (unsigned i = 0; i < options->operand_count; i++) {
        if (run_dir_same(output, options->operands[i]))
            return RUN_DIR_REPORT;
    }
    return RUN_DIR_NEW;
}

/* Opens the output folder first, so that the rest runs with no more than the rights to read these
 * runs and write there. */
static bool open_report(struct run_dir *dir, struct judging **judging, struct report_inputs *inputs,
                        const char *output, const struct options *options, struct failure *failure)
{
    if (!run_dir_open(dir, output, report_mode(output, options), failure))
        return false;
    confine_command(options, dir, false);
    *judging = judging_open(options, failure);
    return *judging && check_repeats(options, failure) && open_runs(inputs, options, failure);
}

enum exit_status report_command(const struct options *options)
{
    struct failure failure = {0};
    struct report_inputs inputs = {0};
    struct run_dir dir = {.lock = -1};
    struct judging *judging = NULL;
    struct tally tally;
    enum exit_status status = EXIT_TROUBLE;
    const char *output = options->output ? options->output : DEFAULT_OUTPUT;
    struct stages stages;
    signals_catch_stop();
    stages_begin(&stages, options->verbose > 1);
    bool opened = open_report(&dir, &judging, &inputs, output, options, &failure);
    stages_next(&stages, "run file");
    bool written = opened && judging_render(judging, inputs.runs, inputs.records, inputs.count,
                                            &dir, options, &tally, &failure);
    stages_next(&stages, "reports");
    if (written)
        judging_say_rejected(options, output, &tally);
    if (written)
        status = report_exit(&inputs, options, &tally);
    else if (*signals_stop())
        status = judging_signal_status();
    if (!close_runs(&inputs, &failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    run_dir_close(&dir);
    judging_close(judging);
    if (failure.status)
        say("%s", failure.text);
    return status;
}
