/*
 * One side of a comparison: the rows of one run, or of several runs as one, in ascending order,
 * each judged.
 *
 * A row that several runs hold comes once. A result without a temporary error counts before one
 * with it, then the one that was checked last. Exceptions are those in force when the side was
 * audited.
 *
 * Memory: constant for each run. Ownership: side_open / side_close; the job outlives the side.
 * Threads: one at a time. Errors: false or NULL with *failure set.
 */
#ifndef REPORTS_CHANGES_SIDE_H
#define REPORTS_CHANGES_SIDE_H

#include "audit/exceptions.h"
#include "audit/row_past.h"
#include "audit/verdict.h"
#include "io/run/ordered_rows.h"
#include "io/run/record.h"
#include "reports/known_zones.h"

struct side_job {
    struct run_file **runs;
    const struct run_record *records; /* one per run */
    unsigned count;
    const struct exceptions *exceptions; /* NULL: none */
    bool with_past;                      /* read what earlier runs knew */
};

/* Valid until side_next. */
struct side_row {
    struct sweep_row at;
    struct row_side state; /* its verdict is that of `judgement`, or a temporary error if that was
                              not confirmed */
    struct row_past past;  /* what earlier runs knew; ROW_PAST_NONE without with_past */
    const struct run_found *found;  /* NULL: not asked */
    const struct observation *seen; /* the facts of `found`; NULL: not asked */
    struct judgement *judgement;
    unsigned run;       /* that it comes from */
    int64_t started_at; /* of that run, seconds since 1970 UTC; 0: unknown */
};

struct side;

struct side *side_open(const struct side_job *job, struct failure *failure);
void side_close(struct side *side); /* NULL is allowed */
/* The next row; *out is NULL after the last one. other: a side whose current row is often the same
 * one with the same facts, and is then not judged again; such a row is valid only until side_next
 * of either side. NULL: none. */
bool side_next(struct side *side, const struct side *other, struct side_row **out)
    __attribute__((warn_unused_result));
/* The current row as reports get it, completed with what its run knows of zones. */
bool side_report_row(struct side *side, struct report_row *out) __attribute__((warn_unused_result));
/* The time from which on the side knows: the start of its first run. */
int64_t side_job_began(const struct side_job *job);

#endif
