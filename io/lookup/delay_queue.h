/*
 * Items with a due time, the soonest first (a binary heap).
 *
 * Ownership: a plain value that begins with zeros; delay_queue_free. The items stay the caller's.
 * Threads: one at a time.
 */
#ifndef IO_LOOKUP_DELAY_QUEUE_H
#define IO_LOOKUP_DELAY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct delay_queue_entry {
    int64_t due_ns;
    void *item;
};

struct delay_queue {
    size_t count;
    size_t capacity;
    struct delay_queue_entry *heap;
};

/* False: out of memory, the item is not in the queue. */
bool delay_queue_put(struct delay_queue *queue, int64_t due_ns, void *item)
    __attribute__((warn_unused_result));
/* Takes out the soonest item if it is due by by_ns; else NULL. */
void *delay_queue_take(struct delay_queue *queue, int64_t by_ns);
/* An item chosen by a random number; NULL: the queue is empty. */
void *delay_queue_any(const struct delay_queue *queue, uint64_t random);
/* When the soonest item is due; INT64_MAX: the queue is empty. */
int64_t delay_queue_next_ns(const struct delay_queue *queue);
void delay_queue_free(struct delay_queue *queue);

#endif
