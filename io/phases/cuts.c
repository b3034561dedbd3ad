#include "io/phases/cuts.h"

#include <stdlib.h>

#include "audit/cut.h"
#include "io/phases/span_feed.h"
#include "io/system/clock.h"

enum {
    REPLY_WAIT_MS = 20,
    PROOFS_MAX = 512, /* at the same time */
    SIZES = (CUT_BITS_MOST - CUT_BITS_LEAST) / 4 + 1,
    FAILED_MAX = 4096,         /* blocks to be asked again */
    SECOND_PATIENCE_MS = 5000, /* for them */
};

/* Where the blocks come from, one after another. */
enum cuts_source {
    OF_INPUT,
    OF_FAILED, /* the lookup of their name failed: an error may have passed */
    OF_CUTS,   /* that liars denied, in the run file */
};

/* Blocks to be looked into, of one size. */
struct parents {
    unsigned count;
    struct parent {
        struct cut_block block;
        unsigned next; /* block below */
    } stack[PROOFS_MAX];
};

struct cuts {
    struct run_file *run;
    const struct collect_options *options;
    cuts_progress_fn *on_progress; /* may be NULL */
    struct cuts_counts *counts;
    struct failure *failure;
    struct asker *asker; /* opened with the first question */
    struct asker_counts *asker_counts;
    struct cut_trust *trust;
    bool out_of_memory;
    enum cuts_source source;
    /* OF_INPUT */
    struct span_feed feed;
    bool has_range, has_later; /* `range`; `later` follows it, not adjacent */
    struct iprange range, later;
    /* OF_FAILED */
    unsigned failed_count, failed_next;
    struct cut_block failed[FAILED_MAX];
    /* OF_CUTS */
    bool again_done;
    struct ipaddr again_at;
    /* proofs */
    unsigned limit, free_count;
    struct cut_proof *free_proofs[PROOFS_MAX];
    struct cut_proof proofs[PROOFS_MAX];
    struct parents parents[SIZES]; /* the smallest blocks first, so that each stack is enough */
};

static bool run_failed(struct cuts *c)
{
    return failure_pass(c->failure, run_file_failure(c->run));
}

/* ---- blocks ---- */

static bool is_adjacent(const struct iprange *a, const struct iprange *b)
{
    struct ipaddr next = a->last;

    return ipaddr_next(&next) && ipaddr_equal(&next, &b->first);
}

/* The next addresses of the input that are adjacent, whichever items hold them. */
static bool next_range(struct cuts *c)
{
    struct iprange range;
    enum walk_step step = WALK_UNIT;

    c->has_range = c->has_later;
    c->range = c->later;
    c->has_later = false;
    while (!c->has_later && (step = walk_range(c->feed.walk, &range)) != WALK_DONE) {
        if (step == WALK_NEEDS_SPAN) {
            if (!span_feed_one(&c->feed, c->failure))
                return false;
        } else if (!c->has_range) {
            c->range = range;
            c->has_range = true;
        } else if (is_adjacent(&c->range, &range)) {
            c->range.last = range.last;
        } else {
            c->later = range;
            c->has_later = true;
        }
    }
    return true;
}

static bool next_of_input(struct cuts *c, struct cut_block *out, bool *found)
{
    *found = false;
    while (!*found) {
        if (!c->has_range && !next_range(c))
            return false;
        if (!c->has_range)
            return true;
        *found = cut_block_find(out, &c->range.first, &c->range.last);
        if (*found)
            c->range.first = out->range.last;
        c->has_range = *found && !iprange_is_single(&c->range) && ipaddr_next(&c->range.first);
    }
    return true;
}

/* Was the cut believed after fewer addresses than the zone's server deserves by now? */
static bool is_doubtful(struct cuts *c, const struct run_cut *cut, const struct answer *denial)
{
    struct cut_block block;

    if (cut_trust_of(c->trust, &denial->soa_zone, &denial->soa_mname) != CUT_TRUST_LIAR ||
        !cut_block_find(&block, &cut->range.first, &cut->range.last))
        return false;
    unsigned needed = cut_samples(block.bits, CUT_TRUST_LIAR);
    return needed == 0 || cut->samples < needed;
}

