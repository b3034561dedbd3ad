/*
 * The two cells of a row that matter: one holds an item or a list of items, the other the host name
 * expected there. Both may end in a comment ('#' or ';' after a blank).
 *
 * Ownership: an item_cell points into the caller's cell. Threads: no state.
 */
#ifndef IO_INPUT_ITEM_CELL_H
#define IO_INPUT_ITEM_CELL_H

#include "audit/cell_text.h"
#include "audit/target.h"
#include "io/input/rows.h"

enum item_step { ITEM_TAKEN, ITEM_NONE, ITEM_REFUSED };

/* Items in a list are separated by commas, semicolons, bars, line ends or blanks. An address and a
 * mask (198.51.100.0 255.255.255.0) are one item. */
struct item_cell {
    struct cell_text rest;  /* parts that were not reached yet */
    struct cell_text words; /* the rest of a part that is split at its blanks */
    unsigned parts;         /* taken so far */
};

void item_cell_begin(struct item_cell *items, const struct cell *cell);
enum item_step item_cell_next(struct item_cell *items, struct target *out,
                              struct target_reason *why);
/* How many items the cell holds; 0 with *why if it holds anything else. */
unsigned item_cell_count(const struct cell *cell, struct target_reason *why);
/* Reads the expected name, international names included. False: the name is not usable. */
bool host_cell_read(struct target *target, const struct cell *cell, struct target_reason *why)
    __attribute__((warn_unused_result));

#endif
