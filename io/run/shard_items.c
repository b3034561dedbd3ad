#include "io/run/shard_items.h"

#include <stdlib.h>

#include "io/system/heap.h"

/* The next item of a run. */
struct head {
    struct run_file *run;
    unsigned index; /* of the run */
    struct run_item item;
};

struct shard_items {
    struct head *heads;
    void **heap;   /* of struct head; the smallest place in the input first */
    unsigned size; /* runs that have items left */
    bool given;    /* that of heap[0] was handed out */
};

static bool is_before(const void *a, const void *b)
{
    return ((const struct head *)a)->item.seq < ((const struct head *)b)->item.seq;
}

bool shard_items_begin(struct shard_items **out, struct run_file **runs, unsigned count,
                       unsigned *index)
{
    struct shard_items *items = calloc(1, sizeof(*items));

    *out = items;
    *index = 0;
    if (!items)
        return false;
    items->heads = calloc(count, sizeof(items->heads[0]));
    items->heap = calloc(count, sizeof(items->heap[0]));
    for (unsigned i = 0; items->heads && items->heap && i < count; i++) {
        struct head *head = &items->heads[i];
        *head = (struct head){.run = runs[i], .index = i};
        *index = i;
        enum run_step step = run_file_items_begin(head->run)
                                 ? run_file_items_next(head->run, &head->item)
                                 : RUN_FAILED;
        if (step == RUN_FAILED)
            return false;
        if (step == RUN_ROW)
            items->heap[items->size++] = head;
    }
    if (items->heap)
        heap_make(items->heap, items->size, is_before);
    return items->heads && items->heap;
}

enum run_step shard_items_next(struct shard_items *items, const struct run_item **item,
                               unsigned *index)
{
    if (items->given) {
        struct head *head = items->heap[0];
        enum run_step step = run_file_items_next(head->run, &head->item);
        *index = head->index;
        if (step == RUN_FAILED)
            return RUN_FAILED;
        if (step == RUN_END)
            items->heap[0] = items->heap[--items->size];
    }
    items->given = items->size > 0;
    if (!items->given)
        return RUN_END;
    heap_sink(items->heap, items->size, is_before);
    const struct head *first = items->heap[0];
    *item = &first->item;
    *index = first->index;
    return RUN_ROW;
}

void shard_items_free(struct shard_items *items)
{
    if (!items)
        return;
    free(items->heads);
    free(items->heap);
    free(items);
}
