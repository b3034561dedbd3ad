#include "io/resolver/getdns_memory.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum {
    ALIGNMENT = alignof(max_align_t),
    MESSAGE_LEAST = 1024,        /* smaller blocks do not hold a message */
    MARGIN = UINT16_MAX + 1 + 2, /* the most that a two-octet length can claim, and its field */
    SLOT = 94 * 64,              /* fits the 5,976 octets that getdns allocates for a question */
    SLAB_SLOTS = 64,
};

enum owner { OWNER_MALLOC, OWNER_SLAB, OWNER_RESERVE };

/* Precedes each block. */
struct head {
    alignas(ALIGNMENT) size_t size;
    enum owner owner;
};

enum { SLOT_ROOM = SLOT - sizeof(struct head) };

/* A free slot holds the link to the next one. */
struct free_slot {
    SLIST_ENTRY(free_slot) link;
};

struct slab {
    SLIST_ENTRY(slab) link;
    alignas(64) unsigned char slots[SLAB_SLOTS][SLOT];
    unsigned char margin[MARGIN]; /* of the last slot */
};

SLIST_HEAD(slab_list, slab);
SLIST_HEAD(slot_list, free_slot);

struct getdns_memory {
    struct slab_list slabs;
    struct slot_list free_slots; /* the most recently used one first */
    size_t used;
    unsigned live; /* blocks of the reserve in use */
    alignas(ALIGNMENT) unsigned char bytes[GETDNS_MEMORY_RESERVE];
};

struct getdns_memory *getdns_memory_new(void)
{
    struct getdns_memory *memory = malloc(sizeof(*memory));

    if (!memory)
        return NULL;
    /* Writing makes the kernel provide the pages now. */
    memset(memory, 0, sizeof(*memory));
    SLIST_INIT(&memory->slabs);
    SLIST_INIT(&memory->free_slots);
    return memory;
}

void getdns_memory_free(struct getdns_memory *memory)
{
    struct slab *slab;

    while (memory && (slab = SLIST_FIRST(&memory->slabs))) {
        SLIST_REMOVE_HEAD(&memory->slabs, link);
        free(slab);
    }
    free(memory);
}

static size_t whole_size(size_t size)
{
    size_t with_head =
        size > SIZE_MAX - sizeof(struct head) ? SIZE_MAX : size + sizeof(struct head);

    return size < MESSAGE_LEAST || with_head > SIZE_MAX - MARGIN ? with_head : with_head + MARGIN;
}

static void *begin_block(struct head *head, enum owner owner, size_t size)
{
    if (!head)
        return NULL;
    head->owner = owner;
    head->size = size;
    return head + 1;
}

static struct head *head_of(void *block)
{
    return (struct head *)block - 1;
}

static bool fits_slot(size_t size)
{
    return size >= MESSAGE_LEAST && size <= SLOT_ROOM;
}

static bool add_slab(struct getdns_memory *memory)
{
    struct slab *slab = aligned_alloc(alignof(struct slab), sizeof(*slab));

    if (!slab)
        return false;
    SLIST_INSERT_HEAD(&memory->slabs, slab, link);
    for (unsigned i = SLAB_SLOTS; i-- > 0;)
        SLIST_INSERT_HEAD(&memory->free_slots, (struct free_slot *)(void *)slab->slots[i], link);
    return true;
}

static struct head *take_slot(struct getdns_memory *memory)
{
    struct free_slot *slot = SLIST_FIRST(&memory->free_slots);

    if (!slot && add_slab(memory))
        slot = SLIST_FIRST(&memory->free_slots);
    if (slot)
        SLIST_REMOVE_HEAD(&memory->free_slots, link);
    return (struct head *)(void *)slot;
}

static struct head *take(struct getdns_memory *memory, size_t size)
{
    size_t room = sizeof(memory->bytes) - memory->used;

    if (room < sizeof(struct head) || size > room - sizeof(struct head))
        return NULL;
    struct head *head = (struct head *)(void *)(memory->bytes + memory->used);
    size_t whole = sizeof(*head) + (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    memory->used += whole < room ? whole : room;
    memory->live++;
    return head;
}

void *getdns_memory_malloc(void *owner, size_t size)
{
    struct getdns_memory *memory = owner;
    void *block = fits_slot(size) ? begin_block(take_slot(memory), OWNER_SLAB, size)
                                  : begin_block(malloc(whole_size(size)), OWNER_MALLOC, size);

    return block ? block : begin_block(take(memory, size), OWNER_RESERVE, size);
}

void *getdns_memory_realloc(void *memory, void *block, size_t size)
{
    if (!block)
        return getdns_memory_malloc(memory, size);
    const struct head *head = head_of(block);
    if (head->owner == OWNER_MALLOC)
        return begin_block(realloc(head_of(block), whole_size(size)), OWNER_MALLOC, size);
    size_t old = head->size;
    void *moved = getdns_memory_malloc(memory, size);
    if (!moved)
        return NULL;
    memcpy(moved, block, old < size ? old : size);
    getdns_memory_give_back(memory, block);
    return moved;
}

void getdns_memory_give_back(void *owner, void *block)
{
    struct getdns_memory *memory = owner;

    if (!block)
        return;
    switch (head_of(block)->owner) {
    case OWNER_MALLOC:
        free(head_of(block));
        break;
    case OWNER_SLAB:
        SLIST_INSERT_HEAD(&memory->free_slots, (struct free_slot *)(void *)head_of(block), link);
        break;
    case OWNER_RESERVE:
        if (--memory->live == 0)
            memory->used = 0;
        break;
    }
}
