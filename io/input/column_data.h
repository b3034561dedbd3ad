/*
 * What the first rows of data hold in each column.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef IO_INPUT_COLUMN_DATA_H
#define IO_INPUT_COLUMN_DATA_H

#include "io/input/column_words.h"

/* Counts of rows. */
struct column_data {
    unsigned values; /* cells that hold anything but a word for "no value" */
    unsigned items;
    unsigned masks;  /* prefix lengths and masks; those that are addresses as well are items, too */
    unsigned inside; /* of these, single ones of networks that the Internet does not reach */
    unsigned names;  /* look like host names of two labels or more */
    unsigned deep;   /* of these, with three labels or more */
    bool varies;     /* the values are not all the same */
    bool is_present; /* a row has the column */
};

enum { RANGE_GUESS_MAX = 1 << 24 };

struct input_data {
    struct column_data columns[COLUMNS_MAX];
    unsigned count; /* of columns */
};

/* Counts in the rows from `from` on; rows with a fault are ignored. */
void input_data_count(struct input_data *out, const struct row *rows, unsigned count,
                      unsigned from);
/* Most values of the column are items, or names. */
bool column_holds_items(const struct column_data *column);
bool column_holds_names(const struct column_data *column);
/* All values are prefix lengths or masks. */
bool column_holds_masks(const struct column_data *column);
/* Most of them are, or it is empty. */
bool column_may_hold_masks(const struct column_data *column);
/* The values look like a host name each, and not like the domain of an organisation. */
bool column_holds_hosts(const struct column_data *column);
/* Do the two columns hold the first and last address of a range in each row that has both? Not if a
 * range has more than RANGE_GUESS_MAX addresses, or begins private and ends public. */
bool columns_hold_ranges(const struct row *rows, unsigned count, unsigned first, unsigned last);
/* The line of the first row in which the column after `ip` looks like the length or mask of the
 * network in `ip`. 0: there is no such row, or a row in which it does not. */
uint64_t columns_mask_line(const struct row *rows, unsigned count, unsigned ip);
/* The line of the first row in which `column` looks like a host name without its domain. 0: in
 * most rows it does not, or in one alone, or one is in two rows, as a place or a state would be. */
uint64_t columns_label_line(const struct row *rows, unsigned count, unsigned column);
/* Does the cell of a first row look like data rather than like a word of a header? */
bool cell_looks_like_data(const struct cell *cell);

#endif
