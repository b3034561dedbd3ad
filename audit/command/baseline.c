#include "audit/command/baseline.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/command/runs.h"
#include "audit/command/vantages.h"
#include "io/input/exceptions_file.h"
#include "io/phases/confirm.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "io/system/text_list.h"
#include "reports/changes/change_words.h"
#include "reports/changes/compare.h"
#include "reports/changes/confirm_list.h"

/* The run file of a further look, in the run directory. */
static const char CONFIRM_FILE[] = "confirm.db";

struct baseline {
    const struct options *options;
    const char *output;
    next_baseline_fn *next; /* NULL: damage ends the audit */
    void *context;
    const char *note; /* NULL: none */
    struct runs before;
    struct run_file *after[1];
    struct exceptions *exceptions; /* as of the day of the baseline; NULL: none */
    struct folder folder;
    int signals_before;
    struct compare_job job;
    struct change_tally tally;
    char headline[CHANGE_WORDS_MAX];
    struct change_report changes;
    struct confirm_list *listed;  /* what would break; NULL: it is not asked for */
    struct confirm_list *confirm; /* the same, asked again; NULL: nothing was */
    struct comparison *made;      /* NULL: not yet, or committed */
};

static bool check_folders(const struct options *options, const char *output,
                          struct failure *failure)
{
    for (unsigned i = 0; i < options->before.count; i++) {
        if (run_dir_same(output, options->before.folders[i]))
            return failure_set(failure, EXIT_TROUBLE,
                               "%s is the baseline: name another run directory with -o", output);
    }
    return runs_check_repeats(options->before.folders, options->before.count, failure);
}

static void close_runs(struct baseline *baseline)
{
    struct failure ignored = {0}; /* nothing was written in these runs */

    (void)!runs_close(&baseline->before, &ignored);
    exceptions_free(baseline->exceptions);
    baseline->exceptions = NULL;
}

bool baseline_reopen(struct baseline *baseline, struct failure *failure)
{
    const struct options *options = baseline->options;
    enum run_mode mode = baseline->next ? RUN_COMPARE : RUN_READ;

    close_runs(baseline);
    return check_folders(options, baseline->output, failure) &&
           runs_open(&baseline->before, mode, options->before.folders, options->before.count,
                     options->max_range, failure);
}

static struct baseline *new_baseline(const struct options *options, const char *output,
                                     struct failure *failure)
{
    struct baseline *baseline = calloc(1, sizeof(*baseline));

    if (!baseline) {
        failure_out_of_memory(failure);
        return NULL;
    }
    baseline->options = options;
    baseline->output = output;
    return baseline;
}

struct baseline *baseline_open(const struct options *options, const char *output,
                               struct failure *failure)
{
    struct baseline *baseline = new_baseline(options, output, failure);

    if (!baseline || baseline_reopen(baseline, failure))
        return baseline;
    baseline_close(baseline);
    return NULL;
}

struct baseline *baseline_with_next(const struct options *options, const char *output,
                                    next_baseline_fn *next, void *context, struct failure *failure)
{
    struct baseline *baseline = new_baseline(options, output, failure);

    if (baseline) {
        baseline->next = next;
        baseline->context = context;
    }
    return baseline;
}

void baseline_close(struct baseline *baseline)
{
    if (!baseline)
        return;
    comparison_discard(baseline->made);
    confirm_list_free(baseline->listed);
    confirm_list_free(baseline->confirm);
    close_runs(baseline);
    free(baseline);
}

void baseline_set_note(struct baseline *baseline, const char *note)
{
    baseline->note = note;
}

uint64_t baseline_rejected(const struct baseline *baseline)
{
    struct run_totals totals;
    uint64_t sum = 0;

    for (unsigned i = 0; i < baseline->before.count; i++) {
        if (run_file_totals(baseline->before.files[i], &totals))
            sum += totals.rejected;
    }
    return sum;
}

static struct side_job side_before(const struct baseline *baseline)
{
    return (struct side_job){.runs = baseline->before.files,
                             .records = baseline->before.records.whole,
                             .count = baseline->before.count,
                             .exceptions = baseline->exceptions,
                             .with_past = true};
}

