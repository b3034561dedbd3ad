/*
 * One audit, step by step: check the inputs, open the run directory, give up privileges,
 * read what verdicts depend on, find the resolvers, load the inputs, collect the facts, find the
 * zones at fault, ask the vantages, render the reports, choose the exit code.
 */
#include <stdio.h>
#include <stdlib.h>

#include "audit/command/audit.h"
#include "audit/command/baseline.h"
#include "audit/command/confine.h"
#include "audit/command/dry_run.h"
#include "audit/command/input.h"
#include "audit/command/lookups.h"
#include "audit/command/name_servers.h"
#include "audit/command/shards.h"
#include "audit/command/vantages.h"
#include "audit/command/walks.h"
#include "io/phases/collect.h"
#include "io/phases/cuts.h"
#include "io/phases/zones.h"
#include "io/system/clock.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "io/system/stages.h"
#include "reports/progress.h"

/* One audit, allocated and freed by audit_run. */
struct audit {
    const struct options *options;
    const char *output;
    bool nightly;
    struct metrics_file *metrics; /* NULL: not opened here */
    struct audit_result *result;
    struct stages stages;
    struct input input;
    struct lookups lookups;
    struct run_dir dir;
    struct run_file *run;
    struct run_record record;
    struct judging *judging;
    struct baseline *baseline; /* NULL: without --baseline */
    struct baseline *own;      /* opened here; NULL: none */
    unsigned walks;            /* done in this session */
    struct failure failure;
};

static bool run_failed(struct audit *audit)
{
    return failure_pass(&audit->failure, run_file_failure(audit->run));
}

/* ---- the run directory and its run file ---- */

/* Everything that needs privileges which are then given up. */
static bool prepare(struct audit *audit)
{
    const struct options *options = audit->options;
    enum run_dir_mode mode = options->resume  ? RUN_DIR_RESUME
                             : options->force ? RUN_DIR_FORCE
                                              : RUN_DIR_NEW;
    struct failure *failure = &audit->failure;
    return input_check(options, audit->output, failure) &&
           run_dir_check(audit->output, mode, failure) &&
           run_dir_open(&audit->dir, audit->output, mode, failure) &&
           (!audit->metrics || metrics_file_open(audit->metrics, options->prometheus, failure));
}

/* Records how this session asks. In a resumed run it replaces what the last session recorded. */
static bool record_session(struct audit *audit)
{
    struct run_record *record = &audit->record;
    lookups_describe(&audit->lookups, audit->options, record);
    name_servers_describe(audit->options, record);
    snprintf(record->program, sizeof(record->program), "%s", PROGRAM);
    snprintf(record->stopped, sizeof(record->stopped), "it was killed");
    record->skip_special = audit->options->skip_special;
    shards_describe(record, audit->options);
    if (audit->baseline)
        baseline_describe(audit->baseline, record);
    record->finished = false;
    record->sessions++;
    return record_write(audit->run, record) || run_failed(audit);
}

/* The run that is resumed, before anything is asked: its record says whom. */
static bool open_resumed(struct audit *audit)
{
    if (!audit->options->resume)
        return true;
    audit->run = run_file_open(audit->dir.run_file, RUN_RESUME, &audit->failure);
    if (!audit->run)
        return false;
    run_file_offer_resume(audit->run);
    record_read(audit->run, &audit->record);
    return true;
}

static bool prepare_lookups(struct audit *audit)
{
    struct earlier_run resumed = {.folder = audit->output, .record = &audit->record};
    return lookups_prepare(&audit->lookups, audit->options, audit->run ? &resumed : NULL,
                           &audit->failure);
}

/* A resumed run keeps its input: other inputs make another run. */
static bool may_resume(struct audit *audit)
{
    const struct run_record *record = &audit->record;
    const struct options *options = audit->options;
    struct failure *failure = &audit->failure;
    return shards_match(record, options, audit->output, failure) &&
           name_servers_match(options, record, audit->output, failure) &&
           zone_files_match(&audit->lookups.zone_files, record, audit->output, failure) &&
           input_may_resume(options, audit->output, audit->run, record, failure);
}

/* Removes a run without input, so that the next try does not find it in its way. */
static void abandon_run(struct audit *audit)
{
    struct failure ignored = {0};
    (void)!run_file_close(audit->run, &ignored);
    audit->run = NULL;
    run_dir_abandon(&audit->dir);
}

static void begin_record(struct audit *audit)
{
    audit->record.started_at = clock_wall_seconds();
    audit->record.prune = audit->options->prune && audit->options->zone_count == 0;
}

