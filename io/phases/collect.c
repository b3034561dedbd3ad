#include "io/phases/collect.h"

#include <stdlib.h>

#include "io/phases/worker.h"
#include "io/run/run_file.h"
#include "io/system/clock.h"

enum {
    BATCHES_PER_THREAD = 2, /* in the queue */
    BATCH_LEAST = 16, /* units: the queue must last for COLLECT_WAIT_MS, even with a small window */
    COLLECT_WAIT_MS = 20, /* for results, before the queue is filled again */
    PENDING_MAX = 2048,   /* facts to be sorted and written together */
};

struct collection {
    struct run_file *run;
    const struct collect_options *options;
    struct feeder *feeder;
    struct crew *crew;
    struct worker *workers;
    unsigned threads;
    unsigned batch_limit;
    struct unit_batch *waiting; /* a batch that found the queue full, or NULL */
    bool fed;                   /* all work is in the queue */
    enum worker_state state;
    struct collect_progress *progress;
    unsigned pending_count;
    struct run_found *pending; /* owns the facts */
    struct failure *failure;
};

static bool run_failed(struct collection *c)
{
    return failure_pass(c->failure, run_file_failure(c->run));
}

/* Opens the workers before any thread runs: contexts of the DNS engine must not be made in
 * parallel. */
static bool open_workers(struct collection *c)
{
    unsigned window = c->options->asker.window;
    for (unsigned i = 0; i < c->threads; i++) {
        struct asker_options own = c->options->asker;
        own.window = window / c->threads + (i < window % c->threads);
        own.seed = (uint64_t)clock_monotonic_ns() + i;
        if (!worker_open(&c->workers[i], &own, c->options->servers, c->failure))
            return false;
    }
    return true;
}

static bool start(struct collection *c)
{
    c->workers = calloc(c->threads, sizeof(c->workers[0]));
    c->pending = calloc(PENDING_MAX, sizeof(c->pending[0]));
    c->feeder = feeder_new(c->run, c->options->skip_special, c->options->resumed,
                           c->options->vantage, c->failure);
    void **owns = calloc(c->threads, sizeof(owns[0]));
    bool good = c->workers && c->pending && c->feeder && owns ? open_workers(c)
                                                              : failure_out_of_memory(c->failure);
    for (unsigned i = 0; good && i < c->threads; i++)
        owns[i] = &c->workers[i];
    if (good) {
        c->crew =
            crew_start(c->threads, worker_body, owns, (size_t)c->threads * BATCHES_PER_THREAD);
        if (!c->crew)
            good = failure_set(c->failure, EXIT_TROUBLE, "cannot start %u threads", c->threads);
    }
    free(owns);
    return good;
}

/* Addresses in cuts have no PTR record: none of them passes. */
static void count_skipped(struct collection *c, uint64_t skipped)
{
    if (c->options->servers)
        return; /* counted once, when the resolvers are asked */
    c->progress->done += skipped;
    c->progress->known += c->options->cuts_known ? skipped : 0;
    c->progress->doubtful += skipped;
}

/* Fills the queue of work. */
static bool feed(struct collection *c)
{
    while (!c->fed) {
        if (!c->waiting) {
            c->waiting = malloc(sizeof(*c->waiting));
            if (!c->waiting)
                return failure_out_of_memory(c->failure);
            if (!feeder_fill(c->feeder, c->waiting, c->batch_limit, c->failure))
                return false;
            count_skipped(c, feeder_skipped(c->feeder));
        }
        if (c->waiting->count == 0) {
            c->fed = true;
            crew_finish(c->crew);
            free(c->waiting);
        } else if (!crew_submit(c->crew, c->waiting)) {
            return true;
        }
        c->waiting = NULL;
    }
    return true;
}

static int by_vantage_and_address(const void *a, const void *b)
{
    const struct run_found *one = a, *other = b;
    if (one->vantage != other->vantage)
        return one->vantage < other->vantage ? -1 : 1;
    return ipaddr_compare(&one->address, &other->address);
}

/* Sorts before it writes: the addresses were spread over their zones, and adjacent addresses share
 * a row of the run file. */
static bool write_pending(struct collection *c)
{
    if (c->pending_count > 1)
        qsort(c->pending, c->pending_count, sizeof(c->pending[0]), by_vantage_and_address);
    unsigned own = 0; /* results of the run; those of a vantage follow */
    while (own < c->pending_count && c->pending[own].vantage == c->pending[0].vantage)
        own++;
    bool good = run_file_add_found(c->run, c->pending, own) &&
                run_file_add_found(c->run, c->pending + own, c->pending_count - own);
    for (unsigned i = 0; i < c->pending_count; i++)
        found_free_facts(&c->pending[i]);
    c->pending_count = 0;
    return good || run_failed(c);
}

