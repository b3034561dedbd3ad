#include "reports/changes/side.h"

#include <stdlib.h>
#include <string.h>

#include "io/run/cuts.h"
#include "reports/resolver_fault.h"

/* A run of the side, with its next row. */
struct member {
    struct ordered_rows *rows;
    bool has_row;
    struct ordered_row row;
    bool resolver_fault;
};

struct side {
    const struct side_job *job;
    struct failure *failure;
    bool begun;
    struct side_row row;
    struct judgement judgement;
    struct observation seen;  /* large, reused */
    struct known_zones zones; /* those of the run zones_of */
    unsigned zones_of;
    struct member members[];
};

static bool run_failed(struct side *side, unsigned run)
{
    return failure_pass(side->failure, run_file_failure(side->job->runs[run]));
}

void side_close(struct side *side)
{
    for (unsigned i = 0; side && i < side->job->count; i++)
        ordered_rows_close(side->members[i].rows);
    free(side);
}

static bool advance(struct side *side, unsigned run)
{
    struct member *member = &side->members[run];
    enum run_step step = ordered_rows_next(member->rows, &member->row);

    member->has_row = step == RUN_ROW;
    return step != RUN_FAILED || run_failed(side, run);
}

struct side *side_open(const struct side_job *job, struct failure *failure)
{
    struct side *side = calloc(1, sizeof(*side) + job->count * sizeof(side->members[0]));
    bool good = true;

    if (!side) {
        failure_out_of_memory(failure);
        return NULL;
    }
    side->job = job;
    side->failure = failure;
    known_zones_clear(&side->zones);
    for (unsigned i = 0; good && i < job->count; i++) {
        side->members[i].resolver_fault = resolver_fault_in_run(&job->records[i]);
        side->members[i].rows = ordered_rows_open(job->runs[i]);
        good = side->members[i].rows ? advance(side, i) : run_failed(side, i);
    }
    if (good)
        return side;
    side_close(side);
    return NULL;
}

/* Both hold the same row. */
static bool counts_before(const struct ordered_row *a, const struct ordered_row *b)
{
    if (!a->found || !b->found)
        return a->found != NULL;
    if (a->found->settled != b->found->settled)
        return a->found->settled;
    return a->found->checked_at > b->found->checked_at;
}

/* The run with the lowest row, and of several the one that counts. False: no row is left. */
static bool choose(const struct side *side, unsigned *chosen)
{
    const struct ordered_row *lowest = NULL;

    for (unsigned i = 0; i < side->job->count; i++) {
        const struct ordered_row *row = &side->members[i].row;
        if (!side->members[i].has_row)
            continue;
        int order = lowest ? sweep_row_compare(&row->row, &lowest->row) : -1;
        if (order > 0 || (order == 0 && !counts_before(row, lowest)))
            continue;
        lowest = row;
        *chosen = i;
    }
    return lowest != NULL;
}

/* Passes the current row in all runs. The rows compare by value, so the chosen one goes last. */
static bool pass(struct side *side)
{
    unsigned chosen = side->row.run;

    for (unsigned i = 0; i < side->job->count; i++) {
        if (i != chosen && side->members[i].has_row &&
            sweep_row_compare(&side->members[i].row.row, &side->row.at) == 0 && !advance(side, i))
            return false;
    }
    return advance(side, chosen);
}

static bool is_accepted(const struct side *side, enum verdict verdict)
{
    const struct exceptions *exceptions = side->job->exceptions;

    return exceptions && verdict != VERDICT_PASS &&
           exceptions_find(exceptions, &side->row.at.address, verdict) != NULL;
}

/* A PTR answer may be that of a cut, which is not in the facts of the row. */
static bool has_all_facts(const struct side *side)
{
    const struct side_row *row = &side->row;

    return row->found && (row->found->implied || !run_file_has_cuts(side->job->runs[row->run]));
}

