/*
 * The file of exceptions: rows (io/input/rows.h) into a sealed table (audit/exceptions.h). The
 * first row may be a header. A policy that is half read would be a lie, so any row that is none is
 * a failure, with its line.
 */
#ifndef IO_INPUT_EXCEPTIONS_FILE_H
#define IO_INPUT_EXCEPTIONS_FILE_H

#include "audit/exceptions.h"
#include "io/system/failure.h"

/* wall_seconds tells today's date (UTC). NULL with *failure set. The caller frees with
 * exceptions_free. */
struct exceptions *exceptions_load(const char *path, int64_t wall_seconds, struct failure *failure);

#endif
