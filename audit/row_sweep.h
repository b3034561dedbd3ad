/*
 * The sweep turns spans (io order: sorted by first and last address) into rows in ascending order:
 * an address, and one of the names or domains expected there or none. A row comes once, however
 * many spans hold it. The sweep is fed with spans and never fetches them.
 *
 * Memory does not grow with the input: at most SWEEP_NAMES_MAX names may be expected of one
 * address. Ownership: the sweep owns what it remembers: row_sweep_free. Threads: one at a time.
 */
#ifndef AUDIT_ROW_SWEEP_H
#define AUDIT_ROW_SWEEP_H

#include "audit/walk.h"

enum { SWEEP_NAMES_MAX = 4096 };

struct sweep_row {
    struct ipaddr address;
    const struct dnsname *expected; /* NULL: none; valid until the next call */
};

struct row_sweep;

struct row_sweep *row_sweep_new(void); /* NULL: out of memory */
void row_sweep_free(struct row_sweep *sweep);
/* Feeds the next span, after SWEEP_NEEDS_SPAN. */
void row_sweep_feed(struct row_sweep *sweep, const struct span *span);
/* No more spans will come. */
void row_sweep_end(struct row_sweep *sweep);

enum sweep_step {
    SWEEP_ROW,
    SWEEP_NEEDS_SPAN,
    SWEEP_DONE,
    SWEEP_FULL, /* more than SWEEP_NAMES_MAX names are expected of one address */
};
enum sweep_step row_sweep_next(struct row_sweep *sweep, struct sweep_row *out);

/* The order of rows: by address, then those without a name, then by dnsname_compare. */
int sweep_row_compare(const struct sweep_row *a, const struct sweep_row *b);

#endif
