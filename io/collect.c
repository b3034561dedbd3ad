#include "io/collect.h"

#include <stdlib.h>

#include "io/auditor.h"
#include "io/clock.h"
#include "io/crew.h"
#include "io/feeder.h"

enum {
    BATCHES_PER_THREAD = 2, /* waiting work, beside what is in flight */
    COLLECT_WAIT_MS = 20,   /* for results, before work is looked after again */
    MEMBER_WAIT_MS = 20,    /* for replies or work, in a member */
    FOUND_BATCH = 64,
    FOUND_DELAY_NS = 100000000, /* results are handed over after 0.1 s at the latest */
    COMMIT_NS = 1000000000,     /* one transaction a second */
};

struct found_batch {
    unsigned count;
    struct run_found found[FOUND_BATCH]; /* owns the facts */
};

/* One thread's share. */
struct member {
    struct auditor *auditor;
    struct found_batch *results; /* being filled; NULL between batches */
    int64_t results_since_ns;
    struct unit_batch *work; /* being started */
    unsigned work_next;
    bool out_of_memory;
    bool gave_up; /* with the crew stopping, or read after it */
    struct crew *crew;
};

/* What one thread of the crew tells the collecting thread, in place of results. */
static struct found_batch END_OF_PATIENCE;
static struct found_batch END_OF_MEMORY;

static void drop_found(struct found_batch *batch)
{
    if (!batch || batch == &END_OF_PATIENCE || batch == &END_OF_MEMORY)
        return;
    for (unsigned i = 0; i < batch->count; i++)
        free((void *)(uintptr_t)batch->found[i].facts);
    free(batch);
}
