/*
 * What changed about the rows of a run since its baseline, from what the run file keeps of it
 * (io/run/past.h). It is decided again for each report, because the policy decides what counts.
 *
 * Ownership: begin with zeros; past_reader_begin for each run; past_reader_end. Threads: one at a
 * time. Errors: false with *failure set.
 */
#ifndef REPORTS_PAST_READER_H
#define REPORTS_PAST_READER_H

#include "audit/policy.h"
#include "audit/row_past.h"
#include "io/run/record.h"

/* What changed about a row. */
struct row_since {
    struct row_difference difference;
    int64_t since; /* the present certain state began, or the last one; 0: not known */
};

struct past_reader {
    struct run_file *run; /* NULL: it has no past */
    int64_t started_at;
    const struct policy *policy;
    struct exceptions *exceptions; /* as of the day of the baseline; NULL: none */
    struct row_past past;          /* of the row */
    struct row_past now;
};

bool past_reader_begin(struct past_reader *reader, struct run_file *run,
                       const struct run_record *record, const struct policy *policy,
                       struct failure *failure) __attribute__((warn_unused_result));
void past_reader_end(struct past_reader *reader);
/* Reads the past of a row, and adds the finding `flapping`. Call it before the policy is applied.
 * False: the run file failed. */
bool past_reader_row(struct past_reader *reader, const struct sweep_row *row,
                     struct judgement *judgement) __attribute__((warn_unused_result));
/* The same row, after the policy was applied. */
struct row_since past_reader_since(const struct past_reader *reader, const struct ipaddr *address,
                                   const struct judgement *judgement);

#endif
