/*
 * A file read as rows: io/input/source.h for the bytes, io/input/rows.h for the rows.
 *
 * Ownership: row_file_open / row_file_close; close(NULL) is allowed. Threads: one at a time.
 * Errors: *failure for a file that cannot be opened and for lack of memory.
 */
#ifndef IO_INPUT_ROW_FILE_H
#define IO_INPUT_ROW_FILE_H

#include "io/input/rows.h"

enum row_file_end {
    ROW_FILE_ENDED,   /* all rows were given */
    ROW_FILE_STOPPED, /* by the receiver of the rows, or *failure is set */
    ROW_FILE_BROKEN,  /* the stream is corrupt; the last line may be waiting for its end */
};

struct row_file;

/* path "-" is standard input. NULL with *failure set. */
struct row_file *row_file_open(const char *path, row_fn *give, void *context,
                               struct failure *failure);
/* Reads to the end and gives every row. */
enum row_file_end row_file_read(struct row_file *file) __attribute__((warn_unused_result));
/* After ROW_FILE_BROKEN: why, at which line, and the line that is incomplete as a faulty row. */
const char *row_file_fault(const struct row_file *file);
uint64_t row_file_line(const struct row_file *file);
bool row_file_break_off(struct row_file *file) __attribute__((warn_unused_result));
/* Not a single byte was read. */
bool row_file_is_empty(const struct row_file *file);
void row_file_close(struct row_file *file);

#endif
