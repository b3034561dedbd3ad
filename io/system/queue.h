/*
 * A bounded queue of pointers between threads: a ring with a mutex and two conditions. It never
 * owns the items. Ownership: queue_new / queue_free, which no other call may overlap. Threads: any
 * number on both sides.
 */
#ifndef IO_SYSTEM_QUEUE_H
#define IO_SYSTEM_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct queue;

struct queue *queue_new(size_t capacity); /* NULL: out of memory */
/* False: full or closed. */
bool queue_try_push(struct queue *queue, void *item) __attribute__((warn_unused_result));
/* Waits for room. False: closed. */
bool queue_push(struct queue *queue, void *item) __attribute__((warn_unused_result));
/* Waits at most timeout_ms (0: not at all, -1: for ever). NULL: no item came, or the queue is
 * closed and empty. */
void *queue_pop(struct queue *queue, int timeout_ms);
/* Wakes all waiting threads. From now on pushes fail, and pops return what is left. */
void queue_close(struct queue *queue);
bool queue_is_drained(struct queue *queue); /* closed and empty */
void queue_free(struct queue *queue);

#endif
