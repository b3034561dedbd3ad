#include "io/output/gzip_out.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct heap {
    size_t used, room;
    char *bytes;
};

static void keep(void *context, const char *bytes, size_t len)
{
    struct heap *heap = context;

    if (len == 0)
        return;
    if (len > heap->room - heap->used) {
        heap->room = 2 * (heap->used + len);
        heap->bytes = realloc(heap->bytes, heap->room);
        cr_assert_not_null(heap->bytes);
    }
    memcpy(heap->bytes + heap->used, bytes, len);
    heap->used += len;
}

static struct heap compressed(const char *text, size_t len, size_t portion)
{
    struct heap heap = {0};
    struct gzip_out *gzip = gzip_out_new(keep, &heap);

    cr_assert_not_null(gzip);
    for (size_t at = 0; at < len; at += portion)
        gzip_out_write(gzip, text + at, len - at < portion ? len - at : portion);
    gzip_out_end(gzip);
    gzip_out_free(gzip);
    return heap;
}

/* The file is one whole member with a correct check sum, and nothing follows it. */
static void expect_back(const struct heap *heap, const char *text, size_t len)
{
    char *back = malloc(len + 1);

    z_stream stream = {.next_in = (Bytef *)heap->bytes,
                       .avail_in = (uInt)heap->used,
                       .next_out = (Bytef *)back,
                       .avail_out = (uInt)len + 1};

    cr_assert_eq(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
    cr_expect_eq(inflate(&stream, Z_FINISH), Z_STREAM_END, "%zu", len);
    cr_expect_eq(stream.avail_in, 0);
    cr_expect_eq(stream.total_out, len);
    cr_expect(memcmp(back, text, len) == 0);
    inflateEnd(&stream);
    free(back);
}

/* Bytes that do not compress, so the output exceeds its buffer. */
static char *noise(size_t len)
{
    char *bytes = malloc(len);
    uint64_t state = 88172645463325252u;

    for (size_t i = 0; i < len; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (char)(state >> 32);
    }
    return bytes;
}

Test(gzip_out, decompressing_gives_the_input)
{
    static const size_t lengths[] = {0, 1, 65535, 65536, 65537, 1000000};
    char *bytes = noise(1000000);
    char *zeros = calloc(1, 1000000);

    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        struct heap heap = compressed(bytes, lengths[i], 65536);

        expect_back(&heap, bytes, lengths[i]);
        free(heap.bytes);
        heap = compressed(zeros, lengths[i], 1000000);
        expect_back(&heap, zeros, lengths[i]);
        cr_expect_lt(heap.used, 6000);
        free(heap.bytes);
    }
    free(bytes);
    free(zeros);
    gzip_out_free(NULL);
}

/* RFC 1952 2.3.1: flags and time are 0, so there is no name. */
Test(gzip_out, the_same_bytes_make_the_same_file)
{
    static const char begins[] = {0x1f, (char)0x8b, 8, 0, 0, 0, 0, 0};
    struct heap once = compressed("ip,verdict\r\n", 12, 12);
    struct heap again = compressed("ip,verdict\r\n", 12, 12);

    cr_assert_gt(once.used, sizeof(begins));
    cr_expect(memcmp(once.bytes, begins, sizeof(begins)) == 0);
    cr_assert_eq(once.used, again.used);
    cr_expect(memcmp(once.bytes, again.bytes, once.used) == 0);
    free(once.bytes);
    free(again.bytes);
}
