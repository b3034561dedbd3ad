#include "io/zones.h"

#include <stdlib.h>

#include "audit/zone_question.h"
#include "io/clock.h"

enum {
    PORTION = 256,          /* wanted names read at a time */
    NOTED = 8,              /* names noted last: neighbours mostly want the same */
    ZONES_WAIT_MS = 20,     /* for replies */
    STOP_EVERY = 1024,      /* addresses judged between two looks at `stop` */
    COMMIT_NS = 1000000000, /* one transaction a second */
};

struct zones {
    struct run_file *run;
    const struct collect_options *options;
    struct failure *failure;
    int64_t committed_ns;
    /* judging */
    uint64_t judged;
    unsigned noted_count;
    struct dnsname noted[NOTED];
    struct observation seen; /* large, reused */
    struct judgement judgement;
    /* asking */
    enum zone_need need;
    struct asker *asker; /* NULL until there is something to ask */
    bool write_failed;
    bool at_end; /* no more names will come */
    bool has_last;
    unsigned next, count;
    struct dnsname names[PORTION];
    struct dnsname last; /* of the portion */
    unsigned free_count;
    unsigned *free_slots;
    struct dnsname *asked; /* by slot: the name in flight */
};

static bool run_failed(struct zones *z)
{
    const struct failure *why = run_file_failure(z->run);
    return failure_set(z->failure, why->status, "%s", why->text);
}

static enum collect_end end_failed(struct zones *z)
{
    run_failed(z);
    return COLLECT_FAILED;
}

static bool out_of_memory(struct zones *z)
{
    return failure_set(z->failure, EXIT_TROUBLE, "out of memory");
}

static bool commit_in_time(struct zones *z)
{
    int64_t now = clock_monotonic_ns();
    if (now - z->committed_ns < COMMIT_NS)
        return true;
    z->committed_ns = now;
    return run_file_commit(z->run) || run_failed(z);
}

/* ---- what is wanted ---- */

static bool is_noted(struct zones *z, const struct dnsname *name)
{
    unsigned known = z->noted_count < NOTED ? z->noted_count : NOTED;
    for (unsigned i = 0; i < known; i++) {
        if (dnsname_equal(&z->noted[i], name))
            return true;
    }
    dnsname_copy(&z->noted[z->noted_count++ % NOTED], name);
    return false;
}

static bool note(struct zones *z, const struct zone_question *question, int64_t checked_at)
{
    if (is_noted(z, &question->name))
        return true;
    if (question->soa)
        return run_file_add_zone(z->run, &question->name, question->soa, checked_at) || run_failed(z);
    return run_file_want_zone(z->run, &question->name) || run_failed(z);
}

static bool note_zones(struct zones *z, const struct run_found *found)
{
    struct zone_question question;
    if (zone_question_reverse(&question, &found->address, &z->seen) && !note(z, &question, found->checked_at))
        return false;
    for (unsigned i = 0; i < z->judgement.fix_count; i++) {
        if (zone_question_fix(&question, &z->judgement.fixes[i], &found->address, &z->seen) &&
            !note(z, &question, found->checked_at))
            return false;
    }
    return true;
}

static bool judge(struct zones *z, const struct run_item *item, const struct run_found *found)
{
    if (!run_file_decode(z->run, found, &z->seen))
        return run_failed(z);
    struct evidence evidence = {.address = found->address,
                                .seen = &z->seen,
                                .checked_at = found->checked_at,
                                .expected = item->has_expected ? &item->expected : NULL,
                                .skip_special = z->options->skip_special};
    verdict_of(&z->judgement, &evidence);
    bool wanted = z->judgement.verdict != VERDICT_PASS && z->judgement.verdict != VERDICT_NOT_PUBLIC;
    return !wanted || note_zones(z, found);
}

static bool is_stopped(struct zones *z)
{
    return ++z->judged % STOP_EVERY == 0 && *z->options->stop;
}

static enum collect_end judge_item(struct zones *z, const struct run_item *item)
{
    struct run_found found;
    enum run_step step = RUN_FAILED;
    if (!run_file_found_begin(z->run, &item->range))
        return end_failed(z);
    while ((step = run_file_found_next(z->run, &found)) == RUN_ROW) {
        if (!judge(z, item, &found))
            return COLLECT_FAILED;
        if (is_stopped(z))
            return COLLECT_STOPPED;
    }
    return step == RUN_END ? COLLECT_COMPLETE : end_failed(z);
}

/* The verdict depends on the name expected in a row, so addresses are judged row by row, as reports do. */
static enum collect_end note_all(struct zones *z)
{
    struct run_item item;
    enum run_step step = RUN_FAILED;
    enum collect_end end = COLLECT_COMPLETE;
    if (!run_file_items_begin(z->run))
        return end_failed(z);
    while (end == COLLECT_COMPLETE && (step = run_file_items_next(z->run, &item)) == RUN_ROW) {
        end = judge_item(z, &item);
        if (end == COLLECT_COMPLETE && !commit_in_time(z))
            end = COLLECT_FAILED;
    }
    return end == COLLECT_COMPLETE && step == RUN_FAILED ? end_failed(z) : end;
}

