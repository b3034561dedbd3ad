/*
 * From inputs to items: opens each input (file, "-", or a literal address, prefix or range),
 * decides on its columns, parses targets, and hands items and refused rows to a sink. One pass,
 * constant memory.
 *
 * Columns: io/input/columns.h. In exports of Infoblox every row that begins with HEADER- is a
 * header and starts a new decision. An input without any row is a failure; one with refused rows
 * only is not.
 *
 * Names: an item whose expected name is not usable is audited without one, and its row is reported
 * to the sink.
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

/* What an address with a prefix length or a mask is. */
enum prefix_meaning {
    PREFIX_BY_ROW, /* one host if host bits are set and a name is expected; else the prefix */
    PREFIX_NETWORK,
    PREFIX_HOST,
};

struct intake_options {
    struct column_choice columns;
    enum prefix_meaning prefix;
    ip_count max_range;
};

/* All return false to stop (with *failure set by the sink's owner). NULL: not wanted. */
struct intake_sink {
    void *context;
    /* A new input begins; name is as given on the command line. */
    bool (*source)(void *context, const char *name);
    /* What is read from the input's columns: columns_describe. */
    bool (*columns)(void *context, const char *text);
    bool (*item)(void *context, uint64_t line, const struct target *target);
    /* A row that is refused, in part at least. text[0..len) as written, any bytes, at most
     * ROW_TEXT_MAX of them. */
    bool (*rejected)(void *context, uint64_t line, const char *reason, const char *text,
                     size_t len);
    /* A row whose items are audited without their name: "name not usable: ...". */
    bool (*unnamed)(void *context, uint64_t line, const char *reason, const char *text, size_t len);
    /* Something worth knowing that is not a refusal ("line 1 is taken as the header"); line 0: the
     * whole input. */
    bool (*notice)(void *context, uint64_t line, const char *text);
    /* The stream is corrupt from here on. */
    bool (*broken)(void *context, uint64_t line, const char *reason);
};

struct intake_counts {
    uint64_t rows; /* not headers, comments, blank lines, rows of empty cells */
    uint64_t items;
    uint64_t rejected;      /* rows refused, in part at least */
    uint64_t unnamed;       /* rows whose name is not usable */
    uint64_t broken;        /* inputs that broke off */
    ip_count addresses;     /* sum over the items, duplicates counted */
    uint64_t walks;         /* of the items; they hold no addresses yet */
    uint64_t with_expected; /* addresses with a host name of their own, or items with one for all */
};

/* Can the input be opened (or is it a literal)? The input is not read, and standard input is not
 * touched. */
bool intake_check(const char *input, const struct intake_options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* Reads one input whole. Adds to *counts. */
bool intake_read(const char *input, const struct intake_options *options,
                 const struct intake_sink *sink, struct intake_counts *counts,
                 struct failure *failure) __attribute__((warn_unused_result));

#endif
