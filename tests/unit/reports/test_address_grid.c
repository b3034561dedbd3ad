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
    cr_assert_not(address_grid_is_too_small(grid));
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

Test(address_grid, says_when_there_are_more_networks_than_maps)
{
    struct address_grid *grid = address_grid_new();

    for (uint32_t i = 0; i < GRID_BLOCKS_MAX; i++)
        add(grid, i << 8, VERDICT_NO_PTR);
    add(grid, 3 << 8 | 1, VERDICT_PASS);
    cr_assert_not(address_grid_is_too_small(grid));
    add(grid, GRID_BLOCKS_MAX << 8, VERDICT_PASS);
    cr_assert(address_grid_is_too_small(grid));
    address_grid_free(grid);
}
