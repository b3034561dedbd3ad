/*
 * The prefix length or the mask of an address in a cell of its own: 24, /24 or 255.255.255.0, as
 * tools for address management export networks.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef IO_INPUT_MASK_CELL_H
#define IO_INPUT_MASK_CELL_H

#include "audit/target.h"
#include "io/input/rows.h"

/* Is it one, of IPv4 or of IPv6? */
bool mask_cell_is(const struct cell *mask);
/* Is it a mask in dotted form that is no address anyone has: 255.255.255.0? */
bool mask_cell_is_dotted(const struct cell *mask);
/* Makes an address the prefix of this length. Any other item must be that prefix already. */
bool mask_cell_apply(struct target *target, const struct cell *mask, struct target_reason *why)
    __attribute__((warn_unused_result));

#endif