static bool store(struct collection *c, struct found_batch *batch)
{
    if (batch->state != WORKER_RUNNING)
        c->state = batch->state;
    if (c->pending_count + batch->count > PENDING_MAX && !write_pending(c)) {
        found_batch_drop(batch);
        return false;
    }
    for (unsigned i = 0; i < batch->count; i++) {
        struct run_found *found = &batch->found[i];
        bool aside = found->vantage > 0; /* the resolvers are still to be asked */
        found->vantage += c->options->vantage;
        c->pending[c->pending_count++] = *found;
        if (c->options->on_found && !aside)
            c->options->on_found(c->options->context, found);
        c->progress->done += !aside;
    }
    free(batch);
    return true;
}

static bool commit(struct collection *c)
{
    return write_pending(c) && (run_file_commit(c->run) || run_failed(c));
}

static bool collect_results(struct collection *c)
{
    struct found_batch *batch = crew_collect(c->crew, COLLECT_WAIT_MS);
    while (batch) {
        if (!store(c, batch))
            return false;
        batch = crew_collect(c->crew, 0);
    }
    return !run_file_commit_is_due(c->run) || commit(c);
}

static enum collect_end run_until_end(struct collection *c)
{
    /* Check for completion before draining: a finished crew adds no further results. */
    bool done = false;
    while (!done) {
        done = crew_is_done(c->crew);
        if (!feed(c) || !collect_results(c))
            return COLLECT_FAILED;
        if (c->options->on_progress)
            c->options->on_progress(c->options->context, c->progress);
        if (*c->options->stop)
            return COLLECT_STOPPED;
        if (c->state == WORKER_GAVE_UP)
            return COLLECT_GAVE_UP;
        if (c->state == WORKER_OUT_OF_MEMORY) {
            failure_out_of_memory(c->failure);
            return COLLECT_FAILED;
        }
    }
    return COLLECT_COMPLETE;
}

/* Keeps the facts of a stopped run, so that a resumed run does not ask for them again. */
static enum collect_end drain(struct collection *c, enum collect_end end)
{
    crew_halt(c->crew);
    bool done = false;
    while (!done) {
        done = crew_is_done(c->crew);
        if (!collect_results(c))
            return COLLECT_FAILED;
    }
    return end;
}

static void close_workers(struct collection *c, struct asker_counts *counts)
{
    crew_stop(c->crew, free, found_batch_drop);
    for (unsigned i = 0; c->workers && i < c->threads; i++) {
        struct worker *worker = &c->workers[i];
        if (worker->auditor) {
            asker_counts_merge(counts, auditor_counts(worker->auditor));
            c->progress->doubtful += auditor_doubtful(worker->auditor);
        }
        worker_close(worker);
    }
    for (unsigned i = 0; i < c->pending_count; i++)
        found_free_facts(&c->pending[i]);
    free(c->pending);
    free(c->workers);
    free(c->waiting);
    feeder_free(c->feeder);
}

uint64_t collect_default_rate(const struct endpoint *endpoints, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!endpoint_is_loopback(&endpoints[i]) && !endpoint_is_recursive(&endpoints[i]))
            return COLLECT_RATE_REMOTE;
    }
    return 0;
}

static unsigned batch_limit(unsigned window, unsigned threads)
{
    unsigned share = window / threads / 4;
    return share < BATCH_LEAST ? BATCH_LEAST : share < BATCH_UNITS ? share : BATCH_UNITS;
}

enum collect_end collect(struct run_file *run, const struct collect_options *options,
                         struct asker_counts *counts, struct collect_progress *progress,
                         struct failure *failure)
{
    unsigned window = options->asker.window;
    struct collection c = {.run = run,
                           .options = options,
                           .threads = options->servers            ? 1
                                      : options->threads < window ? options->threads
                                                                  : window,
                           .progress = progress,
                           .failure = failure};
    c.batch_limit = batch_limit(window, c.threads);
    *progress = (struct collect_progress){.started_ns = clock_monotonic_ns()};
    progress->done = progress->known = options->vantage > 0
                                           ? run_file_count_seen(run, options->vantage)
                                           : run_file_count_found(run, true);
    enum collect_end end = COLLECT_FAILED;
    /* Counting reads all rows once more: do it only if progress is shown. */
    bool counted = !options->on_progress ||
                   feeder_total(run, options->skip_special, &progress->total, failure);
    if (counted && start(&c))
        end = run_until_end(&c);
    if (end == COLLECT_STOPPED || end == COLLECT_GAVE_UP)
        end = drain(&c, end);
    if (!commit(&c))
        end = COLLECT_FAILED;
    close_workers(&c, counts);
    return end;
}
