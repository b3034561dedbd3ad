#include "audit/command/baseline.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/command/runs.h"
#include "io/input/exceptions_file.h"
#include "io/system/signals.h"
#include "reports/changes/change_words.h"
#include "reports/changes/compare.h"

struct baseline {
    const struct options *options;
    struct runs before;
    struct run_file *after[1];
    struct exceptions *exceptions; /* as of the day of the baseline; NULL: none */
    struct folder folder;
    int signals_before;
    struct compare_job job;
    struct change_tally tally;
    char headline[CHANGE_WORDS_MAX];
    struct change_report changes;
    struct comparison *made; /* NULL: not yet, or committed */
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
        runs_open(&baseline->before, options->before.folders, options->before.count,
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
    (void)!runs_close(&baseline->before, &ignored);
    exceptions_free(baseline->exceptions);
    free(baseline);
}

static struct side_job side_before(const struct baseline *baseline)
{
    return (struct side_job){.runs = baseline->before.files,
                             .records = baseline->before.records,
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

bool baseline_compare(struct baseline *baseline, struct judging *judging, struct run_file *run,
                      const struct run_record *record, const struct run_dir *dir,
                      struct failure *failure)
{
    const struct options *options = baseline->options;
    const struct exceptions *now = judging_exceptions(judging);

    if (!take_exceptions(baseline, now, failure))
        return false;
    baseline->after[0] = run;
    baseline->folder = (struct folder){.fd = dir->lock, .path = dir->path};
    baseline->signals_before = signals_count();
    baseline->job = (struct compare_job){
        .before = side_before(baseline),
        .after = {.runs = baseline->after, .records = record, .count = 1, .exceptions = now},
        .keep = run,
        .ignores_flapping = (options->ignored >> FINDING_FLAPPING) & 1u,
        .folder = &baseline->folder,
        .program = PROGRAM,
        .suffixes = judging_suffixes(judging),
        .max_unanswered = options->max_unanswered,
        .cancelled = judging_is_cancelled,
        .context = &baseline->signals_before};
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
