#include "io/output/gzip_out.h"

#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

/* docs/scale.md has the measurements for LEVEL. */
enum { LEVEL = 4, GZIP_WINDOW = 16 + MAX_WBITS, MEMORY = 8, OUTPUT_MAX = 64 * 1024 };

struct gzip_out {
    gzip_sink *sink;
    void *context;
    z_stream stream;
    char output[OUTPUT_MAX];
};

struct gzip_out *gzip_out_new(gzip_sink *sink, void *context)
{
    struct gzip_out *gzip = malloc(sizeof(*gzip));

    if (!gzip)
        return NULL;
    gzip->sink = sink;
    gzip->context = context;
    gzip->stream = (z_stream){0};
    if (deflateInit2(&gzip->stream, LEVEL, Z_DEFLATED, GZIP_WINDOW, MEMORY, Z_DEFAULT_STRATEGY) ==
        Z_OK)
        return gzip;
    free(gzip);
    return NULL;
}

/* After deflateInit2, deflate fails only if misused. */
static void compress_input(struct gzip_out *gzip, int flush)
{
    z_stream *stream = &gzip->stream;

    do {
        stream->next_out = (Bytef *)gzip->output;
        stream->avail_out = OUTPUT_MAX;
        (void)deflate(stream, flush);
        gzip->sink(gzip->context, gzip->output, OUTPUT_MAX - stream->avail_out);
    } while (stream->avail_out == 0);
}

void gzip_out_write(struct gzip_out *gzip, const char *bytes, size_t len)
{
    enum { PORTION_MAX = 1 << 30 }; /* avail_in is narrower than size_t */

    while (len > 0) {
        size_t portion = len < PORTION_MAX ? len : PORTION_MAX;

        gzip->stream.next_in = (z_const Bytef *)(uintptr_t)bytes;
        gzip->stream.avail_in = (uInt)portion;
        compress_input(gzip, Z_NO_FLUSH);
        bytes += portion;
        len -= portion;
    }
}

void gzip_out_end(struct gzip_out *gzip)
{
    gzip->stream.avail_in = 0;
    compress_input(gzip, Z_FINISH);
}

void gzip_out_free(struct gzip_out *gzip)
{
    if (gzip)
        deflateEnd(&gzip->stream);
    free(gzip);
}
