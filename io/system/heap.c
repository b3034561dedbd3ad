#include "io/system/heap.h"

/* Moves items[i] down to its place. */
static void sink(void **items, unsigned count, unsigned i, heap_is_before_fn *is_before)
{
    void *item = items[i];

    for (unsigned child = 2 * i + 1; child < count; child = 2 * i + 1) {
        if (child + 1 < count && is_before(items[child + 1], items[child]))
            child++;
        if (!is_before(items[child], item))
            break;
        items[i] = items[child];
        i = child;
    }
    items[i] = item;
}

void heap_make(void **items, unsigned count, heap_is_before_fn *is_before)
{
    for (unsigned i = count / 2; i > 0; i--)
        sink(items, count, i - 1, is_before);
}

void heap_sink(void **items, unsigned count, heap_is_before_fn *is_before)
{
    if (count > 0)
        sink(items, count, 0, is_before);
}