void baseline_describe(const struct baseline *baseline, struct run_record *record)
{
    const struct compared_runs *runs = &baseline->options->before;
    struct side_job before = side_before(baseline);

    record->baseline[0] = '\0';
    for (unsigned i = 0; i < runs->count; i++)
        text_list_add(record->baseline, sizeof(record->baseline), " ", runs->folders[i]);
    record->baseline_at = runs->count > 0 ? side_job_began(&before) : 0;
}

static bool take_exceptions(struct baseline *baseline, const struct exceptions *now,
                            struct failure *failure)
{
    struct side_job before = side_before(baseline);

    if (!now)
        return true;
    baseline->exceptions = exceptions_file_at(now, side_job_began(&before), failure);
    return baseline->exceptions != NULL;
}

/* False: out of memory. */
static bool make_job(struct baseline *baseline, struct judging *judging, struct run_file *run,
                     const struct run_record *record, const struct run_dir *dir,
                     struct failure *failure)
{
    const struct options *options = baseline->options;
    const struct exceptions *now = judging_exceptions(judging);

    if (!baseline->exceptions && !take_exceptions(baseline, now, failure))
        return false;
    baseline->after[0] = run;
    baseline->folder = (struct folder){.fd = dir->lock, .path = dir->path};
    baseline->signals_before = signals_count();
    baseline->job = (struct compare_job){
        .before = side_before(baseline),
        .after = {.runs = baseline->after, .records = record, .count = 1, .exceptions = now},
        .keep = run,
        .confirm = baseline->confirm,
        .listed = baseline->listed,
        .note = baseline->note,
        .ignores_flapping = (options->ignored >> FINDING_FLAPPING) & 1u,
        .folder = &baseline->folder,
        .program = PROGRAM,
        .suffixes = judging_suffixes(judging),
        .providers = judging_providers(judging),
        .max_unanswered = options->max_unanswered,
        .cancelled = judging_is_cancelled,
        .context = &baseline->signals_before};
    return true;
}

/* What further looks share. */
struct looks {
    struct baseline *baseline;
    const struct judging *judging;
    const struct collect_options *collecting;
    struct asker_counts *counts;
    struct failure *failure;
};

/* After a look at a resolver, whose answers those of the name servers are compared with. */
static enum collect_end look_at_servers(const struct looks *looks, struct confirm_look *look,
                                        const struct side_job *side)
{
    struct baseline *baseline = looks->baseline;
    enum collect_end end = vantages_confirm(look->run, baseline->options, looks->judging,
                                            looks->collecting, looks->counts, looks->failure);

    if (end == COLLECT_COMPLETE &&
        !confirm_list_look_servers(baseline->confirm, side, looks->failure))
        end = COLLECT_FAILED;
    return end;
}

/* One look at one resolver. */
static enum collect_end look_again(const struct looks *looks, const struct endpoint *resolver,
                                   bool servers_too)
{
    struct baseline *baseline = looks->baseline;
    struct failure *failure = looks->failure;
    struct confirm_list *list = baseline->confirm;
    struct confirm_look look = {0};
    char path[RUN_DIR_PATH_MAX + sizeof(CONFIRM_FILE)];
    enum collect_end end = COLLECT_FAILED;

    snprintf(path, sizeof(path), "%s/%s", baseline->folder.path, CONFIRM_FILE);
    bool good = confirm_begin(&look, path, failure);
    for (unsigned i = 0; good && i < confirm_list_count(list); i++) {
        const struct confirm_row *row = confirm_list_at(list, i);
        struct sweep_row at = {row->address, row->has_expected ? &row->expected : NULL};
        good = confirm_add(&look, &at, failure);
    }
    if (good)
        end = confirm_ask(&look, looks->collecting, resolver, looks->counts, failure);
    if (end == COLLECT_COMPLETE || end == COLLECT_GAVE_UP) {
        struct side_job side = baseline->job.after;
        side.runs = &look.run;
        if (!confirm_list_look(list, &side, failure))
            end = COLLECT_FAILED;
        else if (servers_too && end == COLLECT_COMPLETE)
            end = look_at_servers(looks, &look, &side);
    }
    confirm_end(&look);
    return end == COLLECT_GAVE_UP ? COLLECT_COMPLETE : end;
}

