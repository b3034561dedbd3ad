/*
 * One thread that collects: takes units of work from the crew, lets its auditor look them up, and
 * returns the facts in batches. A batch also says if the worker ended early.
 *
 * Ownership: zero-initialised by the caller; worker_open / worker_close (after crew_stop). A batch
 * owns its facts until the receiver takes them. Threads: the collecting thread opens and closes;
 * worker_body runs in a thread of its own. Errors: worker_open in *failure; worker_body in the
 * state of its last batch.
 */
#ifndef IO_PHASES_WORKER_H
#define IO_PHASES_WORKER_H

#include "io/phases/auditor.h"
#include "io/phases/feeder.h"
#include "io/system/crew.h"

enum { FOUND_BATCH = 64 };

/* The state of a worker when it handed over a batch. */
enum worker_state { WORKER_RUNNING, WORKER_GAVE_UP, WORKER_OUT_OF_MEMORY };

struct found_batch {
    enum worker_state state;
    unsigned count;
    struct run_found found[FOUND_BATCH];
};

struct worker {
    struct crew *crew;
    struct auditor *auditor;
    struct unit_batch *work; /* being started, or NULL */
    unsigned work_next;
    struct found_batch *results; /* being filled; NULL: out of memory */
    struct found_batch *last;    /* for a state that ends the run; NULL: handed over */
    int64_t results_since_ns;
    bool out_of_memory;
};

/* As auditor_new. */
bool worker_open(struct worker *worker, const struct asker_options *asker,
                 const struct name_server_options *servers, struct failure *failure)
    __attribute__((warn_unused_result));
/* The body of a thread of the crew; own: the worker. */
crew_body worker_body;
void worker_close(struct worker *worker);

void found_free_facts(const struct run_found *found);
/* Frees a batch and its facts; NULL is allowed. */
void found_batch_drop(void *item);

#endif
