#include "audit/command/baseline.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/command/runs.h"
#include "audit/command/vantages.h"
#include "io/input/exceptions_file.h"
#include "io/phases/confirm.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "reports/changes/change_words.h"
#include "reports/changes/compare.h"
#include "reports/changes/confirm_list.h"

/* The run file of a further look, in the run directory. */
static const char CONFIRM_FILE[] = "confirm.db";

struct baseline {
    const struct options *options;
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
    struct confirm_list *confirm; /* NULL: nothing was confirmed */
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

struct baseline *baseline_open(const struct options *options, const char *output,
                               struct failure *failure)
{
    struct baseline *baseline = calloc(1, sizeof(*baseline));

    if (!baseline) {
        failure_out_of_memory(failure);
        return NULL;
    }
    baseline->options = options;
    if (check_folders(options, output, failure) &&
        runs_open(&baseline->before, RUN_READ, options->before.folders, options->before.count,
                  options->max_range, failure))
        return baseline;
    baseline_close(baseline);
    return NULL;
}

void baseline_close(struct baseline *baseline)
{
    struct failure ignored = {0}; /* nothing was written in these runs */

    if (!baseline)
        return;
    comparison_discard(baseline->made);
    confirm_list_free(baseline->confirm);
    (void)!runs_close(&baseline->before, &ignored);
    exceptions_free(baseline->exceptions);
    free(baseline);
}

void baseline_set_note(struct baseline *baseline, const char *note)
{
    baseline->note = note;
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
    size_t used = 0;

    for (unsigned i = 0; i < runs->count && used < sizeof(record->baseline); i++)
        used += (size_t)snprintf(record->baseline + used, sizeof(record->baseline) - used, "%s%s",
                                 i > 0 ? " " : "", runs->folders[i]);
    record->baseline_at = side_job_began(&before);
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
        .note = baseline->note,
        .ignores_flapping = (options->ignored >> FINDING_FLAPPING) & 1u,
        .folder = &baseline->folder,
        .program = PROGRAM,
        .suffixes = judging_suffixes(judging),
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

static bool list_broken(struct baseline *baseline, struct failure *failure)
{
    struct confirm_list *list = confirm_list_new();

    if (!list)
        return failure_out_of_memory(failure);
    if (!comparison_visit(&baseline->job, confirm_list_add, list, failure)) {
        confirm_list_free(list);
        return false;
    }
    confirm_list_seal(list);
    baseline->confirm = list;
    return true;
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
    if (!make_job(baseline, judging, run, record, dir, failure) || !list_broken(baseline, failure))
        return COLLECT_FAILED;
    if (confirm_list_count(baseline->confirm) == 0)
        return end;
    say_confirm(baseline);
    confirm_wait(options->confirm_s, collecting->stop);
    for (unsigned i = 0; end == COLLECT_COMPLETE && i < count; i++)
        end = *collecting->stop ? COLLECT_STOPPED
                                : look_again(&looks, &collecting->asker.endpoints[i],
                                             options->confirm_servers && i + 1 == count);
    return end;
}

bool baseline_compare(struct baseline *baseline, struct judging *judging, struct run_file *run,
                      const struct run_record *record, const struct run_dir *dir,
                      struct failure *failure)
{
    if (!make_job(baseline, judging, run, record, dir, failure))
        return false;
    baseline->made = comparison_make(&baseline->job, &baseline->tally, failure);
    if (!baseline->made)
        return false;
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
    return comparison_commit(made, failure);
}