/* Takes the next doubtful cut out of the run file. */
static bool next_again(struct cuts *c, struct cut_block *out, bool *found)
{
    const struct answer *denial;
    struct run_cut cut;
    enum run_step step;

    *found = false;
    while (!*found && !c->again_done &&
           (step = run_file_cut_from(c->run, &c->again_at, &cut)) == RUN_ROW) {
        if (!run_file_cut_answer(c->run, &cut.range.first, &denial))
            return run_failed(c);
        *found = denial && is_doubtful(c, &cut, denial) &&
                 cut_block_find(out, &cut.range.first, &cut.range.last);
        c->again_at = cut.range.last;
        if (!ipaddr_next(&c->again_at))
            c->again_at = (struct ipaddr){.family = IP_V6};
        c->again_done =
            cut.range.last.family == IP_V6 && ipaddr_compare(&c->again_at, &cut.range.last) < 0;
        if (*found && !run_file_remove_cut(c->run, &cut.range))
            return run_failed(c);
        c->counts->believed -= *found;
    }
    c->again_done |= !*found;
    return !failure_is_set(run_file_failure(c->run)) || run_failed(c);
}

static unsigned size_of(const struct cut_block *block)
{
    return (block->bits - CUT_BITS_LEAST) / 4;
}

static bool next_below(struct cuts *c, struct cut_block *out)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct parents *parents = &c->parents[i];
        while (parents->count > 0) {
            struct parent *parent = &parents->stack[parents->count - 1];
            if (cut_block_below(out, &parent->block, parent->next++))
                return true;
            parents->count--;
        }
    }
    return false;
}

static bool next_failed(struct cuts *c, struct cut_block *out, bool *found)
{
    *found = c->failed_next < c->failed_count;
    if (*found)
        *out = c->failed[c->failed_next++];
    return true;
}

static bool next_block(struct cuts *c, struct cut_block *out, bool *found)
{
    *found = next_below(c, out);
    if (*found)
        return true;
    return c->source == OF_INPUT    ? next_of_input(c, out, found)
           : c->source == OF_FAILED ? next_failed(c, out, found)
                                    : next_again(c, out, found);
}

/* ---- proofs ---- */

static void look_into(struct cuts *c, const struct cut_block *block)
{
    struct parents *parents = &c->parents[size_of(block)];
    struct cut_block below;

    if (cut_block_below(&below, block, 0))
        parents->stack[parents->count++] = (struct parent){.block = *block};
}

static bool keep(struct cuts *c, const struct cut_proof *proof)
{
    const struct run_cut cut = {.range = proof->block.range,
                                .checked_at = clock_wall_seconds(),
                                .samples = cut_proof_samples(proof),
                                .facts = proof->facts.bytes,
                                .length = proof->facts.length};

    c->counts->believed++;
    return run_file_add_cut(c->run, &cut);
}

static bool ask_later(struct cuts *c, const struct cut_proof *proof)
{
    if (proof->state != CUT_UNKNOWN || c->source != OF_INPUT || c->failed_count == FAILED_MAX)
        return false;
    c->failed[c->failed_count++] = proof->block;
    return true;
}

/* False: the run file failed. */
static bool finish(struct cuts *c, struct cut_proof *proof)
{
    bool good = true;

    if (proof->state == CUT_BELIEVED)
        good = keep(c, proof);
    else if (!ask_later(c, proof))
        look_into(c, &proof->block);
    c->counts->undone += proof->state == CUT_UNDONE;
    cut_proof_end(proof);
    c->free_proofs[c->free_count++] = proof;
    return good;
}

static void ask_more(struct cuts *c, struct cut_proof *proof)
{
    struct question question;

    while (!c->out_of_memory && cut_proof_next(proof, c->trust, &question))
        c->out_of_memory = !asker_ask(c->asker, &question, NULL, proof, 0);
}

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct cuts *c = context;
    struct cut_proof *proof = owner;

    (void)slot;
    if (!cut_proof_feed(proof, c->trust, answer))
        c->out_of_memory = true;
    ask_more(c, proof);
    if (cut_proof_done(proof) && !finish(c, proof))
        run_failed(c);
}

static bool open_asker(struct cuts *c)
{
    struct asker_options own = c->options->asker;

    own.seed = (uint64_t)clock_monotonic_ns();
    /* Without an answer the addresses are asked, with the patience of the run. */
    if (c->source == OF_INPUT)
        own.patience_ms = 0;
    else if (own.patience_ms > SECOND_PATIENCE_MS)
        own.patience_ms = SECOND_PATIENCE_MS;
    own.loss_ms = ASKER_FEW_LOSS_MS;
    own.give = on_answer;
    own.context = c;
    c->asker = asker_new(&own, c->failure);
    return c->asker != NULL;
}

static void close_asker(struct cuts *c)
{
    if (c->asker)
        asker_counts_merge(c->asker_counts, asker_counts(c->asker));
    asker_free(c->asker);
    c->asker = NULL;
}