/* ---- asking ---- */

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct zones *z = context;
    const struct dnsname *name = &z->asked[slot];
    bool good = true;
    (void)owner;
    if (z->need == ZONE_NEEDS_SOA)
        good = run_file_add_zone(z->run, name, answer, clock_wall_seconds());
    else if (answer->kind != ANSWER_SILENT) /* then it is still needed */
        good = run_file_add_servers(z->run, name, answer);
    z->write_failed |= !good;
    z->free_slots[z->free_count++] = slot;
}

static bool open_asker(struct zones *z)
{
    unsigned window = z->options->asker.window;
    struct asker_options own = z->options->asker;
    z->free_slots = malloc(window * sizeof(z->free_slots[0]));
    z->asked = malloc(window * sizeof(z->asked[0]));
    if (!z->free_slots || !z->asked)
        return out_of_memory(z);
    for (unsigned i = 0; i < window; i++)
        z->free_slots[z->free_count++] = i;
    own.seed = (uint64_t)clock_monotonic_ns();
    own.patience_ms = 0; /* what fails now failed for the addresses, which were asked with patience */
    own.give = on_answer;
    own.context = z;
    z->asker = asker_new(&own, z->failure);
    return z->asker != NULL;
}

static bool next_portion(struct zones *z)
{
    z->next = 0;
    if (!run_file_zones_needed(z->run, z->need, z->has_last ? &z->last : NULL, z->names, PORTION, &z->count))
        return run_failed(z);
    z->at_end = z->count == 0;
    if (!z->at_end) {
        z->has_last = true;
        dnsname_copy(&z->last, &z->names[z->count - 1]);
    }
    return true;
}

static bool ask_one(struct zones *z)
{
    struct question question = {.type = z->need == ZONE_NEEDS_SOA ? RR_SOA : RR_NS};
    unsigned slot = z->free_slots[--z->free_count];
    dnsname_copy(&question.name, &z->names[z->next++]);
    dnsname_copy(&z->asked[slot], &question.name);
    return asker_ask(z->asker, &question, NULL, NULL, slot) || out_of_memory(z);
}

/* Asks as many questions as may fly. */
static bool ask(struct zones *z)
{
    while (!z->at_end) {
        if (z->next == z->count && !next_portion(z))
            return false;
        if (z->at_end)
            break;
        if (!z->asker && !open_asker(z))
            return false;
        if (z->free_count == 0)
            break;
        if (!ask_one(z))
            return false;
    }
    return true;
}

static enum collect_end ask_all(struct zones *z, enum zone_need need)
{
    z->need = need;
    z->at_end = z->has_last = false;
    z->next = z->count = 0;
    for (;;) {
        if (!ask(z))
            return COLLECT_FAILED;
        if (z->at_end && (!z->asker || asker_open(z->asker) == 0))
            return COLLECT_COMPLETE;
        asker_run(z->asker, ZONES_WAIT_MS);
        if (z->write_failed)
            return end_failed(z);
        if (!commit_in_time(z))
            return COLLECT_FAILED;
        if (*z->options->stop)
            return COLLECT_STOPPED;
        if (asker_gave_up(z->asker))
            return COLLECT_GAVE_UP;
    }
}

static void dismiss(struct zones *z, struct asker_counts *counts)
{
    if (z->asker)
        asker_counts_merge(counts, asker_counts(z->asker));
    asker_free(z->asker);
    free(z->free_slots);
    free(z->asked);
    free(z);
}

enum collect_end zones_collect(struct run_file *run, const struct collect_options *options,
                               const struct collect_progress *progress, struct asker_counts *counts,
                               struct failure *failure)
{
    if (!options->resumed && progress->doubtful == 0)
        return COLLECT_COMPLETE;
    struct zones *z = calloc(1, sizeof(*z));
    if (!z) {
        failure_set(failure, EXIT_TROUBLE, "out of memory");
        return COLLECT_FAILED;
    }
    z->run = run;
    z->options = options;
    z->failure = failure;
    z->committed_ns = clock_monotonic_ns();
    enum collect_end end = note_all(z);
    if (end == COLLECT_COMPLETE)
        end = ask_all(z, ZONE_NEEDS_SOA);
    if (end == COLLECT_COMPLETE)
        end = ask_all(z, ZONE_NEEDS_SERVERS);
    if (end != COLLECT_FAILED && !run_file_commit(run)) {
        run_failed(z);
        end = COLLECT_FAILED;
    }
    dismiss(z, counts);
    return end;
}
