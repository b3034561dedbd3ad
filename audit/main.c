/*
 * The roof: connects the rooms, and is the only place that ends the process. The story of a run:
 * options - inputs exist - resolver answers - run directory - load inputs - collect - zones - render - exit
 * status.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/clock.h"
#include "io/collect.h"
#include "io/exceptions_file.h"
#include "io/limits.h"
#include "io/load.h"
#include "io/options.h"
#include "io/receivers_load.h"
#include "io/run_dir.h"
#include "io/say.h"
#include "io/signals.h"
#include "io/zones.h"
#include "reports/explain.h"
#include "reports/progress.h"
#include "reports/render.h"

static const char PROGRAM[] = "fcrdns " FCRDNS_VERSION;
static const char DEFAULT_OUTPUT[] = "fcrdns-report";
static const char RESOLV_CONF[] = "/etc/resolv.conf";

/* All that one audit holds while it lasts. */
struct audit {
    const struct options *options;
    const char *output;
    struct endpoint endpoints[ENDPOINTS_MAX];
    uint64_t rate; /* queries a second at most; 0: no limit */
    struct pacer pacer;
    struct asker_options asker;
    unsigned threads;
    struct run_dir dir;
    struct run_file *run;
    struct run_record record;
    struct intake_counts input;
    struct judging *judging;
    struct failure failure;
};

static bool is_cancelled(void *context)
{
    return signals_count() > *(const int *)context;
}

static bool use_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_colour && no_colour[0]);
}

/* What addresses are judged by, beside the facts. */
struct judging {
    struct suffix_list *suffixes;
    struct receiver_file own; /* receivers of the user's own */
    struct receiver_list receivers;
    struct policy policy;
};

static void close_judging(struct judging *judging)
{
    if (judging) {
        suffix_list_close(judging->suffixes);
        exceptions_free(judging->policy.exceptions);
    }
    free(judging);
}

static bool choose_receivers(struct judging *judging, const struct options *options, struct failure *failure)
{
    struct receiver_fault why;
    const char *keys =
        options->receivers && strcmp(options->receivers, "all") == 0 ? NULL : options->receivers;
    if (options->receivers_file && !receivers_load(&judging->own, options->receivers_file, failure))
        return false;
    if (!receivers_select(&judging->receivers, keys, judging->own.rows, judging->own.count, &why))
        return failure_set(failure, EXIT_TROUBLE, "--receivers: %s", why.text);
    return true;
}

static bool load_policy(struct policy *policy, const struct options *options, struct failure *failure)
{
    policy->ignored = options->ignored;
    if (!options->exceptions)
        return true;
    policy->exceptions = exceptions_load(options->exceptions, clock_wall_seconds(), failure);
    return policy->exceptions != NULL;
}

/* A list that was named must be there; without one names are judged by their last two labels. */
static struct judging *open_judging(const struct options *options, struct failure *failure)
{
    const char *why = NULL;
    struct judging *judging = calloc(1, sizeof(*judging));
    if (!judging) {
        failure_set(failure, EXIT_TROUBLE, "out of memory");
        return NULL;
    }
    judging->suffixes = suffix_list_open(options->psl, &why);
    if (!judging->suffixes && options->psl)
        failure_set(failure, EXIT_TROUBLE, "the public suffix list %s %s", options->psl, why);
    else if (choose_receivers(judging, options, failure) && load_policy(&judging->policy, options, failure))
        return judging;
    close_judging(judging);
    return NULL;
}

static bool render_runs(struct run_file **runs, const struct run_record *records, unsigned count,
                        const char *directory, const struct options *options, struct judging *judging,
                        struct tally *tally, struct failure *failure)
{
    int signals_before = signals_count();
    struct render_job job = {.runs = runs,
                             .records = records,
                             .count = count,
                             .directory = directory,
                             .policy = &judging->policy,
                             .tell_story = options->verbose > 0,
                             .receivers = &judging->receivers,
                             .receivers_column = options->receivers != NULL,
                             .suffixes = judging->suffixes,
                             .cancelled = is_cancelled,
                             .context = &signals_before,
                             .program = PROGRAM};
    return render(&job, tally, !options->quiet, use_colour(), failure);
}