static bool is_damaged(const struct baseline *baseline)
{
    for (unsigned i = 0; i < baseline->before.count; i++) {
        if (failure_is_set(run_file_failure(baseline->before.files[i])))
            return true;
    }
    return false;
}

/* Compares with the first baseline that can be read to its end. False: the audit fails. */
static bool compare_once(struct baseline *baseline, struct judging *judging, struct run_file *run,
                         const struct run_record *record, const struct run_dir *dir,
                         struct failure *failure)
{
    while (baseline->before.count > 0 && !baseline->made) {
        struct failure why = {0};

        if (!make_job(baseline, judging, run, record, dir, failure))
            return false;
        baseline->made = comparison_make(&baseline->job, &baseline->tally, &why);
        if (baseline->made)
            return true;
        if (!baseline->next || !is_damaged(baseline))
            return failure_pass(failure, &why);
        close_runs(baseline);
        baseline->next(baseline->context, &why);
    }
    return true;
}

/* Ends the comparison that only showed what would break. */
static void begin_confirm(struct baseline *baseline)
{
    comparison_discard(baseline->made);
    baseline->made = NULL;
    baseline->confirm = baseline->listed;
    baseline->listed = NULL;
    confirm_list_seal(baseline->confirm);
}

static void say_confirm(const struct baseline *baseline)
{
    const struct confirm_list *list = baseline->confirm;
    const char *where =
        baseline->options->confirm_servers ? ", at the name servers of the zones too" : "";

    if (confirm_list_total(list) > confirm_list_count(list))
        say("%llu rows would break: a sample of %u of them is asked again%s and decides",
            (unsigned long long)confirm_list_total(list), confirm_list_count(list), where);
    else if (!baseline->options->quiet)
        say("%u row%s would break: asked again in %u s%s", confirm_list_count(list),
            confirm_list_count(list) == 1 ? "" : "s", baseline->options->confirm_s, where);
}

enum collect_end baseline_confirm(struct baseline *baseline, struct judging *judging,
                                  struct run_file *run, const struct run_record *record,
                                  const struct run_dir *dir,
                                  const struct collect_options *collecting,
                                  struct asker_counts *counts, struct failure *failure)
{
    const struct options *options = baseline->options;
    struct looks looks = {baseline, judging, collecting, counts, failure};
    unsigned count = collecting->asker.endpoint_count;
    enum collect_end end = COLLECT_COMPLETE;

    if ((options->confirm_s == 0 && !options->confirm_servers) || count == 0)
        return end;
    baseline->listed = confirm_list_new();
    if (!baseline->listed)
        failure_out_of_memory(failure);
    if (!baseline->listed || !compare_once(baseline, judging, run, record, dir, failure))
        return COLLECT_FAILED;
    if (confirm_list_count(baseline->listed) == 0)
        return end; /* nothing to ask: the comparison holds */
    begin_confirm(baseline);
    say_confirm(baseline);
    confirm_wait(options->confirm_s, collecting->stop);
    for (unsigned i = 0; end == COLLECT_COMPLETE && i < count; i++)
        end = *collecting->stop ? COLLECT_STOPPED
                                : look_again(&looks, &collecting->asker.endpoints[i],
                                             options->confirm_servers && i + 1 == count);
    return end;
}

bool baseline_compare(struct baseline *baseline, struct judging *judging, struct run_file *run,
                      struct run_record *record, const struct run_dir *dir, struct failure *failure)
{
    if (!compare_once(baseline, judging, run, record, dir, failure))
        return false;
    baseline_describe(baseline, record);
    if (!record_write(run, record))
        return failure_pass(failure, run_file_failure(run));
    if (!baseline->made)
        return true; /* no baseline is left */
    change_headline_print(baseline->headline, &baseline->job, &baseline->tally);
    baseline->changes = (struct change_report){&baseline->tally, comparison_groups(baseline->made),
                                               baseline->headline};
    judging_set_changes(judging, &baseline->changes);
    return true;
}

const struct change_tally *baseline_tally(const struct baseline *baseline)
{
    return &baseline->tally;
}

bool baseline_commit(struct baseline *baseline, struct failure *failure)
{
    struct comparison *made = baseline->made;

    baseline->made = NULL;
    return !made || comparison_commit(made, failure);
}
