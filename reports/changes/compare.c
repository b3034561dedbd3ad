#include "reports/changes/compare.h"

#include <stdlib.h>

#include "io/system/clock.h"
#include "reports/changes/change_set.h"
#include "reports/changes/confirm_list.h"
#include "reports/fix_zone.h"

enum { CANCEL_EVERY = 4096 /* rows between two polls of `cancelled` */ };

struct comparison {
    const struct compare_job *job;
    struct failure *failure;
    struct side *sides[2]; /* old, new */
    struct side_row *rows[2];
    struct change_set *set;
    const struct change_groups *groups; /* of the set */
    struct change_tally *tally;
    uint64_t polled;
    struct fix_zone zones[FIXES_MAX];
};

enum { OLD, NEW };

static void count(struct change_tally *tally, const struct changed_row *row)
{
    tally->before += row->before != NULL;
    tally->after += row->after != NULL;
    tally->not_asked_before +=
        row->before && !row->before->found && row->before->state.verdict != VERDICT_NOT_PUBLIC;
    tally->changes[row->difference.change]++;
    tally->alarms += row->difference.alarm;
    tally->added_broken += row->difference.alarm && row->difference.change == ROW_ADDED;
    tally->first_known += row->difference.alarm && row->difference.change == ROW_CHANGED;
    if (!row->after || row->after->state.verdict == VERDICT_NOT_PUBLIC)
        return;
    tally->audited++;
    tally->flapping += row->flapping;
    tally->flapping_broke +=
        row->flapping && row->difference.change == ROW_BROKE && !row->difference.alarm;
    tally->not_asked += !row->after->found;
    tally->temporary += !verdict_is_certain(row->after->judgement->verdict);
    tally->unconfirmed += verdict_is_certain(row->after->judgement->verdict) &&
                          !verdict_is_certain(row->after->state.verdict);
    if (row->difference.change == ROW_BROKE)
        tally->broke[row->after->state.verdict]++;
}

/* The hash of the names with which a side passed last; 0: not known. */
static uint32_t last_names(const struct side_row *side)
{
    if (side->state.verdict != VERDICT_PASS)
        return side->past.names;
    return row_names_are_whole(&side->seen->ptr) ? row_past_names(&side->seen->ptr) : 0;
}

/* Both sides pass, the old one now or when it was certain, and the names are known to differ. */
static bool have_other_names(const struct side_row *before, const struct side_row *after)
{
    if (!before || !after || after->state.verdict != VERDICT_PASS ||
        row_side_verdict(&before->state) != VERDICT_PASS)
        return false;
    if (before->state.verdict == VERDICT_PASS)
        return row_names_differ(&before->seen->ptr, &after->seen->ptr);
    uint32_t names[] = {last_names(before), last_names(after)};
    return names[0] && names[1] && names[0] != names[1];
}

/* What is known of the row before the new run. */
static struct row_past known_before(const struct side_row *before, const struct side_row *after)
{
    if (!before)
        return ROW_PAST_NONE;
    struct row_past past = row_past_after(&before->past, before->state.verdict, before->started_at);
    past.renamed = have_other_names(before, after);
    if (after && !verdict_is_certain(after->state.verdict))
        past.names = last_names(before);
    return past;
}

/* Finds the zones of the fixes of the side that does not pass. */
static bool find_places(struct comparison *c, struct changed_row *row)
{
    bool is_new = row->after && row->after->state.verdict != VERDICT_PASS &&
                  row->after->state.verdict != VERDICT_NOT_PUBLIC;
    const struct side_row *from = is_new ? row->after : row->before;
    struct report_row report;

    if (!from || from->judgement->fix_count == 0)
        return true;
    if (!side_report_row(c->sides[is_new ? NEW : OLD], &report))
        return false;
    row->place_count = row->difference.alarm ? from->judgement->fix_count : 1;
    for (unsigned i = 0; i < row->place_count; i++) {
        fix_zone_of(&c->zones[i], &report, i, c->job->suffixes);
        row->places[i] = (struct changed_place){from->judgement->fixes[i].who, &c->zones[i]};
    }
    return true;
}

static struct row_side side_state(const struct side_row *side, bool flapping)
{
    struct row_side state = side ? side->state : (struct row_side){0};

    state.flapping = flapping;
    return state;
}

/* What changed, and what is known of the row before the new run. */
static void judge_row(const struct comparison *c, struct changed_row *row, struct row_past *past)
{
    const struct side_row *after = row->after;
    bool counts = !c->job->ignores_flapping;

    *past = known_before(row->before, after);
    struct row_past now =
        after ? row_past_after(past, after->state.verdict, after->started_at) : *past;
    struct row_side was = side_state(row->before, counts && row_past_is_flapping(past));
    struct row_side is = side_state(after, counts && row_past_is_flapping(&now));
    row->difference = row_difference_of(&was, &is, past->renamed);
    row->flapping = is.flapping;
    row->since = now.since;
}

