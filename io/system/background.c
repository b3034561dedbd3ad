#include "io/system/background.h"

#include <stdlib.h>

#include "io/system/crew.h"

enum { TASKS_MAX = 8 }; /* in the queues; more wait for the first */

struct background {
    struct crew *crew;
};

static void body(struct crew *crew, void *member)
{
    bool ended = false;

    (void)member;
    while (!ended) {
        struct background_task *task = crew_take(crew, -1, &ended);

        if (!task)
            continue;
        task->run(task->context);
        if (!crew_give(crew, task))
            return;
    }
}

struct background *background_new(void)
{
    struct background *background = malloc(sizeof(*background));
    void *members[] = {NULL};

    if (!background)
        return NULL;
    background->crew = crew_start(1, body, members, TASKS_MAX);
    if (background->crew)
        return background;
    free(background);
    return NULL;
}

/* Waits for the first task that has not been waited for. */
static void collect(struct background *background)
{
    struct background_task *task = crew_collect(background->crew, -1);

    if (task)
        task->pending = false;
}

void background_begin(struct background *background, struct background_task *task)
{
    if (!background) {
        task->run(task->context);
        return;
    }
    task->pending = true;
    while (!crew_submit(background->crew, task))
        collect(background);
}

void background_wait(struct background *background, struct background_task *task)
{
    while (task->pending)
        collect(background);
}

void background_free(struct background *background)
{
    if (background)
        crew_stop(background->crew, NULL, NULL);
    free(background);
}
