#include "io/lookup/delay_queue.h"

#include <stdlib.h>

enum { CAPACITY_FIRST = 64 };

static bool make_room(struct delay_queue *queue)
{
    if (queue->count < queue->capacity)
        return true;
    size_t capacity = queue->capacity ? queue->capacity * 2 : CAPACITY_FIRST;
    struct delay_queue_entry *heap = reallocarray(queue->heap, capacity, sizeof(*heap));
    if (!heap)
        return false;
    queue->heap = heap;
    queue->capacity = capacity;
    return true;
}

bool delay_queue_put(struct delay_queue *queue, int64_t due_ns, void *item)
{
    if (!make_room(queue))
        return false;
    size_t at = queue->count++;
    for (; at > 0 && due_ns < queue->heap[(at - 1) / 2].due_ns; at = (at - 1) / 2)
        queue->heap[at] = queue->heap[(at - 1) / 2];
    queue->heap[at] = (struct delay_queue_entry){.due_ns = due_ns, .item = item};
    return true;
}

void *delay_queue_take(struct delay_queue *queue, int64_t by_ns)
{
    if (delay_queue_next_ns(queue) > by_ns || queue->count == 0)
        return NULL;
    void *item = queue->heap[0].item;
    struct delay_queue_entry last = queue->heap[--queue->count];
    size_t at = 0;
    for (size_t child; (child = 2 * at + 1) < queue->count; at = child) {
        if (child + 1 < queue->count && queue->heap[child + 1].due_ns < queue->heap[child].due_ns)
            child++;
        if (last.due_ns <= queue->heap[child].due_ns)
            break;
        queue->heap[at] = queue->heap[child];
    }
    queue->heap[at] = last;
    return item;
}

void *delay_queue_any(const struct delay_queue *queue, uint64_t random)
{
    return queue->count ? queue->heap[random % queue->count].item : NULL;
}

int64_t delay_queue_next_ns(const struct delay_queue *queue)
{
    return queue->count ? queue->heap[0].due_ns : INT64_MAX;
}

void delay_queue_free(struct delay_queue *queue)
{
    free(queue->heap);
    *queue = (struct delay_queue){0};
}