/* What the findings come to, where nothing else decided. */
static enum exit_status judge_policy(const struct options *options, const struct tally *tally)
{
    if (tally_temporary_percent(tally) > options->max_unanswered)
        return EXIT_TRY_LATER;
    enum severity bar = options->fail_on == FAIL_ON_WARN ? SEVERITY_WARN : SEVERITY_FAIL;
    for (unsigned s = bar; options->fail_on != FAIL_ON_NEVER && s <= SEVERITY_FAIL; s++) {
        if (tally->severities[s] > 0)
            return EXIT_FINDINGS;
    }
    return EXIT_POLICY_MET;
}

/* ---- fcrdns audit ---- */

static struct load_options loading(const struct options *options)
{
    return (struct load_options){.intake = {.ip_column = options->ip_column,
                                            .host_column = options->host_column,
                                            .max_range = options->max_range},
                                 .inputs = options->operands,
                                 .count = options->operand_count,
                                 .quiet = options->quiet,
                                 .tell_rejected = options->verbose > 0};
}

static bool check_inputs(struct audit *audit)
{
    struct load_options load = loading(audit->options);
    for (unsigned i = 0; i < load.count; i++) {
        if (!intake_check(load.inputs[i], &load.intake, &audit->failure))
            return false;
    }
    return true;
}

static bool choose_resolvers(struct audit *audit)
{
    const struct options *options = audit->options;
    audit->asker.endpoints = audit->endpoints;
    audit->asker.endpoint_count = options->resolver_count;
    memcpy(audit->endpoints, options->resolvers, sizeof(audit->endpoints));
    if (options->resolver_count == 0 &&
        !endpoint_system(RESOLV_CONF, audit->endpoints, &audit->asker.endpoint_count, &audit->failure))
        return false;
    bool loopback = true;
    for (unsigned i = 0; i < audit->asker.endpoint_count; i++)
        loopback = loopback && endpoint_is_loopback(&audit->endpoints[i]);
    audit->rate = options->has_rate ? options->rate : loopback ? 0 : RATE_DEFAULT_REMOTE;
    pacer_init(&audit->pacer, audit->rate);
    return true;
}

/* Threads and window, as far as cores and descriptors carry them. */
static void choose_size(struct audit *audit)
{
    const struct options *options = audit->options;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    audit->threads = options->threads ? options->threads : cores > 0 ? (unsigned)cores : 1;
    struct resolver_options seam = {.endpoints = audit->endpoints, .count = audit->asker.endpoint_count};
    unsigned each = resolver_overhead(&seam);
    uint64_t wanted = (uint64_t)options->concurrency + DESCRIPTORS_RESERVED + (uint64_t)each * audit->threads;
    uint64_t got = limits_raise_descriptors(wanted);
    while (audit->threads > 1 && limits_window(UINT32_MAX, got, each * audit->threads) < 4 * audit->threads)
        audit->threads--;
    audit->asker.window = limits_window(options->concurrency, got, each * audit->threads);
    if (audit->asker.window < options->concurrency && !options->quiet)
        say("the limit of %llu open files allows %u lookups in flight, not %u", (unsigned long long)got,
            audit->asker.window, options->concurrency);
}

static bool prepare_asking(struct audit *audit)
{
    const struct options *options = audit->options;
    if (!choose_resolvers(audit))
        return false;
    choose_size(audit);
    audit->asker.transport = options->transport;
    audit->asker.timeout_ms = options->timeout_ms;
    audit->asker.tries = options->tries;
    audit->asker.pacer = &audit->pacer;
    return asker_probe(&audit->asker, &audit->failure);
}

static void join_inputs(char out[RECORD_TEXT_MAX], const struct options *options)
{
    size_t used = 0;
    out[0] = '\0';
    for (unsigned i = 0; i < options->operand_count && used < RECORD_TEXT_MAX; i++)
        used +=
            (size_t)snprintf(out + used, RECORD_TEXT_MAX - used, "%s%s", i ? " " : "", options->operands[i]);
}

