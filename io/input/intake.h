/*
 * From inputs to items: opens each input (file, "-", or a literal address, prefix or range), finds
 * header and columns, parses targets, and hands items and refused rows to a sink. One pass,
 * constant memory.
 *
 * Header: the first readable row of a file is one if its item cell does not even look like an
 * address, or if it does but another cell says "ip". Its columns are found by name (ip, address,
 * ip_address, source_ip_address, host, hostname, ptr, expected, ...; case, spaces, '-' and '_'
 * ignored; see columns.c). Where a header names columns, but none for host names, none is expected.
 * Columns named on the command line win; a name that no header has is a failure. An input without
 * any row is a failure; one with refused rows only is not.
 *
 * Errors: *failure for what ends the run (no such file, out of memory, sink failed). A broken
 * stream ends that input only and is counted in `broken`; the message goes to the sink.
 */
#ifndef IO_INPUT_INTAKE_H
#define IO_INPUT_INTAKE_H

#include <stdint.h>

#include "audit/target.h"
#include "io/input/columns.h"
#include "io/system/failure.h"

struct intake_options {
    struct column_choice columns;
    ip_count max_range;
};

/* All return false to stop (with *failure set by the sink's owner). */
struct intake_sink {
    void *context;
    /* A new input begins; name is as given on the command line. */
    bool (*source)(void *context, const char *name);
    bool (*item)(void *context, uint64_t line, const struct target *target);
    /* text[0..len) as written, any bytes, at most ROW_TEXT_MAX of them. */
    bool (*rejected)(void *context, uint64_t line, const char *reason, const char *text,
                     size_t len);
    /* Something people should know that is no refusal ("line 1 is taken as header"); line 0: the
     * whole input.
     */
    bool (*notice)(void *context, uint64_t line, const char *text);
    /* The stream is corrupt from here on. */
    bool (*broken)(void *context, uint64_t line, const char *reason);
};

struct intake_counts {
    uint64_t rows; /* items and refused rows; not headers, comments, blank lines */
    uint64_t items;
    uint64_t rejected;
    uint64_t broken;        /* inputs that broke off */
    ip_count addresses;     /* sum over the items, duplicates counted */
    uint64_t with_expected; /* items with an expected name */
};

/* Can the input be opened (or is it a literal)? Opens nothing for long; standard input is not
 * touched. */
bool intake_check(const char *input, const struct intake_options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* Reads one input whole. Adds to *counts. */
bool intake_read(const char *input, const struct intake_options *options,
                 const struct intake_sink *sink, struct intake_counts *counts,
                 struct failure *failure) __attribute__((warn_unused_result));

#endif
