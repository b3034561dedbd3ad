#include "audit/command/input.h"

#include <stdio.h>
#include <string.h>

#include "io/phases/input_match.h"
#include "io/phases/sample_question.h"
#include "io/system/clock.h"
#include "io/system/run_dir.h"
#include "io/system/say.h"
#include "io/system/text_list.h"
#include "reports/report_set.h"

static struct load_options load_options_of(const struct options *options)
{
    return (struct load_options){.intake = {.columns.ip = options->ip_column,
                                            .columns.host = options->host_column,
                                            .prefix = options->prefix,
                                            .max_range = options->max_range},
                                 .inputs = options->operands,
                                 .shard = options->shard,
                                 .count = options->operand_count,
                                 .quiet = options->quiet,
                                 .show_columns = !options->dry_run,
                                 .show_rejected = options->verbose > 0};
}

static bool check_recheck(const char *directory, const char *output, struct failure *failure)
{
    return !run_dir_same(output, directory) ||
           failure_set(failure, EXIT_TROUBLE,
                       "%s holds the run to check again: name another run directory with -o",
                       directory);
}

/* The input must not be lost to a report of its own audit. */
static bool check_kept(const char *input, const char *output, struct failure *failure)
{
    char path[RUN_DIR_PATH_MAX];
    const char *file;
    for (unsigned i = 0; (file = report_set_file(i)) != NULL; i++) {
        if (snprintf(path, sizeof(path), "%s/%s", output, file) < (int)sizeof(path) &&
            run_dir_same(path, input))
            return failure_set(failure, EXIT_TROUBLE,
                               "the report %s/%s would replace the input: name another run "
                               "directory with -o",
                               output, file);
    }
    return true;
}

bool input_check(const struct options *options, const char *output, struct failure *failure)
{
    if (options->recheck)
        return check_recheck(options->recheck, output, failure);
    struct load_options load = load_options_of(options);
    for (unsigned i = 0; i < load.count; i++) {
        if (!intake_check(load.inputs[i], &load.intake, failure) ||
            !check_kept(load.inputs[i], output, failure))
            return false;
    }
    return true;
}

bool input_open_recheck(struct input *input, const struct options *options, struct failure *failure)
{
    input->recheck = recheck_open(options->recheck, options->max_range, failure);
    return input->recheck &&
           recheck_load(input->recheck, NULL, clock_wall_seconds(), &input->rechecked, failure);
}

void input_sample(struct probe_sample *out, const struct options *options)
{
    struct load_options load = load_options_of(options);
    sample_question(out, &load);
}

void input_name(char out[RECORD_TEXT_MAX], const struct options *options)
{
    out[0] = '\0';
    if (options->recheck)
        snprintf(out, RECORD_TEXT_MAX, "--recheck %s", options->recheck);
    for (unsigned i = 0; i < options->operand_count; i++)
        text_list_add(out, RECORD_TEXT_MAX, " ", options->operands[i]);
}

/* A session that skipped them would report the answers of special-purpose addresses as unknown. */
static bool special_matches(const struct options *options, const char *output,
                            const struct run_record *record, struct failure *failure)
{
    bool begun = record->engine[0] != '\0';
    if (!begun || record->skip_special || !options->skip_special)
        return true;
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s was begun with --special audit: resume it with that", output);
}

bool input_may_resume(const struct options *options, const char *output, struct run_file *run,
                      const struct run_record *record, struct failure *failure)
{
    char inputs[RECORD_TEXT_MAX];
    bool named = options->operand_count > 0 || options->recheck;
    input_name(inputs, options);
    if (named && record->inputs[0] && strcmp(inputs, record->inputs) != 0)
        return failure_set(failure, EXIT_TROUBLE, "the run in %s was made for other inputs: %s",
                           output, record->inputs);
    if (!named && !run_file_is_sealed(run))
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s was killed before its input was read: name the inputs "
                           "again",
                           output);
    return special_matches(options, output, record, failure);
}

/* Resolvers may hold a wrong record until its TTL ends. Until then, asking again shows nothing
 * new. */