static bool open_run(struct audit *audit)
{
    const struct options *options = audit->options;
    if (options->force && !run_dir_clear(&audit->dir, &audit->failure))
        return false;
    if (!options->resume)
        audit->run = run_file_open(audit->dir.run_file, RUN_CREATE, &audit->failure);
    if (!audit->run)
        return false;
    if (options->resume && !may_resume(audit))
        return false;
    if (audit->record.started_at == 0) /* new, or killed before its record was written */
        begin_record(audit);
    if (!input_load(&audit->input, options, audit->output, audit->run, &audit->record,
                    &audit->failure)) {
        if (!options->resume)
            abandon_run(audit);
        return false;
    }
    if (!audit->nightly)
        run_file_offer_resume(audit->run);
    return record_session(audit);
}

/* ---- collecting ---- */

static void on_found(void *context, const struct run_found *found)
{
    progress_found(context, found);
}

static void on_progress(void *context, const struct collect_progress *now)
{
    progress_show(context, now);
}

static void on_cuts(void *context, const struct cuts_counts *now)
{
    progress_cuts(context, now->blocks, now->believed);
}

static enum collect_end collect_addresses(struct audit *audit,
                                          const struct collect_options *collecting,
                                          struct collect_progress *done)
{
    struct progress *progress = progress_new(audit->options->progress, audit->options->quiet);
    struct collect_options shown = *collecting;
    shown.context = progress;
    shown.on_found = progress ? on_found : NULL;
    shown.on_progress = progress ? on_progress : NULL;
    enum collect_end end = name_servers_run(audit->run, audit->options, audit->judging, &shown,
                                            &audit->record, &audit->failure);
    if (name_servers_asked(&audit->record))
        shown.resumed = true; /* what passes there is known */
    if (end == COLLECT_COMPLETE)
        end = collect(audit->run, &shown, &audit->record.counts, done, &audit->failure);
    progress_free(progress);
    audit->record.addresses += done->done - done->known;
    return end;
}

/* The counts of vantages are kept apart: a dead vantage must not look like trouble with the
 * resolvers of the run. */
static enum collect_end collect_vantages(struct audit *audit,
                                         const struct collect_options *collecting)
{
    struct asker_counts *counts = calloc(1, sizeof(*counts));
    if (!counts) {
        failure_out_of_memory(&audit->failure);
        return COLLECT_FAILED;
    }
    enum collect_end end = vantages_run(audit->run, audit->options, audit->judging, collecting,
                                        counts, &audit->failure);
    audit->record.vantage_queries += counts->queries;
    free(counts);
    return end;
}

/* Begun by the first session, and completed before any address is asked: a result may be left to a
 * cut, which must be in the file by then. */
static enum collect_end collect_cuts(struct audit *audit, const struct collect_options *collecting)
{
    struct run_record *record = &audit->record;
    struct cuts_counts found;
    struct collect_options shown = *collecting;

    if (!record->prune || record->cuts_complete)
        return COLLECT_COMPLETE;
    struct progress *progress = progress_new(audit->options->progress, audit->options->quiet);
    shown.context = progress;
    enum collect_end end = cuts_collect(audit->run, &shown, progress ? on_cuts : NULL, &found,
                                        &record->counts, &audit->failure);
    progress_free(progress);
    record->cuts = found.believed;
    record->cuts_undone = found.undone;
    record->cuts_complete = end == COLLECT_COMPLETE;
    if (end == COLLECT_COMPLETE &&
        (!record_write(audit->run, record) || !run_file_commit(audit->run))) {
        run_failed(audit);
        return COLLECT_FAILED;
    }
    return end;
}

static enum collect_end collect_stages(struct audit *audit)
{
    struct collect_options collecting = {.asker = audit->lookups.asker,
                                         .threads = audit->lookups.threads,
                                         .skip_special = audit->options->skip_special,
                                         .resumed = audit->options->resume,
                                         .stop = signals_stop()};
    struct collect_progress done = {0};
    enum collect_end end = walks_run(audit->run, audit->options, &collecting, &audit->walks,
                                     &audit->record.counts, &audit->failure);
    if (audit->walks > 0)
        stages_next(&audit->stages, "walks");
    collecting.cuts_known = audit->record.cuts_complete;
    if (end == COLLECT_COMPLETE)
        end = collect_cuts(audit, &collecting);
    stages_next(&audit->stages, "cuts");
    if (end == COLLECT_COMPLETE)
        end = collect_addresses(audit, &collecting, &done);
    stages_next(&audit->stages, "addresses");
    if (end == COLLECT_COMPLETE)
        end = zones_collect(audit->run, &collecting, &done, &audit->record.counts, &audit->failure);
    stages_next(&audit->stages, "zones");
    if (end == COLLECT_COMPLETE)
        end = collect_vantages(audit, &collecting);
    stages_next(&audit->stages, "vantages");
    if (end == COLLECT_COMPLETE && audit->baseline)
        end = baseline_confirm(audit->baseline, audit->judging, audit->run, &audit->record,
                               &audit->dir, &collecting, &audit->record.counts, &audit->failure);
    stages_next(&audit->stages, "confirm");
    lookups_drop_cache(&audit->lookups);
    return end;
}

