/*
 * What is to be done later: items by their time, the soonest first (a binary heap). Ownership: a
 * plain value that begins with zeros; later_free. Items belong to whoever put them in. Threads: one
 * at a time.
 */
#ifndef IO_LOOKUP_DELAY_QUEUE_H
#define IO_LOOKUP_DELAY_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct later_entry {
    int64_t due_ns;
    void *item;
};

struct later {
    size_t count;
    size_t capacity;
    struct later_entry *heap;
};

/* False: memory is short, the item is not in. */
bool later_put(struct later *later, int64_t due_ns, void *item) __attribute__((warn_unused_result));
/* Takes out the soonest item if it is due by then; else NULL. */
void *later_take(struct later *later, int64_t by_ns);
/* When the soonest is due; INT64_MAX: nothing waits. */
int64_t later_next_ns(const struct later *later);
/* Items still in are dropped. */
void later_free(struct later *later);

#endif
