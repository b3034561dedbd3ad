/*
 * Maps of the audited IPv4 networks: one byte per address of a /24, in input order.
 *
 * At most GRID_BLOCKS_MAX networks are kept. When all places are taken, a new network replaces one
 * in which every address passes, if there is such a network: faults matter more to the reader. A
 * replaced network is never drawn again, so every map is complete. Ownership: address_grid_new /
 * address_grid_free.
 */
#ifndef REPORTS_ADDRESS_GRID_H
#define REPORTS_ADDRESS_GRID_H

#include "reports/report_row.h"

enum { GRID_BLOCKS_MAX = 64, GRID_CELLS = 256, GRID_EMPTY = 0xFF };

struct grid_block {
    uint32_t network;          /* first 24 bits of the address */
    uint16_t counts[VERDICTS]; /* cells by verdict */
    uint8_t cells[GRID_CELLS]; /* enum verdict, or GRID_EMPTY: not audited */
};

struct address_grid;

struct address_grid *address_grid_new(void); /* NULL: out of memory */
void address_grid_free(struct address_grid *grid);
/* Ignores IPv6. An address that occurs twice keeps its more severe verdict. */
void address_grid_add(struct address_grid *grid, const struct ipaddr *address,
                      enum verdict verdict);
/* Ascending by network once address_grid_sort has run; NULL past the end. */
void address_grid_sort(struct address_grid *grid);
const struct grid_block *address_grid_block(const struct address_grid *grid, unsigned index);
/* Audited /24s without a map. */
uint32_t address_grid_left_out(const struct address_grid *grid);

#endif
