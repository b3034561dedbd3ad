/*
 * One thread's share of the collecting: takes units of work from the crew, has an auditor look them
 * up, and hands what was found back in batches, with the state that ends the work early.
 *
 * Ownership: a place that begins with zeros; worker_open / worker_close, the latter behind
 * crew_stop. Batches own the facts in them until somebody else takes those over. Threads: opened
 * and closed by the collecting one; worker_body runs in its own.
 */
#ifndef IO_PHASES_WORKER_H
#define IO_PHASES_WORKER_H

#include "io/phases/auditor.h"
#include "io/phases/feeder.h"
#include "io/system/crew.h"

enum { FOUND_BATCH = 64 };

/* What a worker tells the collecting thread. */
enum worker_state { WORKER_RUNNING, WORKER_GAVE_UP, WORKER_OUT_OF_MEMORY };

struct found_batch {
    enum worker_state state;
    unsigned count;
    struct run_found found[FOUND_BATCH];
};

struct worker {
    struct crew *crew;
    struct auditor *auditor;
    struct unit_batch *work; /* being started; NULL between batches */
    unsigned work_next;
    struct found_batch *results; /* being filled; NULL only when memory is short */
    int64_t results_since_ns;
    bool out_of_memory;
};

/* asker: give and context are set here. */
bool worker_open(struct worker *worker, const struct asker_options *asker, struct failure *failure)
    __attribute__((warn_unused_result));
/* The crew's work; own: the worker. */
crew_body worker_body;
void worker_close(struct worker *worker);

void found_free_facts(const struct run_found *found);
/* A batch nobody wants any more; NULL is allowed. */
void found_batch_drop(void *item);

#endif
