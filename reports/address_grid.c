#include "reports/address_grid.h"

#include <stdlib.h>
#include <string.h>

enum {
    CHAINS = 1024, /* of the hash table: a power of two */
    NETWORKS = 1 << 24,
    NO_BLOCK = 0xFFFF,
};

struct address_grid {
    unsigned count;
    uint16_t current;               /* block of the previous address: input is mostly sorted */
    unsigned hand;                  /* where the search for a block to replace starts */
    bool all_in_trouble;            /* every block holds a fault, and so it stays */
    uint32_t left_out_count;        /* bits set in left_out */
    uint8_t *left_out;              /* bit per network; untouched pages cost no memory */
    uint16_t chains[CHAINS];        /* first block by hash of the network, or NO_BLOCK */
    uint16_t next[GRID_BLOCKS_MAX]; /* next block of the chain */
    struct grid_block blocks[GRID_BLOCKS_MAX];
};

struct address_grid *address_grid_new(void)
{
    struct address_grid *grid = malloc(sizeof(*grid));

    if (!grid)
        return NULL;
    grid->left_out = calloc(NETWORKS / 8, 1);
    if (!grid->left_out) {
        free(grid);
        return NULL;
    }
    grid->count = 0;
    grid->current = NO_BLOCK;
    grid->hand = 0;
    grid->all_in_trouble = false;
    grid->left_out_count = 0;
    memset(grid->chains, 0xFF, sizeof(grid->chains));
    return grid;
}

void address_grid_free(struct address_grid *grid)
{
    if (grid)
        free(grid->left_out);
    free(grid);
}

static uint16_t *chain_of(struct address_grid *grid, uint32_t network)
{
    return &grid->chains[network * UINT32_C(2654435761) >> 22];
}

static uint16_t find_block(struct address_grid *grid, uint32_t network)
{
    uint16_t place = *chain_of(grid, network);

    while (place != NO_BLOCK && grid->blocks[place].network != network)
        place = grid->next[place];
    return place;
}

static void link_block(struct address_grid *grid, uint16_t place)
{
    uint16_t *chain = chain_of(grid, grid->blocks[place].network);

    grid->next[place] = *chain;
    *chain = place;
}

static void unlink_block(struct address_grid *grid, uint16_t place)
{
    uint16_t *link = chain_of(grid, grid->blocks[place].network);

    while (*link != place)
        link = &grid->next[*link];
    *link = grid->next[place];
}

static bool passes_whole(const struct grid_block *block)
{
    for (unsigned i = 0; i < VERDICTS; i++)
        if (i != VERDICT_PASS && block->counts[i] > 0)
            return false;
    return true;
}

static void leave_out(struct address_grid *grid, uint32_t network)
{
    uint8_t bit = (uint8_t)(1u << network % 8);

    if (grid->left_out[network / 8] & bit)
        return;
    grid->left_out[network / 8] |= bit;
    grid->left_out_count++;
}

static bool is_left_out(const struct address_grid *grid, uint32_t network)
{
    return (grid->left_out[network / 8] >> network % 8) & 1u;
}

/* A place for one more block, or NO_BLOCK. The search starts at the last place given, so the first
 * of many fault-free networks stay. */
static uint16_t take_place(struct address_grid *grid)
{
    if (grid->count < GRID_BLOCKS_MAX)
        return (uint16_t)grid->count++;
    for (unsigned tried = 0; tried < GRID_BLOCKS_MAX && !grid->all_in_trouble; tried++) {
        unsigned i = (grid->hand + tried) % GRID_BLOCKS_MAX;

        if (passes_whole(&grid->blocks[i])) {
            leave_out(grid, grid->blocks[i].network);
            unlink_block(grid, (uint16_t)i);
            return (uint16_t)i;
        }
    }
    grid->all_in_trouble = true;
    return NO_BLOCK;
}

static uint16_t new_block(struct address_grid *grid, uint32_t network)
{
    uint16_t place = is_left_out(grid, network) ? NO_BLOCK : take_place(grid);

    if (place == NO_BLOCK) {
        leave_out(grid, network);
        return NO_BLOCK;
    }
    grid->hand = place;
    grid->blocks[place].network = network;
    memset(grid->blocks[place].counts, 0, sizeof(grid->blocks[place].counts));
    memset(grid->blocks[place].cells, GRID_EMPTY, GRID_CELLS);
    link_block(grid, place);
    return place;
}

static bool is_graver(enum verdict verdict, uint8_t than)
{
    return than == GRID_EMPTY || verdict_row(verdict)->severity > verdict_row(than)->severity;
}

static void set_cell(struct grid_block *block, unsigned cell, enum verdict verdict)
{
    uint8_t earlier = block->cells[cell];

    if (!is_graver(verdict, earlier))
        return;
    if (earlier != GRID_EMPTY)
        block->counts[earlier]--;
    block->cells[cell] = (uint8_t)verdict;
    block->counts[verdict]++;
}

void address_grid_add(struct address_grid *grid, const struct ipaddr *address, enum verdict verdict)
{
    uint32_t network =
        (uint32_t)address->bytes[0] << 16 | (uint32_t)address->bytes[1] << 8 | address->bytes[2];
    uint16_t place = grid->current;

    if (address->family != IP_V4)
        return;
    if (place == NO_BLOCK || grid->blocks[place].network != network) {
        place = find_block(grid, network);
        if (place == NO_BLOCK)
            place = new_block(grid, network);
        grid->current = place;
    }
    if (place != NO_BLOCK)
        set_cell(&grid->blocks[place], address->bytes[3], verdict);
}

static int by_network(const void *a, const void *b)
{
    const struct grid_block *left = a;
    const struct grid_block *right = b;

    return (left->network > right->network) - (left->network < right->network);
}

void address_grid_sort(struct address_grid *grid)
{
    qsort(grid->blocks, grid->count, sizeof(grid->blocks[0]), by_network);
    memset(grid->chains, 0xFF, sizeof(grid->chains));
    for (unsigned i = 0; i < grid->count; i++)
        link_block(grid, (uint16_t)i);
    grid->current = NO_BLOCK;
}

const struct grid_block *address_grid_block(const struct address_grid *grid, unsigned index)
{
    return index < grid->count ? &grid->blocks[index] : NULL;
}

uint32_t address_grid_left_out(const struct address_grid *grid)
{
    return grid->left_out_count;
}
