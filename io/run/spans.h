/*
 * The spans of a run: ranges and expected names of its items, from their index. Ownership, threads
 * and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_SPANS_H
#define IO_RUN_SPANS_H

#include "audit/walk.h"
#include "io/run/run_step.h"

/* Distinct spans (range, expected name), ordered by first address, last address and name. They come
 * in portions, so that no read transaction stays open. */
struct span_cursor {
    bool ranges_only; /* leave out single addresses */
    bool begun;
    struct span last;
};
/* Fills up to n spans and sets *got; 0: there are no more. Begin with a zeroed cursor. */
bool run_file_next_spans(struct run_file *run, struct span_cursor *cursor, struct span *out,
                         unsigned n, unsigned *got) __attribute__((warn_unused_result));
/* The same spans, one after another. */
bool run_file_spans_begin(struct run_file *run) __attribute__((warn_unused_result));
/* *out is valid until the next call. */
enum run_step run_file_spans_next(struct run_file *run, const struct span **out);

/* ---- for io/run ---- */

struct range_blobs;

/* The sum of all spans, duplicates counted, which a reading of a run opened with RUN_COMPARE is
 * compared with. Older files do not have it, and with walks it is not known. */
bool run_file_knows_spans_sum(struct run_file *run);
/* Adds an item that is written. */
void run_file_sum_span(struct run_file *run, const struct range_blobs *range, const char *expected);
void run_file_load_spans_sum(struct run_file *run);
bool run_file_save_spans_sum(struct run_file *run) __attribute__((warn_unused_result));

#endif
