/*
 * The file of exceptions: rows (io/input/rows.h) into a sealed table (audit/exceptions.h). The
 * first row may be a header. A policy that is read in part is wrong, so every unusable row is a
 * failure that names its line.
 *
 * Threads: one at a time.
 */
#ifndef IO_INPUT_EXCEPTIONS_FILE_H
#define IO_INPUT_EXCEPTIONS_FILE_H

#include "audit/exceptions.h"
#include "io/system/failure.h"

/* wall_seconds: the present time; its date (UTC) decides what has expired. NULL with *failure set.
 * The caller frees with exceptions_free. */
struct exceptions *exceptions_file_load(const char *path, int64_t wall_seconds,
                                        struct failure *failure);
/* The same table as it was valid at another time. NULL with *failure set. */
struct exceptions *exceptions_file_at(const struct exceptions *exceptions, int64_t wall_seconds,
                                      struct failure *failure);

#endif
