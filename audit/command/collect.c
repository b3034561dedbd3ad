#include <stdio.h>
#include <stdlib.h>

#include "audit/command/audit.h"
#include "audit/command/vantages.h"
#include "io/phases/zones.h"
#include "io/system/clock.h"
#include "io/system/signals.h"
#include "reports/progress.h"

static void on_found(void *context, const struct run_found *found)
{
    progress_found(context, found);
}

static void on_progress(void *context, const struct collect_progress *now)
{
    progress_show(context, now);
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
    enum collect_end end =
        collect(audit->run, &shown, &audit->record.counts, done, &audit->failure);
    progress_free(progress);
    audit->record.addresses += done->done - done->known;
    return end;
}

/* What vantages cost is told apart: a dead one must not look like trouble with the resolvers of the
 * run. */
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

static enum collect_end collect_stages(struct audit *audit)
{
    struct collect_options collecting = {.asker = audit->lookups.asker,
                                         .threads = audit->lookups.threads,
                                         .skip_special = audit->options->skip_special,
                                         .resumed = audit->options->resume,
                                         .stop = signals_stop()};
    struct collect_progress done;
    enum collect_end end = collect_addresses(audit, &collecting, &done);
    stages_next(&audit->stages, "addresses");
    if (end == COLLECT_COMPLETE)
        end = zones_collect(audit->run, &collecting, &done, &audit->record.counts, &audit->failure);
    stages_next(&audit->stages, "zones");
    if (end == COLLECT_COMPLETE)
        end = collect_vantages(audit, &collecting);
    stages_next(&audit->stages, "vantages");
    lookups_forget(&audit->lookups);
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
    return record_write(audit->run, record) ||
           failure_pass(&audit->failure, run_file_failure(audit->run));
}

enum collect_end audit_collect(struct audit *audit)
{
    int64_t start_ns = clock_monotonic_ns();
    enum collect_end end = collect_stages(audit);
    lookups_describe_pace(&audit->lookups, &audit->record);
    audit->record.asking_ms += (uint64_t)(clock_monotonic_ns() - start_ns) / 1000000;
    return end == COLLECT_FAILED || record_end(audit, end) ? end : COLLECT_FAILED;
}
