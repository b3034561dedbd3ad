/*
 * Maps of the audited IPv4 networks: one byte per address of a /24. At most GRID_BLOCKS_MAX of
 * them; for larger fleets there are counts by network (reports/network_map.h). Ownership:
 * address_grid_new / address_grid_free. Threads: one at a time.
 */
#ifndef REPORTS_ADDRESS_GRID_H
#define REPORTS_ADDRESS_GRID_H

#include "reports/report_row.h"

enum { GRID_BLOCKS_MAX = 16, GRID_CELLS = 256, GRID_EMPTY = 0xFF };

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
/* Were there more networks than maps? Then the maps are not complete. */
bool address_grid_is_too_small(const struct address_grid *grid);
/* Ascending by network once address_grid_sort has run; NULL past the end. */
void address_grid_sort(struct address_grid *grid);
const struct grid_block *address_grid_block(const struct address_grid *grid, unsigned index);

#endif
