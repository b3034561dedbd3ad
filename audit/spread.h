/*
 * Addresses come in ascending order and go out in turns over their reverse zones. So the servers of
 * one zone do not get the questions for all of its names in one burst while the others wait. A zone
 * is taken to be a /24 of IPv4 and a /48 of IPv6, the usual cuts of reverse zones. Within a zone
 * the order is kept.
 *
 * Ownership: spread_new / spread_free. Threads: one at a time. Memory: up to SPREAD_UNITS addresses
 * or SPREAD_BYTES, whichever is reached first, and the unit that was put in last.
 */
#ifndef AUDIT_SPREAD_H
#define AUDIT_SPREAD_H

#include "audit/walk.h"

enum { SPREAD_UNITS = 16384, SPREAD_BYTES = 8 * 1024 * 1024 };

struct spread;

struct spread *spread_new(void); /* NULL: out of memory */
void spread_free(struct spread *spread);
/* Is there enough to choose from, so that no more units should be put in? */
bool spread_is_full(const struct spread *spread);
/* Units come in ascending order. False: out of memory. */
bool spread_put(struct spread *spread, const struct walk_unit *unit)
    __attribute__((warn_unused_result));
/* The next unit in turn. False: there are no more. */
bool spread_take(struct spread *spread, struct walk_unit *out) __attribute__((warn_unused_result));

#endif
