#include "reports/render.h"

#include <stdio.h>
#include <stdlib.h>

#include "audit/generic.h"
#include "io/run/shard_items.h"
#include "io/system/clock.h"
#include "io/system/say.h"
#include "reports/broken_servers.h"
#include "reports/known_zones.h"
#include "reports/label_memo.h"
#include "reports/name_census.h"
#include "reports/name_counter.h"
#include "reports/progress.h"
#include "reports/repeated_rows.h"
#include "reports/resolver_fault.h"
#include "reports/row_blame.h"
#include "reports/story.h"
#include "reports/summary_terminal.h"

enum { CANCEL_EVERY = 4096 }; /* rows between two polls of `cancelled` */

/* What is the same for all rows of a run. */
struct rendered_run {
    struct past_reader past;
    bool skip_special;
    bool resolver_fault;
};

struct rendering {
    const struct render_job *job;
    struct run_file *run;
    bool planned; /* the answers come from zone files */
    struct report_set *set;
    uint64_t rows; /* rows written */
    ip_count total;
    struct observation seen; /* large, reused */
    struct judgement judgement;
    struct label_memo labels;
    struct known_zones zones;          /* those of `run` */
    struct vantage_overview *overview; /* NULL: no vantages */
    struct name_counter differing;     /* zones whose servers differ */
    struct vantage_reader *vantages;   /* NULL: no vantages */
    struct name_census *census;        /* NULL: not taken */
    struct name_results results;       /* facts of the previous row */
    struct rendered_run *about_all;    /* one per run */
    struct rendered_run *about;        /* that of `run` */
    struct receiver_result receivers[RECEIVERS_MAX];
    struct failure *failure;
    char resolver_faults[RESOLVER_FAULTS_TEXT_MAX]; /* of all runs */
    char resolver_filters[RESOLVER_FAULTS_TEXT_MAX];
    char stopped[RECORD_WORD_MAX]; /* why one of them is not complete */
};

static bool run_failed(struct rendering *r)
{
    return failure_pass(r->failure, run_file_failure(r->run));
}

static bool job_cancelled(const struct render_job *job)
{
    return job->cancelled && job->cancelled(job->context);
}

static bool cancelled(struct rendering *r)
{
    if (++r->rows % CANCEL_EVERY != 0)
        return false;
    progress_written(r->job->progress, r->rows, r->total);
    return job_cancelled(r->job);
}

static bool on_folder(void *context, unsigned written, unsigned all)
{
    const struct rendering *r = context;

    progress_folders(r->job->progress, written, all);
    return !job_cancelled(r->job);
}

/* The highest tier found. */
static unsigned generic_tier(const struct judgement *judgement)
{
    for (unsigned tier = GENERIC_TIER_3; tier > GENERIC_NONE; tier--) {
        if (judgement_has(judgement, FINDING_GENERIC_NAME_1 + (tier - GENERIC_TIER_1)))
            return tier;
    }
    return GENERIC_NONE;
}

/* Most rows have the same facts as the previous one. */
static void judge_receivers(struct rendering *r, const struct evidence *evidence)
{
    struct name_results results;

    name_results_of(&results, evidence, &r->judgement, generic_tier(&r->judgement));
    if (r->rows > 1 && name_results_equal(&results, &r->results))
        return;
    r->results = results;
    for (unsigned i = 0; i < r->job->receivers->count; i++)
        r->receivers[i] = receiver_outcome(r->job->receivers->rows[i], &results);
}

/* Adds what is known about the zones whose servers answer differently, and counts those whose
 * servers differ from each other. False: with *failure set. */
static bool add_zones(struct rendering *r, struct row_vantages *row)
{
    for (unsigned i = 0; i < row->question_count; i++) {
        struct row_question *question = &row->questions[i];

        if (question->zone &&
            !known_zones_find(&r->zones, r->run, &question->zone->zone, &question->whose))
            return run_failed(r);
        if (question->servers == SERVERS_DIFFER &&
            !name_counter_add(&r->differing, &question->zone->zone))
            return failure_out_of_memory(r->failure);
    }
    r->overview->differing = r->differing.count;
    return true;
}

