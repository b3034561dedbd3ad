#include "io/phases/name_walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/run/walks.h"
#include "io/system/clock.h"

enum {
    REPLY_WAIT_MS = 20, /* for replies */
    NODES = 256,        /* read at a time */
    KNOWN = 256,        /* addresses of the input, to look for servers that hide names */
    REASON_SIZE = 256,
    NAMES_OF_LOOKUP =
        64, /* names that may exist without an address below, for each lookup in flight */
    NAMES_OF_ONE = 32, /* the same, for each address that is found */
};

static const int64_t STORE_NS = INT64_C(5) * 1000000000;
static const int64_t PROGRESS_NS = INT64_C(10) * 1000000000;

struct walking {
    struct run_file *run;
    const struct collect_options *options;
    const struct name_walk_sink *sink;
    struct failure *failure;
    uint64_t max_found;
    struct asker *asker;
    struct cut_trust *trust; /* of all walks */
    struct walk_tree *tree;
    struct run_walk walk;
    uint64_t found;
    uint64_t asked;
    bool feed_failed; /* the run file, or out of memory */
    int64_t stored_ns, progress_ns;
};

static bool run_failed(struct walking *w)
{
    return failure_pass(w->failure, run_file_failure(w->run));
}

/* ---- what the tree finds ---- */

static bool on_tree_found(void *context, const struct ipaddr *address)
{
    struct walking *w = context;

    w->found++;
    return run_file_add_walk_found(w->run, &w->walk, address);
}

static bool report_end(struct walking *w, const char *prefix, const char *why)
{
    char reason[REASON_SIZE];
    struct run_rejected row = {.source = w->walk.source,
                               .line = w->walk.line,
                               .reason = reason,
                               .text = prefix,
                               .length = strlen(prefix)};

    snprintf(reason, sizeof(reason), WALK_ENDS "%s: %s", prefix, why);
    if (w->sink->ended)
        w->sink->ended(w->sink->context, reason);
    return run_file_add_rejected(w->run, &row);
}

static bool on_tree_ended(void *context, const struct iprange *subtree, enum tree_end why)
{
    char prefix[IPRANGE_TEXT_MAX];

    iprange_print(prefix, subtree);
    return report_end(context, prefix, tree_end_text(why));
}

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct walking *w = context;

    w->feed_failed |= !walk_tree_feed(w->tree, owner, slot, answer);
}

/* ---- the run file ---- */

/* Replaces the open nodes of the run file by those of the tree, and commits. */
static bool store(struct walking *w)
{
    const struct tree_node *node = NULL;

    w->stored_ns = clock_monotonic_ns();
    if (!run_file_clear_walk_nodes(w->run, &w->walk))
        return run_failed(w);
    while ((node = walk_tree_open(w->tree, node))) {
        struct run_walk_node row;
        row.prefix = walk_tree_prefix(node, &row.exists);
        if (!run_file_add_walk_node(w->run, &w->walk, &row))
            return run_failed(w);
    }
    return run_file_commit(w->run) || run_failed(w);
}

/* Addresses of the input in the range: most of them have a name. */
static bool load_known(struct walking *w, const struct iprange *range)
{
    struct span_cursor cursor = {.begun = true, .last = {.range = {range->first, range->first}}};
    struct span spans[KNOWN];
    unsigned count;

    if (!run_file_next_spans(w->run, &cursor, spans, KNOWN, &count))
        return run_failed(w);
    for (unsigned i = 0; i < count; i++) {
        if (iprange_contains(range, &spans[i].range.first))
            walk_tree_know(w->tree, &spans[i].range.first);
    }
    return true;
}

static bool load(struct walking *w)
{
    struct iprange cursor = {{0}, {0}}, all = {{0}, {0}};
    struct run_walk_node nodes[NODES];
    unsigned count;

    do {
        if (!run_file_walk_nodes(w->run, &w->walk, &cursor, nodes, NODES, &count))
            return run_failed(w);
        for (unsigned i = 0; i < count; i++) {
            if (!walk_tree_add(w->tree, &nodes[i].prefix, nodes[i].exists))
                return failure_out_of_memory(w->failure);
            if (all.first.family == 0)
                all = nodes[i].prefix;
            all.last = nodes[i].prefix.last;
        }
    } while (count > 0);
    if (all.first.family != 0 && !load_known(w, &all))
        return false;
    return run_file_count_walk_found(w->run, &w->walk, &w->found) || run_failed(w);
}

/* ---- asking ---- */

static bool open_asker(struct walking *w)
{
    struct asker_options own = w->options->asker;

    own.seed = (uint64_t)clock_monotonic_ns();
    own.loss_ms = ASKER_FEW_LOSS_MS;
    own.give = on_answer;
    own.context = w;
    w->asker = asker_new(&own, w->failure);
    return w->asker != NULL;
}

