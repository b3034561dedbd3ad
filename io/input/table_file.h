/*
 * A small table that a person writes and an option names: CSV or TSV, "-" is standard input. The
 * first row that is refused ends the reading, with file, line and reason.
 *
 * Ownership: plain value, filled by the caller. Threads: one at a time.
 */
#ifndef IO_INPUT_TABLE_FILE_H
#define IO_INPUT_TABLE_FILE_H

#include "io/input/rows.h"

struct table_file;

/* A readable row; first: it is the first one, which may be a header. False ends the reading: the
 * row is refused (table_file_refuse), or the failure is set otherwise. */
typedef bool table_row_fn(struct table_file *file, const struct row *row, bool first);

struct table_file {
    const char *path;
    table_row_fn *take;
    void *context; /* for take */
    struct failure *failure;
    bool past_first_row;
};

/* Reads to the end. False with the failure set. */
bool table_file_read(struct table_file *file) __attribute__((warn_unused_result));
/* Sets the failure to "PATH:LINE: reason". Always false. */
bool table_file_refuse(const struct table_file *file, uint64_t line, const char *reason);

#endif