static bool begin_proofs(struct cuts *c, bool *at_end)
{
    struct cut_block block;
    bool found = true;

    *at_end = false;
    while (c->free_count > 0 && !c->out_of_memory) {
        if (!next_block(c, &block, &found) || (found && !c->asker && !open_asker(c)))
            return false;
        *at_end = !found && c->free_count == c->limit;
        if (!found)
            return true;
        struct cut_proof *proof = c->free_proofs[--c->free_count];
        c->counts->blocks++;
        uint64_t seed =
            (uint64_t)clock_monotonic_ns() ^ (uint64_t)ipaddr_number(&block.range.first);
        cut_proof_begin(proof, &block, seed);
        ask_more(c, proof);
    }
    return true;
}

/* ---- the phase ---- */

static enum collect_end prove_all(struct cuts *c)
{
    bool at_end;

    for (;;) {
        if (!begin_proofs(c, &at_end))
            return COLLECT_FAILED;
        if (at_end)
            return COLLECT_COMPLETE;
        asker_run(c->asker, REPLY_WAIT_MS);
        if (c->out_of_memory)
            failure_out_of_memory(c->failure);
        if (failure_is_set(c->failure))
            return COLLECT_FAILED;
        if (!run_file_commit_when_due(c->run)) {
            run_failed(c);
            return COLLECT_FAILED;
        }
        if (c->on_progress)
            c->on_progress(c->options->context, c->counts);
        if (*c->options->stop)
            return COLLECT_STOPPED;
        if (asker_gave_up(c->asker))
            return COLLECT_GAVE_UP;
    }
}

static enum collect_end prove_failed(struct cuts *c)
{
    if (c->failed_count == 0)
        return COLLECT_COMPLETE;
    c->source = OF_FAILED;
    close_asker(c);
    return prove_all(c);
}

/* Each pass ends with more lies known than it began with, or none of its cuts is doubtful. */
static enum collect_end prove(struct cuts *c)
{
    enum collect_end end = prove_all(c);
    unsigned lies = 0;

    if (end == COLLECT_COMPLETE)
        end = prove_failed(c);
    c->source = OF_CUTS;
    while (end == COLLECT_COMPLETE && lies != cut_trust_lies(c->trust)) {
        lies = cut_trust_lies(c->trust);
        c->again_done = false;
        c->again_at = (struct ipaddr){.family = IP_V4};
        end = prove_all(c);
    }
    return end;
}

/* A range of 256 addresses adds as many to the sum of addresses, and one to that of items. */
static bool has_ranges(struct run_file *run, bool *out)
{
    struct run_totals totals;

    if (!run_file_totals(run, &totals))
        return false;
    *out = totals.addresses >= totals.items + (1 << CUT_BITS_LEAST) - 1;
    return true;
}

static bool begin(struct cuts *c, bool skip_special)
{
    unsigned window = c->options->asker.window;

    c->limit = window < PROOFS_MAX ? window : PROOFS_MAX;
    while (c->free_count < c->limit) {
        c->free_proofs[c->free_count] = &c->proofs[c->free_count];
        c->free_count++;
    }
    c->trust = cut_trust_new();
    return c->trust && span_feed_open(&c->feed, c->run, skip_special, true);
}

static void end_proofs(struct cuts *c)
{
    for (unsigned i = 0; i < c->limit; i++)
        cut_proof_end(&c->proofs[i]);
    close_asker(c);
    span_feed_close(&c->feed);
    cut_trust_free(c->trust);
    free(c);
}

enum collect_end cuts_collect(struct run_file *run, const struct collect_options *options,
                              cuts_progress_fn *on_progress, struct cuts_counts *cuts,
                              struct asker_counts *counts, struct failure *failure)
{
    bool wanted;
    struct cuts *c = NULL;
    enum collect_end end = COLLECT_FAILED;

    *cuts = (struct cuts_counts){0};
    if (!has_ranges(run, &wanted) || !run_file_remove_cuts(run)) {
        failure_pass(failure, run_file_failure(run));
        return COLLECT_FAILED;
    }
    if (!wanted)
        return COLLECT_COMPLETE;
    c = calloc(1, sizeof(*c));
    if (!c) {
        failure_out_of_memory(failure);
        return COLLECT_FAILED;
    }
    c->run = run;
    c->options = options;
    c->on_progress = on_progress;
    c->counts = cuts;
    c->asker_counts = counts;
    c->failure = failure;
    if (begin(c, options->skip_special))
        end = prove(c);
    else
        failure_out_of_memory(failure);
    end_proofs(c);
    if (end != COLLECT_FAILED && !run_file_commit(run)) {
        failure_pass(failure, run_file_failure(run));
        end = COLLECT_FAILED;
    }
    return end;
}
