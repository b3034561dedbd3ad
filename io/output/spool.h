/*
 * Many byte strings that grow side by side, in one file without a name: for rows that belong to
 * different parties and come mixed. Memory is one block of SPOOL_BLOCK octets for each stream that
 * was written to; one file is open, however many streams there are.
 *
 * Ownership: spool_open / spool_free. Threads: one at a time. Errors: the first one sticks;
 * later writes do nothing, reads give nothing, and spool_good tells.
 */
#ifndef IO_OUTPUT_SPOOL_H
#define IO_OUTPUT_SPOOL_H

#include <stddef.h>

#include "io/system/folder.h"

enum { SPOOL_BLOCK = 4096 };

struct spool;

/* A file in the folder, without a name. NULL with *failure set. */
struct spool *spool_open(const struct folder *folder, unsigned count, struct failure *failure);
void spool_free(struct spool *spool);
/* Appends to stream 0 to count - 1. */
void spool_write(struct spool *spool, unsigned stream, const void *bytes, size_t len);
/* Reading starts at the front of one stream; a write or another rewind ends it. */
void spool_rewind(struct spool *spool, unsigned stream);
/* Less than len only at the end, or after an error. */
size_t spool_read(struct spool *spool, void *out, size_t len);
bool spool_good(const struct spool *spool, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
