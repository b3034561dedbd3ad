#include "reports/address_grid.h"

#include <stdlib.h>
#include <string.h>

struct address_grid {
    unsigned count;
    unsigned current; /* block of the previous address: input is mostly sorted */
    bool is_too_small;
    struct grid_block blocks[GRID_BLOCKS_MAX];
};

struct address_grid *address_grid_new(void)
{
    return calloc(1, sizeof(struct address_grid));
}

void address_grid_free(struct address_grid *grid)
{
    free(grid);
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

static void find_or_add(struct address_grid *grid, uint32_t network)
{
    unsigned i = 0;

    while (i < grid->count && grid->blocks[i].network != network)
        i++;
    if (i == GRID_BLOCKS_MAX) {
        grid->is_too_small = true;
        return;
    }
    if (i == grid->count) {
        grid->blocks[i].network = network;
        memset(grid->blocks[i].cells, GRID_EMPTY, GRID_CELLS);
        grid->count++;
    }
    grid->current = i;
}

void address_grid_add(struct address_grid *grid, const struct ipaddr *address, enum verdict verdict)
{
    uint32_t network =
        (uint32_t)address->bytes[0] << 16 | (uint32_t)address->bytes[1] << 8 | address->bytes[2];

    if (address->family != IP_V4 || grid->is_too_small)
        return;
    if (grid->count == 0 || grid->blocks[grid->current].network != network)
        find_or_add(grid, network);
    if (!grid->is_too_small)
        set_cell(&grid->blocks[grid->current], address->bytes[3], verdict);
}

bool address_grid_is_too_small(const struct address_grid *grid)
{
    return grid->is_too_small;
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
}

const struct grid_block *address_grid_block(const struct address_grid *grid, unsigned index)
{
    return index < grid->count ? &grid->blocks[index] : NULL;
}
