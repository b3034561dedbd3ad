#include "io/reserve.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = alignof(max_align_t),
    MESSAGE_LEAST = 1024,        /* blocks that may hold a message are no smaller */
    MARGIN = UINT16_MAX + 1 + 2, /* what a length of two octets can claim, and the length */
};

static size_t with_margin(size_t size)
{
    return size < MESSAGE_LEAST || size > SIZE_MAX - MARGIN ? size : size + MARGIN;
}

/* Stands before each block of the reserve. */
struct head {
    alignas(ALIGNMENT) size_t size;
};

struct reserve {
    size_t used;
    unsigned live; /* blocks not given back yet */
    alignas(ALIGNMENT) unsigned char bytes[RESERVE_SIZE];
};

struct reserve *reserve_new(void)
{
    struct reserve *reserve = malloc(sizeof(*reserve));
    if (!reserve)
        return NULL;
    /* Written to, so that the pages are there when they are needed. */
    memset(reserve, 0, sizeof(*reserve));
    return reserve;
}

void reserve_free(struct reserve *reserve)
{
    free(reserve);
}

static bool is_ours(const struct reserve *reserve, const void *block)
{
    uintptr_t at = (uintptr_t)block, begin = (uintptr_t)reserve->bytes;
    return at >= begin && at < begin + sizeof(reserve->bytes);
}

static void *take(struct reserve *reserve, size_t size)
{
    size_t room = sizeof(reserve->bytes) - reserve->used;
    if (room < sizeof(struct head) || size > room - sizeof(struct head))
        return NULL;
    struct head *head = (struct head *)(void *)(reserve->bytes + reserve->used);
    head->size = size;
    size_t whole = sizeof(*head) + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    reserve->used += whole < room ? whole : room;
    reserve->live++;
    return head + 1;
}

void *reserve_malloc(void *reserve, size_t size)
{
    void *block = malloc(with_margin(size));
    if (!block)
        block = take(reserve, size);
    return block;
}

void *reserve_realloc(void *reserve, void *block, size_t size)
{
    if (!block)
        return reserve_malloc(reserve, size);
    if (!is_ours(reserve, block))
        return realloc(block, with_margin(size));
    size_t old = ((const struct head *)block - 1)->size;
    void *moved = reserve_malloc(reserve, size);
    if (!moved)
        return NULL;
    memcpy(moved, block, old < size ? old : size);
    reserve_give_back(reserve, block);
    return moved;
}

void reserve_give_back(void *owner, void *block)
{
    struct reserve *reserve = owner;
    if (!block || !is_ours(reserve, block)) {
        free(block);
        return;
    }
    if (--reserve->live == 0)
        reserve->used = 0;
}