/* *out: the vantages of the row; NULL without vantages. False: with *failure set. */
static bool add_vantages(struct rendering *r, const struct evidence *evidence,
                         const struct row_vantages **out)
{
    struct row_vantages *row = NULL;

    *out = NULL;
    if (!r->vantages)
        return true;
    row = vantage_reader_row(r->vantages, evidence);
    if (!row)
        return run_failed(r);
    if (!add_zones(r, row))
        return false;
    if (row->inconsistent)
        judgement_find_inconsistent(&r->judgement, row->until);
    row_blame(&r->judgement, evidence, row);
    *out = row;
    return true;
}

static void judge(struct rendering *r, const struct evidence *evidence)
{
    verdict_of(&r->judgement, evidence);
    if (r->planned) /* no cache holds what was never published */
        judgement_forget_times(&r->judgement);
}

/* Receivers judge by the facts, whatever the policy ignores. *since is set if the run has a past.
 */
static bool apply_policy(struct rendering *r, const struct evidence *evidence,
                         struct row_since *since)
{
    struct sweep_row row = {evidence->address, evidence->expected};

    if (!past_reader_row(&r->about->past, &row, &r->judgement))
        return false;
    policy_apply(r->job->policy, &evidence->address, &r->judgement);
    if (r->about->past.run)
        *since = past_reader_since(&r->about->past, &evidence->address, &r->judgement);
    return true;
}

static bool render_row(struct rendering *r, const struct run_item *item,
                       const struct ipaddr *address, const struct run_found *found)
{
    if (cancelled(r))
        return failure_set(r->failure, EXIT_INTERRUPTED, "stopped while the reports were written");
    if (found && !run_file_decode(r->run, found, &r->seen))
        return run_failed(r);
    struct dnsname name;
    struct evidence evidence = {.address = *address,
                                .seen = found ? &r->seen : NULL,
                                .checked_at = found ? found->checked_at : 0,
                                .expected = run_item_expected(item, address, &name),
                                .mapped = item->mapped,
                                .skip_special = r->about->skip_special,
                                .resolvers_fail = r->about->resolver_fault,
                                .registrable_labels = label_memo_registrable_labels,
                                .suffixes = &r->labels,
                                .name_sharers = r->census ? name_census_sharers : NULL,
                                .census = r->census};
    judge(r, &evidence);
    judge_receivers(r, &evidence);
    const struct row_vantages *vantages;
    if (!add_vantages(r, &evidence, &vantages))
        return false;
    struct row_since since;
    if (!apply_policy(r, &evidence, &since))
        return run_failed(r);
    struct report_row row = {.source = run_file_source(r->run, item->source),
                             .line = item->line,
                             .address = *address,
                             .expected = evidence.expected,
                             .found = found,
                             .seen = evidence.seen,
                             .judgement = &r->judgement,
                             .vantages = vantages,
                             .since = r->about->past.run ? &since : NULL,
                             .receiver_count = r->job->receivers->count,
                             .receivers = r->receivers};
    bool passes =
        r->judgement.verdict == VERDICT_PASS || r->judgement.verdict == VERDICT_NOT_PUBLIC;
    if (!passes && !known_zones_complete(&r->zones, r->run, &r->judgement, &row))
        return run_failed(r);
    report_set_row(r->set, &row);
    return true;
}

/* Walks the addresses of the item and the facts found in parallel; both are sorted. */
static bool render_item(struct rendering *r, const struct run_item *item)
{
    struct run_found found;

    if (!run_file_found_begin(r->run, &item->range) ||
        (r->vantages && !vantage_reader_item(r->vantages, &item->range)))
        return run_failed(r);
    enum run_step step = run_file_found_next(r->run, &found);
    struct ipaddr address = item->range.first;
    bool more = true;
    while (more) {
        if (step == RUN_FAILED)
            return run_failed(r);
        bool here = step == RUN_ROW && ipaddr_equal(&found.address, &address);
        if (!render_row(r, item, &address, here ? &found : NULL))
            return false;
        if (here)
            step = run_file_found_next(r->run, &found);
        more = !ipaddr_equal(&address, &item->range.last) && ipaddr_next(&address);
    }
    return true;
}

static bool render_items(struct rendering *r)
{
    struct run_item item;
    enum run_step step;

    if (!run_file_items_begin(r->run))
        return run_failed(r);
    while ((step = run_file_items_next(r->run, &item)) == RUN_ROW) {
        if (!render_item(r, &item))
            return false;
    }
    return step == RUN_END || run_failed(r);
}

