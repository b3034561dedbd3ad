/*
 * Bytes of one input: a file or standard input, plain or gzip (recognised by its magic bytes, any
 * number of members, RFC 1952).
 *
 * Ownership: source_open / source_close. Threads: one at a time.
 * Errors: what could not be opened is told at once; a stream that breaks in the middle delivers all
 * bytes before the fault, then SOURCE_BROKEN with the reason ("gzip data ends in the middle of a
 * member", "gzip checksum does not match", "garbage behind ...").
 */
#ifndef IO_INPUT_SOURCE_H
#define IO_INPUT_SOURCE_H

#include <stddef.h>

#include "io/system/failure.h"

struct source;

enum source_status { SOURCE_BYTES, SOURCE_END, SOURCE_BROKEN };

/* path "-" is standard input. A directory is refused. NULL with *failure set (EXIT_TROUBLE). */
struct source *source_open(const char *path, struct failure *failure);
/* Up to size bytes; *got is at least 1 with SOURCE_BYTES. */
enum source_status source_read(struct source *source, char *buffer, size_t size, size_t *got);
/* After SOURCE_BROKEN: why. */
const char *source_fault(const struct source *source);
void source_close(struct source *source);

#endif