/* How this session asks; of a resumed run the last session's way is recorded. */
static void describe_session(struct audit *audit)
{
    struct run_record *record = &audit->record;
    size_t used = 0;
    record->resolvers[0] = '\0';
    for (unsigned i = 0; i < audit->asker.endpoint_count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        endpoint_print(text, &audit->endpoints[i]);
        used += (size_t)snprintf(record->resolvers + used, sizeof(record->resolvers) - used, "%s%s",
                                 i ? ", " : "", text);
    }
    snprintf(record->transport, sizeof(record->transport), "%s", transport_key(audit->options->transport));
    snprintf(record->engine, sizeof(record->engine), "%s %s", resolver_engine(), resolver_engine_version());
    snprintf(record->program, sizeof(record->program), "%s", PROGRAM);
    snprintf(record->stopped, sizeof(record->stopped), "it was killed");
    record->skip_special = audit->options->skip_special;
    record->finished = false;
    record->sessions++;
    record->concurrency = audit->asker.window;
    record->threads = audit->threads;
    record->rate = audit->rate;
    record->timeout_ms = audit->options->timeout_ms;
    record->tries = audit->options->tries;
}

/* A resumed run has its input already; asked for with other inputs it would be another run. */
static bool resume_record(struct audit *audit)
{
    char inputs[RECORD_TEXT_MAX];
    join_inputs(inputs, audit->options);
    record_read(audit->run, &audit->record);
    if (audit->options->operand_count > 0 && audit->record.inputs[0] &&
        strcmp(inputs, audit->record.inputs) != 0)
        return failure_set(&audit->failure, EXIT_TROUBLE, "the run in %s was made for other inputs: %s",
                           audit->output, audit->record.inputs);
    if (audit->options->operand_count == 0 && !run_file_is_sealed(audit->run))
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "the run in %s was killed before its input was read: name the inputs again",
                           audit->output);
    return true;
}

static bool copy_failure(struct audit *audit)
{
    const struct failure *why = run_file_failure(audit->run);
    return failure_set(&audit->failure, why->status, "%s", why->text);
}

static bool load_run(struct audit *audit)
{
    if (run_file_is_sealed(audit->run))
        return true;
    if (audit->options->resume && !run_file_forget_input(audit->run))
        return copy_failure(audit);
    struct load_options load = loading(audit->options);
    if (!load_inputs(audit->run, &load, &audit->input, &audit->failure))
        return false;
    audit->record.broken_inputs = audit->input.broken;
    join_inputs(audit->record.inputs, audit->options);
    return true;
}

static enum run_dir_mode audit_mode(const struct options *options)
{
    return options->resume ? RUN_DIR_RESUME : options->force ? RUN_DIR_FORCE : RUN_DIR_NEW;
}

static bool open_run(struct audit *audit)
{
    const struct options *options = audit->options;
    if (!run_dir_open(&audit->dir, audit->output, audit_mode(options), &audit->failure))
        return false;
    audit->run =
        run_file_open(audit->dir.run_file, options->resume ? RUN_RESUME : RUN_CREATE, &audit->failure);
    if (!audit->run)
        return false;
    if (options->resume && !resume_record(audit))
        return false;
    if (!options->resume)
        audit->record.started_at = clock_wall_seconds();
    if (!load_run(audit)) {
        /* Nothing to audit: leave no run behind that would stand in the way of the next try. */
        if (!options->resume) {
            struct failure ignored = {0};
            (void)!run_file_close(audit->run, &ignored);
            audit->run = NULL;
            run_dir_abandon(&audit->dir);
        }
        return false;
    }
    describe_session(audit);
    return record_write(audit->run, &audit->record) || copy_failure(audit);
}

static void on_found(void *context, const struct run_found *found)
{
    progress_found(context, found);
}

static void on_progress(void *context, const struct collect_progress *now)
{
    progress_show(context, now);
}

