/*
 * The maps of audited IPv4 networks: one byte per address of a /24, in the order in which the /24s
 * came.
 *
 * At most GRID_BLOCKS_MAX are kept. A block that comes when all places are taken gets that of a
 * block in which every address passes, if there is one: trouble is what a reader looks for. A block
 * that lost its place is remembered and never drawn, so that what is drawn is whole. Ownership:
 * address_grid_new / address_grid_free.
 */
#ifndef REPORTS_ADDRESS_GRID_H
#define REPORTS_ADDRESS_GRID_H

#include "reports/report_row.h"

enum { GRID_BLOCKS_MAX = 1024, GRID_CELLS = 256, GRID_EMPTY = 0xFF };

struct grid_block {
    uint32_t network;          /* first 24 bits of the address */
    uint16_t counts[VERDICTS]; /* cells by verdict */
    uint8_t cells[GRID_CELLS]; /* enum verdict, or GRID_EMPTY: not audited */
};

struct address_grid;

struct address_grid *address_grid_new(void); /* NULL: out of memory */
void address_grid_free(struct address_grid *grid);
/* IPv6 addresses are passed over. An address that comes again keeps its graver verdict. */
void address_grid_add(struct address_grid *grid, const struct ipaddr *address,
                      enum verdict verdict);
/* In ascending order of the networks, after address_grid_sort; NULL past the end. */
void address_grid_sort(struct address_grid *grid);
const struct grid_block *address_grid_block(const struct address_grid *grid, unsigned index);
/* /24s that were audited and have no place. */
uint32_t address_grid_left_out(const struct address_grid *grid);

#endif
