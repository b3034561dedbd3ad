/*
 * A binary heap of pointers, the first in order at the top. Ownership: the array is the caller's.
 * Threads: one at a time.
 */
#ifndef IO_SYSTEM_HEAP_H
#define IO_SYSTEM_HEAP_H

#include <stdbool.h>

typedef bool heap_is_before_fn(const void *a, const void *b);

/* Puts items[0..count) in heap order. */
void heap_make(void **items, unsigned count, heap_is_before_fn *is_before);
/* The same, after items[0] was changed or replaced. */
void heap_sink(void **items, unsigned count, heap_is_before_fn *is_before);

#endif