static enum collect_end collect_run(struct audit *audit)
{
    struct progress *progress = progress_new(audit->options->progress, audit->options->quiet);
    struct collect_options collecting = {.asker = audit->asker,
                                         .threads = audit->threads,
                                         .skip_special = audit->options->skip_special,
                                         .resumed = audit->options->resume,
                                         .stop = signals_stop(),
                                         .context = progress,
                                         .on_found = progress ? on_found : NULL,
                                         .on_progress = progress ? on_progress : NULL};
    struct collect_progress done;
    int64_t start_ns = clock_monotonic_ns();
    enum collect_end end = collect(audit->run, &collecting, &audit->record.counts, &done, &audit->failure);
    progress_free(progress);
    if (end == COLLECT_COMPLETE)
        end = zones_collect(audit->run, &collecting, &done, &audit->record.counts, &audit->failure);
    audit->record.asking_ms += (uint64_t)(clock_monotonic_ns() - start_ns) / 1000000;
    audit->record.ended_at = clock_wall_seconds();
    audit->record.finished = end == COLLECT_COMPLETE;
    const char *why = end == COLLECT_STOPPED   ? "it was stopped by a signal"
                      : end == COLLECT_GAVE_UP ? "no resolver answered any more"
                                               : "";
    snprintf(audit->record.stopped, sizeof(audit->record.stopped), "%s", why);
    if (end != COLLECT_FAILED && !record_write(audit->run, &audit->record)) {
        copy_failure(audit);
        end = COLLECT_FAILED;
    }
    return end;
}

static enum exit_status signal_status(void)
{
    return *signals_stop() == SIGINT ? EXIT_INTERRUPTED : EXIT_TERMINATED;
}

/* Says how to go on with a run that is not complete. */
static void say_how_to_go_on(const struct audit *audit, enum collect_end end)
{
    if (end == COLLECT_GAVE_UP)
        say("no resolver has answered for %d s, so the rest was not asked", ASKER_PATIENCE_MS / 1000);
    if (end == COLLECT_STOPPED || end == COLLECT_GAVE_UP)
        say("what was found is kept in %s: the same command with --resume goes on", audit->output);
}

static enum exit_status finish(struct audit *audit, enum collect_end end)
{
    struct tally tally;
    struct run_file *runs[] = {audit->run};
    say_how_to_go_on(audit, end);
    if (!render_runs(runs, &audit->record, 1, audit->output, audit->options, audit->judging, &tally,
                     &audit->failure)) {
        if (*signals_stop())
            audit->failure.status = signal_status();
        return audit->failure.status;
    }
    if (end == COLLECT_STOPPED)
        return signal_status();
    if (audit->record.broken_inputs > 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "an input broke off; the report covers what came before"),
               EXIT_TROUBLE;
    if (tally.rows == 0)
        return failure_set(&audit->failure, EXIT_TROUBLE, "every input row was refused: see %s/rejected.csv",
                           audit->output),
               EXIT_TROUBLE;
    return end == COLLECT_GAVE_UP ? EXIT_TRY_LATER : judge_policy(audit->options, &tally);
}

static enum exit_status run_audit(struct audit *audit)
{
    if (!check_inputs(audit) || !run_dir_check(audit->output, audit_mode(audit->options), &audit->failure) ||
        !prepare_asking(audit) || !open_run(audit))
        return audit->failure.status;
    signals_catch_stop();
    enum collect_end end = collect_run(audit);
    return end == COLLECT_FAILED ? audit->failure.status : finish(audit, end);
}

static enum exit_status dry_run(struct audit *audit)
{
    struct load_options load = loading(audit->options);
    if (!load_dry(&load, &audit->input, &audit->failure))
        return audit->failure.status;
    const struct intake_counts *input = &audit->input;
    char addresses[IP_COUNT_TEXT_MAX], most[IP_COUNT_TEXT_MAX];
    ip_count_print(addresses, input->addresses);
    ip_count_print(most, 2 * input->addresses + input->with_expected);
    printf("rows       %llu read, %llu refused\n", (unsigned long long)input->rows,
           (unsigned long long)input->rejected);
    printf("addresses  %s (an address in several rows is counted in each, and asked for once)\n", addresses);
    printf("queries    %s to about %s (one for each address, and one for each name found)\n", addresses,
           most);
    return input->broken || input->items == 0 ? EXIT_TROUBLE : EXIT_POLICY_MET;
}