/* Fills the window. */
static bool ask(struct walking *w)
{
    struct question question;
    struct tree_node *node;
    unsigned slot;

    while (asker_open(w->asker) < w->options->asker.window &&
           walk_tree_next(w->tree, &question, &node, &slot)) {
        w->asked++;
        if (!asker_ask(w->asker, &question, NULL, node, slot))
            return failure_out_of_memory(w->failure);
    }
    return true;
}

static void show_progress(struct walking *w)
{
    int64_t now = clock_monotonic_ns();

    if (!w->sink->progress || now - w->progress_ns < PROGRESS_NS)
        return;
    w->progress_ns = now;
    w->sink->progress(w->sink->context, w->found, w->asked);
}

/* Names without an address below are bounded as the addresses are. */
static bool is_full(const struct walking *w)
{
    uint64_t least = (uint64_t)NAMES_OF_LOOKUP * w->options->asker.window;
    uint64_t most = w->max_found > least ? w->max_found : least;

    return w->found >= w->max_found ||
           walk_tree_opened(w->tree) / NAMES_OF_ONE > most / NAMES_OF_ONE + w->found;
}

static enum collect_end step(struct walking *w, bool *over)
{
    *over = true;
    if (!ask(w))
        return COLLECT_FAILED;
    if (walk_tree_done(w->tree) || is_full(w))
        return COLLECT_COMPLETE;
    asker_run(w->asker, REPLY_WAIT_MS);
    if (w->feed_failed) {
        if (!failure_is_set(run_file_failure(w->run)))
            failure_out_of_memory(w->failure);
        run_failed(w);
        return COLLECT_FAILED;
    }
    show_progress(w);
    bool stops = *w->options->stop, gives_up = asker_gave_up(w->asker);
    if (stops || gives_up || clock_monotonic_ns() - w->stored_ns > STORE_NS) {
        if (!store(w))
            return COLLECT_FAILED;
    }
    *over = stops || gives_up;
    return stops ? COLLECT_STOPPED : gives_up ? COLLECT_GAVE_UP : COLLECT_COMPLETE;
}

static bool finish(struct walking *w)
{
    char most[128];

    if (w->found >= w->max_found)
        snprintf(most, sizeof(most), "%llu names are found, the most that --max-found allows",
                 (unsigned long long)w->found);
    else
        snprintf(most, sizeof(most),
                 "%llu names exist with %llu addresses below them, more than --max-found allows",
                 (unsigned long long)walk_tree_opened(w->tree), (unsigned long long)w->found);
    if (!walk_tree_done(w->tree) && !report_end(w, "its last name", most))
        return run_failed(w);
    if (!run_file_finish_walk(w->run, &w->walk) || !run_file_commit(w->run))
        return run_failed(w);
    if (w->sink->done) {
        const struct name_walk_result result = {.source = run_file_source(w->run, w->walk.source),
                                                .found = w->found,
                                                .questions = w->asked,
                                                .childless = walk_tree_childless(w->tree)};
        w->sink->done(w->sink->context, &result);
    }
    return true;
}

static enum collect_end walk_one(struct walking *w, struct asker_counts *counts)
{
    const struct tree_sink sink = {w, on_tree_found, on_tree_ended};
    enum collect_end end = COLLECT_FAILED;
    bool over = false;

    w->asked = w->found = 0;
    w->stored_ns = w->progress_ns = clock_monotonic_ns();
    w->tree = walk_tree_new(&sink, w->trust, (uint64_t)clock_monotonic_ns());
    if (!w->tree)
        failure_out_of_memory(w->failure);
    else if (load(w) && open_asker(w)) {
        do
            end = step(w, &over);
        while (!over);
        if (end == COLLECT_COMPLETE && !finish(w))
            end = COLLECT_FAILED;
    }
    if (w->asker)
        asker_counts_merge(counts, asker_counts(w->asker));
    asker_free(w->asker);
    walk_tree_free(w->tree);
    w->asker = NULL;
    return end;
}

enum collect_end name_walk(struct run_file *run, const struct collect_options *options,
                           uint64_t max_found, const struct name_walk_sink *sink,
                           struct asker_counts *counts, struct failure *failure)
{
    struct walking w = {
        .run = run, .options = options, .sink = sink, .failure = failure, .max_found = max_found};
    enum collect_end end = COLLECT_COMPLETE;
    enum run_step next = RUN_END;

    w.trust = cut_trust_new();
    if (!w.trust) {
        failure_out_of_memory(failure);
        return COLLECT_FAILED;
    }
    while (end == COLLECT_COMPLETE && (next = run_file_next_walk(run, &w.walk)) == RUN_ROW)
        end = walk_one(&w, counts);
    cut_trust_free(w.trust);
    if (next == RUN_FAILED) {
        run_failed(&w);
        return COLLECT_FAILED;
    }
    return end;
}
