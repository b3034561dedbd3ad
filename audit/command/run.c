#include <stdio.h>
#include <string.h>

#include "audit/command/audit.h"
#include "io/system/clock.h"

enum run_dir_mode audit_mode(const struct options *options)
{
    return options->resume ? RUN_DIR_RESUME : options->force ? RUN_DIR_FORCE : RUN_DIR_NEW;
}

/* How this session asks; of a resumed run the last session's way is recorded. */
static bool record_session(struct audit *audit)
{
    struct run_record *record = &audit->record;
    lookups_describe(&audit->lookups, audit->options, record);
    snprintf(record->program, sizeof(record->program), "%s", PROGRAM);
    snprintf(record->stopped, sizeof(record->stopped), "it was killed");
    record->skip_special = audit->options->skip_special;
    record->finished = false;
    record->sessions++;
    return record_write(audit->run, record) ||
           failure_pass(&audit->failure, run_file_failure(audit->run));
}

/* A resumed run has its input already; asked for with other inputs it would be another run. */
static bool resume_record(struct audit *audit)
{
    char inputs[RECORD_TEXT_MAX];
    input_name(inputs, audit->options);
    record_read(audit->run, &audit->record);
    bool named = audit->options->operand_count > 0 || audit->options->recheck;
    if (named && audit->record.inputs[0] && strcmp(inputs, audit->record.inputs) != 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "the run in %s was made for other inputs: %s", audit->output,
                           audit->record.inputs);
    if (!named && !run_file_is_sealed(audit->run))
        return failure_set(
            &audit->failure, EXIT_TROUBLE,
            "the run in %s was killed before its input was read: name the inputs again",
            audit->output);
    return zone_files_match(&audit->lookups.zone_files, &audit->record, audit->output,
                            &audit->failure);
}

/* Nothing to audit: leave no run behind that would stand in the way of the next try. */
static void abandon_run(struct audit *audit)
{
    struct failure ignored = {0};
    (void)!run_file_close(audit->run, &ignored);
    audit->run = NULL;
    run_dir_abandon(&audit->dir);
}

bool audit_open_run(struct audit *audit)
{
    const struct options *options = audit->options;
    enum run_mode mode = options->resume ? RUN_RESUME : RUN_CREATE;
    if (options->force && !run_dir_clear(&audit->dir, &audit->failure))
        return false;
    audit->run = run_file_open(audit->dir.run_file, mode, &audit->failure);
    if (!audit->run)
        return false;
    if (options->resume && !resume_record(audit))
        return false;
    if (audit->record.started_at == 0) /* a run that was killed before it said so begins now */
        audit->record.started_at = clock_wall_seconds();
    if (!input_load(&audit->input, options, audit->run, &audit->record, &audit->failure)) {
        if (!options->resume)
            abandon_run(audit);
        return false;
    }
    return record_session(audit);
}
