#include "io/phases/worker.h"

#include <stdlib.h>

#include "io/system/clock.h"

enum {
    WORKER_WAIT_MS = 20,        /* for replies or work */
    FOUND_DELAY_NS = 100000000, /* a batch is handed over after 0.1 s, even if not full */
};

/* Casts away const: readers must not change the facts, but the owner frees them. */
void found_free_facts(const struct run_found *found)
{
    free((void *)(uintptr_t)found->facts);
}

void found_batch_drop(void *item)
{
    struct found_batch *batch = item;
    for (unsigned i = 0; batch && i < batch->count; i++)
        found_free_facts(&batch->found[i]);
    free(batch);
}

static struct found_batch *found_batch_new(void)
{
    struct found_batch *batch = malloc(sizeof(*batch));

    if (!batch)
        return NULL;
    batch->state = WORKER_RUNNING;
    batch->count = 0;
    return batch;
}

/* Takes the batch; NULL is allowed. */
static void give(struct worker *worker, struct found_batch *batch)
{
    if (batch && !crew_give(worker->crew, batch))
        found_batch_drop(batch);
}

static void hand_over(struct worker *worker)
{
    give(worker, worker->results);
    worker->results = found_batch_new();
    worker->out_of_memory |= !worker->results;
}

static void on_found(void *context, const struct run_found *found)
{
    struct worker *worker = context;
    if (!worker->results) {
        found_free_facts(found);
        return;
    }
    if (worker->results->count == 0)
        worker->results_since_ns = clock_monotonic_ns();
    worker->results->found[worker->results->count++] = *found;
    if (worker->results->count == FOUND_BATCH)
        hand_over(worker);
}

static bool start_units(struct worker *worker)
{
    while (worker->work && auditor_room(worker->auditor) > 0) {
        if (!auditor_start(worker->auditor, &worker->work->units[worker->work_next++]))
            return false;
        if (worker->work_next == worker->work->count) {
            free(worker->work);
            worker->work = NULL;
        }
    }
    return true;
}

/* Takes work while there is room for it. False: all work is done, and no more will come. */
static bool take_work(struct worker *worker)
{
    bool over = false;
    while (!over && !worker->work && auditor_room(worker->auditor) > 0 && !worker->out_of_memory) {
        bool idle = auditor_open(worker->auditor) == 0;
        worker->work = crew_take(worker->crew, idle ? WORKER_WAIT_MS : 0, &over);
        if (!worker->work)
            break;
        worker->work_next = 0;
        if (!start_units(worker))
            worker->out_of_memory = true;
    }
    return !over || auditor_open(worker->auditor) > 0;
}

/* The state must arrive, even if there is no memory for another batch. */
static void end_with(struct worker *worker, enum worker_state state)
{
    struct found_batch *results = worker->results, *last = worker->last;

    worker->results = worker->last = NULL;
    last->state = state;
    give(worker, results);
    give(worker, last);
}

static void hand_over_in_time(struct worker *worker)
{
    bool any = worker->results && worker->results->count > 0;
    if (any && clock_monotonic_ns() - worker->results_since_ns > FOUND_DELAY_NS)
        hand_over(worker);
}

void worker_body(struct crew *crew, void *own)
{
    struct worker *worker = own;
    worker->crew = crew;
    while (!crew_is_stopping(crew)) {
        if (!start_units(worker))
            worker->out_of_memory = true;
        if (!take_work(worker))
            break;
        if (!auditor_run(worker->auditor, WORKER_WAIT_MS) || worker->out_of_memory) {
            end_with(worker, WORKER_OUT_OF_MEMORY);
            return;
        }
        if (auditor_gave_up(worker->auditor)) {
            end_with(worker, WORKER_GAVE_UP);
            return;
        }
        hand_over_in_time(worker);
    }
    hand_over(worker);
}

bool worker_open(struct worker *worker, const struct asker_options *asker,
                 const struct name_server_options *servers, struct failure *failure)
{
    worker->auditor = auditor_new(asker, servers, on_found, worker, failure);
    if (!worker->auditor)
        return false;
    worker->results = found_batch_new();
    worker->last = found_batch_new();
    return (worker->results && worker->last) || failure_out_of_memory(failure);
}

void worker_close(struct worker *worker)
{
    auditor_free(worker->auditor);
    found_batch_drop(worker->results);
    found_batch_drop(worker->last);
    free(worker->work);
}
