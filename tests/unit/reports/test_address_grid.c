#include <criterion/criterion.h>

#include "reports/address_grid.h"
#include "tests/unit/reports/made_row.h"

static struct ipaddr numbered(uint32_t number)
{
    return (struct ipaddr){.family = IP_V4,
                           .bytes = {(uint8_t)(number >> 24), (uint8_t)(number >> 16),
                                     (uint8_t)(number >> 8), (uint8_t)number}};
}

static void add(struct address_grid *grid, uint32_t number, enum verdict verdict)
{
    struct ipaddr address = numbered(number);

    address_grid_add(grid, &address, verdict);
}

Test(address_grid, has_one_block_per_24_in_order)
{
    struct address_grid *grid = address_grid_new();
    struct ipaddr six = made_address("2001:db8::1");

    add(grid, 0xC6336402, VERDICT_PASS);
    add(grid, 0xC0000205, VERDICT_NO_PTR);
    add(grid, 0xC63364FF, VERDICT_PASS);
    address_grid_add(grid, &six, VERDICT_PASS);
    address_grid_sort(grid);
    cr_assert_eq(address_grid_block(grid, 0)->network, 0xC00002);
    cr_assert_eq(address_grid_block(grid, 0)->cells[5], VERDICT_NO_PTR);
    cr_assert_eq(address_grid_block(grid, 0)->cells[6], GRID_EMPTY);
    cr_assert_eq(address_grid_block(grid, 1)->counts[VERDICT_PASS], 2);
    cr_assert_null(address_grid_block(grid, 2));
    cr_assert_eq(address_grid_left_out(grid), 0);
    address_grid_free(grid);
    address_grid_free(NULL);
}

Test(address_grid, a_duplicate_keeps_its_more_severe_verdict)
{
    struct address_grid *grid = address_grid_new();

    add(grid, 1, VERDICT_PASS);
    add(grid, 1, VERDICT_HOSTNAME_MISMATCH);
    add(grid, 1, VERDICT_PASS);
    cr_assert_eq(address_grid_block(grid, 0)->cells[1], VERDICT_HOSTNAME_MISMATCH);
    cr_assert_eq(address_grid_block(grid, 0)->counts[VERDICT_PASS], 0);
    cr_assert_eq(address_grid_block(grid, 0)->counts[VERDICT_HOSTNAME_MISMATCH], 1);
    address_grid_free(grid);
}

Test(address_grid, a_network_with_faults_replaces_one_that_passes)
{
    struct address_grid *grid = address_grid_new();
    unsigned in_trouble = 0;
    unsigned count = 0;

    for (uint32_t i = 0; i < 3000; i++) {
        for (uint32_t j = 0; j < 4; j++)
            add(grid, i << 8 | j, i % 100 == 99 && j == 3 ? VERDICT_NO_PTR : VERDICT_PASS);
    }
    address_grid_sort(grid);
    for (const struct grid_block *block; (block = address_grid_block(grid, count)); count++) {
        in_trouble += block->counts[VERDICT_NO_PTR] == 1;
        cr_assert_eq(block->counts[VERDICT_PASS] + block->counts[VERDICT_NO_PTR], 4,
                     "every map is complete");
    }
    cr_assert_eq(count, GRID_BLOCKS_MAX);
    cr_assert_eq(in_trouble, 30);
    cr_assert_eq(address_grid_left_out(grid), 3000 - GRID_BLOCKS_MAX);
    address_grid_free(grid);
}

Test(address_grid, a_dropped_network_is_never_drawn_in_part)
{
    struct address_grid *grid = address_grid_new();
    unsigned count = 0;

    for (uint32_t i = 0; i < GRID_BLOCKS_MAX; i++)
        add(grid, i << 8, VERDICT_NO_PTR);
    for (uint32_t round = 0; round < 3; round++)
        for (uint32_t i = 0; i < 2 * GRID_BLOCKS_MAX; i++)
            add(grid, i << 8 | round, VERDICT_NO_PTR);
    for (const struct grid_block *block; (block = address_grid_block(grid, count)); count++)
        cr_assert_eq(block->counts[VERDICT_NO_PTR], 3);
    cr_assert_eq(count, GRID_BLOCKS_MAX);
    cr_assert_eq(address_grid_left_out(grid), GRID_BLOCKS_MAX);
    address_grid_free(grid);
}