static bool is_refuted(const struct comparison *c, const struct changed_row *row)
{
    return c->job->confirm && row->difference.alarm && row->difference.change == ROW_BROKE &&
           confirm_list_refutes(c->job->confirm, row->at);
}

static bool report_row(struct comparison *c, struct changed_row *row)
{
    if (row->difference.change == ROW_SAME)
        return true;
    if (c->job->listed)
        confirm_list_add(c->job->listed, row);
    if (!find_places(c, row))
        return false;
    change_set_row(c->set, row);
    return true;
}

static bool take_row(struct comparison *c, const struct side_row *before, struct side_row *after)
{
    struct row_past past;
    struct changed_row row = {
        .at = after ? &after->at : &before->at, .before = before, .after = after};

    judge_row(c, &row, &past);
    if (is_refuted(c, &row)) {
        after->state.verdict = VERDICT_UNANSWERED;
        judge_row(c, &row, &past);
        past.unconfirmed = true;
    }
    count(c->tally, &row);
    if (after && c->job->keep && !run_file_add_past(c->job->keep, &after->at, &past))
        return failure_pass(c->failure, run_file_failure(c->job->keep));
    return report_row(c, &row);
}

static bool check_cancelled(struct comparison *c)
{
    if (++c->polled % CANCEL_EVERY != 0 || !c->job->cancelled ||
        !c->job->cancelled(c->job->context))
        return true;
    return failure_set(c->failure, EXIT_INTERRUPTED, "stopped while the reports were written");
}

/* A new row is judged after the old one that it may be equal to: a pair is read and taken
 * together. */
static bool next_row(struct comparison *c, unsigned side)
{
    const struct side *other = side == NEW && c->rows[OLD] ? c->sides[OLD] : NULL;

    return side_next(c->sides[side], other, &c->rows[side]);
}

static bool walk_rows(struct comparison *c)
{
    if (!next_row(c, OLD) || !next_row(c, NEW))
        return false;
    while (c->rows[OLD] || c->rows[NEW]) {
        int order = !c->rows[OLD]   ? 1
                    : !c->rows[NEW] ? -1
                                    : sweep_row_compare(&c->rows[OLD]->at, &c->rows[NEW]->at);

        if (!check_cancelled(c) ||
            !take_row(c, order <= 0 ? c->rows[OLD] : NULL, order >= 0 ? c->rows[NEW] : NULL) ||
            (order <= 0 && !next_row(c, OLD)) || (order >= 0 && !next_row(c, NEW)))
            return false;
    }
    return true;
}

/* What may be refuted is not kept: another comparison follows. */
static bool end_past(struct comparison *c)
{
    const struct compare_job *job = c->job;

    return (job->listed && confirm_list_count(job->listed) > 0) || run_file_past_end(job->keep) ||
           failure_pass(c->failure, run_file_failure(job->keep));
}

static bool walk(struct comparison *c)
{
    struct run_file *keep = c->job->keep;

    if (!keep)
        return walk_rows(c);
    return (run_file_past_begin(keep) || failure_pass(c->failure, run_file_failure(keep))) &&
           walk_rows(c) && end_past(c);
}

void comparison_discard(struct comparison *c)
{
    if (!c)
        return;
    change_set_discard(c->set);
    side_close(c->sides[NEW]);
    side_close(c->sides[OLD]);
    free(c);
}

struct comparison *comparison_make(const struct compare_job *job, struct change_tally *tally,
                                   struct failure *failure)
{
    struct change_plan plan = {.job = job, .written_at = clock_wall_seconds()};
    struct comparison *c = calloc(1, sizeof(*c));

    *tally = (struct change_tally){0};
    if (!c) {
        failure_out_of_memory(failure);
        return NULL;
    }
    c->job = job;
    c->failure = failure;
    c->tally = tally;
    c->sides[OLD] = side_open(&job->before, failure);
    c->sides[NEW] = c->sides[OLD] ? side_open(&job->after, failure) : NULL;
    c->set = c->sides[NEW] ? change_set_open(&plan, failure) : NULL;
    if (c->set && walk(c))
        c->groups = change_set_close(c->set, failure);
    if (c->groups)
        return c;
    comparison_discard(c);
    return NULL;
}

const struct change_groups *comparison_groups(const struct comparison *c)
{
    return c->groups;
}

bool comparison_commit(struct comparison *c, struct failure *failure)
{
    bool good = change_set_commit(c->set, c->tally, failure);

    c->set = NULL;
    comparison_discard(c);
    return good;
}
