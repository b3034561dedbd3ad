/*
 * A whole input file, from bytes to items and refused rows. The first octet chooses: with bit 0 set
 * the rest is read unchanged, gzip or not. Otherwise it is read plain, then as gzip of one or
 * several members, and both readings must agree. Bits 1 to 3 name columns, bits
 * 4 and 5 choose what a prefix is, bit 6 --host-column none.
 */
#include <zlib.h>

#include "tests/fuzz/fuzz_file.h"

#include "io/input/intake.h"
#include "io/input/source.h"

enum { UNCHANGED = 1, PACKED_MAX = 256 * 1024, GZIP_WINDOW = 15 + 16 };

struct intake_digest {
    bool good;
    uint64_t hash; /* of everything that was handed over */
    uint64_t line;
    struct intake_counts counts, given;
};

static void mix(struct intake_digest *reading, const void *bytes, size_t length)
{
    const uint8_t *octets = bytes;

    for (size_t i = 0; i < length; i++)
        reading->hash = (reading->hash ^ octets[i]) * UINT64_C(0x100000001b3);
    reading->hash = (reading->hash ^ length) * UINT64_C(0x100000001b3);
}

static void at_line(struct intake_digest *reading, uint64_t line)
{
    REQUIRE(line >= 1 && line >= reading->line);
    reading->line = line;
    mix(reading, &line, sizeof line);
}

static bool on_source(void *context, const char *name)
{
    (void)context;
    REQUIRE(*name != '\0');
    return true;
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    struct intake_digest *reading = context;
    char text[IPRANGE_TEXT_MAX];

    at_line(reading, line);
    REQUIRE(ipaddr_compare(&target->range.first, &target->range.last) <= 0);
    mix(reading, text, iprange_print(text, &target->range));
    if (target->has_expected)
        mix(reading, target->expected.wire, target->expected.length);
    reading->given.items++;
    reading->given.with_expected += (uint64_t)target_names(target);
    reading->given.addresses += iprange_count(&target->range);
    return true;
}

static bool on_columns(void *context, const char *text)
{
    struct intake_digest *reading = context;

    REQUIRE(strncmp(text, "address: column", 15) == 0 && strstr(text, "; expected name: "));
    mix(reading, text, strlen(text));
    return true;
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct intake_digest *reading = context;

    at_line(reading, line);
    REQUIRE(*reason != '\0');
    mix(reading, reason, strlen(reason));
    mix(reading, text, len);
    reading->given.rejected++;
    return true;
}

static bool on_unnamed(void *context, uint64_t line, const char *reason, const char *text,
                       size_t len)
{
    struct intake_digest *reading = context;

    at_line(reading, line);
    REQUIRE(strncmp(reason, "name not usable: ", 17) == 0);
    mix(reading, reason, strlen(reason));
    mix(reading, text, len);
    reading->given.unnamed++;
    return true;
}

static bool on_notice(void *context, uint64_t line, const char *text)
{
    struct intake_digest *reading = context;

    mix(reading, &line, sizeof line);
    mix(reading, text, strlen(text));
    return true;
}

static bool on_broken(void *context, uint64_t line, const char *reason)
{
    struct intake_digest *reading = context;

    (void)line;
    REQUIRE(*reason != '\0');
    reading->given.broken++;
    return true;
}

static struct intake_digest read_bytes(const struct intake_options *options, const void *bytes,
                                       size_t length)
{
    struct intake_digest reading = {0};
    struct intake_sink sink = {.context = &reading,
                               .source = on_source,
                               .columns = on_columns,
                               .item = on_item,
                               .rejected = on_rejected,
                               .unnamed = on_unnamed,
                               .notice = on_notice,
                               .broken = on_broken};
    struct failure failure = {0};
    struct fuzz_file file;

    fuzz_file_make(&file, bytes, length);
    reading.good = intake_read(file.path, options, &sink, &reading.counts, &failure);
    fuzz_file_drop(&file);
    REQUIRE(reading.good == !failure_is_set(&failure));
    const struct intake_counts *counts = &reading.counts, *given = &reading.given;
    REQUIRE(counts->items == given->items && counts->rejected == given->rejected);
    REQUIRE(counts->rows >= counts->rejected && counts->broken == given->broken);
    REQUIRE(counts->unnamed == given->unnamed);
    REQUIRE(counts->addresses == given->addresses && counts->with_expected == given->with_expected);
    return reading;
}

/* Appends one gzip member (RFC 1952). */
static size_t pack(uint8_t *out, size_t used, const uint8_t *bytes, size_t length)
{
    z_stream stream = {0};

    REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    stream.next_in = (uint8_t *)(uintptr_t)bytes; /* zlib has no const */
    stream.avail_in = (uInt)length;
    stream.next_out = out + used;
    stream.avail_out = (uInt)(PACKED_MAX - used);
    REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
    used += stream.total_out;
    deflateEnd(&stream);
    return used;
}

static void check_packed(const struct intake_options *options, const uint8_t *bytes, size_t length,
                         size_t first)
{
    static uint8_t packed[PACKED_MAX];

    if (length >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b)
        return; /* gzip inside gzip is not looked for */
    struct intake_digest plain = read_bytes(options, bytes, length);
    size_t used = first > 0 ? pack(packed, 0, bytes, first) : 0;
    used = pack(packed, used, bytes + first, length - first);
    struct intake_digest unpacked = read_bytes(options, packed, used);
    REQUIRE(plain.good == unpacked.good && plain.hash == unpacked.hash);
    REQUIRE(plain.counts.rows == unpacked.counts.rows && plain.line == unpacked.line);
    REQUIRE(unpacked.counts.broken == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const COLUMNS[] = {NULL, "1", "2", "host", "none"};
    struct intake_options options = {.max_range = 65536};

    if (size < 2 || size > PACKED_MAX / 2)
        return 0;
    options.columns.ip = COLUMNS[data[0] >> 1 & 1];
    options.columns.host = data[0] & 0x40 ? COLUMNS[4] : COLUMNS[data[0] >> 2 & 3];
    options.prefix = (enum prefix_meaning)((data[0] >> 4 & 3) % 3);
    if (data[0] & UNCHANGED)
        (void)read_bytes(&options, data + 1, size - 1);
    else
        check_packed(&options, data + 2, size - 2, data[1] < size - 1 ? data[1] : 0);
    return 0;
}
