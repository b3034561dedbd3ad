/*
 * Counts occurrences in a fixed amount of memory: a count-min sketch (Cormode and Muthukrishnan
 * 2005) with conservative update (Estan and Varghese 2002). A count is never too low and sometimes
 * too high: with as many different items as columns, one in a few thousand seems to occur five
 * times.
 *
 * Ownership: name_sketch_new / name_sketch_free. Threads: one at a time.
 */
#ifndef REPORTS_NAME_SKETCH_H
#define REPORTS_NAME_SKETCH_H

#include <stdint.h>

enum { SKETCH_ROWS = 2, SKETCH_COLUMNS = 1 << 20 /* 8 MiB in total */ };

struct name_sketch;

struct name_sketch *name_sketch_new(void); /* NULL: out of memory */
void name_sketch_free(struct name_sketch *sketch);
/* An item is identified by a hash of 64 well mixed bits. Returns the count, including this one. */
uint32_t name_sketch_add(struct name_sketch *sketch, uint64_t hash);
uint32_t name_sketch_count(const struct name_sketch *sketch, uint64_t hash);

#endif
