/*
 * Many byte strings that grow side by side, in one file without a name: for rows that belong to
 * different parties and come mixed. Memory is one block of STRAND_BLOCK octets for each strand that
 * was written to; one file is open, however many strands there are.
 *
 * Ownership: strands_open / strands_free. Threads: one at a time. Errors: the first one sticks;
 * later writes do nothing, reads give nothing, and strands_good tells.
 */
#ifndef IO_OUTPUT_SPOOL_H
#define IO_OUTPUT_SPOOL_H

#include <stddef.h>

#include "io/system/folder.h"

enum { STRAND_BLOCK = 4096 };

struct strands;

/* A file in the folder, without a name. NULL with *failure set. */
struct strands *strands_open(const struct folder *folder, unsigned count, struct failure *failure);
void strands_free(struct strands *strands);
/* Appends to strand 0 to count - 1. */
void strands_write(struct strands *strands, unsigned strand, const void *bytes, size_t len);
/* Reading starts at the front of one strand; a write or another rewind ends it. */
void strands_rewind(struct strands *strands, unsigned strand);
/* Less than len only at the end, or after an error. */
size_t strands_read(struct strands *strands, void *out, size_t len);
bool strands_good(const struct strands *strands, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