static bool record_end(struct audit *audit, enum collect_end end)
{
    struct run_record *record = &audit->record;
    const char *why = end == COLLECT_STOPPED   ? "it was stopped by a signal"
                      : end == COLLECT_GAVE_UP ? "no resolver answered any more"
                                               : "";
    snprintf(record->stopped, sizeof(record->stopped), "%s", why);
    record->ended_at = clock_wall_seconds();
    record->finished = end == COLLECT_COMPLETE;
    return record_write(audit->run, record) || run_failed(audit);
}

static enum collect_end collect_all(struct audit *audit)
{
    int64_t start_ns = clock_monotonic_ns();
    enum collect_end end = collect_stages(audit);
    lookups_describe_pace(&audit->lookups, &audit->record);
    audit->record.asking_ms += (uint64_t)(clock_monotonic_ns() - start_ns) / 1000000;
    if (end == COLLECT_COMPLETE || end == COLLECT_GAVE_UP)
        lookups_describe_sources(&audit->lookups, end == COLLECT_GAVE_UP, &audit->record);
    return end == COLLECT_FAILED || record_end(audit, end) ? end : COLLECT_FAILED;
}

/* ---- the end ---- */

/* Says how to complete the run. */
static void say_how_to_resume(const struct audit *audit, enum collect_end end)
{
    if (end == COLLECT_GAVE_UP)
        say("no resolver has answered for %d s, so the rest was not asked",
            ASKER_PATIENCE_MS / 1000);
    if (!audit->nightly && (end == COLLECT_STOPPED || end == COLLECT_GAVE_UP))
        say("the results so far are in %s: continue with the same command and --resume",
            audit->output);
}

static bool report(struct audit *audit)
{
    struct runs runs = {.count = 1, .files = &audit->run, .records.whole = &audit->record};
    bool good = !audit->baseline || baseline_compare(audit->baseline, audit->judging, audit->run,
                                                     &audit->record, &audit->dir, &audit->failure);
    good = good && judging_render(audit->judging, &runs, &audit->dir, audit->options,
                                  &audit->result->tally, &audit->failure);
    good = good && (!audit->baseline || baseline_commit(audit->baseline, &audit->failure));
    audit->result->reported = good;
    if (good && audit->baseline)
        audit->result->changes = *baseline_tally(audit->baseline);
    if (good)
        stages_next(&audit->stages, "reports");
    else if (*signals_stop())
        audit->failure.status = judging_signal_status();
    return good;
}

/* Fails if the report does not cover the input. */
static bool check_coverage(struct audit *audit, const struct tally *tally)
{
    if (audit->record.broken_inputs > 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "an input broke off; the report covers what came before");
    if (tally->rows == 0 && audit->options->shard.count == 0 && audit->walks == 0)
        return input_all_refused(&audit->input, audit->options, audit->output, &audit->failure);
    return true;
}

static enum exit_status finish(struct audit *audit, enum collect_end end)
{
    const struct tally *tally = &audit->result->tally;
    say_how_to_resume(audit, end);
    if (!report(audit)) {
        if (!audit->nightly && end == COLLECT_COMPLETE && !*signals_stop())
            say("the answers are kept in %s: the same command with --resume writes the reports",
                audit->output);
        return audit->failure.status;
    }
    if (tally->rows > 0 && !audit->nightly)
        judging_say_rejected(audit->options, audit->output, tally);
    judging_say_blank(audit->options, tally);
    snprintf(audit->result->why, JUDGING_WHY_MAX, "%s", audit->record.stopped);
    if (end == COLLECT_STOPPED)
        return judging_signal_status();
    if (!check_coverage(audit, tally))
        return EXIT_TROUBLE;
    if (end == COLLECT_GAVE_UP)
        return EXIT_TRY_LATER;
    enum exit_status status = judging_policy(audit->options, run_records_of(&audit->record), 1,
                                             tally, audit->result->why);
    if (status == EXIT_TRY_LATER && !audit->nightly)
        say("to ask again later, run the same command with --resume");
    if (status == EXIT_FINDINGS && audit->options->shard.count > 0)
        return EXIT_POLICY_MET; /* complete, whatever was found */
    return status;
}

/* ---- the command ---- */

static bool open_judging(struct audit *audit)
{
    audit->judging = judging_open(audit->options, &audit->failure);
    return audit->judging != NULL;
}

