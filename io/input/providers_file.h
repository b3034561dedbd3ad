/*
 * The file of --providers, read into a table that is ready for look-ups. Form: CSV or TSV, "-" is
 * standard input; prefix, provider, contact, reference; a header row is optional.
 *
 * Threads: one at a time.
 */
#ifndef IO_INPUT_PROVIDERS_FILE_H
#define IO_INPUT_PROVIDERS_FILE_H

#include "audit/providers.h"
#include "io/system/failure.h"

/* Free the result with providers_free. NULL with *failure set: the file could not be read, or a row
 * is refused, with its line and the reason. */
struct providers *providers_file_load(const char *path, struct failure *failure);

#endif
