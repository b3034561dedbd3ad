/*
 * A number of byte streams in one file without a name, for rows of different parties that arrive
 * mixed. Each stream that was written to holds one block of SPOOL_BLOCK octets in memory.
 *
 * Ownership: spool_open / spool_free. Threads: one at a time. Errors: the first one is kept; later
 * writes do nothing, reads return 0, and spool_good reports it.
 */
#ifndef IO_OUTPUT_SPOOL_H
#define IO_OUTPUT_SPOOL_H

#include <stddef.h>

#include "io/system/folder.h"

enum { SPOOL_BLOCK = 4096 };

struct spool;

/* Makes the file in the folder. NULL with *failure set. */
struct spool *spool_open(const struct folder *folder, unsigned count, struct failure *failure);
void spool_free(struct spool *spool);
/* stream: from 0 to count - 1. */
void spool_write(struct spool *spool, unsigned stream, const void *bytes, size_t len);
/* Selects the stream to read, from its start. Reading ends with a write or the next rewind. */
void spool_rewind(struct spool *spool, unsigned stream);
/* Returns less than len only at the end of the stream or after an error. */
size_t spool_read(struct spool *spool, void *out, size_t len);
bool spool_good(const struct spool *spool, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