static bool open_baseline(struct audit *audit)
{
    if (audit->options->before.count == 0 || audit->baseline)
        return true;
    audit->baseline = audit->own = baseline_open(audit->options, audit->output, &audit->failure);
    return audit->baseline != NULL;
}

static enum exit_status run_audit(struct audit *audit)
{
    const struct options *options = audit->options;
    struct lookups *lookups = &audit->lookups;
    if (!prepare(audit))
        return audit->failure.status;
    if (!audit->nightly)
        confine_command(options, &audit->dir, metrics_file_folder(audit->metrics),
                        options->zone_count == 0);
    if (!open_judging(audit) || !open_baseline(audit) || !open_resumed(audit) ||
        !prepare_lookups(audit))
        return audit->failure.status;
    if (options->recheck && !options->resume) {
        if (!input_open_recheck(&audit->input, options, &audit->failure))
            return audit->failure.status;
        if (audit->input.rechecked.rows == 0) {
            say("every address of the run in %s passed: nothing is left to check again",
                options->recheck);
            return EXIT_POLICY_MET;
        }
    }
    struct probe_sample of_run;
    input_sample(&of_run, options);
    if (!lookups_begin(lookups, options, &of_run, &audit->failure) || !open_run(audit))
        return audit->failure.status;
    stages_next(&audit->stages, "input");
    signals_catch_stop();
    enum collect_end end = collect_all(audit);
    return end == COLLECT_FAILED ? audit->failure.status : finish(audit, end);
}

/* --dry-run: reads everything, asks and writes nothing. */
static enum exit_status dry_run(struct audit *audit)
{
    const struct options *options = audit->options;
    const struct load_result *loaded = &audit->input.loaded;
    struct zone_files *files = &audit->lookups.zone_files;
    if (!input_check(options, audit->output, &audit->failure))
        return audit->failure.status;
    confine_command(options, NULL, NULL, false);
    if (!open_judging(audit) || !zone_files_load(files, options, &audit->failure) ||
        !input_count(&audit->input, options, &audit->failure))
        return audit->failure.status;
    dry_run_print(loaded, options);
    zone_files_print(files);
    bool nothing = loaded->counts.items == 0 && !options->recheck;
    return loaded->counts.broken || nothing ? EXIT_TROUBLE : EXIT_POLICY_MET;
}

static void close_audit(struct audit *audit)
{
    input_close(&audit->input);
    run_dir_close(&audit->dir);
    lookups_close(&audit->lookups);
    baseline_close(audit->own);
    judging_close(audit->judging);
}

static enum exit_status audit_with(struct audit *audit)
{
    const struct options *options = audit->options;
    int64_t start_ns = clock_monotonic_ns();
    audit->dir.lock = -1;
    stages_begin(&audit->stages, options->verbose > 1);
    enum exit_status status = options->dry_run ? dry_run(audit) : run_audit(audit);
    if (!run_file_close(audit->run, &audit->failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    close_audit(audit);
    audit->result->seconds = (uint64_t)(clock_monotonic_ns() - start_ns) / 1000000000;
    audit->result->queries = audit->record.counts.queries + audit->record.vantage_queries;
    return status;
}

enum exit_status audit_run(const struct audit_job *job, struct audit_result *result)
{
    struct failure failure = {0};
    struct audit *audit = calloc(1, sizeof(*audit));
    enum exit_status status = EXIT_TROUBLE;
    *result = (struct audit_result){.reported = false};
    if (audit) {
        audit->options = job->options;
        audit->output = job->output;
        audit->nightly = job->nightly;
        audit->metrics = job->metrics;
        audit->baseline = job->baseline;
        audit->result = result;
        status = audit_with(audit);
        failure = audit->failure;
    } else {
        failure_out_of_memory(&failure);
    }
    if (failure_is_set(&failure)) {
        say("%s", failure.text);
        snprintf(result->why, JUDGING_WHY_MAX, "%s", failure.text);
    }
    free(audit);
    return status;
}

enum exit_status audit_write_metrics(const struct metrics_file *file, const struct options *options,
                                     const struct audit_result *result, enum exit_status status)
{
    struct failure failure = {0};
    bool complete = status <= EXIT_FINDINGS || result->complete;
    bool compared = options->before.count > 0;
    struct metrics metrics = {
        .exit_status = status,
        .complete = complete,
        .seconds = result->seconds,
        .queries = result->queries,
        .tally = complete && result->reported ? &result->tally : NULL,
        .changes = complete && compared ? &result->changes : NULL,
        .alarms = (complete && compared) || result->complete ? &result->changes.alarms : NULL};
    if (metrics_file_write(file, &metrics, &failure))
        return status;
    say("%s", failure.text);
    return complete ? failure.status : status;
}