static bool render_rejected(struct rendering *r)
{
    struct run_rejected rejected;
    enum run_step step;

    if (!run_file_rejected_begin(r->run))
        return run_failed(r);
    while ((step = run_file_rejected_next(r->run, &rejected)) == RUN_ROW)
        report_set_rejected(r->set, run_file_source(r->run, rejected.source), &rejected);
    return step == RUN_END || run_failed(r);
}

/* The next rows are those of a run. */
static bool enter_run(struct rendering *r, unsigned i)
{
    r->run = r->job->runs[i];
    r->about = &r->about_all[i];
    known_zones_clear(&r->zones);
    return !r->vantages || vantage_reader_begin(r->vantages, r->run) || run_failed(r);
}

static bool render_shard_items(struct rendering *r, struct shard_items *items)
{
    const struct run_item *item;
    enum run_step step;
    unsigned i;

    while ((step = shard_items_next(items, &item, &i)) == RUN_ROW) {
        if (r->run != r->job->runs[i] && !enter_run(r, i))
            return false;
        if (!render_item(r, item))
            return false;
    }
    if (step == RUN_FAILED)
        r->run = r->job->runs[i];
    return step == RUN_END || run_failed(r);
}

/* Shards have the rows of one input between them, and each has all refused rows. */
static bool render_shards(struct rendering *r)
{
    struct shard_items *items;
    unsigned i;
    bool good = shard_items_begin(&items, r->job->runs, r->job->count, &i);

    if (!enter_run(r, good ? 0 : i))
        good = false;
    else if (!good && !run_failed(r) && !failure_is_set(r->failure))
        failure_out_of_memory(r->failure);
    good = good && render_shard_items(r, items);
    shard_items_free(items);
    r->run = r->job->runs[0];
    return good && render_rejected(r);
}

static bool open_runs(struct rendering *r)
{
    const struct render_job *job = r->job;
    bool good = (r->about_all = calloc(job->count, sizeof(*r->about_all))) != NULL;

    if (!good)
        return failure_out_of_memory(r->failure);
    for (unsigned i = 0; good && i < job->count; i++) {
        const struct run_record *record = run_record_at(job->records, i);
        struct rendered_run *about = &r->about_all[i];
        about->skip_special = record->skip_special;
        about->resolver_fault = resolver_fault_in_run(record);
        good = past_reader_begin(&about->past, job->runs[i], record, job->policy, r->failure);
    }
    return good;
}

static void close_runs(struct rendering *r)
{
    for (unsigned i = 0; r->about_all && i < r->job->count; i++)
        past_reader_end(&r->about_all[i].past);
    free(r->about_all);
}

static bool render_runs(struct rendering *r)
{
    if (r->job->shards)
        return render_shards(r);
    for (unsigned i = 0; i < r->job->count; i++) {
        if (!enter_run(r, i) || !render_items(r) || !render_rejected(r))
            return false;
        if (r->overview && !broken_servers_report(r->overview, r->run, &r->zones, r->set))
            return run_failed(r);
    }
    return true;
}

static bool count_rows(struct rendering *r, struct report_plan *plan)
{
    const struct render_job *job = r->job;
    struct row_counts counts;

    if (!repeated_rows_count(job->runs, job->count, job->shards, &counts, r->failure))
        return false;
    r->total = plan->rows = counts.rows;
    plan->repeated = counts.repeated;
    return true;
}

/* Skipped if no name can be shared, or if the finding is ignored. */
static bool take_census(struct rendering *r, ip_count rows)
{
    const struct render_job *job = r->job;
    struct census_job census = {job->runs, job->count, job->cancelled, job->context};

    if (rows < SHARED_NAME_MIN || policy_ignores(job->policy, FINDING_SHARED_NAME))
        return true;
    r->census = name_census_take(&census, r->failure);
    return r->census != NULL;
}

