/*
 * A bounded queue of pointers between threads: mutex, two conditions, a ring. It never owns the
 * items. Ownership: queue_new / queue_free (when nobody uses it any more). Threads: any number on
 * both sides.
 */
#ifndef IO_SYSTEM_QUEUE_H
#define IO_SYSTEM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct queue;

struct queue *queue_new(size_t capacity); /* NULL: out of memory */
/* False: full (or closed). */
bool queue_try_push(struct queue *queue, void *item) __attribute__((warn_unused_result));
/* Waits for room. False: the queue was closed. */
bool queue_push(struct queue *queue, void *item) __attribute__((warn_unused_result));
/* Waits at most timeout_ms (0: not at all, -1: for ever). NULL: nothing came, or closed and empty.
 */
void *queue_pop(struct queue *queue, int timeout_ms);
/* Wakes everybody: pushes fail from now on, pops drain what is left. */
void queue_close(struct queue *queue);
bool queue_is_drained(struct queue *queue); /* closed and empty */
void queue_free(struct queue *queue);

#endif
