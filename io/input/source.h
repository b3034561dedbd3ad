/*
 * Bytes of one input: a file or standard input, plain or gzip (recognised by its magic bytes, any
 * number of members, RFC 1952).
 *
 * Ownership: source_open / source_close. Threads: one at a time.
 * Errors: *failure for an input that cannot be opened. A stream that breaks in the middle delivers
 * all bytes before the fault, then SOURCE_BROKEN with the reason ("gzip data ends in the middle of
 * a member", "gzip checksum does not match").
 */
#ifndef IO_INPUT_SOURCE_H
#define IO_INPUT_SOURCE_H

#include <stddef.h>

#include "io/system/failure.h"

struct source;

enum source_status { SOURCE_BYTES, SOURCE_END, SOURCE_BROKEN };

/* path "-" is standard input. A directory is refused. NULL with *failure set. */
struct source *source_open(const char *path, struct failure *failure);
/* Reads up to size bytes; *got is at least 1 with SOURCE_BYTES. */
enum source_status source_read(struct source *source, char *buffer, size_t size, size_t *got);
/* The reason, after SOURCE_BROKEN. */
const char *source_fault(const struct source *source);
void source_close(struct source *source);

#endif
