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

struct open_question *question_new(struct asker *asker)
{
    struct open_question *open = TAILQ_FIRST(&asker->spare);
    if (open)
        TAILQ_REMOVE(&asker->spare, open, link);
    else
        open = malloc(sizeof(*open));
    if (!open)
        return NULL;
    open->asker = asker;
    retry_begin(&open->retry);
    open->over_tcp = asker->options.transport != TRANSPORT_UDP;
    open->probe = false;
    open->lease.entry = NULL;
    TAILQ_INIT(&open->joined);
    open->patience_ns = 0;
    open->endpoint = health_first(&asker->health);
    return open;
}

void question_repeat(struct asker *asker, struct open_question *open)
{
    TAILQ_INSERT_TAIL(&asker->again, open, link);
    asker->waiting++;
}

void question_repeat_later(struct asker *asker, struct open_question *open, int64_t due_ns)
{
    if (delay_queue_put(&asker->delayed, due_ns, open))
        asker->waiting++;
    else
        question_repeat(asker, open); /* memory is short: without the pause */
}

void asker_wake_delayed(struct asker *asker, int64_t now)
{
    struct open_question *open;
    while ((open = delay_queue_take(&asker->delayed, now)))
        TAILQ_INSERT_TAIL(&asker->again, open, link);
}

struct question_queue *asker_fresh_queue(struct asker *asker)
{
    return TAILQ_EMPTY(&asker->soon) ? &asker->ready : &asker->soon;
}

/* Repeated questions get half of the window, and what nobody else wants: slow names do not hold up
 * the others. */
struct question_queue *asker_next_queue(struct asker *asker)
{
    struct question_queue *fresh = asker_fresh_queue(asker);
    bool repeats = asker->again_in_flight < (asker->options.window + 1) / 2 || TAILQ_EMPTY(fresh);
    return repeats && !TAILQ_EMPTY(&asker->again) ? &asker->again : fresh;
}

void question_leave(struct asker *asker, struct question_queue *queue, struct open_question *open)
{
    TAILQ_REMOVE(queue, open, link);
    asker->waiting -= queue == &asker->again;
}

static void free_questions(struct question_queue *queue)
{
    struct open_question *open;
    while ((open = TAILQ_FIRST(queue))) {
        TAILQ_REMOVE(queue, open, link);
        answer_cache_drop(&open->lease);
        free_questions(&open->joined);
        free(open);
    }
}

void asker_free_queues(struct asker *asker)
{
    free_questions(&asker->ready);
    free_questions(&asker->soon);
    asker_wake_delayed(asker, INT64_MAX);
    delay_queue_free(&asker->delayed);
    free_questions(&asker->again);
    free_questions(&asker->flying);
    free_questions(&asker->spare);
}
