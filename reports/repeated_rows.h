/*
 * How many rows a report has, and how many of them repeat an address: an address that several input
 * rows hold has a row for each, and counts in each. Exact, over all runs of the report, in bounded
 * memory.
 *
 * Ownership: nothing is kept. Threads: one at a time.
 */
#ifndef REPORTS_REPEATED_ROWS_H
#define REPORTS_REPEATED_ROWS_H

#include "io/run/run_file.h"

struct row_counts {
    ip_count rows;     /* of all runs */
    uint64_t repeated; /* the rows less the different addresses */
};

/* shards: no address is in two of the runs. False with *failure set. */
bool repeated_rows_count(struct run_file **runs, unsigned count, bool shards,
                         struct row_counts *out, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
