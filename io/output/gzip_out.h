/*
 * Compresses bytes into a gzip file (RFC 1952). The same bytes in the same portions give the same
 * file: the header holds neither name nor time.
 *
 * Ownership: gzip_out_new / gzip_out_free. Threads: one at a time.
 */
#ifndef IO_OUTPUT_GZIP_OUT_H
#define IO_OUTPUT_GZIP_OUT_H

#include <stdbool.h>
#include <stddef.h>

struct gzip_out;

/* Receives the compressed bytes, and keeps its own errors. */
typedef void gzip_sink(void *context, const char *bytes, size_t len);

/* NULL: out of memory. */
struct gzip_out *gzip_out_new(gzip_sink *sink, void *context);
void gzip_out_write(struct gzip_out *gzip, const char *bytes, size_t len);
/* Writes the remaining bytes and the check sum. The last write. */
void gzip_out_end(struct gzip_out *gzip);
/* NULL is allowed. */
void gzip_out_free(struct gzip_out *gzip);

#endif
