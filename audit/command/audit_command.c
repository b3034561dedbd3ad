/*
 * The audit command: one audit, and its metrics.
 */
#include "audit/command/audit.h"
#include "audit/command/commands.h"

static const char RECHECK_OUTPUT[] = "fcrdns-recheck";

enum exit_status audit_command(const struct options *options)
{
    struct audit_result result;
    struct metrics_file metrics = METRICS_FILE_NONE;
    struct options continued = *options;
    struct audit_job job = {.options = &continued,
                            .metrics = &metrics,
                            .output = options->output    ? options->output
                                      : options->recheck ? RECHECK_OUTPUT
                                                         : DEFAULT_OUTPUT};
    /* The same command begins and continues a shard, as batch systems want it. */
    if (options->shard.count > 0 && !options->force && !options->dry_run)
        continued.resume |= run_dir_holds_run(job.output);
    enum exit_status status = audit_run(&job, &result);
    status = audit_write_metrics(&metrics, options, &result, status);
    metrics_file_close(&metrics);
    return status;
}
