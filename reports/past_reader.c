#include "reports/past_reader.h"

#include "io/input/exceptions_file.h"
#include "io/run/run_file.h"

void past_reader_end(struct past_reader *reader)
{
    exceptions_free(reader->exceptions);
    *reader = (struct past_reader){0};
}

bool past_reader_begin(struct past_reader *reader, struct run_file *run,
                       const struct run_record *record, const struct policy *policy,
                       struct failure *failure)
{
    past_reader_end(reader);
    if (!run_file_has_past(run))
        return true;
    reader->run = run;
    reader->started_at = record->started_at;
    reader->policy = policy;
    if (!policy->exceptions)
        return true;
    reader->exceptions = exceptions_file_at(policy->exceptions, record->baseline_at, failure);
    return reader->exceptions != NULL;
}

bool past_reader_row(struct past_reader *reader, const struct sweep_row *row,
                     struct judgement *judgement)
{
    if (!reader->run)
        return true;
    if (!run_file_past(reader->run, row, &reader->past))
        return false;
    enum verdict verdict = row_past_counted(&reader->past, judgement->verdict);
    reader->now = row_past_after(&reader->past, verdict, reader->started_at);
    if (row_past_is_flapping(&reader->now))
        judgement_add_finding(judgement, FINDING_FLAPPING);
    return true;
}

static bool was_accepted(const struct past_reader *reader, const struct ipaddr *address,
                         enum verdict verdict)
{
    return reader->exceptions && verdict != VERDICT_PASS &&
           exceptions_find(reader->exceptions, address, verdict) != NULL;
}

struct row_since past_reader_since(const struct past_reader *reader, const struct ipaddr *address,
                                   const struct judgement *judgement)
{
    struct row_side before = row_past_side(&reader->past);
    struct row_side after = {.present = true,
                             .verdict = row_past_counted(&reader->past, judgement->verdict),
                             .accepted = judgement->verdict_exception != NULL,
                             .flapping = judgement_has(judgement, FINDING_FLAPPING)};

    before.accepted = before.present && was_accepted(reader, address, before.verdict);
    before.carried_accepted = before.has_carried && was_accepted(reader, address, before.carried);
    before.flapping =
        !policy_ignores(reader->policy, FINDING_FLAPPING) && row_past_is_flapping(&reader->past);
    return (struct row_since){row_difference_of(&before, &after, reader->past.renamed),
                              reader->now.since};
}
