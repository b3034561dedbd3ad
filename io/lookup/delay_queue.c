#include "io/lookup/delay_queue.h"

#include <stdlib.h>

enum { CAPACITY_FIRST = 64 };

static bool make_room(struct later *later)
{
    if (later->count < later->capacity)
        return true;
    size_t capacity = later->capacity ? later->capacity * 2 : CAPACITY_FIRST;
    struct later_entry *heap = reallocarray(later->heap, capacity, sizeof(*heap));
    if (!heap)
        return false;
    later->heap = heap;
    later->capacity = capacity;
    return true;
}

bool later_put(struct later *later, int64_t due_ns, void *item)
{
    if (!make_room(later))
        return false;
    size_t at = later->count++;
    for (; at > 0 && due_ns < later->heap[(at - 1) / 2].due_ns; at = (at - 1) / 2)
        later->heap[at] = later->heap[(at - 1) / 2];
    later->heap[at] = (struct later_entry){.due_ns = due_ns, .item = item};
    return true;
}

void *later_take(struct later *later, int64_t by_ns)
{
    if (later_next_ns(later) > by_ns || later->count == 0)
        return NULL;
    void *item = later->heap[0].item;
    struct later_entry last = later->heap[--later->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < later->count; at = child) {
        if (child + 1 < later->count && later->heap[child + 1].due_ns < later->heap[child].due_ns)
            child++;
        if (last.due_ns <= later->heap[child].due_ns)
            break;
        later->heap[at] = later->heap[child];
    }
    later->heap[at] = last;
    return item;
}

int64_t later_next_ns(const struct later *later)
{
    return later->count ? later->heap[0].due_ns : INT64_MAX;
}

void later_free(struct later *later)
{
    free(later->heap);
    *later = (struct later){0};
}
