#include "io/run/shard_items.h"

#include <stdlib.h>

/* The next item of a run. */
struct head {
    struct run_file *run;
    unsigned index; /* of the run */
    struct run_item item;
};

struct shard_items {
    struct head *heads;
    struct head **heap; /* the smallest place in the input first */
    unsigned size;      /* runs that have items left */
    bool given;         /* that of heap[0] was handed out */
};

static bool is_before(const struct head *a, const struct head *b)
{
    return a->item.seq < b->item.seq;
}

/* Moves heap[i] down to its place. */
static void sink(struct shard_items *items, unsigned i)
{
    struct head *head = items->heap[i];

    for (unsigned child = 2 * i + 1; child < items->size; child = 2 * i + 1) {
        if (child + 1 < items->size && is_before(items->heap[child + 1], items->heap[child]))
            child++;
        if (!is_before(items->heap[child], head))
            break;
        items->heap[i] = items->heap[child];
        i = child;
    }
    items->heap[i] = head;
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
    for (unsigned i = items->size / 2; i > 0; i--)
        sink(items, i - 1);
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
    sink(items, 0);
    *item = &items->heap[0]->item;
    *index = items->heap[0]->index;
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