/* The current row of the other side was judged by the same facts under the same circumstances, so
 * it says the same of this one. Only times of caches may differ, which no comparison uses. */
static bool is_judged_alike(const struct side *side, const struct side *other)
{
    const struct side_row *row = &side->row, *judged = &other->row;

    return has_all_facts(side) && has_all_facts(other) &&
           row->found->implied == judged->found->implied &&
           row->found->length == judged->found->length &&
           memcmp(row->found->facts, judged->found->facts, row->found->length) == 0 &&
           side->members[row->run].resolver_fault == other->members[judged->run].resolver_fault &&
           side->job->records[row->run].skip_special ==
               other->job->records[judged->run].skip_special &&
           sweep_row_compare(&row->at, &judged->at) == 0;
}

static void judge_facts(struct side *side)
{
    struct side_row *row = &side->row;
    struct evidence evidence = {.address = row->at.address,
                                .seen = row->seen,
                                .checked_at = row->found ? row->found->checked_at : 0,
                                .expected = row->at.expected,
                                .skip_special = side->job->records[row->run].skip_special,
                                .resolvers_fail = side->members[row->run].resolver_fault};

    verdict_of(row->judgement, &evidence);
}

static void set_state(struct side *side)
{
    struct side_row *row = &side->row;

    row->state = (struct row_side){
        .present = true, .verdict = row_past_counted(&row->past, row->judgement->verdict)};
    row->state.accepted = is_accepted(side, row->state.verdict);
    if (verdict_is_certain(row->state.verdict) || !row->past.has_certain)
        return;
    row->state.has_carried = true;
    row->state.carried = row->past.certain;
    row->state.carried_accepted = is_accepted(side, row->past.certain);
}

/* other: NULL: none. */
static bool judge(struct side *side, const struct side *other)
{
    struct side_row *row = &side->row;

    if (other && is_judged_alike(side, other)) {
        row->seen = other->row.seen;
        row->judgement = other->row.judgement;
    } else {
        if (row->found && !run_file_decode(side->job->runs[row->run], row->found, &side->seen))
            return run_failed(side, row->run);
        row->seen = row->found ? &side->seen : NULL;
        row->judgement = &side->judgement;
        judge_facts(side);
    }
    set_state(side);
    return true;
}

bool side_next(struct side *side, const struct side *other, struct side_row **out)
{
    struct side_row *row = &side->row;
    unsigned run;

    *out = NULL;
    if (side->begun && !pass(side))
        return false;
    if (!choose(side, &run))
        return true;
    const struct ordered_row *chosen = &side->members[run].row;
    side->begun = true;
    *row = (struct side_row){.at = chosen->row,
                             .found = chosen->found,
                             .run = run,
                             .started_at = side->job->records[run].started_at};
    row->past = ROW_PAST_NONE;
    if (side->job->with_past && !run_file_past(side->job->runs[run], &row->at, &row->past))
        return run_failed(side, run);
    if (!judge(side, other))
        return false;
    *out = row;
    return true;
}

bool side_report_row(struct side *side, struct report_row *out)
{
    const struct side_row *row = &side->row;

    if (side->zones_of != row->run)
        known_zones_clear(&side->zones);
    side->zones_of = row->run;
    *out = (struct report_row){.source = "",
                               .address = row->at.address,
                               .expected = row->at.expected,
                               .found = row->found,
                               .seen = row->seen,
                               .judgement = row->judgement};
    if (row->state.verdict == VERDICT_PASS || row->state.verdict == VERDICT_NOT_PUBLIC)
        return true;
    return known_zones_complete(&side->zones, side->job->runs[row->run], row->judgement, out) ||
           run_failed(side, row->run);
}

int64_t side_job_began(const struct side_job *job)
{
    int64_t began = job->records[0].started_at;

    for (unsigned i = 1; i < job->count; i++) {
        if (job->records[i].started_at < began)
            began = job->records[i].started_at;
    }
    return began;
}