/* What the records of the runs say together. */
static void describe_runs(struct rendering *r, struct report_plan *plan)
{
    const struct render_job *job = r->job;

    plan->complete = true;
    for (unsigned i = 0; i < job->count; i++) {
        const struct run_record *record = run_record_at(job->records, i);
        plan->has_baseline |= run_file_has_past(job->runs[i]);
        plan->skip_special |= record->skip_special;
        if (i == 0 || !job->shards) /* each shard has all refused rows */
            plan->unnamed_rows += record->unnamed_rows;
        if (record->finished)
            continue;
        plan->complete = false;
        snprintf(r->stopped, sizeof(r->stopped), "%s",
                 record->stopped[0] ? record->stopped : "it was killed");
        plan->incomplete_reason = r->stopped;
    }
}

static void describe(struct rendering *r, struct report_plan *plan, const struct story *story)
{
    const struct render_job *job = r->job;

    plan->folder = job->folder;
    plan->program = job->program;
    plan->gzip = job->gzip;
    plan->jsonl = job->jsonl;
    plan->explore = job->explore;
    plan->policy = job->policy;
    plan->receivers = job->receivers;
    plan->suffixes = job->suffixes;
    plan->providers = job->providers;
    plan->asked_by = job->asked_by;
    plan->changes = job->changes;
    describe_runs(r, plan);
    plan->written_at = clock_wall_seconds();
    plan->zone_files = story_value(story, "zone_files");
    plan->story = story->lines;
    plan->story_count = story->count;
    plan->latency = story->latency.count > 0 ? &story->latency : NULL;
}

/* Opens what is known of the run's vantages, if it has any. */
static bool open_vantages(struct rendering *r, struct report_plan *plan,
                          struct vantage_overview **overview)
{
    if (!vantage_overview_read(overview, r->job->runs, r->job->count, r->failure))
        return false;
    plan->vantages = *overview;
    r->overview = *overview;
    if (*overview)
        r->vantages = vantage_reader_new(*overview);
    return !*overview || r->vantages || failure_out_of_memory(r->failure);
}

/* Why the answers cannot be trusted. */
static void find_distrust(struct rendering *r, struct report_plan *plan)
{
    const struct render_job *job = r->job;

    plan->resolvers_at_fault = resolver_faults_print(r->resolver_faults, job->records, job->count);
    if (plan->resolvers_at_fault > 0)
        plan->resolver_fault = r->resolver_faults;
    plan->max_unanswered = unanswered_limit(job->max_unanswered, job->records, job->count);
    plan->resolver_filter = resolver_filters_print(r->resolver_filters, job->records, job->count);
}

static bool finish_reports(struct rendering *r, struct tally *tally)
{
    const struct tally *counted = report_set_close(r->set, r->failure);
    bool good = counted != NULL;

    if (good) {
        *tally = *counted;
        good = report_set_commit(r->set, r->failure);
        r->set = NULL;
    }
    return good;
}

static void say_story(const struct story *story)
{
    for (unsigned i = 0; i < story->count; i++)
        say("%s: %s", story->lines[i].title, story->lines[i].value);
}

bool render(const struct render_job *job, struct tally *tally, struct failure *failure)
{
    bool good = false;
    struct report_plan plan = {0};
    struct story story = {0};
    struct vantage_overview *overview = NULL;
    struct rendering *r = calloc(1, sizeof(*r));

    if (!r || !story_make(&story, job->records, job->count)) {
        failure_out_of_memory(failure);
        goto out;
    }
    r->job = job;
    r->failure = failure;
    r->labels.list = job->suffixes;
    describe(r, &plan, &story);
    r->planned = plan.zone_files != NULL;
    find_distrust(r, &plan);
    if (!count_rows(r, &plan) || !take_census(r, plan.rows) ||
        !open_vantages(r, &plan, &overview) || !open_runs(r))
        goto out;
    plan.census = r->census;
    plan.on_folder = on_folder;
    plan.context = r;
    r->set = report_set_open(&plan, failure);
    if (!r->set || !render_runs(r))
        goto out;
    good = finish_reports(r, tally);
    progress_clear(job->progress);
    if (good && job->print_story)
        say_story(&story);
    if (good && job->print_summary)
        summary_terminal_print(&plan, tally, job->colour);
out:
    if (r) {
        report_set_discard(r->set);
        vantage_reader_free(r->vantages);
        name_census_free(r->census);
        name_counter_free(&r->differing);
        close_runs(r);
    }
    free(r);
    vantage_overview_free(overview);
    story_free(&story);
    return good;
}