static enum exit_status audit_command(const struct options *options)
{
    struct audit *audit = calloc(1, sizeof(*audit));
    if (!audit) {
        say("out of memory");
        return EXIT_TROUBLE;
    }
    audit->options = options;
    audit->output = options->output ? options->output : DEFAULT_OUTPUT;
    audit->dir.lock = -1;
    audit->judging = open_judging(options, &audit->failure);
    enum exit_status status = !audit->judging    ? audit->failure.status
                              : options->dry_run ? dry_run(audit)
                                                 : run_audit(audit);
    if (!run_file_close(audit->run, &audit->failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    run_dir_close(&audit->dir);
    close_judging(audit->judging);
    if (audit->failure.status)
        say("%s", audit->failure.text);
    free(audit);
    return status;
}

/* ---- fcrdns report ---- */

struct report_inputs {
    unsigned count;
    struct run_file **runs;
    struct run_record *records;
};

static bool open_runs(struct report_inputs *inputs, const struct options *options, struct failure *failure)
{
    inputs->runs = calloc(options->operand_count, sizeof(inputs->runs[0]));
    inputs->records = calloc(options->operand_count, sizeof(inputs->records[0]));
    if (!inputs->runs || !inputs->records)
        return failure_set(failure, EXIT_TROUBLE, "out of memory");
    for (; inputs->count < options->operand_count; inputs->count++) {
        char path[RUN_DIR_PATH_MAX];
        snprintf(path, sizeof(path), "%s/%s", options->operands[inputs->count], RUN_FILE_NAME);
        struct run_file *run = run_file_open(path, RUN_READ, failure);
        if (!run)
            return false;
        inputs->runs[inputs->count] = run;
        record_read(run, &inputs->records[inputs->count]);
    }
    return true;
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

static enum exit_status report_exit(const struct report_inputs *inputs, const struct options *options,
                                    const struct tally *tally)
{
    for (unsigned i = 0; i < inputs->count; i++) {
        if (inputs->records[i].broken_inputs > 0)
            return EXIT_TROUBLE;
    }
    return judge_policy(options, tally);
}

/* A folder with a run of its own keeps its reports, unless that run is one of those reported. */
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

static enum exit_status report_command(const struct options *options)
{
    struct failure failure = {0};
    struct report_inputs inputs = {0};
    struct run_dir dir = {.lock = -1};
    struct tally tally;
    enum exit_status status = EXIT_TROUBLE;
    const char *output = options->output ? options->output : DEFAULT_OUTPUT;
    enum run_dir_mode mode = report_mode(output, options);
    signals_catch_stop();
    struct judging *judging = open_judging(options, &failure);
    if (judging && open_runs(&inputs, options, &failure) && run_dir_open(&dir, output, mode, &failure) &&
        render_runs(inputs.runs, inputs.records, inputs.count, output, options, judging, &tally, &failure))
        status = report_exit(&inputs, options, &tally);
    else if (*signals_stop())
        status = signal_status();
    if (!close_runs(&inputs, &failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    run_dir_close(&dir);
    close_judging(judging);
    if (failure.status)
        say("%s", failure.text);
    return status;
}

/* ---- fcrdns explain ---- */

static enum exit_status explain_command(const struct options *options)
{
    enum exit_status status = EXIT_POLICY_MET;
    if (options->operand_count == 0)
        explain_all();
    for (unsigned i = 0; i < options->operand_count; i++) {
        if (!explain(options->operands[i])) {
            say("no verdict or finding is called \"%s\"; fcrdns explain lists all", options->operands[i]);
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
        printf("%s (%s %s)\n", PROGRAM, resolver_engine(), resolver_engine_version());
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
