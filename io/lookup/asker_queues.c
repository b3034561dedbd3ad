#include <stdlib.h>

#include "io/lookup/asker_private.h"

void asker_init_queues(struct asker *asker)
{
    TAILQ_INIT(&asker->ready);
    TAILQ_INIT(&asker->soon);
    TAILQ_INIT(&asker->again);
    TAILQ_INIT(&asker->flying);
    TAILQ_INIT(&asker->spare);
}

struct lookup *lookup_take(struct asker *asker)
{
    struct lookup *lookup = TAILQ_FIRST(&asker->spare);
    if (lookup)
        TAILQ_REMOVE(&asker->spare, lookup, link);
    else
        lookup = malloc(sizeof(*lookup));
    if (!lookup)
        return NULL;
    lookup->asker = asker;
    retry_begin(&lookup->retry);
    lookup->over_tcp = asker->options.transport != TRANSPORT_UDP;
    lookup->probe = false;
    lookup->lease.entry = NULL;
    TAILQ_INIT(&lookup->joined);
    lookup->patience_ns = 0;
    lookup->endpoint = health_first(&asker->health);
    return lookup;
}

void lookup_repeat(struct asker *asker, struct lookup *lookup)
{
    TAILQ_INSERT_TAIL(&asker->again, lookup, link);
    asker->waiting++;
}

void lookup_repeat_later(struct asker *asker, struct lookup *lookup, int64_t due_ns)
{
    if (later_put(&asker->delayed, due_ns, lookup))
        asker->waiting++;
    else
        lookup_repeat(asker, lookup); /* memory is short: without the pause */
}

void asker_wake_delayed(struct asker *asker, int64_t now)
{
    struct lookup *lookup;
    while ((lookup = later_take(&asker->delayed, now)))
        TAILQ_INSERT_TAIL(&asker->again, lookup, link);
}

struct lookup_queue *asker_fresh_queue(struct asker *asker)
{
    return TAILQ_EMPTY(&asker->soon) ? &asker->ready : &asker->soon;
}

/* Repeated questions get half of the window, and what nobody else wants: slow names do not hold up
 * the others. */
struct lookup_queue *asker_next_queue(struct asker *asker)
{
    struct lookup_queue *fresh = asker_fresh_queue(asker);
    bool repeats = asker->again_in_flight < (asker->options.window + 1) / 2 || TAILQ_EMPTY(fresh);
    return repeats && !TAILQ_EMPTY(&asker->again) ? &asker->again : fresh;
}

void lookup_leave(struct asker *asker, struct lookup_queue *queue, struct lookup *lookup)
{
    TAILQ_REMOVE(queue, lookup, link);
    asker->waiting -= queue == &asker->again;
}

static void free_lookups(struct lookup_queue *queue)
{
    struct lookup *lookup;
    while ((lookup = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, lookup, link);
        answer_cache_drop(&lookup->lease);
        free_lookups(&lookup->joined);
        free(lookup);
    }
}

void asker_free_queues(struct asker *asker)
{
    free_lookups(&asker->ready);
    free_lookups(&asker->soon);
    asker_wake_delayed(asker, INT64_MAX);
    later_free(&asker->delayed);
    free_lookups(&asker->again);
    free_lookups(&asker->flying);
    free_lookups(&asker->spare);
}