static void say_recheck(const struct options *options, const struct recheck_counts *counts)
{
    char addresses[IP_COUNT_TEXT_MAX], until[CLOCK_TEXT_MAX];
    if (options->quiet)
        return;
    ip_count_print(addresses, counts->addresses);
    say("%s address%s of the run in %s did not pass and %s checked again; %llu passed", addresses,
        counts->addresses == 1 ? "" : "es", options->recheck, counts->addresses == 1 ? "is" : "are",
        (unsigned long long)counts->passed);
    if (counts->early == 0)
        return;
    clock_print(until, counts->early_until);
    say("too early for %llu of them: resolvers may hold the answers of that run until %s; check "
        "again after that what does not pass now",
        (unsigned long long)counts->early, until);
}

static bool load_recheck(struct input *input, const struct options *options, struct run_file *run,
                         struct run_record *record, struct failure *failure)
{
    struct recheck_counts *counts = &input->rechecked;
    if (!input->recheck && !input_open_recheck(input, options, failure))
        return false;
    if (!recheck_load(input->recheck, run, clock_wall_seconds(), counts, failure))
        return false;
    input_close(input);
    if (options->zone_count > 0)
        counts->early = 0; /* zone files have no cache */
    say_recheck(options, counts);
    record->rechecked = (uint64_t)counts->addresses;
    record->recheck_early = counts->early;
    record->recheck_until = counts->early > 0 ? counts->early_until : 0;
    input_name(record->inputs, options);
    return true;
}

/* Without INPUT, and with --recheck, a resumed run continues with the rows that it has. */
static bool match_input(const struct options *options, const char *output, struct run_file *run,
                        struct failure *failure)
{
    struct load_options load = load_options_of(options);
    return load.count == 0 || input_match(run, &load, output, failure);
}

bool input_load(struct input *input, const struct options *options, const char *output,
                struct run_file *run, struct run_record *record, struct failure *failure)
{
    if (run_file_is_sealed(run))
        return match_input(options, output, run, failure);
    if (options->resume && !run_file_forget_input(run))
        return failure_pass(failure, run_file_failure(run));
    if (options->recheck)
        return load_recheck(input, options, run, record, failure);
    struct load_options load = load_options_of(options);
    if (!load_inputs(run, &load, &input->loaded, failure))
        return false;
    record->broken_inputs = input->loaded.counts.broken;
    record->unnamed_rows = input->loaded.counts.unnamed;
    record->input_digest = options->shard.count > 0 ? input->loaded.digest : 0;
    snprintf(record->columns, sizeof(record->columns), "%s", input->loaded.columns);
    input_name(record->inputs, options);
    return true;
}

bool input_count(struct input *input, const struct options *options, struct failure *failure)
{
    if (!options->recheck) {
        struct load_options load = load_options_of(options);
        return load_dry(&load, &input->loaded, failure);
    }
    if (!input_open_recheck(input, options, failure))
        return false;
    const struct recheck_counts *counts = &input->rechecked;
    input->loaded.counts = (struct intake_counts){.rows = counts->rows,
                                                  .items = counts->rows,
                                                  .addresses = counts->addresses,
                                                  .with_expected = counts->expecting};
    return true;
}

/* The first row often says what is wrong with all. A resumed run did not read it. */
bool input_all_refused(const struct input *input, const struct options *options, const char *output,
                       struct failure *failure)
{
    const struct load_example *first = &input->loaded.examples[0];
    const char *suffix = options->gzip ? ".gz" : "";
    if (input->loaded.example_count == 0)
        return failure_set(failure, EXIT_TROUBLE,
                           "every input row was refused: see %s/rejected.csv%s", output, suffix);
    return failure_set(failure, EXIT_TROUBLE,
                       "every input row was refused, the first (%s:%llu): %s; "
                       "see %s/rejected.csv%s",
                       first->source, (unsigned long long)first->line, first->reason, output,
                       suffix);
}

void input_close(struct input *input)
{
    recheck_close(input->recheck);
    input->recheck = NULL;
}
