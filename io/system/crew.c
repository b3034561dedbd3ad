#include "io/system/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "io/system/queue.h"

struct crew_member {
    pthread_t thread;
    struct crew *crew;
    void *argument; /* of the body */
};

struct crew {
    crew_body *body;
    struct queue *work;
    struct queue *results;
    atomic_bool stopping;
    atomic_uint running;
    unsigned count; /* of members started */
    struct crew_member members[];
};

static void *member_main(void *argument)
{
    struct crew_member *member = argument;
    struct crew *crew = member->crew;

    crew->body(crew, member->argument);
    /* The last member wakes the collecting thread: no further result comes. */
    if (atomic_fetch_sub(&crew->running, 1) == 1)
        queue_close(crew->results);
    return NULL;
}

/* Only the main thread handles signals: members inherit a mask that blocks all of them. */
static bool start_members(struct crew *crew, unsigned threads, void **members)
{
    sigset_t all, before;

    sigfillset(&all);
    if (pthread_sigmask(SIG_BLOCK, &all, &before) != 0)
        return false;
    while (crew->count < threads) {
        struct crew_member *member = &crew->members[crew->count];

        member->crew = crew;
        member->argument = members[crew->count];
        if (pthread_create(&member->thread, NULL, member_main, member) != 0)
            break;
        crew->count++;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return crew->count == threads;
}

struct crew *crew_start(unsigned threads, crew_body *body, void **members, size_t queue_capacity)
{
    struct crew *crew = calloc(1, sizeof(*crew) + threads * sizeof(crew->members[0]));

    if (!crew)
        return NULL;
    crew->body = body;
    atomic_init(&crew->stopping, false);
    atomic_init(&crew->running, threads);
    crew->work = queue_new(queue_capacity);
    crew->results = queue_new(queue_capacity);
    if (!crew->work || !crew->results || !start_members(crew, threads, members)) {
        crew_stop(crew, NULL, NULL);
        return NULL;
    }
    return crew;
}

void *crew_take(struct crew *crew, int timeout_ms, bool *ended)
{
    void *item = crew_is_stopping(crew) ? NULL : queue_pop(crew->work, timeout_ms);

    *ended = !item && (crew_is_stopping(crew) || queue_is_drained(crew->work));
    return item;
}

bool crew_give(struct crew *crew, void *item)
{
    return queue_push(crew->results, item);
}

bool crew_is_stopping(struct crew *crew)
{
    return atomic_load(&crew->stopping);
}

bool crew_submit(struct crew *crew, void *item)
{
    return queue_try_push(crew->work, item);
}

void *crew_collect(struct crew *crew, int timeout_ms)
{
    return queue_pop(crew->results, timeout_ms);
}

void crew_finish(struct crew *crew)
{
    queue_close(crew->work);
}

bool crew_is_done(struct crew *crew)
{
    return atomic_load(&crew->running) == 0;
}

static void drain(struct queue *queue, void (*drop)(void *item))
{
    void *item;

    while (queue && (item = queue_pop(queue, 0)) != NULL)
        if (drop)
            drop(item);
}

void crew_halt(struct crew *crew)
{
    atomic_store(&crew->stopping, true);
    queue_close(crew->work);
}

void crew_stop(struct crew *crew, void (*drop_work)(void *item), void (*drop_result)(void *item))
{
    if (!crew)
        return;
    atomic_store(&crew->stopping, true);
    if (crew->work)
        queue_close(crew->work);
    if (crew->results)
        queue_close(crew->results);
    for (unsigned i = 0; i < crew->count; i++)
        pthread_join(crew->members[i].thread, NULL);
    drain(crew->work, drop_work);
    drain(crew->results, drop_result);
    queue_free(crew->work);
    queue_free(crew->results);
    free(crew);
}
