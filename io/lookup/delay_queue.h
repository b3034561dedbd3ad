/*
 * What is to be done later: items by their time, the soonest first (a binary heap). Ownership: a
 * plain value that begins with zeros; delay_queue_free. Items belong to whoever put them in.
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

/* False: memory is short, the item is not in. */
bool delay_queue_put(struct delay_queue *queue, int64_t due_ns, void *item)
    __attribute__((warn_unused_result));
/* Takes out the soonest item if it is due by then; else NULL. */
void *delay_queue_take(struct delay_queue *queue, int64_t by_ns);
/* When the soonest is due; INT64_MAX: nothing waits. */
int64_t delay_queue_next_ns(const struct delay_queue *queue);
/* Items still in are dropped. */
void delay_queue_free(struct delay_queue *queue);

#endif
