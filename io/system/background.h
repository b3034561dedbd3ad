/*
 * One thread that works for the thread that made it. It runs tasks one after another, in the order
 * in which they begin, and does not look at them. It blocks all signals.
 *
 * Ownership: background_new / background_free; a task and what it uses belong to the caller again
 * after background_wait. Threads: one at a time. Without such a thread (NULL) a task runs at once,
 * in the calling thread.
 */
#ifndef IO_SYSTEM_BACKGROUND_H
#define IO_SYSTEM_BACKGROUND_H

#include <stdbool.h>

struct background;

struct background_task {
    void (*run)(void *context);
    void *context;
    bool pending; /* begun, and not waited for; false at first */
};

/* NULL: out of memory, or no thread can be started. */
struct background *background_new(void);
/* The task must not be pending. */
void background_begin(struct background *background, struct background_task *task);
/* Returns when the task has run, at once if it is not pending. */
void background_wait(struct background *background, struct background_task *task);
/* NULL is allowed. No task may be pending. */
void background_free(struct background *background);

#endif
